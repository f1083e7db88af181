"""The house: the database, the catalogue and the clock, put together; the way in for every door."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg

from dougong.kernel.access.actor import HOUSE, Actor
from dougong.kernel.approvals.agreement import Agreement, NoRules
from dougong.kernel.catalogue import Catalogue
from dougong.kernel.company import Company, State, read_small_tables, wrong_in_company
from dougong.kernel.doors import command_for
from dougong.kernel.entities import Description
from dougong.kernel.events import Follower
from dougong.kernel.log.readers import Projection
from dougong.kernel.log.wake import Caller
from dougong.kernel.numbering import GaplessNumbers, Numbers, pattern_of, unnumbered
from dougong.kernel.operations import Command
from dougong.kernel.perform import (
    Call,
    Done,
    Outcome,
    Performance,
    Preview,
    Waiting,
    preview,
)
from dougong.kernel.refusals import InvalidField, NotUnique, Refused
from dougong.kernel.store.build import build_company
from dougong.kernel.store.database import Database, Transaction, quoted, schema_of
from dougong.kernel.store.migrations.version import note_version, refuse_old
from dougong.kernel.store.setup import learn_to_sort
from dougong.kernel.store.shapes import as_json, shape_of
from dougong.kernel.values import new_id
from dougong.kernel.work import Work

READ_AGAIN = 5
"""So many times a company's memory is read, where somebody keeps changing it."""
SLUG = re.compile(r"[a-z][a-z0-9_]{0,39}")


def utc_now() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Committed:
    """What listeners hear after a commit: which company, which events."""

    company: str
    work: Work


class House:
    """All parts of a running Dougong."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        *,
        clock: Callable[[], datetime] = utc_now,
        agreement: Agreement | None = None,
    ) -> None:
        """Put the parts together; nothing runs yet."""
        self.database = database
        self.catalogue = catalogue
        self.clock = clock
        self.agreement: Agreement = agreement or NoRules()
        self.numbers = Numbers(database.dsn)
        self.gapless = GaplessNumbers(database)
        self.listeners: list[Callable[[Committed], None]] = []
        self.followers: list[Follower] = []
        """Readers that need the house itself, beside those that the apps declare."""
        self.projections: list[Projection] = []
        """Readers of every company's event log that keep something in the database."""
        self.chores: list[Callable[[str], bool]] = []
        """What the readers' runner sees to for a company; each tells whether more remains to do."""
        self.complete: Callable[[Transaction, Catalogue], Catalogue] = lambda _, ours: ours
        """What makes our catalogue the company's: its own fields and objects."""
        self.overlays: list[Callable[[State], None]] = []
        """What completes a company's state when it is read: own fields, roles, rules."""
        self.states: dict[str, State] = {}
        self.waking = threading.Event()
        self.caller = Caller(database.dsn)

    def close(self) -> None:
        """Let go of the database."""
        self.caller.close()
        self.numbers.close()
        self.database.close()

    # Companies

    def create_company(self, slug: str, *, name: str, currency: str = "CNY", **facts: Any) -> UUID:
        """Build an empty company; refused where the slug is taken or no slug."""
        if not SLUG.fullmatch(slug):
            raise Refused(InvalidField("slug", "not_a_slug", SLUG.pattern))
        company = Company(name=name, currency=currency, **facts)
        wrong = tuple(wrong_in_company(company))
        if wrong:
            raise Refused(wrong)
        with self.database.outside() as connection, connection.transaction():
            taken = connection.execute(
                "SELECT 1 FROM pg_namespace WHERE nspname = %s", (schema_of(slug),)
            ).fetchone()
            if taken:
                raise Refused(NotUnique("company", "slug", slug))
            learn_to_sort(connection)
            for statement in build_company(self.catalogue, slug, self.clock().date()):
                connection.execute(statement.encode())
            for statement in note_version(self.catalogue):
                connection.execute(statement.encode())
            followers = (*self.catalogue.followers, *self.followers)
            names = [follower.name for follower in followers]
            connection.execute(
                "INSERT INTO reader (name, seq) SELECT unnest(%s::text[]), 0", (names,)
            )
            company.created_at = company.updated_at = self.clock()
            shape = shape_of(Company.description)
            row = dict(zip(shape.names, shape.row(company), strict=True))
            connection.execute(shape.insert.encode(), [as_json([row])])
        return company.id

    def drop_company(self, slug: str) -> None:
        """Remove a company with everything in it."""
        role = quoted(schema_of(slug))
        with self.database.outside() as connection, connection.transaction():
            connection.execute(f"DROP SCHEMA IF EXISTS {role} CASCADE".encode())
            try:
                with connection.transaction():
                    connection.execute(f"DROP ROLE IF EXISTS {role}".encode())
            except psycopg.errors.DependentObjectsStillExist:
                pass  # a namesake in another database of the cluster still uses the role
        self.states.pop(slug, None)
        self.numbers.forget(slug)

    def companies(self) -> list[str]:
        """Name every company of the database."""
        with self.database.outside() as connection:
            rows = connection.execute(
                "SELECT substr(nspname, 3) FROM pg_namespace WHERE nspname LIKE 'c\\_%' ORDER BY 1"
            ).fetchall()
        return [row[0] for row in rows]

    def state(self, transaction: Transaction) -> State:
        """Give the company's memory, read anew when its version has moved on."""
        state = self.states.get(transaction.company)
        if state is None or state.version != transaction.version:
            state = self.read_state(transaction)
            self.states[transaction.company] = state
        return state

    def read_state(self, transaction: Transaction) -> State:
        """Read the company's memory; read it again where it was changed meanwhile."""
        for _ in range(READ_AGAIN):
            state = self.read_state_once(transaction)
            transaction.version = transaction.rows("SELECT version FROM company_state")[0][0]
            if transaction.version == state.version:
                break
        return state

    def read_state_once(self, transaction: Transaction) -> State:
        """Read the company's memory: its own fields first, then the small tables."""
        refuse_old(transaction, self.catalogue)
        catalogue = self.complete(transaction, self.catalogue)
        state = State(
            slug=transaction.company,
            version=transaction.version,
            catalogue=catalogue,
            small=read_small_tables(transaction, catalogue),
        )
        for overlay in self.overlays:
            overlay(state)
        return state

    def company_state(self, company: str) -> State:
        """Give the company's memory outside a transaction."""
        with self.database.transaction(company) as transaction:
            return self.state(transaction)

    # Performing

    def work(
        self,
        state: State,
        actor: Actor,
        now: datetime,
        trace: UUID,
        cause: UUID | None,
        *,
        numbering: bool = True,
    ) -> Work:
        """Begin the work of one transaction."""

        def number(description: Description) -> str:
            day = now.astimezone(state.time_zone).date()
            pattern = pattern_of(state, description)
            return self.numbers.give(state.slug, pattern, day) if numbering else ""

        return Work(state=state, actor=actor, now=now, trace=trace, cause=cause, number=number)

    def call(
        self,
        company: str,
        command: Command[Any],
        *,
        operation: str = "",
        seen: int | None = None,
        key: str = "",
    ) -> Call:
        """Find the operation of a command."""
        catalogue = self.catalogue_of(company)
        found = catalogue.by_command.get(type(command))
        if operation:
            entity, _, name = operation.rpartition(".")
            found = catalogue.operation(entity, name)
        elif found is None:
            entity = getattr(command, "entity", "")
            found = catalogue.operation(entity, type(command).__name__.lower())
        return Call(operation=found, command=command, seen=seen, key=key)

    def catalogue_of(self, company: str) -> Catalogue:
        """Give the catalogue with a company's own fields and objects."""
        state = self.states.get(company) or self.company_state(company)
        return state.catalogue

    def perform(
        self,
        company: str,
        command: Command[Any],
        *,
        by: Actor = HOUSE,
        operation: str = "",
        seen: int | None = None,
        key: str = "",
        now: datetime | None = None,
        cause: UUID | None = None,
        trace: UUID | None = None,
    ) -> Done | Waiting:
        """Perform one command: done, waiting for approval, or Refused is raised."""
        call = self.call(company, command, operation=operation, seen=seen, key=key)
        outcome = self.perform_calls(company, [call], by=by, now=now, cause=cause, trace=trace)[0]
        if isinstance(outcome, Refused):
            raise outcome
        return outcome

    def perform_many(
        self,
        company: str,
        commands: Iterable[Command[Any]],
        *,
        by: Actor = HOUSE,
        now: datetime | None = None,
        cause: UUID | None = None,
        trace: UUID | None = None,
    ) -> list[Outcome]:
        """Perform commands in one transaction; who is refused leaves the others alone."""
        calls = [self.call(company, command) for command in commands]
        return self.perform_calls(company, calls, by=by, now=now, cause=cause, trace=trace)

    def perform_calls(
        self,
        company: str,
        calls: Sequence[Call],
        *,
        by: Actor = HOUSE,
        now: datetime | None = None,
        cause: UUID | None = None,
        trace: UUID | None = None,
    ) -> list[Outcome]:
        """Perform calls whose operations are known."""
        return Performance(
            house=self,
            company=company,
            calls=calls,
            actor=by,
            now=now or self.clock(),
            trace=trace or new_id(),
            cause=cause,
        ).outcomes()

    def do(
        self,
        company: str,
        name: str,
        body: Mapping[str, Any] | None = None,
        *,
        id: UUID | None = None,  # noqa: A002  the record's own word for it
        by: Actor = HOUSE,
        seen: int | None = None,
        key: str = "",
        now: datetime | None = None,
    ) -> Done | Waiting:
        """Perform an operation by name, with its arguments as plain values: ``sales_order.confirm``."""
        entity, _, verb = name.rpartition(".")
        catalogue = self.catalogue_of(company)
        operation = catalogue.operation(entity, verb)
        command = command_for(catalogue, operation, id, body or {})
        return self.perform(company, command, by=by, operation=name, seen=seen, key=key, now=now)

    def preview(
        self,
        company: str,
        command: Command[Any],
        *,
        by: Actor = HOUSE,
        operation: str = "",
        now: datetime | None = None,
    ) -> Preview:
        """Say what a command would do and what stands in its way; nothing is locked or written."""
        call = self.call(company, command, operation=operation)
        return preview(self, company, call, by, now or self.clock())

    # After the commit

    def wake(self, company: str) -> None:
        """Tell readers and screens, here and in other processes, that something happened."""
        self.waking.set()
        self.caller.call(company)

    def number_posted(self, work: Work) -> None:
        """Give what was just posted its gapless numbers, before anybody is answered."""
        for description, records in unnumbered(work.records, work.state):
            posted = [record for record in records if record.id not in work.gone]
            self.gapless.number(work.state, description, posted, work.now)

    def after_commit(self, company: str, work: Work) -> None:
        """Let listeners hear of a commit."""
        committed = Committed(company, work)
        for listener in self.listeners:
            listener(committed)

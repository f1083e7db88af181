"""Migrating: bring companies to the code's version, several at once; whoever is killed goes on.

Each statement waits for a lock no longer than the time-out and is tried again with growing pauses,
so that people go on working. Nothing notes how far it came: what is done is seen in the tables.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg

from dougong.kernel.catalogue import Catalogue
from dougong.kernel.refusals import Refused
from dougong.kernel.store.database import quoted, schema_of
from dougong.kernel.store.migrations.refusals import (
    CompanyIsNewer,
    NeedsAStepByHand,
    RowsDoNotFit,
    TableHeld,
)
from dougong.kernel.store.migrations.standing import Standing, declared, standing_in
from dougong.kernel.store.migrations.steps import MadeByHandError, Step, next_steps
from dougong.kernel.store.migrations.version import version_at
from dougong.kernel.store.migrations.written import Part, parts_of, version_of
from dougong.kernel.store.shapes import as_json, column_type

if TYPE_CHECKING:
    from dougong.kernel.house import House

LOCK_TIMEOUT = "50ms"
ROLE = "{role}"
"""Stands in a statement for the company's own role."""
AT_ONCE = 4
"""So many companies are migrated at the same time."""
PAUSES = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
"""Seconds between tries for a lock; the last one again and again."""
PATIENCE = 600.0
"""Seconds after which a table that somebody holds is given up."""
TRY_LOCK = "SELECT pg_try_advisory_lock(hashtext('dougong.migrate'), hashtext(%s))"
BEGINNINGS = (
    "ALTER TABLE company_state ADD COLUMN IF NOT EXISTS schema text NOT NULL DEFAULT ''",
    (
        "CREATE TABLE IF NOT EXISTS migration (step text, part integer, "
        "at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (step, part))"
    ),
)
"""What companies lack that were made before there were migrations."""
one_index_at_a_time = threading.Lock()
"""Two indexes made concurrently wait for one another."""

Tell = Callable[[str], None]
Connection = psycopg.Connection[Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Migrated:
    """What came of one company: how many steps it took, or why it stands where it stood."""

    company: str
    steps: int = 0
    refused: Refused | None = None


def migrate(
    house: House, companies: Iterable[str], tell: Tell = lambda _done: None
) -> Iterator[Migrated]:
    """Bring companies to the code's version; one that can't be leaves the others alone."""
    behind = dict.fromkeys(companies)
    if not behind:
        return
    with house.database.outside() as connection:
        wanted = declared(connection, house.catalogue)

    def one(company: str) -> Migrated:
        try:
            migration = Migration(house, company, wanted, tell)
            return Migrated(company, steps=migration.run())
        except Refused as refused:
            return Migrated(company, refused=refused)

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="migrate") as threads:
        yield from threads.map(one, behind)


@dataclass
class Migration:
    """One company on its way to the code's version."""

    house: House
    company: str
    wanted: Standing
    tell: Tell
    done: int = 0

    def run(self) -> int:
        """Do what is left to do; gives how many steps that took."""
        with self.alone():
            if self.version() == version_of(self.house.catalogue):
                return 0
            self.patiently("company_state", lambda: self.briefly(BEGINNINGS))
            self.write_parts()
            while steps := self.steps():
                for step in steps:
                    self.take(step)
            self.arrive()
        return self.done

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes from migrating the company meanwhile.

        Asked again and again: who waits within a statement would hold up indexes made concurrently.
        """
        with psycopg.connect(self.house.database.dsn, autocommit=True) as connection:
            while connection.execute(TRY_LOCK, (self.company,)).fetchone() != (True,):
                time.sleep(PAUSES[-1] / 10)
            yield

    def version(self) -> str:
        """Read where the company stands."""
        with self.house.database.transaction(self.company) as transaction:
            return version_at(transaction)

    # By hand

    def write_parts(self) -> None:
        """Take the steps that are written by hand and were not yet taken."""
        parts = parts_of(self.house.catalogue)
        with self.within() as connection:
            taken = set(connection.execute("SELECT step, part FROM migration").fetchall())
        unknown = {step for step, _ in taken} - {part.step for part in parts}
        if unknown:
            raise Refused(CompanyIsNewer(self.company, min(unknown)))
        for part in parts:
            if (part.step, part.number) not in taken:
                self.write(part)

    def write(self, part: Part) -> None:
        """Take one part of a step; its note is committed with it."""
        while not self.patiently(part.step, lambda: self.is_written(part)):
            pass
        self.took(part.step)

    def is_written(self, part: Part) -> bool:
        """Run a part in one transaction; tells whether that was all of it."""
        with self.within() as connection:
            changed = connection.execute(part.sql.encode()).rowcount
            if part.again and changed:
                return False
            connection.execute(
                "INSERT INTO migration (step, part) VALUES (%s, %s)", (part.step, part.number)
            )
        return True

    # By difference

    def steps(self) -> list[Step]:
        """Compare what the code declares with what stands."""
        with self.within() as connection:
            stands = standing_in(connection, self.company)
            fill = Filling(connection, self.house.catalogue)
            try:
                return next_steps(self.wanted, stands, fill)
            except MadeByHandError as by_hand:
                refusal = NeedsAStepByHand(self.company, by_hand.about, by_hand.problem)
                raise Refused(refusal) from None

    def take(self, step: Step) -> None:
        """Do one step, once nobody holds its table."""
        run = self.outside if step.alone else self.briefly
        try:
            self.patiently(step.about, lambda: run(step.statements))
        except psycopg.errors.IntegrityError as error:
            said = error.diag.message_detail or error.diag.message_primary or ""
            raise Refused(RowsDoNotFit(self.company, step.about, said)) from None
        self.took(step.about)

    def took(self, about: str) -> None:
        """Count a step, and tell."""
        self.done += 1
        self.tell(f"{self.company}: {about}")

    def arrive(self) -> None:
        """Note that the company stands at the code's version; everybody reads it anew."""
        version = version_of(self.house.catalogue)
        with self.within() as connection:
            connection.execute(
                "UPDATE company_state SET schema = %s, version = version + 1", (version,)
            )

    # Statements

    def patiently(self, about: str, attempt: Callable[[], T]) -> T:
        """Try until nobody holds the table, with growing pauses."""
        given_up_at = time.monotonic() + PATIENCE
        for pause in chain(PAUSES, repeat(PAUSES[-1])):
            try:
                return attempt()
            except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
                if time.monotonic() > given_up_at:
                    raise Refused(TableHeld(self.company, about)) from None
                if pause == PAUSES[-1]:
                    self.tell(f"{self.company}: {about} waits for somebody who holds it")
            time.sleep(pause)
        raise AssertionError("pauses never end")

    @contextmanager
    def within(self) -> Iterator[Connection]:
        """Begin a transaction in the company's schema that waits for no lock for long."""
        with self.house.database.outside() as connection, connection.transaction():
            connection.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'".encode())
            path = f"SET LOCAL search_path = {quoted(schema_of(self.company))}, public"
            connection.execute(path.encode())
            yield connection

    def briefly(self, statements: Iterable[str]) -> None:
        """Run statements together in one transaction."""
        role = quoted(schema_of(self.company))
        with self.within() as connection:
            for statement in statements:
                connection.execute(statement.replace(ROLE, role).encode())

    def outside(self, statements: Iterable[str]) -> None:
        """Run statements that can't be in a transaction; a try that failed leaves half an index."""
        path = f"{quoted(schema_of(self.company))}, public"
        with one_index_at_a_time, self.house.database.outside() as connection:
            try:
                connection.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'".encode())
                connection.execute(f"SET search_path = {path}".encode())
                for statement in statements:
                    connection.execute(statement.encode())
            finally:
                connection.execute("RESET lock_timeout")
                connection.execute("RESET search_path")


@dataclass
class Filling:
    """What new columns hold in the rows that are there: what a new record would say."""

    connection: Connection
    catalogue: Catalogue

    def __call__(self, table: str, column: str) -> str | None:
        """Give the field's default as SQL; nothing where there is none."""
        description = self.catalogue.entities.get(table)
        field = description.fields.get(column) if description else None
        if field is None:
            return None
        value = 1 if column == "version" else field.default_value()
        kind = column_type(field)
        row = self.connection.execute(
            f"SELECT quote_nullable(v.c::text) FROM json_to_recordset(%s::json) AS v(c {kind})".encode(),
            [as_json([{"c": value}])],
        ).fetchone()
        assert row is not None, "one value gives one row"
        return None if row[0] == "NULL" else f"{row[0]}::{kind}"


def companies_behind(house: House) -> list[str]:
    """Name the companies that can't be served before they are migrated."""
    wanted = version_of(house.catalogue)
    behind = []
    for company in house.companies():
        with house.database.transaction(company) as transaction:
            if version_at(transaction) != wanted:
                behind.append(company)
    return behind

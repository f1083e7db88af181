"""Rehearsing: every deed is really performed, on the real database, and never kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, get_args, get_type_hints
from uuid import UUID

from dougong.kernel.access.actor import Actor
from dougong.kernel.access.rights import actor_of
from dougong.kernel.house import House
from dougong.kernel.operations import Command, Operation
from dougong.kernel.perform import Call
from dougong.kernel.questions import Question, ask
from dougong.kernel.refusals import NotFound, NotPermitted, Refusal, Refused
from dougong.kernel.store.database import Database, Transaction
from dougong.kernel.verbs import Create, Delete, Edit

NOBODY = UUID(int=7)
PLAINEST: Mapping[type, Any] = {
    Decimal: Decimal(1),
    int: 1,
    date: date(2026, 11, 9),
    bytes: b"x",
    str: "2026-11",
}
PLAYED_BY = {
    "sales_rep": "emma.fischer",
    "sales_manager": "david.miller",
    "warehouse": "sun.li",
    "purchaser": "wu.jing",
    "accountant": "zhou.fang",
    "service": "zheng.xue",
    "admin": "chen.jianhua",
}
"""Who stands for each role: the sales manager is the superior of the sales representative."""
RIGHTS = (NotPermitted, NotFound)


def is_of_right(refusal: Refusal, entity: str) -> bool:
    """Tell whether a right is missing: what one may not see is not there."""
    match refusal:
        case NotPermitted():
            return not refusal.field
        case NotFound():
            return refusal.entity == entity
        case _:
            return False


class NeverKept(Exception):  # noqa: N818  a signal
    """The transaction was only a rehearsal."""


class Stage(Database):
    """The database, on which every transaction is rolled back when it is through."""

    @contextmanager
    def transaction(self, company: str, **how: Any) -> Iterator[Transaction]:
        with suppress(NeverKept), super().transaction(company, **how) as transaction:
            yield transaction
            raise NeverKept


@dataclasses.dataclass
class Rehearsal:
    """A company on the stage: records that are a representative's own, and those of another."""

    house: House
    company: str
    own: dict[str, UUID]
    other: dict[str, UUID]
    values: Mapping[str, Mapping[str, Any]]
    """What to create with: ``sales_order`` for the own customer, ``sales_order/other``."""

    def actor(self, role: str) -> Actor:
        """Act as whoever stands for a role."""
        login = PLAYED_BY[role]
        state = self.house.company_state(self.company)
        [person] = [p.id for p in state.cached("person").values() if p.login == login]
        return actor_of(state, person)

    def verdict(self, role: str, entity: str, operation: Operation | None) -> str:
        """Tell whose records a role may do something with: all, own, others', or none."""
        mine = self.allowed(role, entity, operation, own=True)
        theirs = self.allowed(role, entity, operation, own=False)
        return {
            (True, True): "all",
            (True, False): "own",
            (False, True): "others",
            (False, False): "none",
        }[mine, theirs]

    def allowed(self, role: str, entity: str, operation: Operation | None, *, own: bool) -> bool:
        """Try it; without an operation, try to read."""
        record = (self.own if own else self.other).get(entity)
        actor = self.actor(role)
        if operation is None:
            return self.reads(actor, entity, record)
        call = Call(operation=operation, command=self.command(entity, operation, record, own=own))
        [outcome] = self.tried(actor, call)
        if not isinstance(outcome, Refused):
            return True
        return not any(is_of_right(one, entity) for one in outcome.refusals)

    def tried(self, actor: Actor, call: Call) -> list[Any]:
        """Perform on the stage."""
        try:
            return self.house.perform_calls(self.company, [call], by=actor)
        except Refused as refused:
            return [refused]

    def reads(self, actor: Actor, entity: str, record: UUID | None) -> bool:
        """Look for the record in the list."""
        assert record is not None, f"there is no {entity} to look for"
        with self.house.database.transaction(self.company) as transaction:
            question = Question(entity=entity, fields=["id"], filter=f'id == "{record}"')
            try:
                page = ask(transaction, self.house.state(transaction), actor, question)
            except Refused as refused:
                if not all(isinstance(one, RIGHTS) for one in refused.refusals):
                    raise
                return False
        return [one["id"] for one in page.records] == [str(record)]

    def command(
        self, entity: str, operation: Operation, record: UUID | None, *, own: bool
    ) -> Command[Any]:
        """Write a command with the plainest arguments that there are."""
        kind = operation.command
        given = self.values.get(entity if own else f"{entity}/other", {})
        if kind is Create:
            return Create(entity=entity, values=given)
        if operation.creates and given:
            return kind(**given)
        if kind in (Edit, Delete):
            assert record is not None, f"there is no {entity} to {operation.name}"
            return kind(entity=entity, id=record)
        arguments = {
            one.name: self.argument(one.name, get_type_hints(kind)[one.name], own=own)
            for one in dataclasses.fields(kind)
            if one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING
        }
        if not operation.creates:
            assert record is not None, f"there is no {entity} to {operation.name}"
            arguments["id"] = record
        return kind(**arguments)

    def argument(self, name: str, kind: Any, *, own: bool) -> Any:
        """Give the plainest value of a type."""
        kinds = [one for one in get_args(kind) if one is not type(None)] or [kind]
        kind = kinds[0]
        if not isinstance(kind, type):
            return ()
        if issubclass(kind, UUID):
            return (self.own if own else self.other).get(name, NOBODY)
        return next(iter(kind)) if issubclass(kind, Enum) else PLAINEST.get(kind, ())

"""Undo: what an event did is taken back by the inverse of its operation, if it names one."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from dougong.kernel.access.actor import HOUSE, Actor
from dougong.kernel.catalogue import Catalogue
from dougong.kernel.entities import Description, Entity
from dougong.kernel.events import Logged
from dougong.kernel.fields import Field
from dougong.kernel.log.history import Past, family_of
from dougong.kernel.log.readers import EVENTS, logged
from dougong.kernel.operations import Command, Operation
from dougong.kernel.perform import Done, Waiting
from dougong.kernel.refusals import NotFound, Refusal, Refused
from dougong.kernel.store.database import Transaction
from dougong.kernel.verbs import Delete, Edit

if TYPE_CHECKING:
    from dougong.kernel.house import House

LATER = """
SELECT e.seq, e.changes
FROM event_link l JOIN event e ON e.id = l.event AND e.recorded_at = l.recorded_at
WHERE l.record = %s AND e.seq >= %s ORDER BY e.seq DESC
"""


@dataclass(frozen=True)
class NothingToUndo(Refusal):
    """What happened has no inverse, or nothing of it can be written back."""

    event: str


@dataclass(frozen=True)
class ChangedSince(Refusal):
    """Somebody changed the same fields after what is to be undone."""

    entity: str
    id: UUID
    fields: tuple[str, ...]


def undo(house: House, company: str, event: UUID, *, by: Actor = HOUSE) -> Done | Waiting:
    """Take back what an event did; refused by name where that can't be."""
    catalogue = house.catalogue_of(company)
    with house.database.transaction(company) as transaction:
        rows = transaction.rows(f"{EVENTS} WHERE id = %s", (event,))
        if not rows:
            raise Refused(NotFound("event", str(event)))
        happened = logged(rows[0])
        if happened.entity not in catalogue.entities:
            raise Refused(NothingToUndo(happened.name))
        inverse, arguments = inverse_of(catalogue, happened)
        if inverse is None:
            raise Refused(NothingToUndo(happened.name))
        if inverse.command is Edit:
            edited = Edited(catalogue, happened)
            edited.read(transaction)
            command: Command[Any] = edited.command()
            seen = edited.version
        else:
            command, seen = command_of(inverse, happened, arguments), None
    return house.perform(
        company,
        command,
        operation=inverse.full_name,
        by=by,
        seen=seen,
        cause=happened.id,
        trace=happened.trace,
    )


def inverse_of(
    catalogue: Catalogue, happened: Logged
) -> tuple[Operation | None, Mapping[str, Any]]:
    """Give the operation that undoes the one whose event it is, and what it is told then."""
    for operation in catalogue.operations_of(happened.entity):
        if root_event(operation) == happened.name and operation.inverse:
            inverse = catalogue.operations.get((happened.entity, operation.inverse))
            return inverse, dict(operation.inverse_with)
    return None, {}


def root_event(operation: Operation) -> str:
    """Name the event that an operation begins with."""
    if operation.emits:
        return operation.emits[0].name()
    return f"{operation.on}.{operation.happened or operation.name}"


def command_of(inverse: Operation, happened: Logged, arguments: Mapping[str, Any]) -> Command[Any]:
    """Make the inverse's command; refused where it wants to know more than the record."""
    if inverse.command is Delete:
        return Delete(entity=happened.entity, id=happened.record)
    wanted = [
        f.name
        for f in dataclasses.fields(inverse.command)
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    ]
    known: dict[str, Any] = {"entity": happened.entity, "verb": inverse.name, **arguments}
    if set(wanted) - set(known):
        raise Refused(NothingToUndo(happened.name))
    names = {*wanted, *arguments}
    return inverse.command(id=happened.record, **{name: known[name] for name in names})


@dataclass
class Edited:
    """An edit that is to be written back, over a record that may have changed elsewhere since."""

    catalogue: Catalogue
    happened: Logged
    was: Entity | None = None
    version: int | None = None
    had: frozenset[str] = frozenset()
    """The record and the lines that are there now, as ``entity:id``."""

    @property
    def description(self) -> Description:
        """The entity of the record."""
        return self.catalogue.entities[self.happened.entity]

    def read(self, transaction: Transaction) -> None:
        """Read the record as it was before the edit; refused where its fields changed since."""
        record = self.happened.record
        past = Past(family_of(self.catalogue, self.happened.entity), self.happened.entity, record)
        past.read_present(transaction)
        now = past.record(None)
        if now is None:
            raise Refused(NotFound(self.happened.entity, str(record)))
        self.version = now.version
        self.had = frozenset(past.rows)
        theirs: set[str] = set()
        for seq, changes in transaction.rows(LATER, (record, self.happened.seq)):
            if seq > self.happened.seq:
                theirs |= self.fields_in(changes)
            past.take_back(changes)
        clash = tuple(sorted(theirs & self.fields_in(self.happened.changes)))
        if clash:
            raise Refused(ChangedSince(self.happened.entity, record, clash))
        self.was = past.record(None)

    def fields_in(self, changes: Mapping[str, Mapping[str, Any]]) -> set[str]:
        """Name the writable fields of the record that changes are about, lines as a whole."""
        own = changes.get(f"{self.happened.entity}:{self.happened.record}", {})
        found = {f.name for f in self.description.writable if f.name in own}
        for lines in self.description.lines:
            kinds = family_of(self.catalogue, lines.target)
            if not lines.kept and any(key.partition(":")[0] in kinds for key in changes):
                found.add(lines.name)
        return found

    def command(self) -> Edit:
        """Write the edit that brings back what was; refused where nothing can be written."""
        assert self.was is not None, "the record is read first"
        names = self.fields_in(self.happened.changes)
        values = {name: self.value(self.was, self.description.fields[name]) for name in names}
        if not values:
            raise Refused(NothingToUndo(self.happened.name))
        return Edit(entity=self.happened.entity, id=self.happened.record, values=values)

    def value(self, record: Entity, known: Field) -> Any:
        """Write a field as it comes from outside, lines as rows."""
        if known.kind.name != "lines":
            return msgspec.to_builtins(known.get(record))
        below = self.catalogue.entities[known.target]
        return [self.line_row(line, below) for line in known.get(record)]

    def line_row(self, line: Entity, below: Description) -> dict[str, Any]:
        """Write a line: one that is there by its id and what changed, one that went as a new one."""
        key = f"{below.name}:{line.id}"
        names = {f.name for f in below.writable}
        row = {}
        if key in self.had:
            row["id"] = str(line.id)
            names &= {*self.happened.changes.get(key, {}), *(f.name for f in below.lines)}
        return row | {name: self.value(line, below.fields[name]) for name in sorted(names)}

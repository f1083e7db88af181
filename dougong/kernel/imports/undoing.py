"""Undoing an import: what it did, taken back from the last to the first.

The event log says what that was, since everything carries the batch as its trace: drafts and
masters that nothing refers to are deleted, changed fields get their values back, posted documents
are reversed by the inverse of their operation. What can't be is listed with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from dougong.kernel.access.actor import HOUSE, Actor, in_trust
from dougong.kernel.catalogue import Catalogue
from dougong.kernel.doors import command_for
from dougong.kernel.house import House
from dougong.kernel.imports.entities import BatchState
from dougong.kernel.imports.mapping import ImportMapping, read_mapping
from dougong.kernel.imports.operations.mark_undone import MarkImportUndone
from dougong.kernel.imports.pace import Pace
from dougong.kernel.imports.refusals import NoInverse, WaitsForApproval
from dougong.kernel.imports.running import Progress, batch_of, perform_apart
from dougong.kernel.operations import Operation
from dougong.kernel.perform import Call, Done, Outcome, Waiting
from dougong.kernel.refusals import Refusal, Refused, WrongState
from dougong.kernel.values import new_id


@dataclass(frozen=True)
class Deed:
    """Something that the import did itself: an event without a cause."""

    event: UUID
    name: str
    entity: str
    record: UUID
    changes: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Left:
    """Something that could not be taken back, and why."""

    entity: str
    record: UUID
    operation: str
    reasons: tuple[Refusal, ...]


@dataclass
class Undone:
    """How undoing an import went."""

    deleted: int = 0
    reversed: int = 0
    restored: int = 0
    left: list[Left] = field(default_factory=list)


def undo_import(
    house: House,
    company: str,
    batch: UUID,
    *,
    by: Actor = HOUSE,
    progress: Progress | None = None,
) -> Undone:
    """Take an import back, as far as it can be; it may be interrupted and begun again."""
    known = batch_of(house, company, batch)
    if known.state is BatchState.UNDONE:
        raise Refused(WrongState(known.state, BatchState.UNDONE))
    undoing = Undoing(
        house,
        company,
        batch,
        by,
        progress or (lambda _done, _total, _what: None),
        stated_in(read_mapping(known.mapping)),
    )
    undone = undoing.all()
    closing = MarkImportUndone(id=batch, left=len(undone.left))
    house.perform(company, closing, by=in_trust(by))
    return undone


@dataclass
class Undoing:
    """One import on its way back."""

    house: House
    company: str
    batch: UUID
    actor: Actor
    progress: Progress
    stated: Mapping[str, str]
    """Operation → what undoes it, as the mapping states."""
    undone: Undone = field(default_factory=Undone)
    posted: set[UUID] = field(default_factory=set)
    """Records that went further than being made: they are reversed and stay."""
    made_by: dict[UUID, UUID] = field(default_factory=dict)
    """Record → the deed that made it, on the way."""
    taken_back: set[UUID] = field(default_factory=set)
    """Deeds that are undone."""

    def all(self) -> Undone:
        """Take back every deed, the last one first, neighbours of one kind together."""
        catalogue = self.house.catalogue_of(self.company)
        operations = operations_by_event(catalogue)
        deeds = self.deeds()
        for deed in deeds:
            if not operations[deed.name].generic and not operations[deed.name].creates:
                self.posted.add(deed.record)
        pace, done = Pace(), 0
        for name, found in groupby(deeds, key=lambda deed: deed.name):
            for chunk in pace.chunks(found):
                with pace.measured(len(chunk)):
                    self.take_back(catalogue, operations[name], chunk)
                done += len(chunk)
                self.progress(done, len(deeds), name)
        self.undone.left = [left for left in self.undone.left if not self.went_with_another(left)]
        return self.undone

    def deeds(self) -> list[Deed]:
        """Read what the import did, the last first, and what came of each deed."""
        with self.house.database.transaction(self.company) as transaction:
            rows = transaction.rows(
                "SELECT id, name, entity, record, cause, changes FROM event "
                "WHERE trace = %s ORDER BY seq DESC",
                (self.batch,),
            )
        above = {event: cause for event, _, _, _, cause, _ in rows}
        for event, _, _, _, _, changes in rows:
            for key, noted in changes.items():
                if "created" in noted:
                    self.made_by[UUID(key.partition(":")[2])] = first_cause(above, event)
        return [
            Deed(event, name, entity, record, changes)
            for event, name, entity, record, cause, changes in rows
            if cause is None
        ]

    def went_with_another(self, left: Left) -> bool:
        """Tell whether what has no inverse went when the deed that made its record was taken back."""
        deed = self.made_by.get(left.record)
        hopeless = all(isinstance(reason, NoInverse) for reason in left.reasons)
        return hopeless and deed is not None and deed in self.taken_back

    def take_back(self, catalogue: Catalogue, operation: Operation, deeds: list[Deed]) -> None:
        """Take back some deeds of one kind."""
        calls, called = [], []
        for deed in deeds:
            try:
                call = self.call_for(catalogue, operation, deed)
            except Refused as refused:
                self.leave(deed, refused.refusals)
                continue
            if call is not None:
                calls.append(call)
                called.append(deed)
        outcomes = (
            perform_apart(self.house, self.company, calls, by=self.actor, now=None, trace=new_id())
            if calls
            else []
        )
        for deed, call, outcome in zip(called, calls, outcomes, strict=True):
            self.note(deed, call, outcome)

    def call_for(self, catalogue: Catalogue, operation: Operation, deed: Deed) -> Call | None:
        """Give what undoes a deed; nothing for what goes with another."""
        match operation.name if operation.generic else "":
            case "create":
                if deed.record in self.posted:
                    return None
                inverse = catalogue.operation(deed.entity, "delete")
                body: dict[str, Any] = {}
            case "edit":
                if deed.record in self.posted:
                    return None
                inverse, body = operation, values_before(catalogue, deed)
                if not body:
                    return None
            case _:
                if operation.creates and deed.record in self.posted:
                    return None
                inverse = inverse_of(catalogue, operation, self.stated)
                body = dict(operation.inverse_with)
        command = command_for(catalogue, inverse, deed.record, body)
        key = f"import:{self.batch}:undo:{deed.event}"
        return Call(operation=inverse, command=command, key=key)

    def note(self, deed: Deed, call: Call, outcome: Outcome) -> None:
        """Take note of what came of it."""
        match outcome:
            case Done():
                self.taken_back.add(deed.event)
                if call.operation.name == "delete":
                    self.undone.deleted += 1
                elif call.operation.generic:
                    self.undone.restored += 1
                else:
                    self.undone.reversed += 1
            case Waiting():
                self.leave(deed, (WaitsForApproval(outcome.role),))
            case Refused():
                self.leave(deed, outcome.refusals)

    def leave(self, deed: Deed, reasons: tuple[Refusal, ...]) -> None:
        """List what stays."""
        self.undone.left.append(Left(deed.entity, deed.record, deed.name, reasons))


def operations_by_event(catalogue: Catalogue) -> dict[str, Operation]:
    """Give the operation that an event tells of."""
    found = {}
    for operation in catalogue.operations.values():
        if operation.emits:
            found[operation.emits[0].name()] = operation
        else:
            found[f"{operation.on}.{operation.happened or operation.name}"] = operation
    return found


def stated_in(mapping: ImportMapping) -> dict[str, str]:
    """Give what the mapping states about undoing its steps."""
    return {
        step.operation_on(sheet.entity): step.undo
        for sheet in mapping.sheets
        for step in sheet.steps
        if step.undo
    }


def inverse_of(catalogue: Catalogue, operation: Operation, stated: Mapping[str, str]) -> Operation:
    """Find the operation that undoes another; what an operation has only drafted can be deleted."""
    inverse = operation.inverse or stated.get(operation.full_name, "")
    if inverse:
        on, _, verb = inverse.rpartition(".")
        return catalogue.operation(on or operation.on, verb)
    if operation.creates and (operation.on, "delete") in catalogue.operations:
        return catalogue.operation(operation.on, "delete")
    raise Refused(NoInverse(operation.full_name))


def values_before(catalogue: Catalogue, deed: Deed) -> dict[str, Any]:
    """Give the values that the fields of a changed record had; its lines are not looked at."""
    description = catalogue.entities[deed.entity]
    writable = {known.name for known in description.writable if not known.once}
    changes = deed.changes.get(f"{deed.entity}:{deed.record}", {})
    return {name: change[0] for name, change in changes.items() if name in writable}


def first_cause(above: dict[UUID, UUID | None], event: UUID) -> UUID:
    """Follow causes up to the deed."""
    for step in causes(above, event):
        event = step
    return event


def causes(above: dict[UUID, UUID | None], event: UUID) -> Iterator[UUID]:
    """Give an event's causes, nearest first."""
    cause = above.get(event)
    while cause is not None:
        yield cause
        cause = above.get(cause)

"""The kernel's own verbs: create, edit and delete, which every entity has unless it says no."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from dougong.kernel.entities import Description, Entity, Line, blank
from dougong.kernel.fields import Field, FieldProblem
from dougong.kernel.operations import Command, Operation, Settlement, Touch
from dougong.kernel.refusals import InvalidField, NotPermitted, Refusal, Refused
from dougong.kernel.store.shapes import UNLOADED
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class Create(Command[Entity]):
    """Make a record of values by field name; lines are lists of such."""

    entity: str
    values: Mapping[str, Any] = field(default_factory=dict)
    as_id: UUID | None = None
    """The identity that the new record shall have, where the asker made one."""


@dataclass(frozen=True, kw_only=True)
class Edit(Command[Entity]):
    """Change some fields of a record. Given lines replace all lines; known ids keep theirs."""

    entity: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Delete(Command[Entity]):
    """Delete a record that nothing refers to."""

    entity: str


def fill(
    record: Entity, description: Description, values: Mapping[str, Any], work: Work, path: str = ""
) -> None:
    """Write parsed values into a record; refuses with every problem at once."""
    problems = list(problems_filling(record, description, values, work, path))
    if problems:
        raise Refused(problems)


def problems_filling(
    record: Entity, description: Description, values: Mapping[str, Any], work: Work, path: str
) -> Iterator[Refusal]:
    """Write what can be written, and name what can't."""
    is_new = "_row" not in record.__dict__
    writable = work.actor.rights.writable(description)
    for name, raw in values.items():
        here = f"{path}{name}"
        known = description.fields.get(name)
        if known is None:
            yield InvalidField(here, "unknown_field")
        elif known.name == "id" and description.is_line:
            continue
        elif known.kept or (known.once and not is_new and raw_differs(known, record, raw)):
            yield InvalidField(here, "read_only")
        elif known.name not in writable:
            yield NotPermitted(description.name, "edit", here)
        elif known.kind.name == "lines":
            yield from problems_in_lines(record, known, raw, work, here)
        else:
            yield from problems_in_value(record, known, raw, here)
    if is_new:
        for wanted in description.writable:
            if wanted.required and wanted.name not in values:
                yield InvalidField(f"{path}{wanted.name}", "required")


def problems_in_value(record: Entity, known: Field, raw: Any, path: str) -> Iterator[Refusal]:
    """Write one value, or name what is wrong with it."""
    try:
        known.set(record, known.parse(raw))
    except FieldProblem as problem:
        yield InvalidField(path, problem.problem, problem.expected)


def raw_differs(known: Field, record: Entity, raw: Any) -> bool:
    """Tell whether a value that may be written only once would change."""
    try:
        return bool(known.parse(raw) != known.get(record))
    except FieldProblem:
        return True


def problems_in_lines(
    record: Entity, known: Field, raw: Any, work: Work, path: str
) -> Iterator[Refusal]:
    """Replace a record's lines: those with a known id are edited, others are new."""
    line_description = work.catalogue.entities[known.target]
    try:
        rows = known.parse(raw) or []
    except FieldProblem as problem:
        yield InvalidField(path, problem.problem, problem.expected)
        return
    assert isinstance(rows, list)
    present = known.get(record)
    had = {line.id: line for line in ([] if present is UNLOADED else present or [])}
    lines = []
    for at, values in enumerate(rows):
        here = f"{path}[{at}]."
        line = None
        if values.get("id") is not None:
            try:
                line = had.pop(UUID(str(values["id"])), None)
            except ValueError:
                line = None
            if line is None:
                yield InvalidField(f"{here}id", "unknown_line")
                continue
        if line is None:
            line = blank(line_description)
            assert isinstance(line, Line)
            line.parent = record.id
        yield from problems_filling(line, line_description, values, work, here)
        lines.append(line)
    known.set(record, lines)


def prepare_create(_record: None, command: Create, work: Work) -> Entity:
    """Make the record in memory, with every given value parsed."""
    description = work.catalogue.entities[command.entity]
    record = blank(description)
    if command.as_id is not None:
        record.id = command.as_id
    for known in description.own.values():
        if known.acting:
            known.set(record, work.actor.person)
    fill(record, description, command.values, work)
    return record


def prepare_edit(record: Entity, command: Edit, work: Work) -> Entity:
    """Change the record in memory."""
    fill(record, work.catalogue.entities[command.entity], command.values, work)
    return record


def settlements(entity: str, work: Work) -> tuple[Settlement, ...]:
    """Give what follows every create and edit: of any entity, and of this one."""
    known = work.catalogue.settlements
    return (*known.get("*", ()), *known.get(entity, ()))


def settled_touches(record: Entity | None, command: Any, work: Work) -> Iterable[Touch]:
    """Touch what the entity's own settlement needs."""
    for settlement in settlements(command.entity, work):
        yield from settlement.touches(record, command, work)


def settled_obstacles(record: Entity | None, command: Any, work: Work) -> Iterable[Refusal]:
    """Ask the entity's own settlement what stands in the way."""
    for settlement in settlements(command.entity, work):
        yield from settlement.unless(record, command, work)


def settle(record: Entity, entity: str, work: Work) -> None:
    """Let the apps fill what follows from the given values."""
    for settlement in settlements(entity, work):
        settlement.settle(record, work)


def create_record(record: Entity, command: Create, work: Work) -> Entity:
    """Make a record."""
    settle(record, command.entity, work)
    return work.add(record)


def edit_record(record: Entity, command: Edit, work: Work) -> None:
    """Change a record."""
    settle(record, command.entity, work)


def delete_record(record: Entity, command: Delete, work: Work) -> None:  # noqa: ARG001  deletion has no arguments
    """Delete a record; the database refuses where something refers to it."""
    work.remove(record)


CREATE = Operation(
    on="*",
    name="create",
    command=Create,
    decide=create_record,
    prepare=prepare_create,
    touches=settled_touches,
    unless=settled_obstacles,
    creates=True,
    inverse="delete",
    happened="created",
    doc="Make a record.",
    generic=True,
)
EDIT = Operation(
    on="*",
    name="edit",
    command=Edit,
    decide=edit_record,
    prepare=prepare_edit,
    touches=settled_touches,
    unless=settled_obstacles,
    inverse="edit",
    happened="edited",
    doc="Change some fields of a record.",
    generic=True,
)
DELETE = Operation(
    on="*",
    name="delete",
    command=Delete,
    decide=delete_record,
    touches=settled_touches,
    unless=settled_obstacles,
    happened="deleted",
    doc="Delete a record that nothing refers to.",
    generic=True,
)
VERBS = (CREATE, EDIT, DELETE)

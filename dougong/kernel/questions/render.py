"""How values and records are written as JSON: the one place, for answers from SQL and from memory.

Numbers are strings, exact to the last digit; days and instants are ISO 8601, instants in UTC; a
reference is ``{"id", "title"}``. What may not be read is left out, not emptied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from dougong.kernel.access.actor import Actor
from dougong.kernel.access.together import named
from dougong.kernel.company import State
from dougong.kernel.entities import Description, Entity
from dougong.kernel.fields import Field
from dougong.kernel.questions.formulas import computed, readable_formulas
from dougong.kernel.questions.question import Json
from dougong.kernel.store.shapes import UNLOADED

Titles = Mapping[tuple[str, UUID], str | None]
"""How records are called: (entity, id) → title."""


def as_json(value: object) -> Any:
    """Write a value; texts, yes or no, whole numbers and None stand for themselves."""
    write = WRITE.get(type(value))
    if write is not None:
        return write(value)
    return str(value) if isinstance(value, str) else value  # an option is its plain text


def instant_as_json(value: datetime) -> str:
    """Write an instant, in UTC."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


WRITE: Mapping[type, Callable[[Any], Any]] = {
    str: str,
    Decimal: lambda value: format(value, "f"),
    UUID: str,
    date: date.isoformat,
    datetime: instant_as_json,
    list: lambda value: [as_json(one) for one in value],
    dict: lambda value: {key: as_json(one) for key, one in value.items()},
}


def computed_as_json(value: object) -> Any:
    """Write what a formula gave: of a number, no zeros that only the way of computing left."""
    written = as_json(value)
    if isinstance(value, Decimal) and "." in written:
        written = written.rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def reference_as_json(identity: UUID | None, title: object) -> Json | None:
    """Write a reference with the title of what it points at."""
    if identity is None:
        return None
    return {"id": str(identity), "title": None if title is None else str(as_json(title))}


def any_reference_as_json(reference: str | None, titles: Titles) -> Json | None:
    """Write a reference to a record of any entity."""
    if reference is None:
        return None
    entity, identity = named(reference)
    return {"entity": entity, "id": str(identity), "title": titles.get((entity, identity))}


def target_of(state: State, description: Description, field: Field) -> str:
    """Name the entity that a reference points at; a line's parent is its document."""
    if field.name == "parent":
        return state.catalogue.parent_of.get(description.name, "")
    return field.target


def render(
    record: Entity,
    state: State,
    actor: Actor,
    titles: Titles | None = None,
    *,
    today: date,
) -> Json:
    """Write a record that is in memory as ``one`` would answer it, with the lines that are loaded."""
    description = state.catalogue.entities[record.description.name]
    readable = actor.rights.readable(description)
    formulas = readable_formulas(state.catalogue, description, readable)
    written: Json = {"id": str(record.id)}
    for name, field in description.fields.items():
        if name not in readable or (name == "parent" and description.is_line):
            continue
        match field.kind.name:
            case "lines":
                if field.get(record) is not UNLOADED:
                    written[name] = [
                        render(line, state, actor, titles, today=today)
                        for line in field.get(record) or ()
                    ]
            case "formula":
                if name in formulas:
                    written[name] = computed_as_json(computed(formulas[name], record, today))
            case _:
                written[name] = value_as_json(
                    field.get(record), field, target_of(state, description, field), titles or {}
                )
    return written


def value_as_json(value: Any, field: Field, target: str, titles: Titles) -> Any:
    """Write one stored value of a record in memory."""
    if field.kind.name == "reference_any":
        return any_reference_as_json(value, titles)
    if target:
        return reference_as_json(value, titles.get((target, value)))
    return as_json(value)


def references_in(record: Entity, state: State) -> Iterator[tuple[str, UUID]]:
    """Name every record that a record in memory, or one of its loaded lines, refers to."""
    description = state.catalogue.entities[record.description.name]
    for field in description.stored:
        value, target = field.get(record), target_of(state, description, field)
        if value is not None and field.kind.name == "reference_any":
            yield named(value)
        elif value is not None and target:
            yield target, value
    for field in description.lines:
        if field.get(record) is not UNLOADED:
            for line in field.get(record) or ():
                yield from references_in(line, state)

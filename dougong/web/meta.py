"""What there is: the company's kinds of records with their fields, states and operations, in words.

Screens are drawn from this. What the asker may not read isn't there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from starlette.responses import Response

from dougong.kernel.entities import Description
from dougong.kernel.fields import Field
from dougong.kernel.operations import Operation
from dougong.kernel.questions import as_json
from dougong.kernel.refusals import NotPermitted, Refused
from dougong.web.answers import Json, plain
from dougong.web.asking import Asking, Reading
from dougong.web.bodies import known_parameters
from dougong.web.schemas import arguments_of, field_schema

FACTS = ("required", "unique", "searchable", "once", "custom", "gapless")
"""What is told of a field only where it is so."""


def show_house(asking: Asking) -> Response:
    """Answer the kinds of records that the asker may see."""
    known_parameters(asking.request, ())
    with asking.reading() as reading:
        entities = [entity_in_short(asking, reading, one) for one in readable_entities(reading)]
        company = {
            "slug": reading.state.slug,
            "name": reading.state.company.name,
            "currency": reading.state.currency,
            "time_zone": reading.state.company.time_zone,
            "today": as_json(reading.today),
            "version": reading.state.version,
        }
        roles = {
            plain(getattr(one, "code", "")): plain(getattr(one, "name", ""))
            for one in reading.state.cached("role").values()
        }
    return Json(
        {
            "company": company,
            "roles": roles,
            "languages": list(asking.messages.languages),
            "language": asking.locale,
            "entities": entities,
        }
    )


def show_entity(asking: Asking) -> Response:
    """Answer one kind of record: fields, lifecycle and operations."""
    known_parameters(asking.request, ())
    with asking.reading() as reading:
        description = reading.state.catalogue.entity(asking.path("entity"))
        if not may_read(reading, description):
            raise Refused(NotPermitted(description.name, "read"))
        return Json(entity_in_full(asking, reading, description))


def readable_entities(reading: Reading) -> Iterator[Description]:
    """Give the documents and masters that the asker may read; lines are told of with them."""
    for description in reading.state.catalogue.entities.values():
        if not description.is_line and may_read(reading, description):
            yield description


def may_read(reading: Reading, description: Description) -> bool:
    """Tell whether the asker may read some record of the kind; lines go with their document."""
    parents = reading.state.catalogue.parent_of
    name = description.name
    while name in parents:
        name = parents[name]
    return reading.actor.rights.may(name, "read")


def entity_in_short(asking: Asking, reading: Reading, description: Description) -> dict[str, Any]:
    """Write what a menu needs."""
    name = description.name
    return {
        "name": name,
        "label": label_of(asking, description),
        "title": description.title_field,
        "custom": description.custom,
        "operations": [one.name for one in allowed(reading, name)],
    }


def entity_in_full(asking: Asking, reading: Reading, description: Description) -> dict[str, Any]:
    """Write what lists and forms need."""
    readable = reading.actor.rights.readable(description)
    writable = reading.actor.rights.writable(description)
    return {
        **entity_in_short(asking, reading, description),
        "doc": description.doc,
        "fields": [
            field_as_json(asking, reading, description, field, writable=name in writable)
            for name, field in description.fields.items()
            if name in readable
        ],
        "lifecycle": lifecycle_as_json(asking, description),
        "questions": sorted(
            name for on, name in reading.state.catalogue.questions if on == description.name
        ),
        "operations": [
            operation_as_json(asking, one) for one in allowed(reading, description.name)
        ],
    }


def label_of(asking: Asking, description: Description) -> str:
    """Name a kind of record, a company's own by its own word."""
    own = description.labels
    return (
        own.get(asking.locale)
        or own.get("en")
        or asking.messages.entity(description.name, asking.locale)
    )


def field_as_json(
    asking: Asking, reading: Reading, description: Description, field: Field, *, writable: bool
) -> dict[str, Any]:
    """Write what is to know of a field."""
    written: dict[str, Any] = {
        "name": field.name,
        "label": asking.messages.label(description.name, field, asking.locale),
        "kind": field.kind.name,
        "writable": writable,
        "schema": field_schema(field),
    }
    written |= {fact: True for fact in FACTS if getattr(field, fact)}
    if field.options:
        written["options"] = [
            {
                "value": option,
                "label": asking.messages.option(
                    description.name, field.name, option, asking.locale
                ),
            }
            for option in field.options
        ]
    if field.kind.name == "lines":
        lines = reading.state.catalogue.entities[field.target]
        written["lines"] = entity_in_full(asking, reading, lines)
    elif field.target:
        written["entity"] = field.target
    if field.currency:
        written["currency_field"] = field.currency
    if not field.required and not field.kept and not callable(field.default):
        written["default"] = as_json(field.default)
    return written


def lifecycle_as_json(asking: Asking, description: Description) -> dict[str, Any] | None:
    """Write the states and the moves between them."""
    if description.lifecycle is None:
        return None
    field = description.state_field
    return {
        "field": field,
        "states": [
            {
                "name": state,
                "label": asking.messages.option(description.name, field, state, asking.locale),
            }
            for state in description.lifecycle.states
        ],
        "moves": [{"from": one, "to": other} for one, other in description.lifecycle.pairs],
    }


def allowed(reading: Reading, entity: str) -> list[Operation]:
    """Give the operations that the asker may perform on some record at least."""
    return [
        one
        for one in reading.state.catalogue.operations_of(entity)
        if reading.actor.rights.may(entity, one.name)
    ]


def operation_as_json(asking: Asking, operation: Operation) -> dict[str, Any]:
    """Write what is to know of an operation."""
    return {
        "name": operation.name,
        "label": asking.messages.operation(operation.on, operation.name, asking.locale),
        "doc": operation.doc,
        "creates": operation.creates,
        "generic": operation.generic,
        "inverse": operation.inverse or None,
        "arguments": None if operation.generic else arguments_of(operation),
    }

"""What there is: the company's kinds of records with their fields, states and operations, in words.

Screens are drawn from this. What the asker may not read isn't there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from starlette.responses import Response

from dougong.kernel.access.entities import Role
from dougong.kernel.access.grants import GRANTS, in_force
from dougong.kernel.approvals.entities import Rule
from dougong.kernel.changes.entities import SavedView
from dougong.kernel.entities import Description
from dougong.kernel.fields import Field
from dougong.kernel.operations import Operation
from dougong.kernel.questions import as_json
from dougong.kernel.questions.statements import rows_of
from dougong.kernel.refusals import NotPermitted, Refused
from dougong.web.answers import plain
from dougong.web.asking import Asking, Reading
from dougong.web.bodies import known_parameters
from dougong.web.fresh import unless_known
from dougong.web.schemas import arguments_of, field_schema

FACTS = (
    "required",
    "unique",
    "indexed",
    "searchable",
    "once",
    "custom",
    "gapless",
    "kept",
    "secret",
    "acting",
)
"""What is told of a field only where it is so."""
LISTED_KINDS = frozenset(
    {"text", "choice", "reference", "day", "money", "quantity", "percent", "number", "auto_number"}
)
"""Kinds that say something in a narrow column."""
MOST_COLUMNS = 8


def show_house(asking: Asking) -> Response:
    """Answer the kinds of records that the asker may see."""
    known_parameters(asking.request, ())
    with asking.reading() as reading:
        return unless_known(asking, reading, lambda: house_as_json(asking, reading))


def house_as_json(asking: Asking, reading: Reading) -> dict[str, Any]:
    """Write what every page needs: the company, the languages, the kinds of records."""
    return {
        "company": {
            "slug": reading.state.slug,
            "name": reading.state.company.name,
            "currency": reading.state.currency,
            "time_zone": reading.state.company.time_zone,
            "today": as_json(reading.today),
            "version": reading.state.version,
        },
        "roles": {
            plain(getattr(one, "code", "")): plain(getattr(one, "name", ""))
            for one in reading.state.cached("role").values()
        },
        "languages": list(asking.messages.languages),
        "language": asking.locale,
        "entities": [entity_in_short(asking, reading, one) for one in readable_entities(reading)],
    }


def show_entity(asking: Asking) -> Response:
    """Answer one kind of record: fields, lifecycle and operations."""
    known_parameters(asking.request, ())
    with asking.reading() as reading:
        description = reading.state.catalogue.entity(asking.path("entity"))
        if not may_read(reading, description) and not has_grant(reading, description.name):
            raise Refused(NotPermitted(description.name, "read"))
        return unless_known(asking, reading, lambda: entity_as_json(asking, reading, description))


def entity_as_json(asking: Asking, reading: Reading, description: Description) -> dict[str, Any]:
    """Write one kind of record, with what the company has configured about it."""
    return {
        **entity_in_full(asking, reading, description),
        **configuration(reading, description.name),
    }


def has_grant(reading: Reading, entity: str) -> bool:
    """Tell whether the asker was granted to read some record of a kind that their roles don't."""
    person = reading.actor.person
    if person is None or not reading.actor.rights.may_if_granted(entity, "read"):
        return False
    of_kind = GRANTS.c.record.startswith(f"{entity}:", autoescape=True)
    statement = sa.select(GRANTS.c.record).where(of_kind, *in_force(person)).limit(1)
    return bool(rows_of(reading.transaction, statement))


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
    if not may_read(reading, description):
        readable = reading.actor.rights.readable_if_granted(description)
    writable = reading.actor.rights.writable(description)
    return {
        **entity_in_short(asking, reading, description),
        "doc": description.doc,
        "append_only": description.append_only,
        "number": description.number_field.name if description.number_field else None,
        "sections": sections(description, readable),
        "columns": columns(description, readable),
        "fields": [
            field_as_json(asking, reading, description, field, writable=name in writable)
            for name, field in description.fields.items()
            if name in readable
        ],
        "lifecycle": lifecycle_as_json(asking, description),
        "chain": description.name in reading.state.catalogue.stages,
        "inquiries": sorted(
            name for on, name in reading.state.catalogue.inquiries if on == description.name
        ),
        "questions": sorted(
            name for on, name in reading.state.catalogue.questions if on == description.name
        ),
        "operations": [
            operation_as_json(asking, one) for one in allowed(reading, description.name)
        ],
    }


def sections(description: Description, readable: frozenset[str]) -> list[dict[str, Any]]:
    """Put the fields in the order in which a form tells of them, by what they mean."""
    first = {description.title_field, description.state_field}
    first |= {description.number_field.name} if description.number_field else set()
    found: dict[str, list[str]] = {
        "identity": [],
        "given": [],
        "own": [],
        "lines": [],
        "kept": [],
        "stamps": [],
    }
    for name, field in description.fields.items():
        if name in readable and name not in ("id", "version", "parent", "position"):
            found[section_of(description, field, first)].append(name)
    return [{"name": name, "fields": fields} for name, fields in found.items() if fields]


def section_of(description: Description, field: Field, first: set[str]) -> str:
    """Tell in which section a field stands: what names it, what is given, what is kept."""
    if field.name in first:
        return "identity"
    if field.kind.name == "lines":
        return "lines"
    if field.name not in description.own:
        return "stamps"
    if field.custom:
        return "own"
    return "kept" if field.kept else "given"


def columns(description: Description, readable: frozenset[str]) -> list[str]:
    """Name the fields that a list shows to who hasn't chosen: what names it, then what says most."""
    first = [description.number_field.name] if description.number_field else []
    first += [description.title_field, description.state_field]
    rest = [
        field.name
        for field in description.own.values()
        if field.kind.name in LISTED_KINDS and (field.required or field.indexed or field.kept)
    ]
    named = dict.fromkeys(name for name in (*first, *rest) if name in readable and name != "id")
    return list(named)[:MOST_COLUMNS]


def configuration(reading: Reading, entity: str) -> dict[str, Any]:
    """Write what change sets say of a kind of record, as far as the asker may see such things."""
    written: dict[str, Any] = {"views": [view_as_json(one) for one in views_of(reading, entity)]}
    if reading.actor.rights.may("rule", "read"):
        written["rules"] = [
            {
                "name": one.name,
                "on": one.on_operation,
                "condition": one.condition,
                "then": as_json(one.then),
                "role": one.role,
                "message": one.message,
            }
            for one in reading.state.cached("rule").values()
            if isinstance(one, Rule) and one.on_entity == entity
        ]
    if reading.actor.rights.may("role", "read"):
        written["roles"] = list(roles_of(reading, entity))
    number = reading.state.catalogue.entities[entity].number_field
    if number is not None:
        numbering: dict[str, str] = reading.state.extras.get("numbering", {})
        written["numbering"] = numbering.get(entity, number.pattern)
    return written


def views_of(reading: Reading, entity: str) -> Iterator[SavedView]:
    """Give the views of a kind of record that are for everybody or for a role of the asker's."""
    for one in reading.state.cached("view").values():
        if not isinstance(one, SavedView) or one.entity != entity:
            continue
        if not one.role or reading.actor.rights.plays(one.role):
            yield one


def view_as_json(view: SavedView) -> dict[str, Any]:
    """Write a view; what is in it is understood by the client."""
    return {
        "name": view.name,
        "kind": view.kind,
        "role": view.role or None,
        "content": view.content,
    }


def roles_of(reading: Reading, entity: str) -> Iterator[dict[str, Any]]:
    """Give what each role may do with a kind of record."""
    for role in reading.state.cached("role").values():
        assert isinstance(role, Role)
        permissions = [
            {"operation": one.operation, "rows": one.rows}
            for one in role.permissions
            if one.entity in (entity, "*")
        ]
        if permissions:
            yield {"code": role.code, "name": role.name, "permissions": permissions}


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
    if field.kind.name == "formula":
        written["expression"] = field.pattern
    if help_text := asking.messages.help(description.name, field, asking.locale):
        written["help"] = help_text
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
        "arguments": None if operation.generic else arguments_in_words(asking, operation),
    }


def arguments_in_words(asking: Asking, operation: Operation) -> dict[str, Any]:
    """Write what an operation asks for, each argument with its label."""
    schema = arguments_of(operation)
    titled = {
        name: one | {"title": asking.messages.argument(operation.on, name, asking.locale)}
        for name, one in schema.get("properties", {}).items()
    }
    return {**schema, "properties": titled}

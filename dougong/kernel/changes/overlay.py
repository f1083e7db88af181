"""The catalogue with a company's own fields and objects: the same descriptions, merged."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import msgspec

from dougong.kernel.catalogue import Catalogue, given_verbs
from dougong.kernel.changes.entities import CompanyField, CompanyObject, Liveness, NumberingPolicy
from dougong.kernel.changes.moves import move_operation
from dougong.kernel.company import State
from dougong.kernel.entities import Description, company_class
from dougong.kernel.fields import KINDS, Field
from dougong.kernel.lifecycle import Lifecycle
from dougong.kernel.operations import Operation
from dougong.kernel.store.database import Transaction
from dougong.kernel.store.shapes import shape_of
from dougong.kernel.verbs import VERBS

RANK = 49
"""A company's own objects are locked after our documents and before our positions."""


def field_of(own: CompanyField) -> Field:
    """Describe a company's own field as our own are described."""
    options = tuple(str(one) for one in msgspec.json.decode(own.options or "[]"))
    kind = KINDS[own.kind]
    initial = msgspec.json.decode(own.initial) if own.initial else None
    target = "file" if kind.name == "file" else own.target
    bare = Field(name=own.name, kind=kind, options=options, target=target, custom=True)
    many = kind.name in ("tags", "choices")
    default: Any = list if many else None
    if initial is not None:
        default = bare.parse(initial)
    return dataclasses.replace(
        bare,
        required=own.required,
        default=default,
        unique=own.unique,
        indexed=own.indexed or kind.name in ("reference", "file"),
        searchable=own.searchable,
        secret=own.secret,
        kept=kind.name in ("formula", "auto_number"),
        pattern=own.pattern,
        help=own.help,
        labels={"zh": own.label, "en": own.label_en or own.label},
    )


def moves_of(own: CompanyObject) -> list[dict[str, Any]]:
    """Read an object's lifecycle: each verb with the states that it leads from and to."""
    return list(msgspec.json.decode(own.moves or "[]"))


def description_of(own: CompanyObject, fields: Iterable[Field]) -> Description:
    """Describe a company's own object as our entities are described."""
    moves = moves_of(own)
    pairs = tuple((start, move["to"]) for move in moves for start in move["from"])
    cls = company_class(own.name, is_line=own.is_line)
    description = Description(
        name=own.name,
        cls=cls,
        own={f.name: f for f in fields},
        rank=RANK,
        title=own.title_field,
        lifecycle=Lifecycle(pairs) if pairs else None,
        is_line=own.is_line,
        operations=() if own.is_line else ("create", "edit", "delete"),
        moves={m["verb"]: (tuple(m["from"]), m["to"]) for m in moves},
        custom=True,
        labels={"zh": own.label, "en": own.label_en or own.label},
    )
    if description.lifecycle is not None:
        state = description.state_field
        kept = dataclasses.replace(description.own[state], kept=True, indexed=True)
        description = dataclasses.replace(description, own={**description.own, state: kept})
    cls.description = description
    return description


def merged(
    ours: Catalogue,
    objects: Iterable[CompanyObject],
    fields: Iterable[CompanyField],
    verbs: Iterable[Operation],
) -> Catalogue:
    """Give the catalogue with everything of the company that is live."""
    by_entity: dict[str, list[Field]] = defaultdict(list)
    for own in fields:
        if own.liveness is Liveness.LIVE:
            by_entity[own.entity].append(field_of(own))
    entities: dict[str, Description] = {
        name: description.with_fields(by_entity[name]) if name in by_entity else description
        for name, description in ours.entities.items()
    }
    operations = dict(ours.operations)
    verbs = tuple(verbs)
    for made in objects:
        if made.liveness is not Liveness.LIVE:
            continue
        description = description_of(made, by_entity.get(made.name, ()))
        entities[made.name] = description
        for verb in (*given_verbs(description, verbs), *moving(description)):
            operations[made.name, verb.name] = verb
    if not by_entity and len(entities) == len(ours.entities):
        return ours
    return dataclasses.replace(ours, entities=entities, operations=operations)


def moving(description: Description) -> Iterable[Operation]:
    """Give an object's own operations: one for each move of its lifecycle."""
    return [move_operation(description.name, verb) for verb in description.moves]


def complete(transaction: Transaction, ours: Catalogue) -> Catalogue:
    """Make our catalogue the company's, from its own fields and objects."""
    found: list[list[Any]] = []
    for cls in (CompanyObject, CompanyField):
        shape = shape_of(cls.description)
        found.append([shape.build(row) for row in transaction.rows(f"{shape.select} ORDER BY id")])
    return merged(ours, found[0], found[1], VERBS)


def number_patterns(state: State) -> None:
    """Note how the company numbers its records."""
    state.extras["numbering"] = {
        policy.entity: policy.pattern
        for policy in state.cached("numbering_policy").values()
        if isinstance(policy, NumberingPolicy)
    }

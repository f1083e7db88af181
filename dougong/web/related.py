"""What belongs to a record: of each kind that refers to it, how many, in one statement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from starlette.responses import Response

from dougong.kernel.entities import Description
from dougong.kernel.fields import Field
from dougong.kernel.questions.reading import Reading as Rows
from dougong.kernel.questions.statements import rows_of
from dougong.web.answers import Json
from dougong.web.asking import Asking, Reading
from dougong.web.bodies import known_parameters
from dougong.web.meta import label_of, readable_entities
from dougong.web.records import identity_of
from dougong.web.sight import see

MOST = 1000
"""So many are counted; beyond that it is said that there are more."""
POINTS = ("reference", "reference_any")


@dataclass(frozen=True)
class Pointer:
    """A field by which records of one kind belong to a record of another."""

    owner: Description
    field: Field

    def condition(self, target: str) -> str:
        """Write the filter under which the list shows those of a record."""
        return f'{self.field.name} == "{target}"'


def show_related(asking: Asking) -> Response:
    """Answer how many records of each kind refer to this one, with the filter that lists them."""
    known_parameters(asking.request, ())
    entity, key = asking.path("entity"), asking.path("id")
    with asking.reading() as reading:
        identity = identity_of(reading, entity, key)
        see(reading, entity, identity, key)
        pointers = list(pointers_to(reading, entity))
        targets = [target_of(one, entity, str(identity)) for one in pointers]
        counts = counted(reading, pointers, targets)
        found = [
            panel_as_json(asking, pointer, target, count)
            for pointer, target, count in zip(pointers, targets, counts, strict=True)
        ]
    return Json({"panels": found})


def pointers_to(reading: Reading, entity: str) -> Iterator[Pointer]:
    """Give the fields that may point at a kind of record, as far as the asker may read them.

    Of several that an entity has, such as who made and who changed it, the indexed ones count.
    """
    for owner in readable_entities(reading):
        readable = reading.actor.rights.readable(owner)
        for name, field in owner.own.items():
            known = name in readable and field.kind.name in POINTS and is_indexed(owner, field)
            if known and (field.kind.name == "reference_any" or field.target == entity):
                yield Pointer(owner, field)


def is_indexed(owner: Description, field: Field) -> bool:
    """Tell whether records are quickly found by a field: by its own index, or one beginning with it."""
    return field.indexed or any(names[0] == field.name for names in owner.indexes)


def target_of(pointer: Pointer, entity: str, identity: str) -> str:
    """Write how a field of the pointer's kind names the record."""
    return f"{entity}:{identity}" if pointer.field.kind.name == "reference_any" else identity


def counted(reading: Reading, pointers: list[Pointer], targets: list[str]) -> list[int]:
    """Count what the asker may see of each, up to a bound."""
    parts = []
    for at, (pointer, target) in enumerate(zip(pointers, targets, strict=True)):
        rows = Rows(reading.state, reading.actor, pointer.owner.name, reading.today)
        where = [*rows.permitted(), rows.condition(pointer.condition(target), "filter")]
        some = sa.select(rows.identity).select_from(rows.tables.source).where(*where).limit(MOST)
        inner = some.subquery(f"some_{at}")
        parts.append(sa.select(sa.literal(at), sa.func.count()).select_from(inner))
    if not parts:
        return []
    found: dict[int, int] = dict(rows_of(reading.transaction, sa.union_all(*parts)))
    return [found[at] for at in range(len(pointers))]


def panel_as_json(asking: Asking, pointer: Pointer, target: str, count: int) -> dict[str, Any]:
    """Write one kind of records that belong to the record."""
    return {
        "entity": pointer.owner.name,
        "label": label_of(asking, pointer.owner),
        "field": pointer.field.name,
        "field_label": asking.messages.label(pointer.owner.name, pointer.field, asking.locale),
        "filter": pointer.condition(target),
        "count": count,
        "more": count == MOST,
    }

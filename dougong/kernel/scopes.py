"""What expressions may speak of, from the catalogue: in memory over a work, in SQL over tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from dougong.kernel.catalogue import Catalogue
from dougong.kernel.entities import Entity
from dougong.kernel.fields import Field
from dougong.kernel.rules import (
    DAY,
    INSTANT,
    MONEY,
    NUMBER,
    PERCENT,
    QUANTITY,
    TEXT,
    YES_NO,
    FieldType,
    Shape,
    choice_of,
    lines_of,
    reference_to,
)

if TYPE_CHECKING:
    from dougong.kernel.work import Work

PLAIN = {
    "number": NUMBER,
    "money": MONEY,
    "quantity": QUANTITY,
    "percent": PERCENT,
    "day": DAY,
    "instant": INSTANT,
    "yes_no": YES_NO,
}
NOT_SPOKEN_OF = ("choices", "tags", "address", "formula", "structure")
"""Kinds that the language has no type for."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A record in memory with the work that can follow its references."""

    record: Entity
    work: Work


class SeenReader:
    """Reads records of one entity through the work that holds them."""

    def __init__(self, catalogue: Catalogue, entity: str) -> None:
        """Read by the entity's description."""
        self.fields = catalogue.entities[entity].fields

    def value(self, name: str) -> Callable[[Any], Any]:
        """Read a plain field."""
        get = self.fields[name].get
        return lambda seen: None if seen is None else get(seen.record)

    identity = value

    def reference(self, name: str) -> Callable[[Any], Any]:
        """Follow a reference to a touched or cached record."""
        known = self.fields[name]

        def follow(seen: Seen | None) -> Seen | None:
            identity = None if seen is None else known.get(seen.record)
            if seen is None or identity is None:
                return None
            found = seen.work.fetch(known.target, identity)
            return None if found is None else Seen(found, seen.work)

        return follow

    def lines(self, name: str) -> Callable[[Any], Iterable[Any]]:
        """List the lines."""
        get = self.fields[name].get
        return lambda seen: (Seen(line, seen.work) for line in get(seen.record) or ())


class CatalogueScope:
    """The fields of an entity that somebody may speak of."""

    def __init__(
        self,
        catalogue: Catalogue,
        entity: str,
        readable: Callable[[str], frozenset[str]] | None = None,
    ) -> None:
        """``readable`` gives the fields of an entity that may be read; without it, all may."""
        self.catalogue = catalogue
        self.description = catalogue.entity(entity)
        self.readable = readable
        self.reader = SeenReader(catalogue, entity)

    def field(self, name: str) -> FieldType | None:
        """Give the type of a field, or None where there is none that may be read."""
        known = self.description.fields.get(name)
        if known is None or known.kind.name in NOT_SPOKEN_OF:
            return None
        if self.readable is not None and name not in self.readable(self.description.name):
            return None
        return self.type_of(known)

    def type_of(self, known: Field) -> FieldType | None:
        """Give the type of a field that may be spoken of."""
        match known.kind.name:
            case "choice":
                return choice_of(*known.options)
            case "lines":
                return lines_of(CatalogueScope(self.catalogue, known.target, self.readable))
            case "reference" | "file":
                return self.reference(known)
            case plain:
                return PLAIN.get(plain, TEXT)

    def reference(self, known: Field) -> FieldType | None:
        """Give the type of a reference, whose target the catalogue must know."""
        target = known.target
        if known.name == "parent" and self.description.is_line:
            target = self.catalogue.parent_of.get(self.description.name, "")
        if known.name == "id":
            target = self.description.name
        if target not in self.catalogue.entities:
            return None
        return reference_to(CatalogueScope(self.catalogue, target, self.readable))


SQL_TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "text": sa.Text(),
    "numeric": sa.Numeric(),
    "date": sa.Date(),
    "timestamptz": sa.DateTime(timezone=True),
    "boolean": sa.Boolean(),
    "text[]": postgresql.ARRAY(sa.Text()),
    "uuid": sa.Uuid(),
    "jsonb": postgresql.JSONB(),
}

_shapes: WeakKeyDictionary[Catalogue, Callable[[str], Shape]] = WeakKeyDictionary()


def shapes_of(catalogue: Catalogue) -> Callable[[str], Shape]:
    """Give the SQL shape of each entity of a catalogue, made once, when it is asked for."""
    found = _shapes.get(catalogue)
    if found is None:
        found = _shapes[catalogue] = lru_cache(maxsize=None)(
            lambda entity: make_shape(catalogue, entity)
        )
    return found


def make_shape(catalogue: Catalogue, entity: str) -> Shape:
    """Describe an entity's table, what it refers to and which lines refer to it."""
    shape_of = shapes_of(catalogue)
    description = catalogue.entities[entity]
    table = sa.table(
        entity, *(sa.column(f.name, SQL_TYPES[f.kind.column]) for f in description.stored)
    )

    def later(target: str) -> Callable[[], Shape]:
        return lambda: shape_of(target)

    references = {
        f.name: later(f.target) for f in description.references if f.target in catalogue.entities
    }
    if description.is_line and entity in catalogue.parent_of:
        references["parent"] = later(catalogue.parent_of[entity])
    lines = {f.name: (later(f.target), "parent") for f in description.lines}
    return Shape(table, references, lines)

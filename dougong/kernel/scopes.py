"""What expressions may speak of, from the catalogue: in memory over a work, in SQL over tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from dougong.kernel.catalogue import Catalogue
from dougong.kernel.entities import Description, Entity
from dougong.kernel.fields import Field
from dougong.kernel.fields.references import ADDRESS_PARTS
from dougong.kernel.rules import (
    DAY,
    INSTANT,
    MONEY,
    NUMBER,
    PERCENT,
    QUANTITY,
    TEXT,
    YES_NO,
    Expression,
    ExpressionError,
    FieldType,
    Shape,
    Tag,
    choice_of,
    lines_of,
    parse,
    parts_of,
    reference_to,
    words_of,
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
NOT_SPOKEN_OF = ("structure",)
"""Kinds that the language has no type for."""
RESULTS = frozenset(Tag) - {Tag.LINES, Tag.RECORD, Tag.MISSING, Tag.WORDS, Tag.PARTS}
"""What a formula may come to."""


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
        if known.kind.name == "address":
            return self.value(name)

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
        *,
        computing: bool = True,
    ) -> None:
        """``readable`` gives the fields of an entity that may be read; without it, all may.

        Where not ``computing``, formulas aren't spoken of: they are made of plain fields.
        """
        self.computing = computing
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
        if known.kind.name == "formula":
            computed = self.formula(name)
            return None if computed is None else computed.result
        return self.type_of(known)

    def formula(self, name: str) -> Expression | None:
        """Give a formula that may be read: itself, and everything that it is made of."""
        known = self.description.fields.get(name)
        if known is None or known.kind.name != "formula" or not self.computing:
            return None
        found = formulas_of(self.catalogue, self.description).get(name)
        if found is None or self.readable is None:
            return found
        readable = self.readable(self.description.name)
        made_of = {path[0] for path in found.names}
        return found if name in readable and made_of <= readable else None

    def type_of(self, known: Field) -> FieldType | None:
        """Give the type of a field that may be spoken of."""
        match known.kind.name:
            case "choice":
                return choice_of(*known.options)
            case "choices" | "tags":
                return words_of(*known.options)
            case "address":
                return parts_of(*ADDRESS_PARTS)
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


_formulas: WeakKeyDictionary[Description, Mapping[str, Expression]] = WeakKeyDictionary()


def formulas_of(catalogue: Catalogue, description: Description) -> Mapping[str, Expression]:
    """Give an entity's formulas, understood once; one that speaks of other records isn't one."""
    found = _formulas.get(description)
    if found is None:
        understood = {
            field.name: understand(catalogue, description, field.pattern)
            for field in description.formulas
        }
        found = {name: one for name, one in understood.items() if one is not None}
        _formulas[description] = found
    return found


def understand(catalogue: Catalogue, description: Description, text: str) -> Expression | None:
    """Understand one formula, or answer None where it is none over the record's own plain fields."""
    try:
        scope = CatalogueScope(catalogue, description.name, computing=False)
        formula = parse(text, scope, RESULTS)
    except ExpressionError:
        return None
    return formula if all(is_own(description, path) for path in formula.names) else None


def is_own(description: Description, path: tuple[str, ...]) -> bool:
    """Tell whether a path leads to a field of the record itself, or to a part of one."""
    kind = description.fields[path[0]].kind.name
    return kind != "lines" and (len(path) == 1 or kind == "address")


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
    parts = frozenset(f.name for f in description.stored if f.kind.name == "address")
    return Shape(table, references, lines, parts)

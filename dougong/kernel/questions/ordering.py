"""Orders: by which columns records are sorted, and how the page after a certain record is found.

What is missing comes last, whichever way a field is sorted. Choices stand in the order in which
they are declared, references in the order of their titles, texts by code point (the collation of
the embedded database; a pinyin key is a column of its own). The id decides between equals, so
that every order is total and a page can begin exactly behind a record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from dougong.kernel.questions.cursors import decoded, encoded
from dougong.kernel.questions.paths import Path, path_to
from dougong.kernel.questions.question import Sort
from dougong.kernel.questions.reading import Reading
from dougong.kernel.questions.titles import title_path
from dougong.kernel.refusals import InvalidField, Refused
from dougong.kernel.rules import Tag
from dougong.kernel.rules.functions import Column
from dougong.kernel.rules.sql import Condition

MOST_KEYS = 8
UNSORTABLE = ("long_text",)
NEVER_MISSING = ("id", "version", "created_at", "position")
NEWEST_FIRST: Sort = ("created_at", True)

PLAIN: dict[type, sa.types.TypeEngine[Any]] = {
    Decimal: sa.Numeric(),
    int: sa.Integer(),
    str: sa.Text(),
    date: sa.Date(),
    datetime: sa.DateTime(timezone=True),
    bool: sa.Boolean(),
    UUID: sa.Uuid(),
}
BY_TAG: dict[Tag, type] = {
    Tag.NUMBER: Decimal,
    Tag.TEXT: str,
    Tag.CHOICE: str,
    Tag.DAY: date,
    Tag.INSTANT: datetime,
    Tag.YES_NO: bool,
    Tag.RECORD: UUID,
}


@dataclass(frozen=True, eq=False)
class Key:
    """One column to sort by."""

    column: Column
    holds: type
    """The Python type of its values."""
    descending: bool
    may_miss: bool

    @property
    def sorted(self) -> Column:
        """The column as ORDER BY has it; an index serves where nothing can be missing."""
        if self.descending:
            way = self.column.desc()
            return way.nulls_last() if self.may_miss else way
        return self.column.asc()

    def bound(self, value: Any) -> Column:
        """Give a value to compare the column with."""
        return sa.literal(value, PLAIN[self.holds])

    def same(self, value: Any) -> Condition:
        """Give the condition that a record has the value."""
        return self.column.is_(sa.null()) if value is None else self.column == self.bound(value)

    def later(self, value: Any) -> Condition | None:
        """Give the condition that a record comes after the value; None where none can."""
        if value is None:
            return None
        bound = self.bound(value)
        after = self.column < bound if self.descending else self.column > bound
        return sa.or_(after, self.column.is_(sa.null())) if self.may_miss else after


class Order:
    """The order of an answer."""

    def __init__(self, reading: Reading, sort: Sequence[Sort]) -> None:
        """Find the keys, with the id behind them."""
        if len(sort) > MOST_KEYS:
            raise Refused(InvalidField("sort", "too_many", str(MOST_KEYS)))
        given = [checked(one, at) for at, one in enumerate(sort)]
        if not given and "created_at" in reading.description.fields:
            given = [NEWEST_FIRST]
        self.keys = [key_of(reading, name, down, at) for at, (name, down) in enumerate(given)]
        if ("id", True) not in given and ("id", False) not in given:
            down = given[-1][1] if given else True
            self.keys.append(Key(reading.identity, UUID, descending=down, may_miss=False))
        said = f"{reading.description.name} {given}"
        self.mark = sha256(said.encode()).hexdigest()[:8]
        """Tells the cursors of one order from those of another."""

    @property
    def columns(self) -> list[Column]:
        """The columns whose values make a cursor."""
        return [key.column for key in self.keys]

    @property
    def by(self) -> list[Column]:
        """What ORDER BY says."""
        return [key.sorted for key in self.keys]

    def cursor(self, values: Sequence[Any]) -> str:
        """Write where a record with these values stands."""
        return encoded(self.mark, values)

    def after(self, cursor: str) -> Condition:
        """Give the condition that a record comes after a cursor."""
        values = decoded(cursor, self.mark, [(key.holds, key.may_miss) for key in self.keys])
        downward = {key.descending for key in self.keys}
        if len(downward) == 1 and not any(key.may_miss for key in self.keys):
            return self.behind(values, descending=downward.pop())
        return sa.or_(*self.ways(values))

    def behind(self, values: Sequence[Any], *, descending: bool) -> Condition:
        """Compare all at once, which an index over the columns can answer."""
        here = sa.tuple_(*self.columns)
        there = sa.tuple_(*(key.bound(v) for key, v in zip(self.keys, values, strict=True)))
        return here < there if descending else here > there

    def ways(self, values: Sequence[Any]) -> Iterator[Condition]:
        """Give each way to come after: the same up to some key, and later there."""
        same: list[Condition] = []
        for key, value in zip(self.keys, values, strict=True):
            later = key.later(value)
            if later is not None:
                yield sa.and_(*same, later)
            same.append(key.same(value))


def checked(one: object, at: int) -> Sort:
    """See that a sort is a field and a direction."""
    match one:
        case [str(name), bool(descending)]:
            return name, descending
    raise Refused(InvalidField(f"sort.{at}", "wrong_type", "field, descending"))


def key_of(reading: Reading, name: str, descending: bool, at: int) -> Key:
    """Find what a field is sorted by."""
    place = f"sort.{at}"
    path = path_to(reading.scope, name, place)
    if path.type.tag is Tag.LINES or path.field.kind.name in UNSORTABLE:
        raise Refused(InvalidField(place, "not_sortable", name))
    if path.type.tag is Tag.RECORD and not path.is_identity:
        path = titled(reading, path, place)
    column = reading.tables.column(path.names)
    if path.type.tag is Tag.CHOICE and path.field.options:
        options = sa.literal(list(path.field.options), ARRAY(sa.Text()))
        placed = sa.func.array_position(options, column, type_=sa.Integer)
        return Key(placed, int, descending=descending, may_miss=True)
    return Key(column, BY_TAG[path.type.tag], descending=descending, may_miss=may_miss(path))


def titled(reading: Reading, path: Path, place: str) -> Path:
    """Go on from a reference to the title of what it points at."""
    title = title_path(reading.catalogue, path.target, reading.readable_of)
    if not title:
        raise Refused(InvalidField(place, "not_sortable", ".".join(path.names)))
    return path_to(reading.scope, ".".join((*path.names, *title)), place)


def may_miss(path: Path) -> bool:
    """Tell whether a record may have no value there."""
    if len(path.names) > 1 or path.field.kind.name == "formula":
        return True
    required = path.field.required and not path.field.custom
    return not (required or path.field.name in NEVER_MISSING)

"""Orders: by which columns records are sorted, and how the page after a certain record is found.

What is missing comes last, whichever way a field is sorted. Choices stand in the order in which
they are declared, references in the order of their titles. What names the asked records, and any text
of theirs with an index, stands in the order of its sound (pinyin); other texts by code point. The
id decides between equals, so that every order is total and a page can begin exactly behind a record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
from dougong.kernel.rules.templates import Written
from dougong.kernel.search.sorting import SORT_KEY
from dougong.kernel.store.build import sorts_by_key

MOST_KEYS = 8
UNSORTABLE = ("long_text",)
NEVER_MISSING = ("id", "version", "created_at", "position")
NEWEST_FIRST: Sort = ("created_at", True)


class SortKey(Written):
    """A text as it is sorted; an index stands on exactly this."""

    inherit_cache = True
    type = sa.Text()
    template = f"{SORT_KEY}({{0}})"


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
    stored: bool = False
    """Whether it is a column of the record's own table, so that an index may have its order."""

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


@dataclass(frozen=True)
class Part:
    """A stretch of an order: which records stand in it, and how."""

    where: list[Condition]
    by: list[Column]


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

    def parts(self, cursor: str) -> Iterator[Part]:
        """Give the stretches of the order behind a cursor, one after the other.

        There are two where a column of the record's own is what first decides and may be missing:
        the records that have a value come first, and an index over the column gives them in order.
        """
        first, *others = self.keys
        values = self.decoded(cursor) if cursor else []
        if not (first.may_miss and first.stored):
            yield Part(after(self.keys, values), [key.sorted for key in self.keys])
            return
        there = replace(first, may_miss=False)
        if not values or values[0] is not None:
            keys = [there, *others]
            yield Part(
                [first.column.is_not(sa.null()), *after(keys, values)], [k.sorted for k in keys]
            )
        behind = after(others, values[1:]) if values and values[0] is None else []
        yield Part([first.column.is_(sa.null()), *behind], [key.sorted for key in others])

    def cursor(self, values: Sequence[Any]) -> str:
        """Write where a record with these values stands."""
        return encoded(self.mark, values)

    def decoded(self, cursor: str) -> list[Any]:
        """Read where a page ended."""
        return decoded(cursor, self.mark, [(key.holds, key.may_miss) for key in self.keys])


def after(keys: Sequence[Key], values: Sequence[Any]) -> list[Condition]:
    """Give the condition that a record comes after one with these values; none without values."""
    if not values:
        return []
    downward = {key.descending for key in keys}
    if len(downward) == 1 and not any(key.may_miss for key in keys):
        return [behind(keys, values, descending=downward.pop())]
    return [sa.or_(*ways(keys, values))]


def behind(keys: Sequence[Key], values: Sequence[Any], *, descending: bool) -> Condition:
    """Compare all at once, which an index over the columns can answer."""
    here = sa.tuple_(*(key.column for key in keys))
    there = sa.tuple_(*(key.bound(v) for key, v in zip(keys, values, strict=True)))
    return here < there if descending else here > there


def ways(keys: Sequence[Key], values: Sequence[Any]) -> Iterator[Condition]:
    """Give each way to come after: the same up to some key, and later there."""
    same: list[Condition] = []
    for key, value in zip(keys, values, strict=True):
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
    if path.type.tag not in BY_TAG or path.field.kind.name in UNSORTABLE:
        raise Refused(InvalidField(place, "not_sortable", name))
    if path.type.tag is Tag.RECORD and not path.is_identity:
        path = titled(reading, path, place)
    column = reading.tables.column(path.names)
    if len(path.names) == 1 and sorts_by_key(path.owner, path.field):
        column = SortKey(column)
    if path.type.tag is Tag.CHOICE and path.field.options:
        options = sa.literal(list(path.field.options), ARRAY(sa.Text()))
        placed = sa.func.array_position(options, column, type_=sa.Integer)
        return Key(placed, int, descending=descending, may_miss=True)
    return Key(
        column,
        BY_TAG[path.type.tag],
        descending=descending,
        may_miss=may_miss(path),
        stored=len(path.names) == 1 and path.field.stored,
    )


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

"""What may be asked of records, and what is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Sort = tuple[str, bool]
"""A field (or a path over references) and whether the largest comes first."""
Filter = str | Mapping[str, Any] | None
"""A text of the expression language, or the tree that the visual builder makes."""
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Question:
    """Which records of an entity, in which order, and which of their fields."""

    entity: str
    filter: Filter = None
    search: str = ""
    """Words that must all be found in the record's searchable fields."""
    sort: Sequence[Sort] = ()
    """Without one, the newest come first."""
    fields: Sequence[str] = ()
    """Fields and paths to answer; without any, every field that may be read, without lines."""
    limit: int = 50
    cursor: str = ""
    """Where the page before ended, as its answer said."""
    counted: bool = False
    """Whether the answer also says how many there are."""


@dataclass(frozen=True)
class Count:
    """How many records there are: exact up to a bound, estimated above it."""

    number: int
    exact: bool


@dataclass(frozen=True)
class Page:
    """Some records, in order, and where the next page begins; no cursor after the last page."""

    records: list[Json]
    next_cursor: str = ""
    count: Count | None = None


@dataclass(frozen=True, kw_only=True)
class Grouping:
    """Records put together by some fields, counted and summed."""

    entity: str
    filter: Filter = None
    search: str = ""
    by: Sequence[tuple[str, str | None]] = ()
    """Fields or paths, each with a grain where it is a day: day, week, month, quarter, year."""
    sums: Sequence[str] = ()
    count: bool = True
    having: str = ""
    """A condition on ``count`` and on the sums, under their fields' names."""
    sort: Sequence[Sort] = ()
    """By what is grouped by, by sums or by ``count``; without one, in the order of ``by``."""
    limit: int = 1000


@dataclass(frozen=True)
class Groups:
    """The groups, in order, and whether there are more than were asked for."""

    rows: list[Json] = field(default_factory=list)
    more: bool = False

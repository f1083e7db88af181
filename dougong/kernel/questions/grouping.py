"""Grouping: records put together by fields and days, counted and summed, exact to the last digit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from dougong.kernel.access.actor import Actor
from dougong.kernel.company import State
from dougong.kernel.questions.columns import Written
from dougong.kernel.questions.ordering import checked
from dougong.kernel.questions.paths import Path, path_to
from dougong.kernel.questions.question import Grouping, Groups
from dougong.kernel.questions.reading import Reading, bounded, understood
from dougong.kernel.questions.render import as_json, computed_as_json, reference_as_json
from dougong.kernel.questions.rolled import is_answered_by, sums_and_later_facts
from dougong.kernel.questions.statements import rows_of
from dougong.kernel.questions.titles import is_in_memory, title_in_memory, title_path
from dougong.kernel.refusals import InvalidField, Refused
from dougong.kernel.rollups.rolling import until_of
from dougong.kernel.rules import NUMBER, DictScope, FieldType, Kind, SqlLines, Tag
from dougong.kernel.rules.functions import Column
from dougong.kernel.store.database import Transaction

GRAINS = ("day", "week", "month", "quarter", "year")
MOST_GROUPS = 10_000
MOST_BY = 6
MOST_SUMS = 20
UNGROUPED = ("long_text",)
COUNT = "count"
NOT_SUMMED = ("version", "position")


@dataclass(eq=False)
class Dimension:
    """One field that records are put together by."""

    name: str
    columns: list[Column]
    """What stands in GROUP BY: the value, and the title of a reference."""
    written: Written
    """How the group's row is written; it is given the row from this dimension's columns on."""


class Summed:
    """The sums of a statement, as HAVING may speak of them."""

    def __init__(self, columns: dict[str, Column], source: sa.FromClause) -> None:
        """Know the sums by name."""
        self.columns = columns
        self.source = source

    def column(self, path: tuple[str, ...]) -> Column:
        """Give a sum."""
        return self.columns[path[0]]

    def lines(self, path: tuple[str, ...]) -> SqlLines:
        """A group has no lines, and the scope names none."""
        raise AssertionError(path)


def group(
    transaction: Transaction,
    state: State,
    actor: Actor,
    grouping: Grouping,
    *,
    today: date | None = None,
) -> Groups:
    """Answer a grouping by one statement; one that reads sums looks whether they stayed as they were."""
    reading = Reading(state, actor, grouping.entity, today)
    rolled = reading.description.rolled_up
    if rolled is None or reading.permitted() or not is_answered_by(rolled, reading, grouping):
        return grouped(transaction, reading, grouping)
    until = until_of(transaction, grouping.entity)
    while True:
        source = sums_and_later_facts(reading.description, rolled, until)
        groups = grouped(
            transaction, Reading(state, actor, grouping.entity, today, source=source), grouping
        )
        before, until = until, until_of(transaction, grouping.entity)
        if until == before:
            return groups


def grouped(transaction: Transaction, reading: Reading, grouping: Grouping) -> Groups:
    """Answer a grouping over the rows of a reading."""
    limit = bounded(grouping.limit, MOST_GROUPS)
    where = [*reading.permitted(), *reading.asked(grouping.filter, grouping.search)]
    dimensions = dimensions_of(reading, grouping.by)
    totals, types = totals_of(reading, grouping)
    by = [column for dimension in dimensions for column in dimension.columns]
    every = [*by, *totals.values()]
    statement = (
        sa.select(*(column.label(f"c{at}") for at, column in enumerate(every)))
        .select_from(reading.tables.source)
        .where(*where)
        .group_by(*by)
        .order_by(*sorted_by(grouping, dimensions, totals))
        .limit(limit + 1)
    )
    if grouping.having:
        summed = Summed(totals, reading.tables.source)
        condition = understood(grouping.having, DictScope(types), "having")
        statement = statement.having(condition.where(summed, reading.today))
    rows = rows_of(transaction, statement)
    shown = [name for name in totals if name != COUNT or grouping.count]
    return Groups(
        [written(row, dimensions, list(totals), shown) for row in rows[:limit]],
        more=len(rows) > limit,
    )


def dimensions_of(reading: Reading, by: Sequence[tuple[str, str | None]]) -> list[Dimension]:
    """Find the fields that records are put together by."""
    if len(by) > MOST_BY:
        raise Refused(InvalidField("by", "too_many", str(MOST_BY)))
    found: dict[str, Dimension] = {}
    for at, one in enumerate(by):
        match one:
            case [str(name), str() | None as grain]:
                pass
            case _:
                raise Refused(InvalidField(f"by.{at}", "wrong_type", "field, grain"))
        if name in found or name == COUNT:
            raise Refused(InvalidField(f"by.{at}", "twice", name))
        found[name] = dimension(reading, name, grain, f"by.{at}")
    return list(found.values())


def dimension(reading: Reading, name: str, grain: str | None, place: str) -> Dimension:
    """Find one field that records are put together by."""
    path = path_to(reading.scope, name, place)
    tag = path.type.tag
    if tag in (Tag.LINES, Tag.WORDS, Tag.PARTS) or path.field.kind.name in UNGROUPED:
        raise Refused(InvalidField(place, "not_groupable", name))
    if tag in (Tag.DAY, Tag.INSTANT):
        column = in_grain(reading, path, grain or "day", place)
        return Dimension(name, [column], lambda row: as_json(row[0]))
    if grain is not None:
        raise Refused(InvalidField(place, "no_grain", name))
    column = reading.tables.column(path.names)
    if path.target:
        return referred(reading, path, column)
    return Dimension(name, [column], lambda row: as_json(row[0]))


def in_grain(reading: Reading, path: Path, grain: str, place: str) -> Column:
    """Give the first day of the day's week (which begins on Monday), month, quarter or year."""
    if grain not in GRAINS:
        raise Refused(InvalidField(place, "unknown_grain", ", ".join(GRAINS)))
    column = reading.tables.column(path.names)
    if path.type.tag is Tag.INSTANT:
        zone = sa.literal(reading.state.time_zone.key, sa.Text())
        column = sa.func.timezone(zone, column, type_=sa.DateTime())
    else:
        column = sa.cast(column, sa.DateTime())
    if grain != "day":
        column = sa.func.date_trunc(sa.literal_column(f"'{grain}'"), column, type_=sa.DateTime())
    return sa.cast(column, sa.Date())


def referred(reading: Reading, path: Path, column: Column) -> Dimension:
    """Put together by a reference, with the title of what it points at."""
    name, target = ".".join(path.names), path.target
    if is_in_memory(reading.state, target):
        title_of = title_in_memory(reading.state, target, reading.readable_of)
        return Dimension(name, [column], lambda row: reference_as_json(row[0], title_of(row[0])))
    through = path.names[:-1] if path.is_identity else path.names
    title = title_path(reading.catalogue, target, reading.readable_of)
    if not title:
        return Dimension(name, [column], lambda row: reference_as_json(row[0], None))
    called = reading.tables.column((*through, *title))
    return Dimension(name, [column, called], lambda row: reference_as_json(row[0], row[1]))


def totals_of(
    reading: Reading, grouping: Grouping
) -> tuple[dict[str, Column], dict[str, FieldType]]:
    """Find what is summed and counted, and as what HAVING may speak of it."""
    if len(grouping.sums) > MOST_SUMS:
        raise Refused(InvalidField("sums", "too_many", str(MOST_SUMS)))
    columns: dict[str, Column] = {}
    types: dict[str, FieldType] = {}
    for at, name in enumerate(grouping.sums):
        path = path_to(reading.scope, name, f"sums.{at}")
        if not is_summable(path) or name == COUNT:
            raise Refused(InvalidField(f"sums.{at}", "not_summable", name))
        total = sa.func.sum(reading.tables.column(path.names), type_=sa.Numeric())
        columns[name] = sa.func.coalesce(total, sa.literal_column("0"), type_=sa.Numeric())
        types[name] = path.type
    columns[COUNT], types[COUNT] = reading.counted, NUMBER
    return columns, types


def is_summable(path: Path) -> bool:
    """Tell whether a field's values add up; what belongs to another record would count twice."""
    if len(path.names) > 1 or path.field.name in NOT_SUMMED:
        return False
    if path.field.kind.name == "formula":
        return path.type.tag is Tag.NUMBER and path.type.kind is not Kind.PERCENT
    return path.field.kind.summable


def sorted_by(
    grouping: Grouping, dimensions: Sequence[Dimension], totals: dict[str, Column]
) -> list[Column]:
    """Give the order of the groups; what they are put together by decides between equals."""
    known = {**totals, **{one.name: one.columns[-1] for one in dimensions}}
    order: list[Column] = []
    for at, one in enumerate(grouping.sort):
        name, descending = checked(one, at)
        if name not in known:
            raise Refused(InvalidField(f"sort.{at}", "unknown_field", name))
        column = known[name]
        order.append((column.desc() if descending else column.asc()).nulls_last())
    return order + [c.asc().nulls_last() for one in dimensions for c in reversed(one.columns)]


def written(
    row: Sequence[Any], dimensions: Sequence[Dimension], totals: Sequence[str], shown: Sequence[str]
) -> dict[str, Any]:
    """Write a group."""
    group_row: dict[str, Any] = {}
    at = 0
    for one in dimensions:
        group_row[one.name] = one.written(row[at : at + len(one.columns)])
        at += len(one.columns)
    for name, value in zip(totals, row[at:], strict=True):
        if name in shown:
            group_row[name] = value if name == COUNT else computed_as_json(value)
    return group_row

"""Answering: measures of one kind under one condition are summed by one statement.

The sums are the kernel's groupings, so that the asker's row rules and field rules hold in them, and
every figure leads back to the records that it sums: the same filter lists them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dougong.engines.insight.question import TIME, Asked, year_after
from dougong.kernel.access.actor import Actor
from dougong.kernel.company import State
from dougong.kernel.measures import AnyMeasure, Derived, Measure, parts_of
from dougong.kernel.questions import Grouping, Groups, Sort, group
from dougong.kernel.refusals import InvalidField, Refused
from dougong.kernel.store.database import Transaction
from dougong.kernel.values import EXACT, ZERO, rounded

MOST = 10_000
"""Beyond so many rows, the whole is summed by itself."""
SHARE_DIGITS = 6
WEEKS_OF_A_YEAR = timedelta(weeks=52)

Sums = dict[str, dict[str, Decimal]]
"""By the key of a row: the value of each plain measure."""


@dataclass
class Row:
    """What one value of the dimension comes to, now and before."""

    key: Any
    now: dict[str, Decimal]
    before: dict[str, Decimal] | None = None


@dataclass
class Summed:
    """What was summed over some days: each row, and the whole."""

    rows: Sums
    total: dict[str, Decimal]


@dataclass
class Answered:
    """The rows, the rest of them and the whole; rows and rest add up to the whole."""

    rows: list[Row]
    total: Row
    others: Row | None = None
    """What the rows that were left out come to together."""
    conditions: dict[str, str] = field(default_factory=dict)
    """By plain measure: the filter under which its records are listed."""


@dataclass(frozen=True)
class Asker:
    """For whom it is answered, from what."""

    transaction: Transaction
    state: State
    actor: Actor
    today: date


def answer(asker: Asker, asked: Asked) -> Answered:
    """Answer a question of measures."""
    refuse_wrong(asked)
    keys: dict[str, Any] = {}
    now = summed(asker, asked, asked.since, asked.until, keys)
    before = summed(asker, asked, *asked.before, keys) if asked.before else None
    if before is not None and asked.by == TIME and asked.compare == "period":
        before.rows = side_by_side(keys, now.rows, before.rows)
    rows = {
        name: Row(
            key=value,
            now=values_of(asked, now.rows.get(name, {})),
            before=None if before is None else values_of(asked, before.rows.get(name, {})),
        )
        for name, value in keys.items()
    }
    ordered = in_order(asked, rows) if asked.by else []
    shown = ordered[: asked.limit]
    total = row_of(asked, now.total, None if before is None else before.total)
    return Answered(
        rows=[rows[name] for name in shown],
        total=total,
        others=others(asked, now, before, shown) if len(ordered) > len(shown) else None,
        conditions={
            part.name: condition_of(asked, part, asked.since, asked.until) for part in asked.parts
        },
    )


def refuse_wrong(asked: Asked) -> None:
    """Refuse a dimension that a measure doesn't have."""
    for part in asked.parts:
        known = (*part.by, TIME) if part.day else part.by
        if (
            asked.by
            and asked.by not in known
            and not asked.by.startswith(("customer.", "product."))
        ):
            raise Refused(InvalidField("by", "not_groupable", asked.by))


def summed(
    asker: Asker, asked: Asked, since: date | None, until: date | None, keys: dict[str, Any]
) -> Summed:
    """Sum every plain measure over some days; notes the keys that are met."""
    found: Sums = defaultdict(dict)
    total: dict[str, Decimal] = defaultdict(lambda: ZERO)
    together: dict[tuple[str, str], list[Measure]] = defaultdict(list)
    for part in asked.parts:
        together[part.on, condition_of(asked, part, since, until)].append(part)
    for (entity, condition), parts in together.items():
        by = dimension_of(asked, parts[0])
        grouping = Grouping(
            entity=entity,
            filter=condition,
            by=[by] if by else [],
            sums=sorted({part.sums for part in parts if part.sums}),
            sort=[] if asked.by in ("", TIME) else [greatest_first(parts[0])],
            limit=MOST,
        )
        groups = grouped(asker, grouping)
        wholes = grouped(asker, replace(grouping, by=[], sort=[])) if groups.more else groups
        for part in parts:
            for row in wholes.rows:
                total[part.name] += figure_of(part, row)
        for row in groups.rows:
            value = key_of(asked, row[by[0]] if by else None, since)
            name = json.dumps(value, sort_keys=True, ensure_ascii=False)
            keys.setdefault(name, value)
            for part in parts:
                found[name][part.name] = figure_of(part, row)
    return Summed(found, total)


def grouped(asker: Asker, grouping: Grouping) -> Groups:
    """Have records put together as the asker may see them."""
    return group(asker.transaction, asker.state, asker.actor, grouping, today=asker.today)


def greatest_first(part: Measure) -> Sort:
    """Order by a measure, so that whatever is left out is the least."""
    return part.sums or "count", part.sign > 0


def figure_of(part: Measure, row: Mapping[str, Any]) -> Decimal:
    """Read a plain measure from a row of sums."""
    return Decimal(row[part.sums] if part.sums else row["count"]) * part.sign


def condition_of(asked: Asked, part: Measure, since: date | None, until: date | None) -> str:
    """Write which records a measure counts, as the list of them is asked too."""
    conditions = [part.where, asked.filter]
    if part.day and since:
        conditions.append(f'{part.day} >= "{since}"')
    if part.day and until:
        conditions.append(f'{part.day} <= "{until}"')
    return " and ".join(f"({one})" for one in conditions if one)


def dimension_of(asked: Asked, part: Measure) -> tuple[str, str | None] | None:
    """Say by what the records are put together."""
    if not asked.by:
        return None
    return (part.day, asked.grain) if asked.by == TIME else (asked.by, None)


def key_of(asked: Asked, value: Any, since: date | None) -> Any:
    """Give a row's key; a period of the year before stands beside the one that it is compared with.

    Weeks are compared with the weeks 52 before them, so that Mondays meet Mondays.
    """
    if asked.by != TIME or asked.compare != "year" or value is None or since == asked.since:
        return value
    day = date.fromisoformat(value)
    return (day + WEEKS_OF_A_YEAR if asked.grain == "week" else year_after(day)).isoformat()


def side_by_side(keys: dict[str, Any], now: Sums, before: Sums) -> Sums:
    """Put the first period before beside the first one now, and so on."""
    present = sorted(name for name in keys if name in now)
    past = sorted(name for name in keys if name in before)
    for name in past:
        if name not in now:
            del keys[name]
    return {name: before[earlier] for name, earlier in zip(present, past, strict=False)}


def others(asked: Asked, now: Summed, before: Summed | None, shown: Sequence[str]) -> Row:
    """Sum what is not among the rows that are shown."""
    left = None if before is None else remaining(before, shown)
    return row_of(asked, remaining(now, shown), left)


def remaining(summed: Summed, shown: Sequence[str]) -> dict[str, Decimal]:
    """Take the rows that are shown off the whole."""
    return {
        name: total - sum((summed.rows.get(row, {}).get(name, ZERO) for row in shown), ZERO)
        for name, total in summed.total.items()
    }


def row_of(asked: Asked, now: Mapping[str, Decimal], before: Mapping[str, Decimal] | None) -> Row:
    """Give a row of no key of its own."""
    past = None if before is None else values_of(asked, before)
    return Row(key=None, now=values_of(asked, now), before=past)


def values_of(asked: Asked, sums: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Give each measure's value."""
    return {one.name: value_of(one, sums) for one in asked.measures}


def value_of(measure: AnyMeasure, sums: Mapping[str, Decimal]) -> Decimal:
    """Give a measure's value; the share of nothing is zero."""
    if not isinstance(measure, Derived):
        return sums.get(measure.name, ZERO)
    first, second = (sums.get(part.name, ZERO) for part in parts_of(measure))
    if not measure.share:
        return first - second
    return rounded(EXACT.divide(first - second, first), SHARE_DIGITS) if first else ZERO


def in_order(asked: Asked, rows: Mapping[str, Row]) -> list[str]:
    """Put periods in their order, everything else by the first measure, the greatest first."""
    if asked.by == TIME:
        return sorted(rows, key=lambda name: (rows[name].key is None, str(rows[name].key)))
    first = asked.measures[0].name
    return sorted(rows, key=lambda name: -rows[name].now[first])

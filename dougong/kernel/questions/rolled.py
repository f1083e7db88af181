"""Figures from sums: a grouping that a roll-up can answer reads it and the facts since.

Where the asker sees every row and speaks of nothing but what the sums were made by, their months
and what was summed, the answer is the same, only sooner.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from dougong.kernel.entities import Description
from dougong.kernel.questions.question import Grouping
from dougong.kernel.questions.reading import Reading, understood
from dougong.kernel.rollups import RollUp
from dougong.kernel.scopes import SQL_TYPES

WHOLE_MONTHS = ("month", "quarter", "year")
FACTS = "facts"


def is_answered_by(rolled: RollUp, reading: Reading, grouping: Grouping) -> bool:
    """Tell whether a grouping speaks only of what the sums know."""
    if grouping.search.strip() or not all(name in rolled.sums for name in grouping.sums):
        return False
    by_month = all(
        grain in WHOLE_MONTHS if name == rolled.day else name.partition(".")[0] in rolled.by
        for name, grain in (one for one in grouping.by if is_well_formed(one))
    )
    return by_month and {name[0] for name in spoken_of(reading, grouping)} <= set(rolled.by)


def is_well_formed(one: object) -> bool:
    """Leave what is no dimension to those who refuse it."""
    match one:
        case [str(), str() | None]:
            return True
    return False


def spoken_of(reading: Reading, grouping: Grouping) -> Iterable[tuple[str, ...]]:
    """Give the fields that a filter speaks of."""
    if grouping.filter in (None, "", {}):
        return ()
    return understood(reading.text_of(grouping.filter), reading.scope, "filter").names


def sums_and_later_facts(description: Description, rolled: RollUp, until: UUID) -> sa.FromClause:
    """Give the rows to sum, in place of the entity's table: the sums, and the facts since."""
    fields = description.fields
    names = (rolled.day, *rolled.by, *rolled.sums)
    types = {name: SQL_TYPES[fields[name].kind.column] for name in names}
    facts = sa.table(
        description.name,
        sa.column("id", sa.Uuid()),
        *(sa.column(name, kind) for name, kind in types.items()),
    )
    sums = sa.table(
        rolled.table(description.name),
        sa.column("month", sa.Date()),
        sa.column(FACTS, sa.BigInteger()),
        *(sa.column(name, types[name]) for name in (*rolled.by, *rolled.sums)),
    )
    others = (*rolled.by, *rolled.sums)
    before = sa.select(sums.c.month.label(rolled.day), *(sums.c[n] for n in others), sums.c[FACTS])
    since = sa.select(
        facts.c[rolled.day],
        *(facts.c[name] for name in others),
        sa.literal_column("1", sa.BigInteger()).label(FACTS),
    ).where(facts.c.id >= sa.literal(until, sa.Uuid()))
    return sa.union_all(before, since).subquery(description.name)

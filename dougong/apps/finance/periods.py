"""Periods: the months of the books, open or locked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dougong.apps.finance.entities import FiscalPeriod
from dougong.apps.finance.refusals import PeriodIs
from dougong.kernel.operations import Touch, lock
from dougong.kernel.refusals import InvalidField, Refusal
from dougong.kernel.work import Work

MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def period_touches(month: str) -> Iterator[Touch]:
    """Hold a month."""
    if MONTH.fullmatch(month):
        yield lock(FiscalPeriod, [month], by="month", ensure=True)


def switch_obstacles(work: Work, month: str, *, locked: bool) -> Iterator[Refusal]:
    """Say whether a month is no month, or is as it shall be already."""
    if not MONTH.fullmatch(month):
        yield InvalidField("month", "wrong_type", "YYYY-MM")
    elif period_of(work, month).locked is locked:
        yield PeriodIs(month, locked)


def period_of(work: Work, month: str) -> FiscalPeriod:
    """Give a month that is held."""
    return next(period for period in work.all(FiscalPeriod) if period.month == month)

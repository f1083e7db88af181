"""Payment terms: in which parts, and on which days, an amount falls due."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dougong.kernel.values import ONE, ZERO, allocate, digits_of

MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    """One part of a term and the day it is due; without a share it is what the others leave.

    Counting starts on the document's day or, ``from_month_end`` (月结), on the last day of its
    month; then come the months, then the days, then the next ``day_of_month``, if one is kept
    (a month that lacks the day gives its last). Counted from a month's end, the day of the month
    always lies in a later month: 次月 25 日付款 is ``from_month_end=True, day_of_month=25``.
    """

    share: Decimal | None = None
    from_month_end: bool = False
    months: int = 0
    days: int = 0
    day_of_month: int | None = None


@dataclass(frozen=True, slots=True)
class AmountDue:
    """So much is due on this day."""

    due: date
    amount: Decimal


def due_dates(
    instalments: Sequence[Instalment], gross: Decimal, document_date: date, currency: str
) -> list[AmountDue]:
    """Split an amount by a term; the parts sum to it exactly, and turn with its sign."""
    assert is_whole(instalments), "the shares of a term must make one whole"
    amounts = allocate(gross, _shares(instalments), digits_of(currency))
    return [
        AmountDue(due_date(instalment, document_date), amount)
        for instalment, amount in zip(instalments, amounts, strict=True)
    ]


def due_date(instalment: Instalment, document_date: date) -> date:
    """Tell the day on which an instalment of a document is due."""
    start = _add_months(document_date, instalment.months)
    if instalment.from_month_end:
        start = _day_in_month(start.year, start.month, monthrange(start.year, start.month)[1])
    reached = start + timedelta(days=instalment.days)
    if instalment.day_of_month is None:
        return reached
    if instalment.from_month_end:
        reached = max(reached, start + timedelta(days=1))
    return _next_day_of_month(reached, instalment.day_of_month)


def is_whole(instalments: Sequence[Instalment]) -> bool:
    """Tell whether shares make one whole: they sum to one, or a single remainder takes the rest."""
    given = [each.share for each in instalments if each.share is not None]
    if any(share < 0 for share in given):
        return False
    remainders = len(instalments) - len(given)
    if remainders:
        return remainders == 1 and sum(given, ZERO) <= ONE
    return sum(given, ZERO) == ONE


def _shares(instalments: Sequence[Instalment]) -> list[Decimal]:
    given = [each.share for each in instalments]
    left = ONE - sum((share for share in given if share is not None), ZERO)
    return [left if share is None else share for share in given]


def _add_months(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, MONTHS)
    return _day_in_month(day.year + years, month + 1, day.day)


def _day_in_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def _next_day_of_month(earliest: date, day: int) -> date:
    this_month = _day_in_month(earliest.year, earliest.month, day)
    if this_month >= earliest:
        return this_month
    next_month = _add_months(earliest.replace(day=1), 1)
    return _day_in_month(next_month.year, next_month.month, day)

"""Ageing: what is open as of a day, and how old it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dougong.kernel.values import ZERO

FEBRUARY = 2
LEAP_DAY = 29


@dataclass(frozen=True, slots=True)
class Settlement:
    """A part of an item that a payment or a credit note took away, on the day it was applied."""

    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A receivable or payable; negative for a receipt or credit note not yet fully applied.

    Settlements lessen it towards zero and have its sign.
    """

    document_date: date
    due_date: date
    amount: Decimal
    settlements: tuple[Settlement, ...] = ()


@dataclass(frozen=True, slots=True)
class Bucket:
    """An age: from its first day, or year, to its last, both included; None is without end."""

    code: str
    first: int | None
    last: int | None

    def holds(self, age: int) -> bool:
        """Tell whether an age belongs here."""
        after = self.first is None or age >= self.first
        return after and (self.last is None or age <= self.last)


DAYS_OVERDUE = (
    Bucket("not_due", None, 0),
    Bucket("1_30", 1, 30),
    Bucket("31_60", 31, 60),
    Bucket("61_90", 61, 90),
    Bucket("91_180", 91, 180),
    Bucket("181_365", 181, 365),
    Bucket("over_365", 366, None),
)
"""For collection: days after the due date. What is due today is not overdue."""

YEARS_OLD = (
    Bucket("up_to_1_year", None, 0),
    Bucket("1_2_years", 1, 1),
    Bucket("2_3_years", 2, 2),
    Bucket("3_4_years", 3, 3),
    Bucket("4_5_years", 4, 4),
    Bucket("over_5_years", 5, None),
)
"""For provisions: whole years passed since the document's date, the anniversary not counted."""


@dataclass(frozen=True, slots=True)
class Ageing:
    """Open balances by bucket, in the buckets' order.

    ``unapplied`` is the part of the first bucket that receipts and credit notes not yet applied
    take off: shown, never netted silently against what is overdue.
    """

    amounts: tuple[tuple[Bucket, Decimal], ...]
    unapplied: Decimal

    @property
    def total(self) -> Decimal:
        """All that is open: what the control account says."""
        return sum((amount for _, amount in self.amounts), ZERO)


def open_balance(item: Item, as_of: date) -> Decimal:
    """Tell what of an item was open at the end of a day."""
    if item.document_date > as_of:
        return ZERO
    return item.amount - sum((s.amount for s in item.settlements if s.day <= as_of), ZERO)


def days_overdue(item: Item, as_of: date) -> int:
    """Tell how many days an item is past its due date; zero or less is not overdue."""
    return (as_of - item.due_date).days


def years_old(item: Item, as_of: date) -> int:
    """Tell how many anniversaries of a document have gone by; the day itself has not."""
    years = as_of.year - item.document_date.year
    return years if as_of > _anniversary(item.document_date, as_of.year) else years - 1


def age_by_due_date(items: Iterable[Item], as_of: date) -> Ageing:
    """Sort what is open by how long it is overdue, for collecting it."""
    return _age(items, as_of, DAYS_OVERDUE, days_overdue)


def age_by_document_date(items: Iterable[Item], as_of: date) -> Ageing:
    """Sort what is open by how old its documents are, for providing against its loss."""
    return _age(items, as_of, YEARS_OLD, years_old)


def _age(
    items: Iterable[Item],
    as_of: date,
    buckets: Sequence[Bucket],
    age_of: Callable[[Item, date], int],
) -> Ageing:
    sums = dict.fromkeys(buckets, ZERO)
    unapplied = ZERO
    for item in items:
        balance = open_balance(item, as_of)
        if balance < 0:
            unapplied += balance
        elif balance:
            age = age_of(item, as_of)
            sums[next(bucket for bucket in buckets if bucket.holds(age))] += balance
    sums[buckets[0]] += unapplied
    return Ageing(tuple(sums.items()), unapplied)


def _anniversary(day: date, year: int) -> date:
    is_leap_day = day.month == FEBRUARY and day.day == LEAP_DAY
    return date(year, FEBRUARY, LEAP_DAY - 1) if is_leap_day else day.replace(year=year)

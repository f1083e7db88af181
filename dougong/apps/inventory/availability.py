"""Availability: what can still be promised on each day, and when a quantity can be promised.

A promise may not break a later one: what can be promised on a day is the least that the projected
stock falls to from that day on.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate

from dougong.kernel.values import ZERO


@dataclass(frozen=True, slots=True)
class ExpectedMovement:
    """Goods expected to come (positive) or bound to go (negative) on a day."""

    day: date
    quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LateRules:
    """When what is overdue is reckoned with: supply a little later than today, demand at once.

    What is overdue by more than ``back_fence`` days is no longer believed in.
    """

    supply_in_days: int = 1
    demand_in_days: int = 0
    back_fence: int | None = None


@dataclass(frozen=True, slots=True)
class DayAvailability:
    """From this day on, until the next one told of: the projected stock, and what can be promised."""

    day: date
    projected: Decimal
    promise: Decimal


LATE_RULES = LateRules()


def available_to_promise(
    on_hand: Decimal,
    movements: Iterable[ExpectedMovement],
    *,
    today: date,
    late: LateRules = LATE_RULES,
) -> list[DayAvailability]:
    """Tell what can be promised, from today on, for each day on which that may change.

    ``on_hand`` is what is fit to be promised: without goods on quality hold, reserved for others,
    or expired before they are needed; goods in transit are movements on the day they arrive.
    """
    net: dict[date, Decimal] = {today: ZERO}
    for movement in movements:
        day = _reckoned_day(movement, today, late)
        if day is not None:
            net[day] = net.get(day, ZERO) + movement.quantity
    days = sorted(net)
    projected = list(accumulate((net[day] for day in days), initial=on_hand))[1:]
    least_from_here = list(accumulate(reversed(projected), min))[::-1]
    return [
        DayAvailability(day, stock, max(least, ZERO))
        for day, stock, least in zip(days, projected, least_from_here, strict=True)
    ]


def promise_on(days: Sequence[DayAvailability], day: date) -> Decimal:
    """Tell what can be promised on a day; before the first day that is nothing."""
    at = bisect_right(days, day, key=lambda each: each.day)
    return days[at - 1].promise if at else ZERO


def earliest_promise(
    days: Sequence[DayAvailability], quantity: Decimal, *, not_before: date | None = None
) -> date | None:
    """Find the first day on which a whole quantity can be promised, if there is one."""
    for each in days:
        if each.promise >= quantity:
            return max(each.day, not_before) if not_before else each.day
    return None


def uncommitted_by_period(nets: Sequence[Decimal]) -> list[Decimal]:
    """Accumulate what each period leaves, a shortage being met from the periods before it.

    The other published way: a shortage that nothing before it can meet stays in its own period
    and is not carried into the later ones.
    """
    left = list(nets)
    for at in range(len(left)):
        for earlier in range(at - 1, -1, -1):
            if left[at] >= 0:
                break
            taken = min(max(left[earlier], ZERO), -left[at])
            left[earlier] -= taken
            left[at] += taken
    surplus = accumulate(max(each, ZERO) for each in left)
    return [min(each, ZERO) + carried for each, carried in zip(left, surplus, strict=True)]


def _reckoned_day(movement: ExpectedMovement, today: date, late: LateRules) -> date | None:
    if movement.day >= today:
        return movement.day
    if late.back_fence is not None and (today - movement.day).days > late.back_fence:
        return None
    offset = late.supply_in_days if movement.quantity > 0 else late.demand_in_days
    return today + timedelta(days=offset)

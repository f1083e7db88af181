"""Availability: a promise may not break a later one."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dougong.apps.inventory.availability import (
    DayAvailability,
    ExpectedMovement,
    LateRules,
    available_to_promise,
    earliest_promise,
    promise_on,
    uncommitted_by_period,
)

D = Decimal
TODAY = date(2026, 3, 2)


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


def expected(*movements: tuple[int, int]) -> list[ExpectedMovement]:
    return [ExpectedMovement(day(offset), D(quantity)) for offset, quantity in movements]


def promises(days: list[DayAvailability], count: int) -> list[int]:
    return [int(promise_on(days, day(offset))) for offset in range(count)]


def test_what_is_promised_today_must_not_break_what_is_owed_later() -> None:
    nets = [-50, 0, -40, 100, -60, 0, -60, 150]
    days = available_to_promise(D(120), expected(*enumerate(nets)), today=TODAY)

    assert [int(each.projected) for each in days] == [70, 70, 30, 130, 70, 70, 10, 160]
    assert promises(days, 8) == [10, 10, 10, 10, 10, 10, 10, 160]
    assert earliest_promise(days, D(10)) == day(0)
    assert earliest_promise(days, D(11)) == day(7)


def test_late_supply_is_seen_tomorrow_and_late_demand_today() -> None:
    movements = expected((-3, 200), (-2, -75), (10, 100))
    days = available_to_promise(D(0), movements, today=TODAY)

    assert [(each.day, each.promise) for each in days] == [
        (day(0), D(0)),
        (day(1), D(125)),
        (day(10), D(225)),
    ]
    assert days[0].projected == D(-75)
    assert earliest_promise(days, D(150)) == day(10)
    assert earliest_promise(days, D(226)) is None


def test_the_same_is_promised_when_late_demand_too_is_seen_tomorrow() -> None:
    movements = expected((-3, 200), (-2, -75), (10, 100))
    days = available_to_promise(D(0), movements, today=TODAY, late=LateRules(demand_in_days=1))

    assert promises(days, 11) == [0, *[125] * 9, 225]


def test_what_is_overdue_beyond_the_back_fence_is_not_believed_in() -> None:
    movements = expected((-31, 200), (-30, 50))
    days = available_to_promise(D(5), movements, today=TODAY, late=LateRules(back_fence=30))

    assert promises(days, 2) == [5, 55]


def test_shortages_met_backwards_and_surplus_accumulated() -> None:
    supply, demand = [6, 4, 2, 4, 8, 4, 4, 4], [6, 2, 3, 6, 6, 1, 2, 2]
    nets = [D(s - d) for s, d in zip(supply, demand, strict=True)]

    assert uncommitted_by_period(nets) == [0, 0, 0, -1, 2, 5, 7, 9]


def test_without_any_movement_what_lies_there_can_be_promised() -> None:
    days = available_to_promise(D(7), [], today=TODAY)

    assert days == [DayAvailability(TODAY, D(7), D(7))]
    assert promise_on(days, day(-1)) == 0


def test_a_promise_is_not_made_for_before_the_day_asked() -> None:
    days = available_to_promise(D(7), expected((5, 10)), today=TODAY)

    assert earliest_promise(days, D(7), not_before=day(3)) == day(3)
    assert earliest_promise(days, D(17), not_before=day(3)) == day(5)


def test_goods_that_come_and_go_on_one_day_are_not_short() -> None:
    assert promises(available_to_promise(D(0), expected((1, -5), (1, 5)), today=TODAY), 2) == [0, 0]


MOVEMENTS = st.lists(
    st.builds(
        ExpectedMovement,
        day=st.integers(-5, 20).map(day),
        quantity=st.integers(-50, 50).map(D),
    ),
    max_size=15,
)


@given(st.integers(-20, 100).map(D), MOVEMENTS)
def test_promising_all_that_can_be_promised_breaks_no_other_day(
    on_hand: Decimal, movements: list[ExpectedMovement]
) -> None:
    days = available_to_promise(on_hand, movements, today=TODAY)
    short_before = min(D(0), *(each.projected for each in days))

    for each in days:
        promised = [*movements, ExpectedMovement(each.day, -each.promise)]
        after = available_to_promise(on_hand, promised, today=TODAY)
        assert min(day.projected for day in after) >= short_before
        assert promise_on(after, each.day) == 0


@given(st.integers(-20, 100).map(D), MOVEMENTS)
def test_more_can_be_promised_later_never_less(
    on_hand: Decimal, movements: list[ExpectedMovement]
) -> None:
    found = [each.promise for each in available_to_promise(on_hand, movements, today=TODAY)]

    assert found == sorted(found)


@given(st.integers(0, 100).map(D), MOVEMENTS, st.integers(1, 100).map(D))
def test_the_earliest_promise_is_kept_and_no_earlier_one_would_be(
    on_hand: Decimal, movements: list[ExpectedMovement], quantity: Decimal
) -> None:
    days = available_to_promise(on_hand, movements, today=TODAY)
    found = earliest_promise(days, quantity)

    if found is None:
        assert days[-1].promise < quantity
    else:
        assert promise_on(days, found) >= quantity
        assert promise_on(days, found - timedelta(days=1)) < quantity

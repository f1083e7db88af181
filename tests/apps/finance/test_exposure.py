"""Exposure: nothing counts twice, nothing vanishes, and the limit is the limit."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dougong.apps.finance.exposure import (
    CreditCheck,
    CreditLimit,
    Exposure,
    Progress,
    check_credit,
    exposure_of,
)

D = Decimal


def test_an_order_on_its_way_is_exposed_with_what_is_not_paid() -> None:
    found = exposure_of(
        Progress(ordered=D(100_000), delivered=D(60_000), invoiced=D(40_000), paid=D(10_000))
    )

    assert found == Exposure(
        on_order=D(40_000), delivered_not_invoiced=D(20_000), receivable=D(30_000)
    )
    assert found.total == D(90_000)


@pytest.mark.parametrize(
    ("delivered", "invoiced", "paid", "expected"),
    [
        (0, 0, 0, Exposure(on_order=D(100))),
        (100, 0, 0, Exposure(delivered_not_invoiced=D(100))),
        (100, 100, 0, Exposure(receivable=D(100))),
        (100, 100, 100, Exposure()),
        (0, 100, 0, Exposure(receivable=D(100))),
        (30, 50, 0, Exposure(on_order=D(50), receivable=D(50))),
        (0, 0, 20, Exposure(on_order=D(100), unapplied=D(20))),
        (0, 0, 120, Exposure(on_order=D(100), unapplied=D(120))),
    ],
)
def test_the_money_of_an_order_is_in_one_place(
    delivered: int, invoiced: int, paid: int, expected: Exposure
) -> None:
    progress = Progress(ordered=D(100), delivered=D(delivered), invoiced=D(invoiced), paid=D(paid))

    assert exposure_of(progress) == expected


def test_an_order_beyond_the_limit_is_short_by_what_is_missing() -> None:
    before = Exposure(
        receivable=D(80_000),
        delivered_not_invoiced=D(20_000),
        on_order=D(50_000),
        unapplied=D(15_000),
    )
    assert before.total == D(135_000)

    check = check_credit(before.total, D(40_000), D(160_000))

    assert check == CreditCheck(D(135_000), D(175_000), D(160_000), short_by=D(15_000))
    assert not check.allowed


def test_of_two_orders_the_limit_has_room_for_one() -> None:
    first = check_credit(D(135_000), D(20_000), D(160_000))
    second = check_credit(first.after, D(20_000), D(160_000))

    assert (first.allowed, first.after) == (True, D(155_000))
    assert (second.allowed, second.short_by) == (False, D(15_000))


def test_a_limit_may_be_used_to_the_last_cent() -> None:
    assert check_credit(D("99.99"), D("0.01"), D(100)).allowed
    assert check_credit(D("99.99"), D("0.02"), D(100)).short_by == D("0.01")


def test_an_order_made_smaller_is_not_refused_though_the_limit_is_passed() -> None:
    assert check_credit(D(200), D(-10), D(100)).allowed
    assert check_credit(D(200), D(0), D(100)).allowed


def test_without_a_limit_everything_is_allowed() -> None:
    assert check_credit(D(10**12), D(1), None).allowed


def test_a_limit_expires_and_so_does_what_was_granted_for_a_time() -> None:
    limit = CreditLimit(
        amount=D(100),
        expires=date(2026, 6, 30),
        temporary=D(50),
        temporary_until=date(2026, 3, 31),
    )

    assert limit.on(date(2026, 3, 31)) == D(150)
    assert limit.on(date(2026, 4, 1)) == D(100)
    assert limit.on(date(2026, 6, 30)) == D(100)
    assert limit.on(date(2026, 7, 1)) == D(0)
    assert CreditLimit(amount=None, temporary=D(5)).on(date(2026, 1, 1)) is None
    assert CreditLimit(amount=D(0)).on(date(2026, 1, 1)) == D(0)


AMOUNTS = st.integers(0, 10**9).map(lambda n: D(n).scaleb(-2))


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS)
def test_the_exposure_of_an_order_is_what_was_ordered_less_what_was_paid(
    ordered: Decimal, delivered: Decimal, invoiced: Decimal, paid: Decimal
) -> None:
    progress = Progress(ordered=ordered, delivered=delivered, invoiced=invoiced, paid=paid)
    found = exposure_of(progress)

    assert found.total == max(ordered, delivered, invoiced) - paid
    for part in (found.on_order, found.delivered_not_invoiced, found.receivable, found.unapplied):
        assert part >= 0


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS), max_size=5))
def test_a_change_is_what_is_less_what_was(steps: list[tuple[Decimal, ...]]) -> None:
    position, last = Exposure(), Exposure()
    for ordered, delivered, invoiced, paid in steps:
        now = exposure_of(
            Progress(ordered=ordered, delivered=delivered, invoiced=invoiced, paid=paid)
        )
        position, last = position + (now - last), now

        assert position == now
        assert position.total == now.total

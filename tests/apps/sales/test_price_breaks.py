"""List prices: by audience, by quantity, by day, and each loser with its reason."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dougong.apps.sales.price_breaks import (
    Asked,
    Audience,
    BreakKind,
    ListPrice,
    Loss,
    Priced,
    Tranche,
    list_price,
    ties,
)

D = Decimal
DEALERS, RETAILERS, LI = UUID(int=1), UUID(int=2), UUID(int=3)
TODAY = date(2026, 3, 1)


def price(value: str, start: str = "0", **more: Any) -> ListPrice:
    return ListPrice(price=D(value), from_quantity=D(start), **{"currency": "CNY", **more})


def dealer(value: str, start: str = "0", **more: Any) -> ListPrice:
    return price(value, start, audience=Audience.GROUP, audience_id=DEALERS, **more)


def ask(
    prices: list[ListPrice],
    quantity: str,
    *,
    group: UUID | None = None,
    breaks: BreakKind = BreakKind.ALL_UNITS,
    **more: Any,
) -> Priced | None:
    audiences = {} if group is None else {Audience.GROUP: group}
    asked = Asked(quantity=D(quantity), day=TODAY, currency="CNY", audiences=audiences)
    return list_price(prices, asked, breaks=breaks, **more)


BREAKS = [price("10"), price("9", "100")]


def test_all_units_at_the_break_price() -> None:
    found = ask(BREAKS, "150")

    assert (found.amount, found.unit_price) == (1350, 9)
    assert found.losers == ((BREAKS[0], Loss.LOWER_BREAK),)


def test_only_the_units_from_the_break_on_at_the_break_price() -> None:
    found = ask(BREAKS, "150", breaks=BreakKind.INCREMENTAL)

    assert found.tranches == (Tranche(D(99), D(10)), Tranche(D(51), D(9)))
    assert (found.amount, found.unit_price) == (1449, D("9.66"))


@pytest.mark.parametrize(
    ("quantity", "all_units", "incremental"),
    [("1", 10, 10), ("99", 990, 990), ("100", 900, 999), ("-150", -1350, -1449), ("0", 0, 0)],
)
def test_around_the_break(quantity: str, all_units: int, incremental: int) -> None:
    assert ask(BREAKS, quantity).amount == all_units
    assert ask(BREAKS, quantity, breaks=BreakKind.INCREMENTAL).amount == incremental


def test_kilograms_break_at_the_gram() -> None:
    found = ask(BREAKS, "100.5", breaks=BreakKind.INCREMENTAL, step=D("0.001"))

    assert found.tranches == (Tranche(D("99.999"), D(10)), Tranche(D("0.501"), D(9)))


def test_a_break_that_starts_at_the_first_piece_is_no_break() -> None:
    found = ask([price("10", "1"), price("9", "100")], "150", breaks=BreakKind.INCREMENTAL)

    assert found.amount == 1449


def test_three_tranches() -> None:
    found = ask([*BREAKS, price("8", "200")], "250", breaks=BreakKind.INCREMENTAL)

    assert found.amount == 99 * 10 + 100 * 9 + 51 * 8


def test_the_price_for_a_group_goes_before_the_price_for_all() -> None:
    prices = [price("10"), dealer("11")]

    found = ask(prices, "5", group=DEALERS)

    assert found.winner.price == 11
    assert found.losers == ((prices[0], Loss.WIDER_AUDIENCE),)


def test_another_group_gets_the_price_for_all() -> None:
    prices = [price("10"), dealer("8")]

    assert ask(prices, "5", group=RETAILERS).losers == ((prices[1], Loss.OTHER_AUDIENCE),)
    assert ask(prices, "5").winner.price == 10


def test_a_price_for_the_customer_goes_before_all_others() -> None:
    levels = [Audience.REGION, Audience.GROUP, Audience.CUSTOMER, Audience.CHANNEL]
    prices = [price(str(n), audience=level, audience_id=LI) for n, level in enumerate(levels)]
    asked = Asked(quantity=D(1), day=TODAY, currency="CNY", audiences=dict.fromkeys(levels, LI))

    assert list_price(prices, asked).winner.audience is Audience.CUSTOMER


def test_higher_breaks_of_the_wider_list_hold_where_the_narrower_keeps_them() -> None:
    base, child = [price("50"), price("40", "10")], dealer("45", "1", keeps_wider_breaks=True)

    assert ask([*base, child], "9", group=DEALERS).winner.price == 45
    kept = ask([*base, child], "10", group=DEALERS)
    assert kept.winner.price == 40
    assert kept.losers == ((base[0], Loss.LOWER_BREAK), (child, Loss.LOWER_BREAK))


def test_a_narrower_list_that_keeps_nothing_replaces_the_wider_one() -> None:
    prices = [price("50"), price("40", "10"), dealer("45", "1")]

    assert ask(prices, "10", group=DEALERS).winner.price == 45


def test_a_break_that_both_lists_define_is_the_narrower_ones() -> None:
    prices = [price("40", "10"), dealer("45", "10", keeps_wider_breaks=True)]

    assert ask(prices, "10", group=DEALERS).winner.price == 45


def test_only_prices_of_the_day_and_the_currency_count() -> None:
    prices = [
        price("1", valid_to=date(2026, 2, 28)),
        price("2", valid_from=date(2026, 3, 2)),
        price("3", currency="USD"),
        price("4", "6"),
        price("5", valid_from=TODAY, valid_to=TODAY),
        price("6", valid_from=date(2026, 1, 1)),
        price("7", valid_from=TODAY, priority=-1),
    ]

    found = ask(prices, "5")

    assert found.winner.price == 5
    assert [(str(loser.price), loss) for loser, loss in found.losers] == [
        ("1", Loss.NO_LONGER_VALID),
        ("2", Loss.NOT_VALID_YET),
        ("3", Loss.OTHER_CURRENCY),
        ("4", Loss.QUANTITY_TOO_SMALL),
        ("6", Loss.OLDER),
        ("7", Loss.LOWER_PRIORITY),
    ]


def test_where_no_price_fits_none_is_found() -> None:
    assert ask([], "5") is None
    assert ask([price("10", "6")], "5") is None


def test_two_prices_that_nothing_tells_apart_are_a_tie() -> None:
    one, other = price("10"), price("11", valid_to=date(2026, 12, 31))

    assert ties([one, other, price("12", "5"), dealer("9"), price("9", currency="USD")]) == [
        (one, other)
    ]
    assert ties([one, price("11", priority=1)]) == []
    assert ties([one, price("11", valid_from=TODAY)]) == []


STARTS = st.lists(st.integers(1, 50), unique=True, max_size=5)


@given(STARTS, st.integers(1, 60), st.data())
def test_incremental_units_cost_what_each_unit_costs_alone(
    starts: list[int], quantity: int, data: st.DataObject
) -> None:
    values = data.draw(
        st.lists(st.integers(1, 99), min_size=len(starts) + 1, max_size=len(starts) + 1)
    )
    prices = [price(str(v), str(s)) for v, s in zip(values, [0, *starts], strict=True)]

    found = ask(prices, str(quantity), breaks=BreakKind.INCREMENTAL)

    each_alone = [ask(prices, str(unit)).winner.price for unit in range(1, quantity + 1)]
    assert found.amount == sum(each_alone)
    assert sum(tranche.quantity for tranche in found.tranches) == quantity

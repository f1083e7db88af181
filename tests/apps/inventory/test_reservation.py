"""Reservation: what is there is given once, what is short is named."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dougong.apps.inventory.reservation import (
    Allotment,
    Allotted,
    Backorders,
    Lack,
    Wanted,
    allot,
    lacking,
)

D = Decimal


def wanted(*lines: tuple[str, int]) -> list[Wanted[str]]:
    return [Wanted(product, D(quantity)) for product, quantity in lines]


def free(**products: int) -> dict[str, Decimal]:
    return {product: D(quantity) for product, quantity in products.items()}


def test_a_shortage_leaves_a_backorder_and_reserves_the_rest() -> None:
    found = allot(wanted(("bolt", 40)), free(bolt=30), backorders=Backorders.ALWAYS)

    assert found == Allotment(
        (Allotted(D(30), D(10)),), (Lack("bolt", D(40), D(30)),), refused=False
    )


def test_a_customer_who_wants_all_or_nothing_gets_nothing_when_one_line_is_short() -> None:
    order = wanted(("nut", 5), ("bolt", 40))

    found = allot(order, free(bolt=30, nut=100), backorders=Backorders.NEVER)

    assert found == Allotment(
        (Allotted(D(0), D(5)), Allotted(D(0), D(40))), (Lack("bolt", D(40), D(30)),), refused=True
    )


@pytest.mark.parametrize("backorders", Backorders)
def test_what_is_there_is_reserved_whatever_the_policy(backorders: Backorders) -> None:
    found = allot(wanted(("bolt", 30), ("nut", 2)), free(bolt=30, nut=2), backorders=backorders)

    assert found == Allotment((Allotted(D(30), D(0)), Allotted(D(2), D(0))), (), refused=False)


def test_lines_of_the_same_product_share_and_the_earlier_goes_first() -> None:
    order = wanted(("bolt", 20), ("nut", 1), ("bolt", 20), ("bolt", 5))

    found = allot(order, free(bolt=30, nut=1), backorders=Backorders.ALWAYS)

    assert [each.reserved for each in found.demands] == [20, 1, 10, 0]
    assert [each.short for each in found.demands] == [0, 0, 10, 5]
    assert found.lacks == (Lack("bolt", D(45), D(30)),)


def test_lines_that_are_each_covered_may_be_short_together() -> None:
    order = wanted(("bolt", 20), ("bolt", 20))

    assert lacking(order, free(bolt=30)) == (Lack("bolt", D(40), D(30)),)
    assert allot(order, free(bolt=30), backorders=Backorders.NEVER).refused


def test_an_overdrawn_or_unknown_position_has_nothing() -> None:
    found = allot(wanted(("bolt", 1), ("nut", 1)), free(bolt=-5), backorders=Backorders.ALWAYS)

    assert [each.reserved for each in found.demands] == [0, 0]
    assert found.lacks == (Lack("bolt", D(1), D(0)), Lack("nut", D(1), D(0)))


def test_nothing_wanted_is_nothing_short() -> None:
    found = allot(wanted(("bolt", 0)), {}, backorders=Backorders.NEVER)

    assert found == Allotment((Allotted(D(0), D(0)),), (), refused=False)


PRODUCTS = st.sampled_from(["bolt", "nut", "washer"])
ORDERS = st.lists(st.builds(Wanted, PRODUCTS, st.integers(0, 50).map(D)), max_size=10)
STOCK = st.dictionaries(PRODUCTS, st.integers(-20, 100).map(D))


@given(ORDERS, STOCK, st.sampled_from(Backorders))
def test_no_piece_is_given_twice_and_none_is_kept_back(
    order: list[Wanted[str]], stock: dict[str, Decimal], backorders: Backorders
) -> None:
    found = allot(order, stock, backorders=backorders)

    for demand, got in zip(order, found.demands, strict=True):
        assert got.reserved >= 0
        assert got.reserved + got.short == demand.quantity
    for product in {demand.position for demand in order}:
        there = max(stock.get(product, D(0)), D(0))
        asked = sum(d.quantity for d in order if d.position == product)
        given_out = sum(
            got.reserved
            for demand, got in zip(order, found.demands, strict=True)
            if demand.position == product
        )
        assert given_out == (0 if found.refused else min(asked, there))
    assert found.refused == (bool(found.lacks) and backorders is Backorders.NEVER)

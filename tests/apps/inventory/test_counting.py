"""Counting: the books follow what lies on the shelf, and the difference has its value."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dougong.apps.inventory.entities import StockPosition
from dougong.apps.inventory.refusals import CostUnknown, NothingToCorrect, StillReserved
from dougong.kernel.refusals import InvalidField
from tests.shop import Shop


def count(shop: Shop, code: str, counted: int, **how: Any) -> StockPosition:
    """Count a product."""
    position: StockPosition = shop.do(
        "stock_position",
        "count",
        product=shop.product(code),
        warehouse=shop.warehouse,
        counted=Decimal(counted),
        **how,
    )
    return position


def test_what_is_missing_goes_at_the_average(shop: Shop) -> None:
    shop.stock("BOLT-M8", 3, cost="3.333333")

    position = count(shop, "BOLT-M8", 1, reason="盘亏")

    assert (position.on_hand, position.value) == (1, Decimal("3.33"))
    moves = shop.rows("SELECT kind, quantity, value, reason FROM stock_move ORDER BY id")
    assert moves[1:] == [("adjust", -2, Decimal("-6.67"), "盘亏")]
    assert shop.balance("inventory") == Decimal("3.33")
    assert shop.balance("stock_variance") == Decimal("6.67")
    shop.verify()


def test_what_is_found_comes_at_the_average(shop: Shop) -> None:
    shop.stock("BOLT-M8", 10, cost=6)

    position = count(shop, "BOLT-M8", 12)

    assert (position.on_hand, position.value) == (12, 72)
    shop.verify()


def test_found_goods_may_be_said_to_cost_something_else(shop: Shop) -> None:
    shop.stock("BOLT-M8", 10, cost=6)

    position = count(shop, "BOLT-M8", 12, unit_cost=Decimal(9))

    assert (position.value, position.average_cost) == (78, Decimal("6.5"))
    shop.verify()


def test_an_empty_shelf_is_worth_nothing(shop: Shop) -> None:
    shop.stock("BOLT-M8", 3, cost="3.333333")

    position = count(shop, "BOLT-M8", 0)

    assert (position.on_hand, position.value) == (0, 0)
    shop.verify()


def test_goods_that_were_never_bought_need_a_cost(shop: Shop) -> None:
    bolt = shop.product("BOLT-M8")

    with shop.nothing_changes() as refused:
        count(shop, "BOLT-M8", 5)
    position = count(shop, "BOLT-M8", 5, unit_cost=Decimal(2))

    assert refused.by == CostUnknown(bolt)
    assert (position.on_hand, position.value) == (5, 10)


def test_what_is_promised_can_not_be_missing(shop: Shop) -> None:
    shop.stock("BOLT-M8", 10)
    shop.confirm(shop.sales_order(("BOLT-M8", 8)))

    with shop.nothing_changes() as refused:
        count(shop, "BOLT-M8", 7)

    assert refused.by == StillReserved(Decimal(7), Decimal(8))


def test_a_count_that_finds_what_the_books_say_corrects_nothing(shop: Shop) -> None:
    shop.stock("BOLT-M8", 10)

    with shop.nothing_changes() as same:
        count(shop, "BOLT-M8", 10)
    with shop.nothing_changes() as less_than_nothing:
        count(shop, "BOLT-M8", -1)

    assert same.by == NothingToCorrect(Decimal(10))
    assert less_than_nothing.by == InvalidField("counted", "too_small", "0")


def test_a_count_raises_and_closes_the_alert(shop: Shop) -> None:
    shop.stock("BOLT-M8", 10)
    shop.reorder_at("BOLT-M8", 5)

    count(shop, "BOLT-M8", 4)
    assert shop.alerts() == {"BOLT-M8": 4}

    count(shop, "BOLT-M8", 5)
    assert shop.alerts() == {}
    shop.verify()

"""What happens to goods at the same time: nothing is sold twice, and nobody sees an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from dougong.apps.inventory.operations.count_stock_position import CountStockPosition
from dougong.apps.inventory.operations.receive_goods_receipt import ReceiveGoodsReceipt
from dougong.apps.sales.operations.confirm_sales_order import ConfirmSalesOrder
from dougong.kernel.house import House
from dougong.kernel.operations import Command
from dougong.kernel.refusals import Refused
from dougong.main import open_house
from tests.shop import Shop

CLIENTS = 20
HOT = ("BOLT-M6", "BOLT-M8", "BOLT-M10", "NUT-M6", "NUT-M8")


@pytest.fixture
def counters(shop: Shop) -> Iterator[House]:
    """The same house with a connection for each of twenty clients."""
    house = open_house(shop.house.database.dsn, size=CLIENTS)
    house.clock = lambda: shop.now
    yield house
    house.close()


def all_at_once(house: House, company: str, commands: Sequence[Command[Any]]) -> list[Refused]:
    """Perform commands at the same time; gives who was refused. Any error is raised."""

    def act(command: Command[Any]) -> Refused | None:
        try:
            house.perform(company, command)
        except Refused as refused:
            return refused
        return None

    with ThreadPoolExecutor(CLIENTS) as clients:
        return [refused for refused in clients.map(act, commands) if refused is not None]


def deadlocks(shop: Shop) -> Decimal:
    """How many deadlocks PostgreSQL had to end in this database."""
    shop.rows("SELECT pg_stat_clear_snapshot()")
    return shop.number("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")


def orders(shop: Shop, many: int, lines: Callable[[], list[tuple[str, int]]]) -> list[Any]:
    """Drafts, each of a customer of its own, so that they meet only at the goods."""
    return [
        shop.sales_order(*lines(), customer=shop.customer(f"客户{at}号有限公司"), backorders=wish)
        for at in range(many)
        for wish in ["always"]
    ]


def test_twenty_want_one_of_ten_and_ten_get_one(shop: Shop, counters: House) -> None:
    shop.stock("BOLT-M8", 10)
    drafts = orders(shop, 20, lambda: [("BOLT-M8", 1)])

    refused = all_at_once(
        counters, shop.company, [ConfirmSalesOrder(id=draft.id) for draft in drafts]
    )

    assert refused == []
    lacking = [shop.backordered(draft) for draft in drafts]
    assert lacking.count({}) == 10
    assert lacking.count({"BOLT-M8": Decimal(1)}) == 10
    assert (shop.reserved("BOLT-M8"), shop.on_hand("BOLT-M8")) == (10, 10)
    shop.verify()


def test_who_wants_all_or_nothing_gets_all_or_hears_no(shop: Shop, counters: House) -> None:
    shop.stock("BOLT-M8", 10)
    drafts = [
        shop.sales_order(("BOLT-M8", 3), customer=shop.customer(f"客户{at}"), backorders="never")
        for at in range(8)
    ]

    refused = all_at_once(
        counters, shop.company, [ConfirmSalesOrder(id=draft.id) for draft in drafts]
    )

    assert [one.by.code for one in refused] == ["out_of_stock"] * 5
    assert shop.reserved("BOLT-M8") == 9
    shop.verify()


def test_hot_goods_in_any_order_are_never_oversold(shop: Shop, counters: House) -> None:
    dice = Random(20260302)
    for code in HOT:
        shop.stock(code, 60)
    before = deadlocks(shop)

    def some() -> list[tuple[str, int]]:
        return [(code, dice.randint(1, 5)) for code in dice.sample(HOT, dice.randint(1, 5))]

    drafts = orders(shop, 60, some)
    refused = all_at_once(
        counters, shop.company, [ConfirmSalesOrder(id=draft.id) for draft in drafts]
    )

    assert refused == []
    for code in HOT:
        wanted = shop.number(
            "SELECT sum(quantity) FROM sales_order_line WHERE product = %s", [shop.product(code)]
        )
        assert shop.reserved(code) == min(wanted, Decimal(60))
    assert deadlocks(shop) == before
    shop.verify()


def test_alerts_follow_the_stock_whoever_comes_first(shop: Shop, counters: House) -> None:
    """Ten at a time leave and come, about the reorder point: at the end the alert is as it must be."""
    shop.stock("BOLT-M8", 100)
    shop.reorder_at("BOLT-M8", 100)
    commands: list[Command[Any]] = []
    for at in range(20):
        draft = shop.sales_order(("BOLT-M8", 10), customer=shop.customer(f"客户{at}"))
        receipt = shop.make(
            "goods_receipt",
            warehouse=shop.warehouse,
            lines=[{"product": shop.product("BOLT-M8"), "quantity": 10, "unit_cost": 6}],
        )
        commands += [ConfirmSalesOrder(id=draft.id), ReceiveGoodsReceipt(id=receipt.id)]

    assert all_at_once(counters, shop.company, commands) == []

    position = shop.position("BOLT-M8")
    assert (position.on_hand, position.reserved, position.alert) == (300, 200, None)
    assert shop.alerts() == {}
    shop.verify()


def test_a_position_is_made_once(shop: Shop, counters: House) -> None:
    bolt = shop.product("BOLT-M8")
    commands = [
        CountStockPosition(
            product=bolt, warehouse=shop.warehouse, counted=Decimal(n), unit_cost=Decimal(1)
        )
        for n in range(1, 11)
    ]

    assert all_at_once(counters, shop.company, commands) == []

    assert shop.rows("SELECT count(*) FROM stock_position") == [(1,)]
    shop.verify()

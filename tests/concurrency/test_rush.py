"""Two hundred confirmations at once, when neither the goods nor the credit are enough for all."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest

from dougong.apps.finance.api import CreditExceeded
from dougong.apps.inventory.api import OutOfStock
from dougong.apps.inventory.operations.pack_shipment import PackShipment
from dougong.apps.inventory.operations.pick_shipment import PickShipment
from dougong.apps.inventory.operations.ship_shipment import ShipShipment
from dougong.apps.sales.operations.confirm_sales_order import ConfirmSalesOrder
from dougong.kernel.perform import Done
from dougong.kernel.refusals import Refused
from dougong.kernel.verbs import Create
from dougong.main import open_house
from tests.ground import TestGround
from tests.shop import Shop

PRODUCTS = [f"RUSH-{at}" for at in range(5)]
STOCK = 90
EAGER, LIMITED = 80, 120
"""So many orders of a customer without a limit, and of one with."""
ROOM = 20
"""So many orders fit into the limit."""
GROSS = Decimal("56.50")
"""One piece of each of the five products at 10.00, with 13 % tax."""
CONNECTIONS = 20


@pytest.fixture
def rush(ground: TestGround, shop_company: str) -> Iterator[Shop]:
    """A shop with as many connections as a server has."""
    name = f"{shop_company}_rush"
    ground._clone(shop_company, name)
    house = open_house(ground.address(name), size=CONNECTIONS)
    yield Shop(house)
    house.close()
    ground._drop(name)


def test_a_rush_sells_what_is_there_and_no_more(rush: Shop) -> None:
    random.seed(20260302)
    received(rush)
    eager, limited = rush.customer("eager"), rush.customer("limited", limit=ROOM * GROSS)
    orders = drafts(rush, [eager] * EAGER + [limited] * LIMITED)
    deadlocks = deadlocks_of(rush)

    first = in_flight(rush, orders)

    done = Counter(orders[order] for order, outcome in first.items() if outcome == "done")
    gone = shipped(rush)
    assert done.total() == STOCK
    assert done[eager] <= EAGER
    assert done[limited] <= ROOM
    assert set(first.values()) == {"done", CreditExceeded.code, OutOfStock.code}
    assert (rush.exposure(eager), rush.exposure(limited)) == (
        done[eager] * GROSS,
        done[limited] * GROSS,
    )
    assert 0 < gone < STOCK
    for code in PRODUCTS:
        assert rush.on_hand(code) == rush.reserved(code) == STOCK - gone

    received(rush)
    left = {order: orders[order] for order, outcome in first.items() if outcome != "done"}
    second = in_flight(rush, left)

    done += Counter(left[order] for order, outcome in second.items() if outcome == "done")
    gone = shipped(rush)
    assert done == {eager: EAGER, limited: ROOM}
    assert set(second.values()) == {"done", CreditExceeded.code}
    assert rush.exposure(limited) == ROOM * GROSS
    for code in PRODUCTS:
        assert rush.reserved(code) == done.total() - gone
        assert rush.on_hand(code) == 2 * STOCK - gone
    assert deadlocks_of(rush) == deadlocks
    rush.verify()


def received(shop: Shop) -> None:
    """Goods come in."""
    for code in PRODUCTS:
        shop.stock(code, STOCK)


def in_flight(shop: Shop, orders: Collection[UUID]) -> dict[UUID, str]:
    """Confirm all at once."""
    wanted = random.sample(list(orders), len(orders))
    with ThreadPoolExecutor(len(wanted)) as people:
        outcomes = list(people.map(lambda order: rushed(shop, order), wanted))
    return dict(zip(wanted, outcomes, strict=True))


def shipped(shop: Shop) -> Decimal:
    """How many orders have left."""
    return shop.number("SELECT count(*) FROM shipment WHERE state = 'shipped'")


def drafts(shop: Shop, customers: list[UUID]) -> dict[UUID, UUID]:
    """An order each, of one piece of everything, the lines in any order; all or nothing.

    Gives each order with its customer.
    """
    commands = []
    for customer in customers:
        codes = random.sample(PRODUCTS, len(PRODUCTS))
        lines = [{"product": shop.product(code), "quantity": "1"} for code in codes]
        values: dict[str, Any] = {"customer": customer, "lines": lines, "backorders": "never"}
        commands.append(Create(entity="sales_order", values=values))
    made = shop.house.perform_many(shop.company, commands)
    assert all(isinstance(one, Done) for one in made), made
    ids = [one.id for one in made if isinstance(one, Done)]
    return dict(zip(ids, customers, strict=True))


def rushed(shop: Shop, order: UUID) -> str:
    """Confirm; every third order is shipped at once, while others are still being confirmed."""
    try:
        shop.perform(ConfirmSalesOrder(id=order))
    except Refused as no:
        return min(refusal.code for refusal in no.refusals)
    if order.int % 3 == 0:
        ((shipment,),) = shop.rows(
            "SELECT id FROM shipment WHERE document = %s", [f"sales_order:{order}"]
        )
        for command in (PickShipment, PackShipment, ShipShipment):
            shop.perform(command(id=shipment))
    return "done"


def deadlocks_of(shop: Shop) -> int:
    """How many deadlocks PostgreSQL has had to break."""
    with psycopg.connect(shop.house.database.dsn) as connection:
        row = connection.execute(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()
    assert row is not None
    return int(row[0])

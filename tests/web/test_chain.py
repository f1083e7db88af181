"""The chain bar: ordered, shipped, invoiced, paid and returned, to the cent, as far as one may see."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from starlette.applications import Starlette

from dougong.apps.sales.entities import SalesOrder
from dougong.kernel.access.entities import Role, RolePermission
from dougong.kernel.house import House
from dougong.main import open_house
from dougong.web.app import web_app
from tests.kernel.house import published
from tests.lean.wire import wire
from tests.shop import COMPANY, Shop
from tests.web.conftest import CHEAP, Somebody, hired

ALL = ("sales_order", "shipment", "invoice", "payment", "sales_return")
Amounts = tuple[int, Decimal, Decimal | None]
NO_RETURN: Amounts = (0, Decimal(0), None)
"""Nothing has to come back: there is no whole."""


@pytest.fixture(scope="module")
def house(database_url: str) -> Iterator[House]:
    house = open_house(database_url)
    Shop.found_company(house)
    yield house
    house.close()


@pytest.fixture(scope="module")
def app(house: House) -> Starlette:
    return web_app(house, passwords=CHEAP)


@pytest.fixture(scope="module")
def chief(house: House, app: Starlette) -> Somebody:
    role = Role(code="chief", name="老板", permissions=[RolePermission(entity="*", operation="*")])
    published(house, COMPANY, role)
    return hired(house, app, COMPANY, "chief", role)


@pytest.fixture(scope="module")
def packer(house: House, app: Starlette) -> Somebody:
    seen = ("sales_order", "shipment")
    role = Role(
        code="packer",
        name="发货员",
        permissions=[RolePermission(entity=one, operation="read") for one in seen],
    )
    published(house, COMPANY, role)
    return hired(house, app, COMPANY, "packer", role)


@pytest.fixture(scope="module")
def shop(house: House) -> Shop:
    shop = Shop(house)
    shop.stock("BOLT", 1000)
    return shop


@pytest.fixture
def order(shop: Shop) -> SalesOrder:
    """Forty bolts at ten, with tax 452.00, confirmed."""
    return shop.confirm(shop.sales_order(("BOLT", 40)))


def chain(who: Somebody, entity: str, identity: object) -> dict[str, Any]:
    answer = who.get(f"/{entity}/{identity}/chain")
    assert answer.status_code == 200, answer.text
    return {stage["entity"]: stage for stage in answer.json()["chain"]}


def amounts(stages: dict[str, Any]) -> dict[str, Amounts]:
    return {
        name: (one["count"], Decimal(one["done"]), one["whole"] and Decimal(one["whole"]))
        for name, one in stages.items()
    }


def expected(**stages: tuple[int, str, str | None]) -> dict[str, Amounts]:
    given = {
        name: (count, Decimal(done), None if whole is None else Decimal(whole))
        for name, (count, done, whole) in stages.items()
    }
    return {"sales_return": NO_RETURN} | given


def test_a_draft_has_nothing_behind_it(shop: Shop, chief: Somebody) -> None:
    draft = shop.sales_order(("BOLT", 40))

    found = chain(chief, "sales_order", draft.id)

    assert list(found) == list(ALL)
    assert amounts(found) == expected(
        sales_order=(1, "0", "452.00"),
        shipment=(0, "0", None),
        invoice=(0, "0", None),
        payment=(0, "0", None),
    )


def test_thirty_of_forty_are_shipped_and_invoiced_and_a_part_is_paid(
    shop: Shop, chief: Somebody, order: SalesOrder
) -> None:
    shipment = shop.ship(order, BOLT=30)
    invoice = shop.invoice(order)
    payment = shop.pay(invoice, "100.00")

    found = chain(chief, "sales_order", order.id)

    assert amounts(found) == expected(
        sales_order=(1, "452.00", "452.00"),
        shipment=(2, "339.00", "452.00"),
        invoice=(1, "339.00", "452.00"),
        payment=(1, "100.00", "452.00"),
    )
    assert found["sales_order"]["here"]
    assert [one["id"] for one in found["payment"]["records"]] == [str(payment.id)]
    states = {one["id"]: one["state"] for one in found["shipment"]["records"]}
    assert states[str(shipment.id)] == "shipped"


def test_each_record_of_the_chain_shows_the_same_chain(
    shop: Shop, chief: Somebody, order: SalesOrder
) -> None:
    shipment = shop.ship(order)
    invoice = shop.invoice(order)
    payment = shop.pay(invoice)
    whole = amounts(chain(chief, "sales_order", order.id))

    for entity, record in (("shipment", shipment), ("invoice", invoice), ("payment", payment)):
        found = chain(chief, entity, record.id)
        assert amounts(found) == whole
        assert [name for name, one in found.items() if one["here"]] == [entity]


def test_what_comes_back_is_told_by_its_credit(
    shop: Shop, chief: Somebody, order: SalesOrder
) -> None:
    shop.ship(order)
    shop.invoice(order)
    [line] = shop.fresh(order).lines
    returned = shop.make(
        "sales_return", order=order.id, lines=[{"order_line": line.id, "quantity": 10}]
    )
    shop.do("sales_return", "receive", id=returned.id)

    found = amounts(chain(chief, "sales_return", returned.id))

    assert found["sales_return"] == (1, Decimal("113.00"), None)
    assert found["invoice"] == (2, Decimal("452.00"), Decimal("452.00"))


def test_of_an_invoice_for_two_orders_each_is_paid_for_as_its_share_is(
    shop: Shop, chief: Somebody, order: SalesOrder
) -> None:
    other = shop.confirm(shop.sales_order(("BOLT", 60)))
    for each in (order, other):
        shop.ship(each)
    shop.pay(shop.invoice(order, other), "113.00")

    assert amounts(chain(chief, "sales_order", order.id))["payment"][1] == Decimal("45.20")
    assert amounts(chain(chief, "sales_order", other.id))["payment"][1] == Decimal("67.80")


def test_who_may_not_see_money_sees_how_the_goods_stand(
    shop: Shop, packer: Somebody, order: SalesOrder
) -> None:
    shop.ship(order)
    shop.invoice(order)

    found = chain(packer, "shipment", shop.shipments(order)[0].id)

    assert list(found) == ["sales_order", "shipment"]
    assert found["shipment"]["count"] == 1
    assert found["shipment"]["done"] is None


def test_what_stands_in_no_chain_has_none(shop: Shop, chief: Somebody) -> None:
    assert chain(chief, "product", shop.product("BOLT")) == {}


def test_a_longer_chain_takes_no_more_statements(
    shop: Shop, chief: Somebody, order: SalesOrder
) -> None:
    counts = []
    for quantity in (10, 10, 20):
        shop.ship(order, BOLT=quantity)
        shop.pay(shop.invoice(order))
        with wire() as sent:
            chain(chief, "sales_order", order.id)
        counts.append(len(sent))

    assert counts[0] == counts[-1]

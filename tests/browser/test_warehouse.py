"""A warehouse clerk's morning: thirty orders, a scanner, and no mouse."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from dougong.demo.company import SLUG
from dougong.kernel.house import House
from dougong.kernel.perform import Done
from tests.browser.conftest import TABLET, Sit
from tests.browser.site import Site

GOODS = 8
ORDERS = [3] * 17 + [2] * 13
"""So many lines has each of thirty orders: seventy-seven in all."""


@pytest.fixture(scope="module")
def hall(site: Site) -> UUID:
    """A second warehouse with goods in it, and thirty confirmed orders to be sent from there."""
    house = site.house
    hall = done(house, "warehouse.create", code="HALL", name="二号库")
    unit = only(house, "SELECT unit FROM product LIMIT 1")
    tax = only(house, "SELECT tax FROM product WHERE tax IS NOT NULL LIMIT 1")
    goods = [
        done(
            house,
            "product.create",
            code=f"T-{at}",
            name=f"测试件 {at}",
            unit=str(unit),
            tax=str(tax),
            list_price="10",
            barcode=f"69012345678{at:02}",
        )
        for at in range(GOODS)
    ]
    receipt = done(
        house,
        "goods_receipt.create",
        warehouse=str(hall),
        lines=[{"product": str(one), "quantity": "500", "unit_cost": "6"} for one in goods],
    )
    done(house, "goods_receipt.receive", receipt)
    customer = done(house, "customer.create", name="扫码测试有限公司")
    turn = cycle(goods)
    for lines in ORDERS:
        order = done(
            house,
            "sales_order.create",
            customer=str(customer),
            warehouse=str(hall),
            lines=[{"product": str(one), "quantity": "4"} for one in islice(turn, lines)],
        )
        done(house, "sales_order.confirm", order)
    return hall


def done(house: House, operation: str, record: UUID | None = None, **values: Any) -> UUID:
    outcome = house.do(SLUG, operation, values, id=record)
    assert isinstance(outcome, Done), outcome
    return outcome.id


def only(house: House, sql: str) -> Any:
    with house.database.transaction(SLUG) as transaction:
        return transaction.rows(sql)[0][0]


def states(house: House, hall: UUID) -> dict[str, int]:
    with house.database.transaction(SLUG) as transaction:
        return dict(
            transaction.rows(
                "SELECT state, count(*) FROM shipment WHERE warehouse = %s GROUP BY 1", [hall]
            )
        )


def scan(page: Page, code: str) -> None:
    """A scanner types the code and presses Enter."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def every_line() -> Iterator[str]:
    """The code of each line's goods, in the order of the orders."""
    for at in islice(cycle(range(GOODS)), sum(ORDERS)):
        yield f"69012345678{at:02}"


def test_thirty_orders_are_picked_packed_and_sent_by_scanner_alone(
    sit: Sit, site: Site, hall: UUID
) -> None:
    page = sit("zhao.qiang", screen=TABLET, at=f"/warehouse-floor?warehouse=%22{hall}%22")
    told = page.get_by_role("status")
    expect(page.get_by_text("拣货 30")).to_be_visible()

    codes = list(every_line())
    for at, code in enumerate(codes):
        scan(page, code)
        if at == 10:
            scan(page, "4009999999999")
            expect(told.filter(has_text="不认识的条码")).to_be_visible()
        if at == 20:
            scan(page, "9*6901234567804")
            expect(told.filter(has_text="只需 4")).to_be_visible()
    expect(page.get_by_text("拣货 0")).to_be_visible()
    scan(page, codes[0])
    expect(told.filter(has_text="不在本次拣货单上")).to_be_visible()

    page.keyboard.press("Enter")
    expect(page.get_by_text("打包 30")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("发货 30")).to_be_visible()
    page.keyboard.press("Alt+3")
    page.keyboard.press("Enter")
    expect(page.get_by_text("发货 0")).to_be_visible()

    assert states(site.house, hall) == {"shipped": 30}


def test_a_short_pick_leaves_the_rest_for_later_and_a_scan_can_be_taken_back(
    sit: Sit, site: Site, hall: UUID
) -> None:
    house = site.house
    product = only(house, "SELECT id FROM product WHERE code = 'T-0'")
    customer = only(house, "SELECT id FROM customer WHERE name = '扫码测试有限公司'")
    order = done(
        house,
        "sales_order.create",
        customer=str(customer),
        warehouse=str(hall),
        lines=[{"product": str(product), "quantity": "5"}],
    )
    done(house, "sales_order.confirm", order)
    page = sit("zhao.qiang", screen=TABLET, at=f"/warehouse-floor?warehouse=%22{hall}%22")
    expect(page.get_by_text("拣货 1")).to_be_visible()

    scan(page, "2*T-0")
    expect(page.get_by_role("status").filter(has_text="还差 3")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(page.get_by_role("status").filter(has_text="已撤销")).to_be_visible()
    scan(page, "2*T-0")
    scan(page, "3")
    expect(page.get_by_role("status").filter(has_text="少拣")).to_be_visible()
    page.keyboard.press("Alt+2")
    expect(page.get_by_text("打包 1")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+3")
    expect(page.get_by_text("发货 1")).to_be_visible()
    page.keyboard.press("Enter")

    expect(page.get_by_text("拣货 1")).to_be_visible()
    delivered = f"SELECT sum(delivered) FROM sales_order_line WHERE parent = '{order}'"
    assert only(house, delivered) == 3

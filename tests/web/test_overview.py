"""Overviews, outlooks and inquiries by HTTP: everything in one request, as far as its asker may see it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette

from dougong.kernel.access.entities import FieldAccess, Role, RoleField, RolePermission
from dougong.kernel.house import House
from dougong.main import open_house
from dougong.web.app import web_app
from tests.kernel.house import published
from tests.shop import COMPANY, Shop
from tests.web.conftest import CHEAP, Somebody, hired

SELLER = Role(
    code="seller",
    name="销售",
    permissions=[
        RolePermission(entity="customer", operation="read", rows="owner == me"),
        RolePermission(entity="sales_order", operation="*", rows="customer.owner == me"),
        RolePermission(entity="sales_entry", operation="read", rows="customer.owner == me"),
        RolePermission(entity="credit_position", operation="read", rows="customer.owner == me"),
        RolePermission(entity="product", operation="read"),
        RolePermission(entity="price_list", operation="read"),
        RolePermission(entity="price_list_item", operation="read"),
        RolePermission(entity="warehouse", operation="read"),
    ],
)
CHIEF = Role(
    code="chief",
    name="老板",
    permissions=[RolePermission(entity="*", operation="*")],
    fields=[RoleField(entity="sales_entry", field="cost", access=FieldAccess.SHOWN)],
)


@pytest.fixture(scope="module")
def house(database_url: str) -> Iterator[House]:
    house = open_house(database_url)
    Shop.found_company(house)
    published(house, COMPANY, SELLER, CHIEF)
    yield house
    house.close()


@pytest.fixture(scope="module")
def app(house: House) -> Starlette:
    return web_app(house, passwords=CHEAP)


@pytest.fixture(scope="module")
def shop(house: House) -> Shop:
    return Shop(house)


@pytest.fixture(scope="module")
def seller(house: House, app: Starlette) -> Somebody:
    return hired(house, app, COMPANY, "seller", SELLER)


@pytest.fixture(scope="module")
def chief(house: House, app: Starlette) -> Somebody:
    return hired(house, app, COMPANY, "chief", CHIEF)


def test_a_customer_stands_on_one_page_and_the_margin_only_for_who_may_see_it(
    shop: Shop, seller: Somebody, chief: Somebody
) -> None:
    shop.stock("BOLT-M8", 100)
    customer = shop.customer("宏达五金", owner=str(seller.person))
    shop.confirm(shop.sales_order(("BOLT-M8", 40), customer=customer))

    whole = chief.get(f"/customer/{customer}/overview").json()
    part = seller.get(f"/customer/{customer}/overview").json()

    assert whole["record"]["name"] == "宏达五金"
    assert whole["record"]["can"]["edit"] is True
    assert whole["panels"]["revenue"]["net"] == "400"
    assert whole["panels"]["revenue"]["margin"] == "160"
    assert part["panels"]["revenue"]["net"] == "400"
    assert part["panels"]["revenue"]["margin"] is None
    assert {"due", "paying", "shipments", "returns"} <= set(whole["panels"])
    assert {"due", "paying", "shipments", "returns"}.isdisjoint(part["panels"])


def test_who_may_not_see_a_customer_sees_nothing_of_them(shop: Shop, seller: Somebody) -> None:
    stranger = shop.customer("别人的客户")

    answer = seller.get(f"/customer/{stranger}/overview")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_rows_of_orders_are_hidden_in_the_overview_as_everywhere(
    house: House, app: Starlette, shop: Shop
) -> None:
    narrow = Role(
        code="narrow",
        name="只看自己的单",
        permissions=[
            RolePermission(entity="customer", operation="read"),
            RolePermission(entity="sales_order", operation="read", rows="salesperson == me"),
            RolePermission(entity="sales_entry", operation="read", rows="salesperson == me"),
            RolePermission(entity="product", operation="read"),
        ],
    )
    published(house, COMPANY, narrow)
    somebody = hired(house, app, COMPANY, "narrow", narrow)
    shop.stock("BOLT-M8", 100)
    customer = shop.customer("两人的客户")
    shop.confirm(shop.sales_order(("BOLT-M8", 10), customer=customer))
    own = {"salesperson": str(somebody.person)}
    shop.confirm(shop.sales_order(("BOLT-M8", 3), customer=customer, **own))

    panels = somebody.get(f"/customer/{customer}/overview").json()["panels"]

    assert panels["orders"]["count"] == 1
    assert panels["revenue"]["net"] == "30"
    assert [one["quantity"] for one in panels["products"]["top"]] == ["3"]


def test_a_preview_brings_its_outlook_without_what_may_not_be_read(
    shop: Shop, seller: Somebody, chief: Somebody
) -> None:
    shop.stock("NUT-M8", 30)
    customer = shop.customer("永兴机电", owner=str(seller.person), limit=100)
    order = {
        "customer": str(customer),
        "lines": [{"product": str(shop.product("NUT-M8")), "quantity": "40"}],
    }

    whole = chief.post("/sales_order?preview&outlook", order).json()["outlook"]
    part = seller.post("/sales_order?preview&outlook", order).json()["outlook"]
    plain = chief.post("/sales_order?preview", order).json()

    assert whole["lines"][0]["stock"]["free"] == "30"
    assert whole["lines"][0]["stock"]["short"] == "10"
    assert part["lines"][0]["stock"] is None
    assert (part["credit"]["after"], part["credit"]["over"]) == ("452.00", "352.00")
    assert "outlook" not in plain


def test_an_inquiry_is_refused_by_name(seller: Somebody, house: House, app: Starlette) -> None:
    unknown = seller.post("/sales_order/question/understand", {"words": "M8"})
    wrong = seller.post("/sales_order/question/understand", {"texts": "M8"})
    many = seller.post("/sales_order/question/understand", {"texts": ["M8"] * 501})
    nowhere = seller.post("/sales_order/question/divine", {})
    blind = Role(
        code="blind",
        name="看不到产品",
        permissions=[RolePermission(entity="sales_order", operation="read")],
    )
    published(house, COMPANY, blind)
    hidden = hired(house, app, COMPANY, "blind", blind).post(
        "/sales_order/question/understand", {"texts": ["M8"]}
    )

    assert (unknown.status_code, unknown.json()["field"]) == (422, "words")
    assert (wrong.status_code, wrong.json()["field"]) == (422, "texts")
    assert (many.status_code, many.json()["field"]) == (422, "texts")
    assert nowhere.status_code == 404
    assert (hidden.status_code, hidden.json()["code"]) == (403, "not_permitted")

"""Insight through the door: what is offered to whom, a rep's own figures, and the sheet of an answer."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from starlette.applications import Starlette

from dougong.kernel.access.entities import FieldAccess, Role, RoleField, RolePermission
from dougong.kernel.house import House
from dougong.kernel.sheets import as_text, open_sheet
from dougong.main import open_house
from dougong.web.app import web_app
from tests.kernel.house import published
from tests.shop import COMPANY, Shop
from tests.web.conftest import CHEAP, Somebody, hired

CHIEF = Role(
    code="chief",
    name="老板",
    permissions=[RolePermission(entity="*", operation="*")],
    fields=[RoleField(entity="sales_entry", field="cost", access=FieldAccess.SHOWN)],
)
REP = Role(
    code="own_rep",
    name="销售",
    permissions=[
        RolePermission(entity="sales_entry", operation="read", rows="customer.owner == me"),
        RolePermission(entity="customer", operation="read"),
    ],
)


@pytest.fixture(scope="module")
def house(database_url: str) -> Iterator[House]:
    house = open_house(database_url)
    Shop.found_company(house)
    published(house, COMPANY, CHIEF, REP)
    yield house
    house.close()


@pytest.fixture(scope="module")
def app(house: House) -> Starlette:
    return web_app(house, passwords=CHEAP)


@pytest.fixture(scope="module")
def chief(house: House, app: Starlette) -> Somebody:
    return hired(house, app, COMPANY, "chief", CHIEF)


@pytest.fixture(scope="module")
def rep(house: House, app: Starlette) -> Somebody:
    return hired(house, app, COMPANY, "rep", REP)


@pytest.fixture(scope="module", autouse=True)
def sold(house: House, rep: Somebody) -> None:
    """Thirty bolts to the rep's customer, twenty to the house's, at 10.00 each."""
    shop = Shop(house)
    shop.stock("BOLT-M8", 100)
    for name, owner, quantity in (("上海哲达", rep.person, 30), ("宁波甬江", None, 20)):
        customer = shop.customer(name, owner=owner)
        shop.ship(shop.confirm(shop.sales_order(("BOLT-M8", quantity), customer=customer)))


def test_a_rep_is_told_the_figures_of_own_customers_alone(chief: Somebody, rep: Somebody) -> None:
    asked = {"measures": ["revenue"], "by": "customer"}

    whole, own = chief.post("/insight/ask", asked).json(), rep.post("/insight/ask", asked).json()

    assert Decimal(whole["total"]["now"]["revenue"]) == 500
    assert [row["key"]["title"] for row in own["rows"]] == ["上海哲达"]
    assert Decimal(own["total"]["now"]["revenue"]) == 300


def test_who_may_not_know_the_cost_is_neither_offered_a_margin_nor_told_it(
    chief: Somebody, rep: Somebody
) -> None:
    offered = {one["name"] for one in rep.get("/insight/catalogue").json()["measures"]}
    refused = rep.post("/insight/ask", {"measures": ["margin"]})

    assert "revenue" in offered
    assert offered.isdisjoint({"cost", "margin", "margin_rate"})
    assert refused.status_code == 403
    assert "margin" in refused.text
    assert chief.post("/insight/ask", {"measures": ["margin"]}).status_code == 200


def test_the_sheet_of_an_answer_says_what_the_screen_says(chief: Somebody) -> None:
    asked = {"measures": ["revenue", "margin"], "by": "customer", "limit": 1}

    answered = chief.post("/insight/ask", asked).json()
    exported = chief.post("/insight/export", asked)

    assert exported.status_code == 200, exported.text
    with open_sheet(exported.content) as sheet:
        rows = [[as_text(cell) for cell in row.cells] for row in sheet.rows]
    assert [row[0] for row in rows] == ["上海哲达", "Others", "Total"]
    for written, told in zip(
        rows, [*answered["rows"], answered["others"], answered["total"]], strict=True
    ):
        assert [Decimal(one) for one in written[1:]] == [
            Decimal(one) for one in told["now"].values()
        ]


def test_a_figure_s_condition_lists_the_records_that_it_sums(chief: Somebody) -> None:
    answered = chief.post("/insight/ask", {"measures": ["revenue"]}).json()

    listed = chief.get("/sales_entry", params={"filter": answered["conditions"]["revenue"]}).json()

    told = sum(Decimal(one["net"]) for one in listed["records"])
    assert told == Decimal(answered["total"]["now"]["revenue"])


@pytest.mark.parametrize("address", ["/insight/ask", "/insight/export"])
def test_what_makes_no_question_is_refused_by_name(chief: Somebody, address: str) -> None:
    refused = chief.post(address, {"measures": ["riches"], "grain": "decade", "wish": 1})

    assert refused.status_code == 422
    named = {one["field"] for one in refused.json()["problems"]}
    assert named == {"measures", "grain", "wish"}

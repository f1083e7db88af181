"""The door on the whole house: one order by HTTP alone, and every address of every kind of record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette

from dougong.kernel.access.entities import FieldAccess, Role, RoleField, RolePermission
from dougong.kernel.house import House
from dougong.main import open_house
from dougong.web.app import web_app
from tests.kernel.house import published
from tests.shop import COMPANY, Shop
from tests.web.conftest import CHEAP, Somebody, hired
from tests.web.test_described import references


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
    secrets = [
        RoleField(entity=name, field=field.name, access=FieldAccess.SHOWN)
        for name, description in house.catalogue.entities.items()
        for field in description.own.values()
        if field.secret
    ]
    role = Role(
        code="chief",
        name="老板",
        permissions=[RolePermission(entity="*", operation="*")],
        fields=secrets,
    )
    published(house, COMPANY, role)
    return hired(house, app, COMPANY, "chief", role)


@pytest.fixture(scope="module")
def shop(house: House) -> Shop:
    return Shop(house)


def ok(answer: Any) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def test_an_order_goes_from_nothing_to_paid_by_http(shop: Shop, chief: Somebody) -> None:
    shop.stock("BOLT-M8", 30)
    customer = ok(chief.post("/customer", {"name": "宏达五金", "backorders": "always"}))
    order = ok(
        chief.post(
            "/sales_order",
            {
                "customer": customer["id"],
                "warehouse": str(shop.warehouse),
                "lines": [{"product": str(shop.found("product", code="BOLT-M8")), "quantity": 40}],
            },
        )
    )
    number = order["number"]

    looked = ok(chief.post(f"/sales_order/{number}/confirm?preview"))
    assert (looked["possible"], looked["record"]["state"]) == (True, "confirmed")
    assert ok(chief.get(f"/sales_order/{number}"))["can"]["confirm"] is True
    confirmed = chief.post(f"/sales_order/{number}/confirm")
    assert ok(confirmed)["state"] == "confirmed"

    [shipment] = ok(chief.get("/shipment"))["records"]
    offered = ok(chief.get(f"/shipment/{shipment['id']}"))["can"]
    assert offered["pick"] is True
    assert [one["code"] for one in offered["ship"]["refusals"]] == ["wrong_state"]
    for verb in ("pick", "pack", "ship"):
        ok(chief.post(f"/shipment/{shipment['id']}/{verb}"))
    invoice = ok(chief.post("/invoice/draft", {"documents": [f"sales_order:{order['id']}"]}))
    issued = ok(chief.post(f"/invoice/{invoice['id']}/issue"))
    paid = chief.post(
        "/payment/receive", {"customer": customer["id"], "amount": issued["gross"], "auto": True}
    )
    assert paid.status_code == 201, paid.text

    [tree] = ok(chief.get(f"/trace/{confirmed.headers['dougong-event']}"))["caused"]
    caused = {node["name"] for node in tree["caused"]}
    assert "shipment.planned" in caused, caused
    assert ok(chief.get("/sales_order/question/at_risk?until=2027-01-01"))["answer"]
    [figure] = ok(chief.get("/sales_entry/question/figures?by=customer"))["answer"]
    assert figure["net"] == ok(chief.get(f"/sales_order/{number}"))["net"]


def test_every_kind_of_record_answers_at_every_address(
    house: House, chief: Somebody, shop: Shop
) -> None:
    for name, description in house.catalogue.entities.items():
        page = ok(chief.get(f"/{name}?count&limit=3"))
        assert page["count"]["exact"] is True
        ok(chief.get(f"/{name}/group?by={next(iter(description.fields))}&limit=3"))
        for record in page["records"]:
            answered = chief.get(f"/{name}/{record['id']}")
            assert answered.status_code == 200, (name, answered.text)
            assert ok(chief.get(f"/{name}/{record['id']}/history"))["events"] is not None
        if not description.is_line:
            assert ok(chief.get(f"/meta/{name}?lang=zh"))["name"] == name


def test_every_operation_is_offered_or_says_why_not(
    house: House, chief: Somebody, shop: Shop
) -> None:
    for (entity, verb), operation in house.catalogue.operations.items():
        if operation.creates:
            continue
        for record in ok(chief.get(f"/{entity}?limit=2"))["records"]:
            can = ok(chief.get(f"/{entity}/{record['id']}")).get("can")
            if isinstance(can, dict):
                offered = can[verb]
                assert offered is True or offered["refusals"], (entity, verb)


def test_the_whole_api_is_described_without_loose_ends(chief: Somebody) -> None:
    document = ok(chief.browser.get("/api/openapi.json"))

    known = document["components"]["schemas"]
    for reference in references(document):
        if reference.startswith("#/components/schemas/"):
            assert reference.removeprefix("#/components/schemas/") in known, reference
    assert "/api/v1/sales_order/{id}/confirm" in document["paths"]
    assert "/api/v1/account/question/trial_balance" in document["paths"]
    assert chief.browser.get("/api").status_code == 200

"""What describes itself: meta, OpenAPI and the plain page."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dougong.kernel.house import House
from dougong.web.app import ADDRESSES, web_app
from dougong.web.client import is_built
from tests.web.conftest import CHEAP, Somebody, browser


def test_a_kind_of_record_is_described_in_the_asked_language(boss: Somebody) -> None:
    told = boss.get("/meta/purchase?lang=en").json()

    fields = {one["name"]: one for one in told["fields"]}
    assert fields["client"]["entity"] == "client"
    assert fields["client"]["required"] is True
    assert fields["total"]["writable"] is False
    assert [one["name"] for one in fields["lines"]["lines"]["fields"]][-3:] == [
        "quantity",
        "price",
        "cost",
    ]
    assert [one["name"] for one in told["lifecycle"]["states"]] == [
        "draft",
        "confirmed",
        "cancelled",
    ]
    assert {"from": "draft", "to": "confirmed"} in told["lifecycle"]["moves"]
    confirm = next(one for one in told["operations"] if one["name"] == "confirm")
    assert confirm["arguments"]["properties"] == {
        "remark": {"type": "string", "default": "", "title": "argument.purchase.remark"}
    }
    assert fields["number"]["label"] == "Number"
    chinese = boss.get("/meta/purchase", headers={"Accept-Language": "zh-CN"}).json()
    assert next(f for f in chinese["fields"] if f["name"] == "number")["label"] != "Number"


def test_one_is_told_only_of_what_one_may_see(clerk: Somebody, boss: Somebody) -> None:
    names = [one["name"] for one in clerk.get("/meta").json()["entities"]]

    assert names == ["client", "purchase"]
    assert clerk.get("/meta/person").status_code == 403
    assert clerk.get("/meta/purchase").json()["operations"] == []
    assert "person" in [one["name"] for one in boss.get("/meta").json()["entities"]]


def references(value: Any) -> set[str]:
    """Find every pointer in a document."""
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(references(one) for one in value.values()))
    if isinstance(value, list):
        return set().union(*(references(one) for one in value))
    return set()


def test_the_api_is_described_typed_and_without_loose_ends(boss: Somebody) -> None:
    document = boss.browser.get("/api/openapi.json").json()

    assert document["openapi"] == "3.1.0"
    for reference in references(document):
        found: Any = document
        for part in reference.removeprefix("#/").split("/"):
            assert part in found, reference
            found = found[part]
    made = document["components"]["schemas"]["purchase_create"]
    assert made["required"] == ["client"]
    assert "total" not in made["properties"]
    assert made["additionalProperties"] is False
    confirm = document["paths"]["/api/v1/purchase/{id}/confirm"]["post"]
    assert confirm["operationId"] == "purchase.confirm"


def test_every_address_is_described(boss: Somebody) -> None:
    document = boss.browser.get("/api/openapi.json").json()
    generic = {"{entity}": "purchase", "{operation}": "confirm"}
    for method, path, _ in ADDRESSES:
        if not path.startswith("/api/v1"):
            continue
        ways = {path}
        if "meta/" not in path:
            for hole, name in generic.items():
                ways = {way.replace(hole, name) for way in ways}
        [way] = ways
        if way in ("/api/v1/purchase/confirm", "/api/v1/purchase/question/{name}"):
            continue  # the small trade has no operation that makes a record, and no question
        described = {
            re.sub(r"\{\w+\}", "{}", known): ways for known, ways in document["paths"].items()
        }
        assert method.lower() in described[re.sub(r"\{\w+\}", "{}", way)], path


def test_until_the_client_is_built_a_page_without_script_leads_to_the_reference(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dougong.web.app.is_built", lambda: False)
    with browser(web_app(house, passwords=CHEAP)) as opened:
        page = opened.get("/?lang=zh")
        assert page.headers["content-type"].startswith("text/html")
        assert 'href="/api"' in page.text
        reference = opened.get("/api").text
        assert "/api/v1/purchase/{id}/confirm" in reference
        for text in (page.text, reference):
            assert "<script" not in text
            assert "style=" not in text
            assert "//" not in re.sub(r"http://(shop\.test|testserver)", "", text)


def test_the_client_answers_every_page_but_nothing_below_the_api(boss: Somebody) -> None:
    if not is_built():
        pytest.skip("the web client is not built: make client")

    page = boss.browser.get("/sales_order/new")
    missing = boss.browser.get("/assets/no-such-file.js")
    below = boss.get("/a/b/c/d")

    assert page.headers["content-type"].startswith("text/html")
    assert "'nonce-" in page.headers["content-security-policy"]
    assert missing.status_code == 404
    assert (below.status_code, below.json()["code"]) == (404, "no_such_address")

"""Groups are counted and summed exactly, by fields, by references and by parts of the year."""

from __future__ import annotations

from typing import Any

import pytest

from dougong.kernel.questions import Groups
from dougong.kernel.refusals import BadExpression, InvalidField, Refused
from tests.kernel.questions.conftest import Shop


@pytest.fixture(scope="module")
def known(shop: Shop) -> dict[str, str]:
    """Five orders: two of a customer in the east in January, and three more."""
    east = str(shop.make("region", code="E", name="华东"))
    zheda = str(shop.make("customer", name="上海哲达", region=east))
    acme = str(shop.make("customer", name="Acme"))
    for customer, order_day, net, grade in (
        (zheda, "2026-01-05", "0.10", "A"),
        (zheda, "2026-01-11", "0.20", "B"),
        (acme, "2026-01-12", "100000000000000.01", "A"),
        (acme, "2026-04-01", None, None),
        (None, None, "7", "C"),
    ):
        shop.make("order", customer=customer, order_day=order_day, net=net, grade=grade, cost="1")
    return {"east": east, "zheda": zheda, "acme": acme}


def test_sums_are_exact_and_missing_amounts_count_nothing(shop: Shop, known: Any) -> None:
    assert shop.group("order", sums=["net", "fee", "margin"]) == Groups(
        [
            {
                "net": "100000000000007.31",
                "fee": "10000000000000.731",
                "margin": "100000000000003.31",
                "count": 5,
            }
        ]
    )


def test_by_month_the_days_without_a_date_come_last(shop: Shop, known: Any) -> None:
    assert shop.group("order", by=[("order_day", "month")], sums=["net"]).rows == [
        {"order_day": "2026-01-01", "net": "100000000000000.31", "count": 3},
        {"order_day": "2026-04-01", "net": "0", "count": 1},
        {"order_day": None, "net": "7", "count": 1},
    ]


@pytest.mark.parametrize(
    ("grain", "days"),
    [
        ("day", ["2026-01-05", "2026-01-11", "2026-01-12", "2026-04-01"]),
        (None, ["2026-01-05", "2026-01-11", "2026-01-12", "2026-04-01"]),
        ("week", ["2026-01-05", "2026-01-12", "2026-03-30"]),
        ("quarter", ["2026-01-01", "2026-04-01"]),
        ("year", ["2026-01-01"]),
    ],
)
def test_a_grain_begins_with_its_first_day(
    shop: Shop, known: Any, grain: str | None, days: list[str]
) -> None:
    rows = shop.group("order", by=[("order_day", grain)], filter="order_day != None").rows
    assert [row["order_day"] for row in rows] == days


def test_an_instant_falls_on_the_companys_day(shop: Shop, known: Any) -> None:
    with shop.house.database.transaction("shop") as t:
        t.run("UPDATE customer SET created_at = '2025-12-31T16:00:00Z'")
    assert shop.group("customer", by=[("created_at", "year")]).rows == [
        {"created_at": "2026-01-01", "count": 2}
    ]


def test_references_come_with_titles_and_in_their_order(shop: Shop, known: Any) -> None:
    east = {"id": known["east"], "title": "华东"}
    zheda = {"id": known["zheda"], "title": "上海哲达"}
    acme = {"id": known["acme"], "title": "Acme"}

    assert shop.group("order", by=[("customer", None), ("customer.region", None)]).rows == [
        {"customer": acme, "customer.region": None, "count": 2},
        {"customer": zheda, "customer.region": east, "count": 2},
        {"customer": None, "customer.region": None, "count": 1},
    ]


def test_groups_can_be_chosen_sorted_and_cut_off(shop: Shop, known: Any) -> None:
    asked: dict[str, Any] = {"by": [("customer", None)], "sums": ["net"], "count": False}
    titles = [
        row["customer"] and row["customer"]["title"]
        for row in shop.group("order", **asked, sort=[("net", True)]).rows
    ]
    assert titles == ["Acme", None, "上海哲达"]
    assert shop.group("order", **asked, having="count >= 2 and net < 1").rows == [
        {"customer": {"id": known["zheda"], "title": "上海哲达"}, "net": "0.3"}
    ]
    assert shop.group("order", **asked, limit=2).more
    assert not shop.group("order", **asked, limit=3).more


def test_only_allowed_rows_are_summed(shop: Shop, known: Any) -> None:
    clerk = shop.clerk(order='customer.region.code == "E"')
    assert clerk.group("order", sums=["net"]).rows == [{"net": "0.3", "count": 2}]


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"sums": ["cost"]}, InvalidField("sums.0", "unknown_field", "cost")),
        ({"sums": ["margin"]}, InvalidField("sums.0", "unknown_field", "margin")),
        ({"sums": ["net", "rate"]}, InvalidField("sums.1", "not_summable", "rate")),
        ({"sums": ["note"]}, InvalidField("sums.0", "not_summable", "note")),
        ({"sums": ["late"]}, InvalidField("sums.0", "not_summable", "late")),
        ({"sums": ["version"]}, InvalidField("sums.0", "not_summable", "version")),
        ({"by": [("cost", None)]}, InvalidField("by.0", "unknown_field", "cost")),
        (
            {"by": [("customer.credit_limit", None)]},
            InvalidField("by.0", "unknown_field", "customer.credit_limit"),
        ),
        ({"by": [("items", None)]}, InvalidField("by.0", "not_groupable", "items")),
        ({"by": [("grade", "month")]}, InvalidField("by.0", "no_grain", "grade")),
        (
            {"by": [("due", "hour'")]},
            InvalidField("by.0", "unknown_grain", "day, week, month, quarter, year"),
        ),
        (
            {"by": [("due", "day"), ("due", "month")]},
            InvalidField("by.1", "twice", "due"),
        ),
        ({"by": ["due"]}, InvalidField("by.0", "wrong_type", "field, grain")),
        ({"sort": [("net", True)]}, InvalidField("sort.0", "unknown_field", "net")),
        ({"having": "cost > 1"}, BadExpression("having", "unknown_name", 0, 4)),
        ({"limit": 0}, InvalidField("limit", "out_of_range", "1–10000")),
    ],
)
def test_what_may_not_be_grouped_or_summed_is_refused(
    shop: Shop, known: Any, asked: dict[str, Any], refusal: Any
) -> None:
    with pytest.raises(Refused) as caught:
        shop.clerk().group("order", **asked)
    assert caught.value.by == refusal

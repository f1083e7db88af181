"""The customer's page: what every app tells of a customer, with numbers that one can do by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.lean.wire import wire
from tests.shop import Shop

PANELS = 14
"""Credit; due; habit and payments; shipments; revenue; orders and their lines; products; returns; agreements …"""


def at(shop: Shop, days: int) -> None:
    """Let days go by."""
    shop.now += timedelta(days=days)


def bought(shop: Shop, quantity: int, *, code: str = "BOLT-M8") -> Any:
    """The customer orders, gets and is invoiced for goods at 10.00 that cost 6.00."""
    order = shop.confirm(shop.sales_order((code, quantity)))
    shop.ship(order)
    return shop.invoice(order)


def test_credit_shows_where_the_money_is(shop: Shop) -> None:
    customer = shop.customer(limit=5000)
    shop.stock("BOLT-M8", 1000)
    bought(shop, 100)
    shop.ship(shop.confirm(shop.sales_order(("BOLT-M8", 50))))
    shop.confirm(shop.sales_order(("BOLT-M8", 20)))

    credit = shop.panels("customer", customer)["credit"]

    exposure = credit.exposure
    assert (exposure.receivable, exposure.delivered_not_invoiced, exposure.on_order) == (
        1130,
        565,
        226,
    )
    assert (credit.used, credit.room) == (1921, 3079)


def test_what_is_due_is_sorted_by_age_and_habits_are_told(shop: Shop) -> None:
    customer = shop.customer()
    shop.stock("BOLT-M8", 1000)
    first = bought(shop, 100)
    at(shop, 10)
    shop.pay(first)
    second = bought(shop, 200)
    shop.pay(second)
    bought(shop, 50)
    at(shop, 40)

    panels = shop.panels("customer", customer)

    assert panels["due"].overdue == panels["due"].buckets["31_60"] == Decimal(565)
    assert panels["due"].oldest == date(2026, 3, 12)
    # 1,130.00 came ten days late, 2,260.00 on the day: ten days for a third of the money.
    assert (panels["paying"].days_late, panels["paying"].on_time) == (
        Decimal("3.3"),
        Decimal("0.6667"),
    )
    assert [one["amount"] for one in panels["paying"].latest] == ["2260.00", "1130.00"]


def test_revenue_stands_beside_the_year_before(shop: Shop) -> None:
    customer = shop.customer()
    shop.stock("BOLT-M8", 1000)
    shop.confirm(shop.sales_order(("BOLT-M8", 30)))
    at(shop, 365)
    shop.confirm(shop.sales_order(("BOLT-M8", 50)))

    revenue = shop.panels("customer", customer)["revenue"]

    running = revenue.months[-1]
    assert (running.month, running.net, running.before, running.margin) == (
        date(2027, 3, 1), 500, 300, 200,
    )  # fmt: skip
    assert (revenue.net, revenue.before, revenue.margin) == (500, 300, 200)


def test_orders_tell_how_far_they_are_and_when_the_next_is_due(shop: Shop) -> None:
    customer = shop.customer()
    shop.stock("BOLT-M8", 100)
    for _ in range(3):
        order = shop.confirm(shop.sales_order(("BOLT-M8", 40)))
        at(shop, 10)
    shop.ship(order, **{"BOLT-M8": 10})

    orders = shop.panels("customer", customer)["orders"]

    assert (orders.count, orders.every_days) == (3, 10)
    assert orders.next == date(2026, 3, 2) + timedelta(days=30)
    assert [one["delivered"] for one in orders.open] == [Decimal("0.25"), 0, 0]
    assert orders.open[0]["number"] == order.number


def test_what_they_usually_buy_and_have_not_lately_is_missed(shop: Shop) -> None:
    customer = shop.customer()
    shop.stock("BOLT-M8", 1000)
    shop.stock("NUT-M8", 1000)
    for _ in range(4):
        shop.confirm(shop.sales_order(("BOLT-M8", 10), ("NUT-M8", 5)))
        at(shop, 10)
    for _ in range(2):
        shop.confirm(shop.sales_order(("BOLT-M8", 10)))
        at(shop, 10)

    products = shop.panels("customer", customer)["products"]

    assert [(one.name, one.net, one.times) for one in products.top] == [
        ("BOLT-M8", 600, 6),
        ("NUT-M8", 200, 4),
    ]
    assert [(one.name, one.every_days) for one in products.missed] == [("NUT-M8", 10)]


def test_a_page_takes_the_same_statements_for_many_orders_as_for_one(shop: Shop) -> None:
    customer = shop.customer(limit=100_000)
    shop.stock("BOLT-M8", 1000)
    counts = []
    for orders in (1, 9):
        for _ in range(orders):
            shop.pay(bought(shop, 5))
        shop.confirm(shop.sales_order(("BOLT-M8", 5)))
        with wire() as sent:
            shop.panels("customer", customer)
        counts.append(len(sent))

    assert counts == [PANELS, PANELS]

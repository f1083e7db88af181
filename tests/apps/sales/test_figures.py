"""Figures about sales, what follows deliveries and receipts, and the laws that tie them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dougong.apps.sales.entities import SalesOrder
from dougong.apps.sales.lifecycles import OrderState
from dougong.apps.sales.questions.at_risk import orders_at_risk
from dougong.apps.sales.questions.figures import figures
from dougong.apps.sales.reactions import allot_what_came
from dougong.kernel.log.readers import answer_event, logged
from tests.shop import Shop


@pytest.fixture
def order(shop: Shop) -> SalesOrder:
    """40 bolts at 10.00 and freight, of which 30 bolts at 6.00 are delivered and all is invoiced."""
    shop.stock("BOLT-M8", 30)
    order = shop.confirm(
        shop.sales_order(
            ("BOLT-M8", 40, 10), {"wording": "运费", "quantity": "1", "unit_price": "50"}
        )
    )
    shop.ship(order)
    shop.invoice(order)
    return shop.fresh(order)


def test_ordered_delivered_and_invoiced_are_three_figures(shop: Shop, order: SalesOrder) -> None:
    with shop.house.database.transaction(shop.company) as transaction:
        found = {
            of: [(f.net, f.cost, f.margin) for f in figures(transaction, "customer", of=of)]
            for of in ("ordered", "delivered", "invoiced")
        }
        [month] = figures(transaction, "month", products_only=True)
        assert figures(transaction, "product", since=date(2026, 3, 3)) == []

    assert found == {
        "ordered": [(450, 240, 210)],
        "delivered": [(300, 180, 120)],
        "invoiced": [(350, 0, 350)],
    }
    assert (month.key, month.net) == (date(2026, 3, 1), 400)
    assert month.margin_rate == Decimal("0.4")


def test_an_order_is_at_risk_when_its_goods_are_not_there(shop: Shop, order: SalesOrder) -> None:
    with shop.house.database.transaction(shop.company) as transaction:
        today = date(2026, 3, 2)
        [risk] = orders_at_risk(transaction, today=today, until=date(2026, 3, 9))
        [late] = orders_at_risk(transaction, today=date(2026, 3, 3), until=today)

    assert (risk.order, risk.missing, risk.lacking, risk.is_late) == (order.id, 10, 10, False)
    assert late.is_late


def test_a_delivery_undone_is_as_if_it_had_not_been(shop: Shop) -> None:
    shop.stock("P", 10)
    order = shop.confirm(shop.sales_order(("P", 10, 10)))
    shipment = shop.ship(order)
    assert shop.fresh(order).state == OrderState.SHIPPED

    shop.do("shipment", "undo_ship", id=shipment.id)

    order = shop.fresh(order)
    assert (order.state, order.lines[0].delivered, order.cost) == (OrderState.CONFIRMED, 0, 60)
    assert sum(e.net for e in shop.entries(order) if e.kind == "shipped") == 0
    shop.verify()
    shop.do("shipment", "ship", id=shipment.id)
    assert shop.fresh(order).state == OrderState.SHIPPED
    shop.verify()


def test_a_shipment_cancelled_leaves_a_backorder(shop: Shop) -> None:
    shop.stock("P", 10)
    order = shop.confirm(shop.sales_order(("P", 10, 10)))

    shop.do("shipment", "cancel", id=shop.shipments(order)[0].id)
    assert shop.backordered(order) == {"P": 10}
    assert shop.fresh(order).lines[0].reserved == 0

    shop.allot(order)
    assert shop.backordered(order) == {}
    shop.ship(order)
    shop.verify()


def test_what_comes_in_goes_to_who_waits_the_most_urgent_first(shop: Shop) -> None:
    shop.product("P")
    later = shop.confirm(shop.sales_order(("P", 5), promised="2026-04-01"))
    sooner = shop.confirm(shop.sales_order(("P", 5), promised="2026-03-10"))
    shop.stock("P", 7)

    rows = shop.rows(
        "SELECT id, seq, name, entity, record, at, recorded_at, actor, cause, trace, facts, "
        "changes FROM event WHERE name = 'goods_receipt.received'"
    )
    answer_event(shop.house, shop.company, allot_what_came, logged(rows[0]))
    answer_event(shop.house, shop.company, allot_what_came, logged(rows[0]))

    assert shop.backordered(sooner) == {}
    assert shop.backordered(later) == {"P": 3}
    shop.verify()


SLIP = """
INSERT INTO sales_entry (id, kind, day, "order", order_line, customer, net, quantity, cost,
                         document, created_at)
SELECT gen_random_uuid(), kind, day, "order", order_line, customer, {net}, 0, {cost}, '', now()
FROM sales_entry WHERE kind = '{kind}' AND product IS NOT NULL
"""
LINE = "SO-2026-00001/1"


@pytest.mark.parametrize(
    ("law", "harm", "difference"),
    [
        (
            "sales_entries_tie_to_orders",
            "UPDATE sales_order SET revenue = 451",
            ("SO-2026-00001", 451, 450),
        ),
        (
            "sales_entries_tie_to_lines",
            "UPDATE sales_order_line SET returned = 1 WHERE position = 1",
            (LINE, "30 30 1", "30 30 0"),
        ),
        (
            "sales_entries_tie_to_invoices",
            SLIP.format(kind="invoiced", net=1, cost=0),
            (LINE, 300, 301),
        ),
        (
            "sales_entries_tie_to_cost",
            SLIP.format(kind="shipped", net=0, cost=1),
            (LINE, 180, 181),
        ),
    ],
)
def test_each_law_names_what_breaks_it(
    shop: Shop, order: SalesOrder, law: str, harm: str, difference: tuple[object, ...]
) -> None:
    assert order.state == OrderState.CONFIRMED
    with shop.house.database.transaction(shop.company) as transaction:
        transaction.run(harm)

    with shop.house.database.transaction(shop.company) as transaction:
        found = {one.name: transaction.rows(one.sql) for one in shop.house.catalogue.invariants}
    assert {name: rows for name, rows in found.items() if rows} == {law: [difference]}

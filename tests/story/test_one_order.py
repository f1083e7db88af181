"""One order, everything that it moves: from confirmation to the last payment.

The figures are worked by hand:

====================  ===  ======  ========  ===========  ==========  ======  ======  =======
line                  qty   price  discount  before disc  5 % on all     net     tax    gross
====================  ===  ======  ========  ===========  ==========  ======  ======  =======
BOLT-M8                40   10.00  10+5           342.00       17.10  324.90   42.24   367.14
NUT-M8                200    2.00                 400.00       20.00  380.00   49.40   429.40
fitting (a service)     1  300.00                 300.00       15.00  285.00   17.10   302.10
freight                 1   50.00                  50.00           –   50.00    3.00    53.00
====================  ===  ======  ========  ===========  ==========  ======  ======  =======
sum                                             1,092.00       52.10  1,039.90 111.74 1,151.64

30 bolts at 6.00 and 500 nuts at 0.80 are there; the fitting costs 100.00.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from dougong.apps.finance.api import CreditExceeded
from dougong.apps.sales.entities import SalesOrder
from dougong.apps.sales.lifecycles import EntryKind, OrderState
from tests.shop import Shop


def made_ready(shop: Shop) -> SalesOrder:
    """The order as a draft, with stock, a campaign and a reorder point."""
    shop.stock("BOLT-M8", 30, cost=6)
    shop.stock("NUT-M8", 500, cost="0.80", list_price="2")
    shop.reorder_at("NUT-M8", 350, 1000)
    shop.product(
        "FITTING", kind="service", list_price="300", standard_cost="100", tax=shop.tax("VAT6")
    )
    fair = shop.make(
        "campaign", code="FAIR", name="春季展会", start_day="2026-03-01", end_day="2026-03-31"
    )
    return shop.sales_order(
        {"product": shop.product("BOLT-M8"), "quantity": "40", "discounts": "10+5"},
        ("NUT-M8", 200),
        ("FITTING", 1),
        {"wording": "运费", "quantity": "1", "unit_price": "50", "tax": shop.tax("VAT6")},
        header_discounts="5",
        promised="2026-03-20",
        campaign=fair.id,
    )


def test_one_order_moves_every_department(shop: Shop) -> None:
    order = made_ready(shop)

    # The draft knows its amounts; nothing else has moved.
    assert [line.net for line in order.lines] == [
        Decimal("324.90"),
        Decimal(380),
        Decimal(285),
        Decimal(50),
    ]
    assert [line.tax_amount for line in order.lines] == [
        Decimal("42.24"),
        Decimal("49.40"),
        Decimal("17.10"),
        Decimal(3),
    ]
    assert (order.net, order.tax, order.gross) == (
        Decimal("1039.90"),
        Decimal("111.74"),
        Decimal("1151.64"),
    )
    assert (order.cost, order.margin) == (Decimal(500), Decimal("539.90"))
    assert order.discount_rate == Decimal("0.10009091")
    assert shop.exposure() == 0

    # Whoever refuses, nothing has happened.
    shop.customer(limit=1000)
    with shop.nothing_changes() as no:
        shop.confirm(order)
    assert no.by == CreditExceeded(
        limit=Decimal(1000), exposure=Decimal("1151.64"), short_by=Decimal("151.64")
    )
    shop.customer(limit=5000)

    order = shop.confirm(order, customer_reference="PO-7")

    assert order.state is OrderState.CONFIRMED
    # (a) goods are set aside, and what is short is a backorder
    assert (shop.reserved("BOLT-M8"), shop.reserved("NUT-M8")) == (30, 200)
    assert shop.backordered(order) == {"BOLT-M8": 10}
    # (b) the customer's exposure
    assert shop.exposure() == Decimal("1151.64")
    assert shop.credit().open_orders == Decimal("1151.64")
    # (c) sales and margin
    ordered = shop.entries(order, EntryKind.ORDERED)
    assert sorted(e.net for e in ordered) == [
        Decimal(50),
        Decimal(285),
        Decimal("324.90"),
        Decimal(380),
    ]
    assert sum(e.net - e.cost for e in ordered) == Decimal("539.90")
    # (d) the demand that planning reads
    assert shop.expected(order) == {
        "BOLT-M8": (Decimal(-40), date(2026, 3, 20)),
        "NUT-M8": (Decimal(-200), date(2026, 3, 20)),
    }
    # (e) the campaign
    assert {e.campaign for e in ordered} == {order.campaign}

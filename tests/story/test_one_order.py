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

from dougong.apps.finance.api import CreditExceeded, PeriodLocked
from dougong.apps.sales.entities import SalesOrder
from dougong.apps.sales.lifecycles import EntryKind, OrderState
from dougong.apps.sales.refusals import AlreadyUnderway, NothingToAllot
from dougong.kernel.refusals import InvalidField, WrongState
from tests.shop import Shop


def made_ready(shop: Shop) -> SalesOrder:
    """The order as a draft, with stock, a campaign and a reorder point."""
    shop.stock("BOLT-M8", 30, cost=6)
    shop.stock("NUT-M8", 500, cost="0.80", list_price="2")
    shop.reorder_at("NUT-M8", 350, 1000)
    shop.product(
        "FITTING", kind="service", list_price="300", standard_cost="100", tax=shop.tax("VAT6")
    )
    fair = shop.make("campaign", code="FAIR", name="春季展会", start="2026-03-01", end="2026-03-31")
    month = shop.make(
        "payment_term", code="30", name="30 天", instalments=[{"share": "1", "days": "30"}]
    )
    shop.customer(payment_term=month.id)
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
    the_draft_knows_its_amounts(shop, order)
    confirming_moves_everything(shop, order)
    the_first_delivery(shop, order)
    the_first_invoice_and_payment(shop, order)
    the_rest_comes_and_goes(shop, order)
    the_books_at_the_end(shop, order)


def the_draft_knows_its_amounts(shop: Shop, order: SalesOrder) -> None:
    assert [line.net for line in order.lines] == [Decimal("324.90"), 380, 285, 50]
    assert [line.tax_amount for line in order.lines] == [
        Decimal("42.24"),
        Decimal("49.40"),
        Decimal("17.10"),
        3,
    ]
    assert (order.net, order.tax, order.gross) == (
        Decimal("1039.90"),
        Decimal("111.74"),
        Decimal("1151.64"),
    )
    assert (order.cost, order.margin) == (500, Decimal("539.90"))
    assert order.discount_rate == Decimal("0.10009091")
    assert shop.exposure() == 0

    with shop.nothing_changes() as no:
        shop.edit(order, header_discounts="five")
    assert no.by == InvalidField("header_discounts", "not_a_discount_chain", "10+5")


def confirming_moves_everything(shop: Shop, order: SalesOrder) -> None:
    shop.customer(limit=1000)
    with shop.nothing_changes() as no:
        shop.confirm(order)
    assert no.by == CreditExceeded(
        limit=Decimal(1000), exposure=Decimal("1151.64"), short_by=Decimal("151.64")
    )
    shop.customer(limit=5000)

    with shop.house.database.watched() as statements:
        order = shop.confirm(order, customer_reference="PO-7")

    assert (order.state, order.customer_reference) == (OrderState.CONFIRMED, "PO-7")
    # (a) what is there is set aside, and what is short is a backorder
    assert (shop.reserved("BOLT-M8"), shop.reserved("NUT-M8")) == (30, 200)
    assert shop.backordered(order) == {"BOLT-M8": 10}
    # (b) the customer's exposure
    assert shop.credit().open_orders == shop.exposure() == Decimal("1151.64")
    # (c) sales and margin, and the cash forecast: promised for the 20th, paid 30 days later
    ordered = shop.entries(order, EntryKind.ORDERED)
    assert sum(entry.net for entry in ordered) == Decimal("1039.90")
    assert sum(entry.net - entry.cost for entry in ordered) == Decimal("539.90")
    assert shop.cash_expected() == {date(2026, 4, 13): Decimal("1151.64")}
    # (d) the demand, where planning reads it
    due = date(2026, 3, 20)
    assert shop.expected(order) == {"BOLT-M8": (-40, due), "NUT-M8": (-200, due)}
    # (e) its campaign
    assert {entry.campaign for entry in ordered} == {order.campaign}
    assert order.campaign is not None
    # (f) the alert: 300 nuts are free, and 350 are wanted
    assert shop.alerts() == {"NUT-M8": 300}
    # (g) the pick task
    [shipment] = shop.shipments(order)
    assert (shipment.state, shipment.customer) == ("planned", order.customer)
    # (h) its events, all caused by the confirmation
    assert shop.set_in_motion("sales_order.confirmed") == {
        "credit_position.held": 1,
        "reservation.reserved": 1,
        "shipment.planned": 1,
        "stock_alert.raised": 1,
    }
    assert statements
    shop.verify()

    with shop.nothing_changes() as no:
        shop.confirm(order)
    assert no.by == WrongState("confirmed", "confirmed")


def the_first_delivery(shop: Shop, order: SalesOrder) -> None:
    [shipment] = shop.shipments(order)
    with shop.nothing_changes() as no:
        shop.do("shipment", "pack", id=shipment.id)
    assert no.by == WrongState("planned", "packed")
    with shop.nothing_changes() as no:
        shop.pick(shipment, **{"NUT-M8": 201})
    assert no.codes == ["more_picked_than_planned"]

    shop.pick(shipment)
    shop.do("shipment", "pack", id=shipment.id)
    shop.do("fiscal_period", "lock", month="2026-03")
    with shop.nothing_changes() as no:
        shop.do("shipment", "ship", id=shipment.id)
    assert no.by == PeriodLocked("2026-03", date(2026, 3, 2))
    shop.do("fiscal_period", "unlock", month="2026-03")
    shop.do("shipment", "ship", id=shipment.id)

    # 30 bolts at 6.00 and 200 nuts at 0.80 have left
    assert (shop.on_hand("BOLT-M8"), shop.on_hand("NUT-M8")) == (0, 300)
    assert shop.balance("cogs") == 340
    assert shop.balance("inventory") == 240
    order = shop.fresh(order)
    assert [line.delivered for line in order.lines] == [30, 200, 0, 0]
    assert order.state == OrderState.CONFIRMED
    shipped = shop.entries(order, EntryKind.SHIPPED)
    assert sorted((e.net, e.cost) for e in shipped) == [(Decimal("243.68"), 180), (380, 160)]
    # 275.36 of the bolts' 367.14, and the nuts' 429.40, are delivered and not invoiced
    credit = shop.credit()
    assert credit.delivered_not_invoiced == Decimal("704.76")
    assert credit.open_orders == Decimal("446.88")
    assert shop.exposure() == Decimal("1151.64")
    shop.verify()

    with shop.nothing_changes() as no:
        shop.do("sales_order", "cancel", id=order.id)
    assert no.by == AlreadyUnderway(delivered=Decimal(230), invoiced=Decimal(0))


def the_first_invoice_and_payment(shop: Shop, order: SalesOrder) -> None:
    invoice = shop.do("invoice", "draft", documents=(order.as_document,))
    shop.do("fiscal_period", "lock", month="2026-03")
    with shop.nothing_changes() as no:
        shop.do("invoice", "issue", id=invoice.id)
    assert no.by == PeriodLocked("2026-03", date(2026, 3, 2))
    shop.do("fiscal_period", "unlock", month="2026-03")
    invoice = shop.do("invoice", "issue", id=invoice.id)

    # what was delivered, and the fitting and the freight, which are agreed with the order
    assert (invoice.net, invoice.tax_amount, invoice.gross) == (
        Decimal("958.68"),
        Decimal("101.18"),
        Decimal("1059.86"),
    )
    assert shop.balance("receivable") == Decimal("1059.86")
    assert shop.balance("revenue") == Decimal("-958.68")
    assert shop.balance("output_tax") == Decimal("-101.18")
    credit = shop.credit()
    assert (credit.open_orders, credit.delivered_not_invoiced) == (Decimal("91.78"), 0)
    assert credit.receivable == Decimal("1059.86")
    assert shop.exposure() == Decimal("1151.64")
    order = shop.fresh(order)
    assert [line.invoiced for line in order.lines] == [30, 200, 1, 1]
    assert sum(e.net for e in shop.entries(order, EntryKind.INVOICED)) == Decimal("958.68")
    shop.verify()

    [shipped] = shop.shipments(order, "shipped")
    with shop.nothing_changes() as no:
        shop.do("shipment", "undo_ship", id=shipped.id)
    assert "already_invoiced" in no.codes

    with shop.nothing_changes() as no:
        shop.pay(invoice, -1)
    assert no.codes == ["not_positive"]
    shop.pay(invoice)
    assert shop.balance("receivable") == 0
    assert shop.balance("bank") == Decimal("1059.86")
    assert shop.exposure() == Decimal("91.78")
    shop.verify()


def the_rest_comes_and_goes(shop: Shop, order: SalesOrder) -> None:
    with shop.nothing_changes() as no:
        shop.allot(order)
    assert no.by == NothingToAllot()
    shop.stock("BOLT-M8", 20, cost=7)
    shop.allot(order)
    assert shop.backordered(order) == {}
    shop.ship(order)

    order = shop.fresh(order)
    assert order.state == OrderState.SHIPPED
    assert shop.balance("cogs") == 410
    # the margin of each line follows what it really cost: 30 × 6.00 and 10 × 7.00 for the bolts
    assert [line.cost for line in order.lines] == [250, 160, 100, 0]
    assert [line.margin for line in order.lines] == [Decimal("74.90"), 220, 185, 50]
    assert shop.set_in_motion("shipment.shipped")["sales_order.shipped"] == 1

    invoice = shop.invoice(order)
    assert (invoice.net, invoice.gross) == (Decimal("81.22"), Decimal("91.78"))
    with shop.nothing_changes() as no:
        shop.invoice(order)
    assert no.codes == ["nothing_to_invoice"]
    shop.pay(invoice)


def the_books_at_the_end(shop: Shop, order: SalesOrder) -> None:
    assert shop.exposure() == 0
    assert shop.balance("bank") == Decimal("1151.64")
    assert shop.balance("receivable") == 0
    assert shop.balance("revenue") == Decimal("-1039.90")
    assert shop.balance("output_tax") == Decimal("-111.74")
    assert shop.balance("cogs") == 410
    assert shop.balance("inventory") == 310  # 300 nuts at 0.80 and 10 bolts at 7.00
    assert shop.expected(order) == {}
    assert shop.cash_expected() == {}
    shop.verify()

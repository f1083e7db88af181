"""Changing, cancelling and closing a binding order: only the difference moves."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dougong.apps.finance.api import CreditExceeded
from dougong.apps.sales.changing import LineChange
from dougong.apps.sales.entities import SalesOrder
from dougong.apps.sales.lifecycles import EntryKind, OrderState
from dougong.apps.sales.refusals import (
    AlreadyUnderway,
    NothingChanges,
    NothingUnderway,
    PriceIsBilled,
    UnknownLine,
)
from dougong.kernel.refusals import WrongState
from dougong.kernel.values import new_id
from tests.shop import Shop


@pytest.fixture
def order(shop: Shop) -> SalesOrder:
    """A binding order of 40 bolts at 10.00, of which 30 are there, at 6.00 each."""
    shop.stock("BOLT-M8", 30)
    return shop.confirm(shop.sales_order(("BOLT-M8", 40, 10)))


def quantity(order: SalesOrder, wanted: int) -> LineChange:
    return LineChange(line=order.lines[0].id, quantity=Decimal(wanted))


class TestChange:
    """One order becomes another."""

    def test_what_is_not_changed_is_not_estimated_anew(self, shop: Shop) -> None:
        shop.stock("BOLT-M8", 30, cost=6)
        shop.stock("WASHER", 100, cost=2)
        order = shop.confirm(shop.sales_order(("BOLT-M8", 20, 10), ("WASHER", 10, 4)))
        shop.stock("WASHER", 100, cost=4)

        changed = shop.change(order, quantity(order, 15))

        assert [line.cost for line in changed.lines] == [90, 20]
        assert (changed.net, changed.cost) == (190, 110)
        shop.verify()

    def test_a_discount_on_the_whole_is_every_lines_concern(self, shop: Shop) -> None:
        shop.stock("BOLT-M8", 30)
        shop.stock("WASHER", 100)
        order = shop.confirm(
            shop.sales_order(("BOLT-M8", 20, 10), ("WASHER", 10, 20), header_discount=100)
        )

        changed = shop.change(order, quantity(order, 10))

        assert [line.net for line in changed.lines] == [Decimal("66.67"), Decimal("133.33")]
        shop.verify()

    def test_less_takes_from_the_backorder_first(self, shop: Shop, order: SalesOrder) -> None:
        changed = shop.change(order, quantity(order, 35))

        assert (changed.net, shop.exposure()) == (350, Decimal("395.50"))
        assert shop.reserved("BOLT-M8") == 30
        assert shop.backordered(order) == {"BOLT-M8": 5}
        assert shop.expected(order)["BOLT-M8"][0] == -35
        assert [(e.quantity, e.net, e.cost) for e in shop.entries(order, EntryKind.CHANGED)] == [
            (-5, -50, -30)
        ]
        shop.verify()

    def test_much_less_frees_what_was_set_aside(self, shop: Shop, order: SalesOrder) -> None:
        shop.change(order, quantity(order, 12))

        assert shop.reserved("BOLT-M8") == 12
        assert shop.backordered(order) == {}
        assert shop.exposure() == Decimal("135.60")
        assert sum(line.quantity for s in shop.shipments(order) for line in s.lines) == 12
        shop.verify()

    def test_more_is_set_aside_or_a_backorder(self, shop: Shop, order: SalesOrder) -> None:
        shop.stock("BOLT-M8", 15)

        shop.change(order, quantity(order, 60))

        assert shop.exposure() == 678
        assert shop.expected(order)["BOLT-M8"][0] == -60
        assert shop.reserved("BOLT-M8") + shop.backordered(order)["BOLT-M8"] == 60
        assert sum(line.quantity for s in shop.shipments(order) for line in s.lines) == 45
        shop.verify()

    def test_a_line_can_be_added(self, shop: Shop, order: SalesOrder) -> None:
        shop.stock("NUT-M8", 100, cost=1)

        changed = shop.change(
            order,
            LineChange(product=shop.product("NUT-M8"), quantity=Decimal(50), unit_price=Decimal(2)),
        )

        assert [line.position for line in changed.lines] == [1, 2]
        assert (changed.net, changed.margin) == (500, 210)
        assert shop.reserved("NUT-M8") == 50
        assert shop.exposure() == 565
        shop.verify()

    def test_another_price_moves_only_the_money(self, shop: Shop, order: SalesOrder) -> None:
        changed = shop.change(
            order, LineChange(line=order.lines[0].id, discounts="10+5"), header_discounts="2"
        )

        assert changed.net == Decimal("335.16")
        assert shop.exposure() == Decimal("378.73")
        [entry] = shop.entries(order, EntryKind.CHANGED)
        assert (entry.quantity, entry.net, entry.cost) == (0, Decimal("-64.84"), 0)
        shop.verify()

    def test_credit_is_asked_again(self, shop: Shop, order: SalesOrder) -> None:
        shop.customer(limit=500)

        with shop.nothing_changes() as refused:
            shop.change(order, quantity(order, 50))

        assert refused.by == CreditExceeded(
            limit=Decimal(500), exposure=Decimal(565), short_by=Decimal(65)
        )

    def test_what_was_delivered_stays_ordered(self, shop: Shop, order: SalesOrder) -> None:
        shop.ship(order, **{"BOLT-M8": 30})

        with shop.nothing_changes() as refused:
            shop.change(order, quantity(order, 29))
        assert refused.codes == ["below_billed"]

        with shop.nothing_changes() as refused:
            shop.change(order, LineChange(line=order.lines[0].id, unit_price=Decimal(9)))
        assert refused.by == PriceIsBilled(1)

    def test_what_changes_nothing_is_said(self, shop: Shop, order: SalesOrder) -> None:
        with shop.nothing_changes() as refused:
            shop.change(order, quantity(order, 40))
        assert refused.by == NothingChanges()

    def test_a_line_of_another_order_is_unknown(self, shop: Shop, order: SalesOrder) -> None:
        nothing = new_id()
        with shop.nothing_changes() as refused:
            shop.change(order, LineChange(line=nothing, quantity=Decimal(1)))
        assert refused.by == UnknownLine(nothing)

    def test_a_draft_is_edited_and_not_changed(self, shop: Shop) -> None:
        draft = shop.sales_order(("P", 1))
        with shop.nothing_changes() as refused:
            shop.change(draft, quantity(draft, 2))
        assert refused.by == WrongState("draft", "changed")


class TestCancel:
    """Nothing is owed any more."""

    def test_everything_is_given_back(self, shop: Shop, order: SalesOrder) -> None:
        cancelled = shop.do("sales_order", "cancel", id=order.id, reason="客户改用现货")

        assert cancelled.state == OrderState.CANCELLED
        assert shop.reserved("BOLT-M8") == 0
        assert shop.exposure() == 0
        assert shop.expected(order) == {}
        assert [s.state for s in shop.shipments(order)] == ["cancelled"]
        entries = shop.entries(order)
        assert [e.kind for e in entries] == ["ordered", "cancelled"]
        assert sum(e.net for e in entries) == sum(e.cost for e in entries) == 0
        shop.verify()

    def test_a_draft_is_cancelled_without_a_trace_elsewhere(self, shop: Shop) -> None:
        draft = shop.sales_order(("P", 1))
        assert shop.do("sales_order", "cancel", id=draft.id).state == OrderState.CANCELLED
        assert shop.entries(draft) == []

    def test_what_is_underway_is_not_cancelled(self, shop: Shop, order: SalesOrder) -> None:
        shop.ship(order, **{"BOLT-M8": 30})
        with shop.nothing_changes() as refused:
            shop.do("sales_order", "cancel", id=order.id)
        assert refused.by == AlreadyUnderway(delivered=Decimal(30), invoiced=Decimal(0))

    def test_nobody_cancels_twice(self, shop: Shop, order: SalesOrder) -> None:
        shop.do("sales_order", "cancel", id=order.id)
        with shop.nothing_changes() as refused:
            shop.do("sales_order", "cancel", id=order.id)
        assert refused.by == WrongState("cancelled", "cancelled")


class TestClose:
    """What is still to come will not come."""

    def test_the_backorder_is_given_up_and_the_delivery_stays(
        self, shop: Shop, order: SalesOrder
    ) -> None:
        shop.ship(order, **{"BOLT-M8": 30})

        closed = shop.do("sales_order", "close", id=order.id)

        assert (closed.state, closed.net, closed.margin) == (OrderState.SHIPPED, 300, 120)
        assert shop.exposure() == 339
        assert shop.expected(order) == {}
        assert shop.reserved("BOLT-M8") == 0
        shop.pay(shop.invoice(order))
        assert shop.exposure() == 0
        shop.verify()

    def test_what_nobody_began_is_cancelled_instead(self, shop: Shop, order: SalesOrder) -> None:
        with shop.nothing_changes() as refused:
            shop.do("sales_order", "close", id=order.id)
        assert refused.by == NothingUnderway()

"""Returns: goods come back at what their delivery had cost, and the customer gets credit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dougong.apps.sales.entities import SalesOrder, SalesReturn
from dougong.apps.sales.lifecycles import EntryKind, ReturnState
from dougong.apps.sales.refusals import MoreThanDelivered, NothingReturned, UnknownLine
from dougong.kernel.refusals import WrongState
from dougong.kernel.values import new_id
from tests.shop import Shop


@pytest.fixture
def order(shop: Shop) -> SalesOrder:
    """20 bolts at 10.00, delivered at 6.00 each."""
    shop.stock("BOLT-M8", 30)
    order = shop.confirm(shop.sales_order(("BOLT-M8", 20, 10)))
    shop.ship(order)
    return order


def back(shop: Shop, order: SalesOrder, many: int) -> SalesReturn:
    """A draft: so many come back."""
    lines = [{"order_line": order.lines[0].id, "quantity": many}]
    draft: SalesReturn = shop.make("sales_return", order=order.id, lines=lines, reason="规格不符")
    return draft


def receive(shop: Shop, returned: SalesReturn) -> SalesReturn:
    """Receive it."""
    received: SalesReturn = shop.do("sales_return", "receive", id=returned.id)
    return received


def test_goods_come_back_at_what_their_delivery_had_cost(shop: Shop, order: SalesOrder) -> None:
    shop.pay(shop.invoice(order))
    shop.stock("BOLT-M8", 10, cost=9)  # 10 at 6.00 and 10 at 9.00: the average is 7.50 now

    returned = receive(shop, back(shop, order, 5))

    assert returned.state == ReturnState.CREDITED
    assert [line.cost for line in returned.lines] == [30]
    assert shop.position("BOLT-M8").value == 180
    assert shop.balance("cogs") == 90
    shop.verify()


def test_what_was_invoiced_is_credited(shop: Shop, order: SalesOrder) -> None:
    shop.invoice(order)

    returned = receive(shop, back(shop, order, 5))

    assert returned.credit_note is not None
    assert shop.balance("revenue") == -150
    assert shop.exposure() == Decimal("169.50")
    [entry] = shop.entries(order, EntryKind.RETURNED)
    assert (entry.quantity, entry.net, entry.cost) == (-5, -50, -30)
    line = shop.fresh(order).lines[0]
    assert (line.delivered, line.returned, line.invoiced) == (20, 5, 15)
    shop.verify()


def test_what_was_not_invoiced_is_no_longer_billed(shop: Shop, order: SalesOrder) -> None:
    returned = receive(shop, back(shop, order, 5))

    assert (returned.state, returned.credit_note) == (ReturnState.RECEIVED, None)
    assert shop.exposure() == Decimal("169.50")
    assert shop.invoice(order).net == 150
    shop.verify()


def test_a_full_return_leaves_nothing(shop: Shop, order: SalesOrder) -> None:
    shop.invoice(order)

    receive(shop, back(shop, order, 20))

    assert shop.exposure() == 0
    assert (shop.balance("revenue"), shop.balance("output_tax"), shop.balance("cogs")) == (0, 0, 0)
    assert shop.balance("inventory") == 180
    shop.verify()


def test_more_than_was_delivered_does_not_come_back(shop: Shop, order: SalesOrder) -> None:
    receive(shop, back(shop, order, 15))

    with shop.nothing_changes() as refused:
        back(shop, order, 6)

    assert refused.by == MoreThanDelivered(line=1, wanted=Decimal(6), returnable=Decimal(5))


def test_what_a_draft_promised_is_asked_again(shop: Shop, order: SalesOrder) -> None:
    first, second = back(shop, order, 15), back(shop, order, 15)
    receive(shop, first)

    with shop.nothing_changes() as refused:
        receive(shop, second)

    assert MoreThanDelivered(line=1, wanted=Decimal(15), returnable=Decimal(5)) in refused.refusals


def test_a_return_of_nothing_is_none(shop: Shop, order: SalesOrder) -> None:
    empty = shop.make("sales_return", order=order.id)

    with shop.nothing_changes() as refused:
        receive(shop, empty)

    assert refused.by == NothingReturned()


def test_lines_are_those_of_the_order(shop: Shop, order: SalesOrder) -> None:
    nothing = new_id()
    with shop.nothing_changes() as refused:
        shop.make("sales_return", order=order.id, lines=[{"order_line": nothing, "quantity": 1}])
    assert refused.by == UnknownLine(nothing)


def test_nobody_receives_twice(shop: Shop, order: SalesOrder) -> None:
    returned = receive(shop, back(shop, order, 5))

    with shop.nothing_changes() as refused:
        receive(shop, returned)

    assert WrongState("received", "received") in refused.refusals

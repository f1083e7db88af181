"""Goods leave: picked, packed and shipped at the average cost; undone and taken back at the same."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from dougong.apps.inventory.entities import Shipment, ShipmentState
from dougong.apps.inventory.operations.pick_shipment import PickShipment
from dougong.apps.inventory.questions.stock_as_of import StockThen, stock_as_of
from dougong.apps.inventory.refusals import (
    AlreadyReturned,
    MorePickedThanPlanned,
    MoreReturnedThanShipped,
    NothingPicked,
)
from dougong.apps.sales.entities import SalesOrder
from dougong.kernel.log.undo import undo
from dougong.kernel.refusals import InvalidField, Refused, WrongState
from dougong.kernel.values import new_id
from tests.shop import Shop


def ordered(shop: Shop, *lines: tuple[str, int]) -> Shipment:
    """The shipment that a confirmed order waits for."""
    order = shop.confirm(shop.sales_order(*lines))
    [planned] = shop.shipments(order, "planned")
    return planned


def send(shop: Shop, shipment: Shipment, **picked: int) -> Shipment:
    """Pick (all, or so much of a product), pack and ship."""
    shop.pick(shipment, **picked)
    shop.do("shipment", "pack", id=shipment.id)
    sent: Shipment = shop.do("shipment", "ship", id=shipment.id)
    return sent


def worth(shop: Shop, code: str) -> tuple[Decimal, Decimal]:
    """How much of a product is there, and what it is worth."""
    position = shop.position(code)
    return position.on_hand, position.value


def return_goods(shop: Shop, order: SalesOrder, quantity: int) -> None:
    """The customer sends some of the order's first line back."""
    lines = [{"order_line": order.lines[0].id, "quantity": quantity}]
    back = shop.make("sales_return", order=order.id, lines=lines)
    shop.do("sales_return", "receive", id=back.id)


def test_a_pick_that_is_sent_twice_under_one_key_is_done_once(shop: Shop) -> None:
    shop.stock("BOLT-M8", 10)
    planned = ordered(shop, ("BOLT-M8", 10))
    pick = PickShipment(id=planned.id, quantities={planned.lines[0].id: Decimal(4)})

    shop.perform(pick, key="scanner-1")
    shop.perform(pick, key="scanner-1")

    picked = shop.fresh(planned)
    assert (picked.lines[0].picked, picked.version) == (4, planned.version + 1)


# What goods cost when they leave


def test_goods_leave_at_the_average_and_the_last_take_what_is_left(shop: Shop) -> None:
    shop.stock("BOLT-M8", 100, cost=10)
    shop.stock("BOLT-M8", 50, cost=13)

    first = send(shop, ordered(shop, ("BOLT-M8", 60)))
    assert [line.cost for line in first.lines] == [660]
    assert worth(shop, "BOLT-M8") == (90, 990)

    shop.stock("BOLT-M8", 40, cost="12.5")
    assert worth(shop, "BOLT-M8") == (130, 1490)
    assert shop.position("BOLT-M8").average_cost == Decimal("11.461538")

    last = send(shop, ordered(shop, ("BOLT-M8", 130)))
    assert [line.cost for line in last.lines] == [1490]
    assert worth(shop, "BOLT-M8") == (0, 0)
    assert shop.balance("cogs") == 2150
    shop.verify()


def test_three_pieces_worth_ten_leave_no_cent_behind(shop: Shop) -> None:
    shop.stock("BOLT-M8", 3, cost="3.333333")

    costs = [send(shop, ordered(shop, ("BOLT-M8", 1))).lines[0].cost for _ in range(3)]

    assert costs == [Decimal("3.33"), Decimal("3.34"), Decimal("3.33")]
    assert worth(shop, "BOLT-M8") == (0, 0)


def test_lines_of_one_product_share_what_is_there_in_their_order(shop: Shop) -> None:
    shop.stock("BOLT-M8", 3, cost="3.333333")

    sent = send(shop, ordered(shop, ("BOLT-M8", 1), ("BOLT-M8", 1), ("BOLT-M8", 1)))

    assert [line.cost for line in sent.lines] == [
        Decimal("3.33"),
        Decimal("3.34"),
        Decimal("3.33"),
    ]
    assert worth(shop, "BOLT-M8") == (0, 0)
    shop.verify()


# Picking


def test_what_was_not_picked_stays_planned_and_kept(shop: Shop) -> None:
    shop.stock("BOLT-M8", 30)
    shop.stock("NUT-M8", 30)
    order = shop.confirm(shop.sales_order(("BOLT-M8", 20), ("NUT-M8", 10)))
    [planned] = shop.shipments(order)

    sent = send(shop, planned, **{"BOLT-M8": 15, "NUT-M8": 0})

    assert [(line.quantity, line.picked, line.cost) for line in sent.lines] == [(15, 15, 90)]
    [rest] = shop.shipments(order, "planned")
    assert [(line.product, line.quantity) for line in rest.lines] == [
        (shop.product("BOLT-M8"), 5),
        (shop.product("NUT-M8"), 10),
    ]
    assert (shop.reserved("BOLT-M8"), shop.reserved("NUT-M8")) == (5, 10)
    assert [line.delivered for line in shop.fresh(order).lines] == [15, 0]

    send(shop, rest)
    assert [line.delivered for line in shop.fresh(order).lines] == [20, 10]
    assert (shop.reserved("BOLT-M8"), shop.reserved("NUT-M8")) == (0, 0)
    shop.verify()


def test_picking_again_corrects_what_was_picked(shop: Shop) -> None:
    shop.stock("BOLT-M8", 20)
    shipment = ordered(shop, ("BOLT-M8", 20))
    shop.pick(shipment, **{"BOLT-M8": 12})

    again = shop.pick(shipment, **{"BOLT-M8": 15})

    assert [line.picked for line in again.lines] == [15]


def test_no_more_is_picked_than_planned(shop: Shop) -> None:
    shop.stock("BOLT-M8", 20)
    shipment = ordered(shop, ("BOLT-M8", 20))
    [line] = shipment.lines
    stranger = new_id()

    with shop.nothing_changes() as refused:
        shop.do(
            "shipment",
            "pick",
            id=shipment.id,
            quantities={line.id: Decimal(21), stranger: Decimal(1)},
        )

    assert refused.refusals == (
        MorePickedThanPlanned(line.id, Decimal(20), Decimal(21)),
        InvalidField(f"quantities.{stranger}", "unknown_line"),
    )


def test_nothing_picked_is_nothing_to_send(shop: Shop) -> None:
    shop.stock("BOLT-M8", 20)
    shipment = ordered(shop, ("BOLT-M8", 20))

    with shop.nothing_changes() as refused:
        shop.pick(shipment, **{"BOLT-M8": 0})

    assert refused.by == NothingPicked()


@pytest.mark.parametrize(
    ("verb", "wanted"), [("pack", "packed"), ("ship", "shipped"), ("undo_ship", "packed")]
)
def test_no_step_is_left_out(shop: Shop, verb: str, wanted: str) -> None:
    shop.stock("BOLT-M8", 20)
    shipment = ordered(shop, ("BOLT-M8", 20))

    with shop.nothing_changes() as refused:
        shop.do("shipment", verb, id=shipment.id)

    assert refused.by == WrongState("planned", wanted)


def test_only_what_a_carrier_needs_is_edited_by_hand(shop: Shop) -> None:
    shop.stock("BOLT-M8", 20)
    shipment = ordered(shop, ("BOLT-M8", 20))

    shop.edit(shipment, carrier="顺丰", tracking_number="SF1001")
    with shop.nothing_changes() as refused:
        shop.edit(shipment, lines=[], day="2026-01-01", state="shipped")

    assert shop.fresh(shipment).carrier == "顺丰"
    assert refused.codes == ["invalid_field", "invalid_field", "invalid_field"]


# Undoing


def test_undone_goods_are_back_at_the_same_cost_and_kept_for_the_same_order(shop: Shop) -> None:
    shop.stock("BOLT-M8", 20, cost=6)
    order = shop.confirm(shop.sales_order(("BOLT-M8", 10)))
    sent = send(shop, shop.shipments(order)[0])
    shop.stock("BOLT-M8", 10, cost=12)  # the average is 9.00 by now

    undone = shop.do("shipment", "undo_ship", id=sent.id)

    assert (undone.state, undone.day) == (ShipmentState.PACKED, None)
    assert worth(shop, "BOLT-M8") == (30, 240)
    assert shop.reserved("BOLT-M8") == 10
    assert shop.expected(order) == {"BOLT-M8": (-10, date(2026, 3, 2))}
    assert [line.delivered for line in shop.fresh(order).lines] == [0]
    assert shop.balance("cogs") == 0
    shop.verify()

    again = shop.do("shipment", "ship", id=sent.id)
    assert [line.cost for line in again.lines] == [80]
    shop.verify()


def test_what_came_back_from_the_customer_did_leave(shop: Shop) -> None:
    bolt = shop.stock("BOLT-M8", 20)
    order = shop.confirm(shop.sales_order(("BOLT-M8", 10)))
    sent = send(shop, shop.shipments(order)[0])
    return_goods(shop, order, 4)

    with shop.nothing_changes() as refused:
        shop.do("shipment", "undo_ship", id=sent.id)

    assert AlreadyReturned(bolt, Decimal(4)) in refused.refusals


def test_a_shipment_is_undone_only_once(shop: Shop) -> None:
    shop.stock("BOLT-M8", 20)
    sent = send(shop, ordered(shop, ("BOLT-M8", 10)))
    shop.do("shipment", "undo_ship", id=sent.id)

    with shop.nothing_changes() as refused:
        shop.do("shipment", "undo_ship", id=sent.id)

    assert WrongState("packed", "packed") in refused.refusals


def test_a_step_back_is_taken_only_from_where_it_leads(shop: Shop) -> None:
    shop.stock("BOLT-M8", 20)
    shipment = ordered(shop, ("BOLT-M8", 10))

    def refuses(verb: str, state: str, wanted: str) -> None:
        with shop.nothing_changes() as refused:
            shop.do("shipment", verb, id=shipment.id)
        assert WrongState(state, wanted) in refused.refusals

    refuses("unpick", "planned", "planned")
    shop.pick(shipment)
    refuses("unpack", "picked", "picked")
    refuses("undo_ship", "picked", "packed")
    shop.do("shipment", "pack", id=shipment.id)
    refuses("pick", "packed", "picked")
    refuses("unpick", "packed", "planned")
    shop.do("shipment", "ship", id=shipment.id)
    refuses("pack", "shipped", "packed")
    refuses("unpack", "shipped", "picked")


def test_what_was_packed_and_picked_is_undone_step_by_step_by_its_events(shop: Shop) -> None:
    shop.stock("BOLT-M8", 20)
    order = shop.confirm(shop.sales_order(("BOLT-M8", 10)))
    sent = send(shop, shop.shipments(order)[0], **{"BOLT-M8": 10})

    for verb, state in [("shipped", "packed"), ("packed", "picked"), ("picked", "planned")]:
        [(event,)] = shop.rows("SELECT id FROM event WHERE name = %s", [f"shipment.{verb}"])
        undo(shop.house, shop.company, event)
        assert shop.fresh(sent).state == state

    assert [line.picked for line in shop.fresh(sent).lines] == [0]
    assert (shop.on_hand("BOLT-M8"), shop.reserved("BOLT-M8")) == (20, 10)
    assert shop.balance("inventory") == 120
    shop.verify()


# Cancelling


def test_a_cancelled_shipment_sets_its_goods_free(shop: Shop) -> None:
    bolt = shop.stock("BOLT-M8", 20)
    order = shop.confirm(shop.sales_order(("BOLT-M8", 15)))
    [shipment] = shop.shipments(order)
    shop.pick(shipment)

    cancelled = shop.do("shipment", "cancel", id=shipment.id)

    assert cancelled.state == ShipmentState.CANCELLED
    assert shop.reserved("BOLT-M8") == 0
    assert shop.backordered(order) == {"BOLT-M8": 15}
    [(facts,)] = shop.rows("SELECT facts FROM event WHERE name = 'shipment.cancelled'")
    freed = [(line["purpose"], line["product"], line["quantity"]) for line in facts["lines"]]
    assert freed == [(str(order.lines[0].id), str(bolt), "15")]
    shop.verify()


def test_what_left_is_no_longer_cancelled(shop: Shop) -> None:
    shop.stock("BOLT-M8", 20)
    sent = send(shop, ordered(shop, ("BOLT-M8", 10)))

    with shop.nothing_changes() as refused:
        shop.do("shipment", "cancel", id=sent.id)

    assert refused.by == WrongState("shipped", "cancelled")


# Coming back


def test_goods_come_back_at_the_cost_of_the_delivery_that_they_left_with(shop: Shop) -> None:
    shop.stock("BOLT-M8", 10, cost=6)
    order = shop.confirm(shop.sales_order(("BOLT-M8", 20)))
    send(shop, shop.shipments(order, "planned")[0])  # 10 for 60.00
    shop.stock("BOLT-M8", 10, cost=9)
    order = shop.allot(order)
    send(shop, shop.shipments(order, "planned")[0])  # 10 for 90.00

    return_goods(shop, order, 4)
    assert worth(shop, "BOLT-M8") == (4, 24)
    return_goods(shop, order, 8)  # 6 of the first delivery, 2 of the second
    assert worth(shop, "BOLT-M8") == (12, 78)
    return_goods(shop, order, 8)
    assert worth(shop, "BOLT-M8") == (20, 150)
    assert shop.balance("cogs") == 0
    shop.verify()


def test_parts_that_come_back_cost_together_what_left(shop: Shop) -> None:
    shop.stock("BOLT-M8", 3, cost="3.333333")
    order = shop.confirm(shop.sales_order(("BOLT-M8", 3)))
    send(shop, shop.shipments(order)[0])

    values = []
    for _ in range(3):
        return_goods(shop, order, 1)
        values.append(shop.position("BOLT-M8").value)

    assert values == [Decimal("3.33"), Decimal("6.67"), 10]


def test_no_more_comes_back_than_left(shop: Shop) -> None:
    bolt = shop.stock("BOLT-M8", 20)
    order = shop.confirm(shop.sales_order(("BOLT-M8", 10)))
    sent = send(shop, shop.shipments(order)[0])
    lines = [{"order_line": order.lines[0].id, "quantity": 10}]
    draft = shop.make("sales_return", order=order.id, lines=lines)
    shop.do("shipment", "undo_ship", id=sent.id)

    with shop.nothing_changes() as refused:
        shop.do("sales_return", "receive", id=draft.id)

    nothing_out = MoreReturnedThanShipped(order.lines[0].id, bolt, Decimal(0), Decimal(10))
    assert nothing_out in refused.refusals


# Looking back


def test_the_stock_of_any_past_day_is_the_sum_of_its_moves(shop: Shop) -> None:
    bolt = shop.stock("BOLT-M8", 30, cost=6)
    known_at = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    shop.now = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)
    send(shop, ordered(shop, ("BOLT-M8", 10)))
    shop.now = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
    shop.stock("BOLT-M8", 10, cost=9)

    with shop.house.database.transaction(shop.company) as transaction:
        then = [
            stock_as_of(transaction, date(2026, 3, day), product=bolt) for day in (1, 2, 4, 5, 9)
        ]
        as_known_then = stock_as_of(transaction, date(2026, 3, 9), known_at=known_at)

    def there(quantity: int, value: int) -> list[StockThen]:
        return [StockThen(bolt, shop.warehouse, Decimal(quantity), Decimal(value))]

    assert then == [[], there(30, 180), there(30, 180), there(20, 120), there(30, 210)]
    assert as_known_then == there(30, 180)


def test_what_moved_is_never_changed(shop: Shop) -> None:
    shop.stock("BOLT-M8", 30)

    with pytest.raises(Exception, match="stock_move"):
        shop.rows("DELETE FROM stock_move RETURNING 1")


def test_moves_are_nobodys_to_write(shop: Shop) -> None:
    bolt = shop.stock("BOLT-M8", 30)

    with pytest.raises(Refused) as refused:
        shop.make("stock_move", product=bolt, warehouse=shop.warehouse, quantity=1, value=1)

    assert refused.value.by.code == "no_such_operation"

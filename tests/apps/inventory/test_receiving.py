"""Goods come in: at what they cost, once, and for those who wait for them."""

from __future__ import annotations

from decimal import Decimal

from dougong.apps.inventory.entities import GoodsReceipt, ReceiptState
from dougong.apps.inventory.refusals import NoLongerFree, NothingReceived, NotStocked
from dougong.kernel.log.runner import Readers
from dougong.kernel.log.undo import undo
from dougong.kernel.refusals import InvalidField, StillReferenced, WrongState
from dougong.kernel.verbs import Delete
from tests.shop import Shop


def receipt(shop: Shop, *lines: tuple[str, int, str], **values: object) -> GoodsReceipt:
    """A draft; a line is (product, quantity, cost of one)."""
    said = [
        {"product": shop.product(code), "quantity": quantity, "unit_cost": cost}
        for code, quantity, cost in lines
    ]
    draft: GoodsReceipt = shop.make("goods_receipt", warehouse=shop.warehouse, lines=said, **values)
    return draft


def test_goods_come_in_at_what_they_cost(shop: Shop) -> None:
    draft = receipt(shop, ("BOLT-M8", 100, "10"), ("BOLT-M8", 50, "13"), ("NUT-M8", 3, "3.333333"))
    assert draft.value == Decimal("1660.00")

    received = shop.do("goods_receipt", "receive", id=draft.id)

    assert received.state == ReceiptState.RECEIVED
    bolts, nuts = shop.position("BOLT-M8"), shop.position("NUT-M8")
    assert (bolts.on_hand, bolts.value, bolts.average_cost) == (150, 1650, 11)
    assert (nuts.on_hand, nuts.value, nuts.last_cost) == (3, 10, Decimal("3.333333"))
    assert shop.balance("inventory") == 1660
    shop.verify()


def test_a_draft_moves_nothing(shop: Shop) -> None:
    receipt(shop, ("BOLT-M8", 100, "10"))

    assert shop.rows("SELECT 1 FROM stock_move") == []


def test_what_was_received_stays_as_it_is(shop: Shop) -> None:
    draft = receipt(shop, ("BOLT-M8", 100, "10"))
    shop.do("goods_receipt", "receive", id=draft.id)

    with shop.nothing_changes() as twice:
        shop.do("goods_receipt", "receive", id=draft.id)
    with shop.nothing_changes() as edited:
        shop.edit(draft, note="数量有误")
    with shop.nothing_changes() as deleted:
        shop.perform(Delete(entity="goods_receipt", id=draft.id))

    assert twice.by == WrongState("received", "received")
    assert edited.by == WrongState("received", "draft")
    assert deleted.by == WrongState("received", "draft")


def test_a_draft_may_be_deleted(shop: Shop) -> None:
    draft = receipt(shop, ("BOLT-M8", 100, "10"))

    shop.perform(Delete(entity="goods_receipt", id=draft.id))

    assert shop.rows("SELECT 1 FROM goods_receipt") == []


def test_nothing_cannot_be_received(shop: Shop) -> None:
    empty = receipt(shop)

    with shop.nothing_changes() as refused:
        shop.do("goods_receipt", "receive", id=empty.id)

    assert refused.by == NothingReceived()


def test_services_lie_in_no_warehouse(shop: Shop) -> None:
    fitting = shop.product("FITTING", kind="service")

    with shop.nothing_changes() as refused:
        receipt(shop, ("FITTING", 1, "10"))

    assert refused.by == NotStocked(fitting)


def test_a_quantity_is_more_than_nothing_and_no_cost_is_less(shop: Shop) -> None:
    shop.product("BOLT-M8")

    with shop.nothing_changes() as refused:
        receipt(shop, ("BOLT-M8", 0, "10"), ("BOLT-M8", 1, "-1"))

    assert refused.refusals == (
        InvalidField("lines[0].quantity", "too_small", "0.000001"),
        InvalidField("lines[1].unit_cost", "too_small", "0"),
    )


def test_what_was_there_when_the_books_were_opened_says_so(shop: Shop) -> None:
    draft = receipt(shop, ("BOLT-M8", 100, "10"), kind="opening")

    shop.do("goods_receipt", "receive", id=draft.id)

    assert shop.rows("SELECT kind, quantity, value FROM stock_move") == [("opening", 100, 1000)]
    assert shop.balance("opening") == -1000


def test_only_who_lacks_goods_hears_that_they_came(shop: Shop) -> None:
    shop.stock("BOLT-M8", 10)
    shop.confirm(shop.sales_order(("BOLT-M8", 10)))
    later = shop.confirm(shop.sales_order(("BOLT-M8", 5), promised="2026-04-10"))
    sooner = shop.confirm(shop.sales_order(("BOLT-M8", 5), promised="2026-03-10"))

    shop.stock("BOLT-M8", 7)

    [(facts,)] = shop.rows(
        "SELECT facts FROM event WHERE name = 'goods_receipt.received' ORDER BY seq DESC LIMIT 1"
    )
    assert facts["awaited_by"] == [sooner.as_document, later.as_document]


def test_goods_go_to_those_who_wait_for_them(shop: Shop) -> None:
    first = shop.confirm(shop.sales_order(("BOLT-M8", 5)))
    second = shop.confirm(shop.sales_order(("BOLT-M8", 5)))

    shop.stock("BOLT-M8", 7)
    Readers(shop.house).catch_up()

    assert (shop.backordered(first), shop.backordered(second)) == ({}, {"BOLT-M8": 3})
    assert [s.lines[0].quantity for s in shop.shipments(second, "planned")] == [2]
    shop.verify()


def test_a_product_that_ever_moved_is_never_deleted(shop: Shop) -> None:
    bolt = shop.stock("BOLT-M8", 1)

    with shop.nothing_changes() as refused:
        shop.perform(Delete(entity="product", id=bolt))

    assert isinstance(refused.by, StillReferenced)


def test_a_thousand_lines_take_no_more_statements_than_ten(shop: Shop) -> None:
    def statements(lines: int) -> int:
        draft = receipt(shop, *[(f"P{at % 10}", 1, "1") for at in range(lines)])
        with shop.house.database.watched() as found:
            shop.do("goods_receipt", "receive", id=draft.id)
        return len(found)

    statements(10)  # from here on the products have positions

    assert statements(10) == statements(1000)


# Undoing


def test_a_receipt_is_undone_at_what_it_had_cost(shop: Shop) -> None:
    shop.stock("BOLT-M8", 100, cost=10)
    draft = receipt(shop, ("BOLT-M8", 50, "13"))
    shop.do("goods_receipt", "receive", id=draft.id)
    order = shop.confirm(shop.sales_order(("BOLT-M8", 60)))
    shop.ship(order)  # at the average of 11.00
    [(event,)] = shop.rows(
        "SELECT id FROM event WHERE name = 'goods_receipt.received' ORDER BY seq DESC LIMIT 1"
    )

    undo(shop.house, shop.company, event)

    assert shop.fresh(draft).state == ReceiptState.DRAFT
    bolts = shop.position("BOLT-M8")
    assert (bolts.on_hand, bolts.value) == (40, 340)
    assert shop.balance("inventory") == 340
    assert shop.balance("received_not_billed") == -1000
    shop.verify()

    shop.edit(draft, lines=[{"product": shop.product("BOLT-M8"), "quantity": 40, "unit_cost": 13}])
    shop.do("goods_receipt", "receive", id=draft.id)
    assert (shop.position("BOLT-M8").on_hand, shop.position("BOLT-M8").value) == (80, 860)
    shop.verify()


def test_what_stock_cannot_give_back_is_a_variance(shop: Shop) -> None:
    shop.stock("BOLT-M8", 10, cost=3)
    draft = receipt(shop, ("BOLT-M8", 10, "5"))
    shop.do("goods_receipt", "receive", id=draft.id)
    shop.ship(shop.confirm(shop.sales_order(("BOLT-M8", 10))))  # at 4.00

    shop.do("goods_receipt", "undo_receive", id=draft.id)

    assert (shop.position("BOLT-M8").on_hand, shop.position("BOLT-M8").value) == (0, 0)
    assert shop.balance("inventory") == 0
    assert shop.balance("received_not_billed") == -30
    assert shop.balance("stock_variance") == -10
    assert shop.balance("cogs") == 40
    shop.verify()


def test_promised_goods_are_not_given_back(shop: Shop) -> None:
    draft = receipt(shop, ("BOLT-M8", 10, "5"), ("BOLT-M8", 5, "5"))
    shop.do("goods_receipt", "receive", id=draft.id)
    shop.confirm(shop.sales_order(("BOLT-M8", 3)))

    with shop.nothing_changes() as refused:
        shop.do("goods_receipt", "undo_receive", id=draft.id)

    assert refused.by == NoLongerFree(shop.product("BOLT-M8"), Decimal(15), Decimal(12))


def test_only_what_was_received_is_undone(shop: Shop) -> None:
    draft = receipt(shop, ("BOLT-M8", 10, "5"))

    with shop.nothing_changes() as refused:
        shop.do("goods_receipt", "undo_receive", id=draft.id)

    assert refused.by == WrongState("draft", "draft")


# Who waits


def test_goods_that_an_order_gives_up_go_to_those_who_wait(shop: Shop) -> None:
    shop.stock("BOLT-M8", 10)
    gives_up = shop.confirm(shop.sales_order(("BOLT-M8", 10)))
    later = shop.confirm(shop.sales_order(("BOLT-M8", 6), promised="2026-04-02"))
    first = shop.confirm(shop.sales_order(("BOLT-M8", 7), promised="2026-03-20"))
    assert (shop.backordered(first), shop.backordered(later)) == (
        {"BOLT-M8": 7},
        {"BOLT-M8": 6},
    )

    shop.do("sales_order", "cancel", id=gives_up.id)
    Readers(shop.house).catch_up()

    assert (shop.backordered(first), shop.backordered(later)) == ({}, {"BOLT-M8": 3})
    assert [line.quantity for line in shop.shipments(first, "planned")[0].lines] == [7]
    assert shop.reserved("BOLT-M8") == 10
    shop.verify()


def test_goods_that_come_back_or_are_found_go_to_those_who_wait(shop: Shop) -> None:
    shop.stock("BOLT-M8", 10)
    sold = shop.confirm(shop.sales_order(("BOLT-M8", 10)))
    shop.ship(sold)
    waits = shop.confirm(shop.sales_order(("BOLT-M8", 6)))

    lines = [{"order_line": sold.lines[0].id, "quantity": 4}]
    back = shop.make("sales_return", order=sold.id, lines=lines)
    shop.do("sales_return", "receive", id=back.id)
    Readers(shop.house).catch_up()
    assert shop.backordered(waits) == {"BOLT-M8": 2}

    shop.do(
        "stock_position",
        "count",
        product=shop.product("BOLT-M8"),
        warehouse=shop.warehouse,
        counted=Decimal(5),
    )
    Readers(shop.house).catch_up()

    assert shop.backordered(waits) == {"BOLT-M8": 1}
    shop.verify()


def test_goods_that_nobody_waits_for_stay_free_and_leave_no_failure(shop: Shop) -> None:
    shop.stock("BOLT-M8", 10)
    order = shop.confirm(shop.sales_order(("BOLT-M8", 10)))

    shop.do("sales_order", "cancel", id=order.id)
    Readers(shop.house).catch_up()

    assert shop.reserved("BOLT-M8") == 0
    assert shop.rows("SELECT 1 FROM reader_failure") == []

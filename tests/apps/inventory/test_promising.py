"""Goods are promised: set aside, watched, and what can still be promised when."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dougong.apps.inventory.api import OutOfStock, Shortage, StockPosition, average_cost
from dougong.apps.inventory.entities import AlertState, ReplenishmentProposal, StockAlert
from dougong.apps.inventory.questions.availability import Promise, promise
from dougong.apps.inventory.refusals import EnoughOnTheWay
from dougong.kernel.access.actor import HOUSE
from dougong.kernel.hands import Hands
from dougong.kernel.log.runner import Readers
from dougong.kernel.operations import read
from dougong.kernel.refusals import InvalidField, NotFound, UnknownReference, WrongState
from dougong.kernel.values import new_id
from tests.shop import Shop


def promised(shop: Shop, code: str) -> Promise:
    """What of a product can be promised, day by day."""
    with shop.house.database.transaction(shop.company) as transaction:
        return promise(transaction, shop.product(code), shop.warehouse, today=shop.today)


def proposals(shop: Shop, code: str) -> list[ReplenishmentProposal]:
    """What is proposed to be ordered of a product, once the readers are up to date."""
    Readers(shop.house).catch_up()
    return shop.read(ReplenishmentProposal, [shop.product(code)], by="product")


# Set aside


def test_a_shortage_names_each_product_once_with_its_name(shop: Shop) -> None:
    bolt, nut = shop.stock("BOLT-M8", 30), shop.product("NUT-M8")
    order = shop.sales_order(("BOLT-M8", 20), ("NUT-M8", 1), ("BOLT-M8", 20), backorders="never")

    with shop.nothing_changes() as refused:
        shop.confirm(order)

    assert refused.by == OutOfStock(
        (
            Shortage(bolt, wanted=Decimal(40), free=Decimal(30)),
            Shortage(nut, wanted=Decimal(1), free=Decimal(0)),
        )
    )
    assert isinstance(refused.by, OutOfStock)
    assert [one.title for one in refused.by.shortages] == ["BOLT-M8", "NUT-M8"]


def test_what_is_set_aside_is_not_there_for_others(shop: Shop) -> None:
    shop.stock("BOLT-M8", 30)
    shop.confirm(shop.sales_order(("BOLT-M8", 20)))

    other = shop.confirm(shop.sales_order(("BOLT-M8", 20)))

    assert shop.backordered(other) == {"BOLT-M8": 10}
    assert shop.rows("SELECT sum(quantity), count(*) FROM reservation") == [(30, 2)]
    shop.verify()


def test_cancelling_gives_the_goods_free(shop: Shop) -> None:
    shop.stock("BOLT-M8", 30)
    order = shop.confirm(shop.sales_order(("BOLT-M8", 20)))

    shop.do("sales_order", "cancel", id=order.id)

    assert shop.reserved("BOLT-M8") == 0
    assert shop.rows("SELECT 1 FROM reservation") == []
    assert shop.rows("SELECT 1 FROM expected_movement") == []
    assert [shipment.state for shipment in shop.shipments(order)] == ["cancelled"]
    shop.verify()


# Available to promise


def test_a_promise_may_not_break_a_later_one(shop: Shop) -> None:
    """120 there; 50 and 60 are promised: whoever wants more today may have 10, as on every day."""
    shop.stock("BOLT-M8", 120)
    shop.confirm(shop.sales_order(("BOLT-M8", 50), promised="2026-03-03"))
    shop.confirm(shop.sales_order(("BOLT-M8", 60), promised="2026-03-10"))

    found = promised(shop, "BOLT-M8")

    projected = [(each.day, each.projected, each.promise) for each in found.days]
    assert projected == [
        (date(2026, 3, 2), 120, 10),
        (date(2026, 3, 3), 70, 10),
        (date(2026, 3, 10), 10, 10),
    ]
    assert found.on(date(2026, 3, 5)) == 10
    assert found.earliest(Decimal(10)) == date(2026, 3, 2)
    assert found.earliest(Decimal(11)) is None


def test_a_backorder_is_promised_goods_too(shop: Shop) -> None:
    shop.stock("BOLT-M8", 30)
    shop.confirm(shop.sales_order(("BOLT-M8", 40)))

    assert promised(shop, "BOLT-M8").on(date(2026, 3, 2)) == 0
    assert [each.projected for each in promised(shop, "BOLT-M8").days] == [-10]


def test_what_left_is_expected_no_more(shop: Shop) -> None:
    shop.stock("BOLT-M8", 30)
    order = shop.confirm(shop.sales_order(("BOLT-M8", 20)))

    shop.ship(order, **{"BOLT-M8": 15})

    assert shop.expected(order) == {"BOLT-M8": (-5, date(2026, 3, 2))}
    assert [each.projected for each in promised(shop, "BOLT-M8").days] == [10]


def test_of_what_never_came_nothing_can_be_promised(shop: Shop) -> None:
    assert promised(shop, "BOLT-M8").on(date(2026, 3, 2)) == 0


def test_what_one_costs_is_known_where_goods_were(shop: Shop) -> None:
    bolt, nut = shop.stock("BOLT-M8", 30, cost=6), shop.product("NUT-M8")
    with shop.house.database.transaction(shop.company) as transaction:
        state = shop.house.state(transaction)
        work = shop.house.work(state, HOUSE, shop.now, new_id(), None)
        Hands(transaction, work, holding=False).fetch(
            [read(StockPosition, [bolt, nut], by="product")]
        )

        assert average_cost(work, bolt, shop.warehouse) == 6
        assert average_cost(work, nut, shop.warehouse) is None


# Watched


def test_the_alert_is_raised_when_less_is_free_than_the_reorder_point(shop: Shop) -> None:
    shop.stock("BOLT-M8", 30)
    shop.reorder_at("BOLT-M8", 10)

    shop.confirm(shop.sales_order(("BOLT-M8", 20)))
    assert shop.alerts() == {}

    shop.confirm(shop.sales_order(("BOLT-M8", 1)))
    assert shop.alerts() == {"BOLT-M8": 9}

    shop.confirm(shop.sales_order(("BOLT-M8", 1)))
    assert shop.alerts() == {"BOLT-M8": 9}
    assert shop.rows("SELECT count(*) FROM stock_alert") == [(1,)]
    shop.verify()


def test_the_alert_is_closed_when_enough_came(shop: Shop) -> None:
    shop.stock("BOLT-M8", 30)
    shop.reorder_at("BOLT-M8", 10)
    shop.confirm(shop.sales_order(("BOLT-M8", 25)))

    shop.stock("BOLT-M8", 4)
    assert shop.alerts() == {"BOLT-M8": 5}

    shop.stock("BOLT-M8", 1)
    assert shop.alerts() == {}
    [(facts,)] = shop.rows("SELECT facts FROM event WHERE name = 'stock_alert.closed'")
    assert facts["available"] == "10"
    shop.verify()

    shop.confirm(shop.sales_order(("BOLT-M8", 1)))
    assert shop.alerts() == {"BOLT-M8": 9}
    shop.verify()


def test_the_alert_is_closed_when_goods_become_free(shop: Shop) -> None:
    shop.stock("BOLT-M8", 30)
    shop.reorder_at("BOLT-M8", 10)
    order = shop.confirm(shop.sales_order(("BOLT-M8", 25)))

    shop.do("sales_order", "cancel", id=order.id)

    assert shop.alerts() == {}
    shop.verify()


def test_shipping_raises_no_alert_for_what_was_promised_before(shop: Shop) -> None:
    shop.stock("BOLT-M8", 30)
    order = shop.confirm(shop.sales_order(("BOLT-M8", 20)))
    shop.reorder_at("BOLT-M8", 10)

    shop.ship(order)

    assert shop.alerts() == {}
    shop.verify()


def test_who_raises_the_reorder_point_hears_at_once_that_there_is_too_little(shop: Shop) -> None:
    shop.stock("BOLT-M8", 30)

    shop.reorder_at("BOLT-M8", 31)
    assert shop.alerts() == {"BOLT-M8": 30}

    shop.reorder_at("BOLT-M8", 30)
    assert shop.alerts() == {}
    shop.verify()


def test_a_reorder_point_is_not_less_than_nothing(shop: Shop) -> None:
    shop.stock("BOLT-M8", 30)

    with shop.nothing_changes() as refused:
        shop.reorder_at("BOLT-M8", -1, -2)

    assert refused.refusals == (
        InvalidField("reorder_point", "too_small", "0"),
        InvalidField("reorder_quantity", "too_small", "0"),
    )


def test_nobody_watches_what_does_not_exist(shop: Shop) -> None:
    nothing = new_id()

    with shop.nothing_changes() as refused:
        shop.do(
            "stock_position",
            "set_reorder_point",
            product=nothing,
            warehouse=shop.warehouse,
            reorder_point=Decimal(1),
            reorder_quantity=Decimal(1),
        )

    assert refused.by == UnknownReference("product", "product", str(nothing))


# Replenished


def test_what_runs_short_is_proposed_to_be_ordered(shop: Shop) -> None:
    shop.stock("BOLT-M8", 30)
    shop.reorder_at("BOLT-M8", 10, 100)
    shop.confirm(shop.sales_order(("BOLT-M8", 25)))

    [proposal] = proposals(shop, "BOLT-M8")

    assert (proposal.quantity, proposal.state) == (105, "proposed")  # 5 are free: up to 110
    [alert] = shop.read(StockAlert, [shop.product("BOLT-M8")], by="product")
    assert proposal.alert == alert.id
    assert shop.set_in_motion("sales_order.confirmed")["replenishment_proposal.proposed"] == 1
    assert [each.id for each in proposals(shop, "BOLT-M8")] == [proposal.id]


def test_what_customers_wait_for_is_ordered_as_well(shop: Shop) -> None:
    shop.stock("BOLT-M8", 30)
    shop.reorder_at("BOLT-M8", 10, 100)
    shop.confirm(shop.sales_order(("BOLT-M8", 70)))

    [proposal] = proposals(shop, "BOLT-M8")

    assert proposal.quantity == 150


def test_what_is_on_its_way_is_not_ordered_again(shop: Shop) -> None:
    shop.stock("BOLT-M8", 30)
    shop.reorder_at("BOLT-M8", 10, 100)
    with shop.house.database.transaction(shop.company) as transaction:
        transaction.run(
            "INSERT INTO expected_movement (id, version, purpose, product, warehouse, quantity, "
            "due, kind, created_at, updated_at) VALUES (gen_random_uuid(), 1, gen_random_uuid(), "
            "%s, %s, 105, '2026-03-09', 'supply', now(), now())",
            [shop.product("BOLT-M8"), shop.warehouse],
        )
    shop.confirm(shop.sales_order(("BOLT-M8", 25)))
    [alert] = shop.read(StockAlert, [shop.product("BOLT-M8")], by="product")

    with shop.nothing_changes() as refused:
        shop.do("replenishment_proposal", "propose", alert=alert.id)

    bolt = shop.product("BOLT-M8")
    assert refused.by == EnoughOnTheWay(bolt, expected=Decimal(110), wanted=Decimal(110))


def test_nothing_is_proposed_for_an_alert_that_is_over(shop: Shop) -> None:
    shop.stock("BOLT-M8", 30)
    shop.reorder_at("BOLT-M8", 10, 100)
    shop.confirm(shop.sales_order(("BOLT-M8", 25)))
    shop.stock("BOLT-M8", 30)
    [alert] = shop.read(StockAlert, [shop.product("BOLT-M8")], by="product")

    with shop.nothing_changes() as refused:
        shop.do("replenishment_proposal", "propose", alert=alert.id)
    with shop.nothing_changes() as unknown:
        shop.do("replenishment_proposal", "propose", alert=shop.warehouse)

    assert refused.by == WrongState(AlertState.CLOSED, AlertState.OPEN)
    assert unknown.by == NotFound("stock_alert", str(shop.warehouse))


@pytest.mark.parametrize(("verb", "state"), [("accept", "accepted"), ("drop", "dropped")])
def test_a_proposal_is_decided_once(shop: Shop, verb: str, state: str) -> None:
    shop.stock("BOLT-M8", 30)
    shop.reorder_at("BOLT-M8", 10, 100)
    shop.confirm(shop.sales_order(("BOLT-M8", 25)))
    [proposal] = proposals(shop, "BOLT-M8")

    decided = shop.do("replenishment_proposal", verb, id=proposal.id)
    with shop.nothing_changes() as refused:
        shop.do("replenishment_proposal", verb, id=proposal.id)

    assert decided.state == state
    assert refused.by == WrongState(state, state)

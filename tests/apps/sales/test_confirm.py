"""Confirming: the order binds, the goods are set aside, the credit is held."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

from dougong.apps.finance.api import CreditExceeded
from dougong.apps.inventory.api import OutOfStock, Shortage
from dougong.apps.sales.changing import LineChange
from dougong.apps.sales.entities import SalesOrder
from dougong.apps.sales.lifecycles import EntryKind
from dougong.apps.sales.refusals import NothingOrdered, OrderExpired
from dougong.kernel.log.history import as_of
from dougong.kernel.refusals import InvalidField, WrongState
from tests.shop import Shop


def test_a_shortage_leaves_a_backorder_and_reserves_the_rest(shop: Shop) -> None:
    shop.stock("BOLT-M8", 30)
    order = shop.sales_order(("BOLT-M8", 40))

    shop.confirm(order)

    assert shop.reserved("BOLT-M8") == 30
    assert shop.backordered(order) == {"BOLT-M8": 10}


def test_a_customer_who_wants_all_or_nothing_gets_nothing(shop: Shop) -> None:
    bolt = shop.stock("BOLT-M8", 30)
    order = shop.sales_order(("BOLT-M8", 40), backorders="never")

    with shop.nothing_changes() as refused:
        shop.confirm(order)

    assert refused.by == OutOfStock((Shortage(bolt, wanted=Decimal(40), free=Decimal(30)),))


def test_who_wants_to_be_asked_is_asked_when_goods_are_short(shop: Shop) -> None:
    shop.stock("BOLT-M8", 30)
    order = shop.sales_order(("BOLT-M8", 40), backorders="ask")

    with shop.nothing_changes() as refused:
        shop.confirm(order)
    assert refused.codes == ["out_of_stock"]

    shop.confirm(order, backorders_agreed=True)
    assert shop.backordered(order) == {"BOLT-M8": 10}


def test_lines_of_one_product_share_what_is_there(shop: Shop) -> None:
    shop.stock("BOLT-M8", 30)

    order = shop.confirm(shop.sales_order(("BOLT-M8", 20), ("BOLT-M8", 20)))

    assert [line.reserved for line in order.lines] == [20, 10]


def test_credit_is_held_with_tax(shop: Shop) -> None:
    shop.customer(limit=1130)
    shop.confirm(shop.sales_order(("P", 60, 10)))
    assert shop.exposure() == 678

    too_much = shop.sales_order(("P", 41, 10))
    with shop.nothing_changes() as refused:
        shop.confirm(too_much)
    assert refused.by == CreditExceeded(
        limit=Decimal(1130), exposure=Decimal("1141.30"), short_by=Decimal("11.30")
    )

    shop.confirm(shop.sales_order(("P", 40, 10)))
    assert shop.exposure() == 1130


def test_all_that_is_wrong_is_named_at_once(shop: Shop) -> None:
    shop.customer(limit=100)
    order = shop.sales_order(("P", 60, 10), valid_until="2026-03-01", backorders="never")

    with shop.nothing_changes() as refused:
        shop.confirm(order)

    assert refused.codes == ["order_expired", "credit_exceeded", "out_of_stock"]
    assert refused.refusals[0] == OrderExpired(order.valid_until)


def test_an_order_of_nothing_is_none(shop: Shop) -> None:
    nothing = shop.sales_order(("P", 0))
    with shop.nothing_changes() as refused:
        shop.confirm(nothing)

    assert refused.by == NothingOrdered()


def test_goods_leave_from_a_warehouse(shop: Shop) -> None:
    order = shop.sales_order(("P", 1))
    shop.rows("UPDATE sales_order SET warehouse = NULL RETURNING id")

    with shop.nothing_changes() as refused:
        shop.confirm(order)

    assert refused.by == InvalidField("warehouse", "required")


def test_nobody_confirms_twice(shop: Shop) -> None:
    order = shop.confirm(shop.sales_order(("P", 1)))

    with shop.nothing_changes() as refused:
        shop.confirm(order)

    assert refused.by == WrongState("confirmed", "confirmed")


def test_an_order_that_was_delivered_is_not_confirmed_again(shop: Shop) -> None:
    shop.stock("P", 1)
    order = shop.confirm(shop.sales_order(("P", 1)))
    shop.ship(order)

    with shop.nothing_changes() as refused:
        shop.confirm(order)

    assert refused.by == WrongState("shipped", "confirmed")


def test_the_figures_count_each_line_as_it_was_then(shop: Shop) -> None:
    east = shop.make("region", code="EAST", name="华东").id
    west = shop.make("region", code="WEST", name="西部").id
    customer = shop.customer(region=east)
    shop.stock("P", 10, cost=6)

    order = shop.confirm(shop.sales_order(("P", 10, 10)))
    shop.edit(shop.read_one("customer", customer), region=west)

    [entry] = shop.entries(order, EntryKind.ORDERED)
    assert (entry.quantity, entry.net, entry.cost) == (10, 100, 60)
    assert entry.region == east
    shop.verify()


def test_every_event_is_caused_by_the_confirmation(shop: Shop) -> None:
    shop.stock("BOLT-M8", 30)
    shop.reorder_at("BOLT-M8", 20)
    order = shop.sales_order(("BOLT-M8", 20))

    shop.confirm(order)

    names = dict(
        shop.rows(
            "SELECT name, cause FROM event WHERE trace = "
            "(SELECT trace FROM event WHERE name = 'sales_order.confirmed')"
        )
    )
    root = shop.rows("SELECT id FROM event WHERE name = 'sales_order.confirmed'")[0][0]
    assert names.pop("sales_order.confirmed") is None
    assert set(names) == {
        "credit_position.held",
        "reservation.reserved",
        "shipment.planned",
        "stock_alert.raised",
    }
    assert set(names.values()) == {root}


def tables_of(statements: list[str]) -> Counter[str]:
    """Count the statements by what they do to which table."""
    found: Counter[str] = Counter()
    for sql in statements:
        words = sql.replace('"', "").split()
        verb = "INSERT" if words[0] == "WITH" else words[0]
        after = {"SELECT": "FROM", "INSERT": "INTO", "DELETE": "FROM", "UPDATE": "UPDATE"}[verb]
        found[f"{verb.lower()} {words[words.index(after) + 1].strip('(')}"] += 1
    return found


NUMBERING = {"insert event", "insert number_series", "update number_series"}
"""Invoice and voucher get their gapless numbers after the commit, by a step for each series."""

PEEKED = {"select sales_order", "select sales_order_line"}
"""Shipments rank below orders: who changes both has to look at the order before it is held."""


STATEMENTS = {
    "create": 7,
    "confirm": 15,
    "change": 27,
    "pick": 5,
    "pack": 4,
    "ship": 28,
    "draft": 4,
    "issue": 27,
    "pay": 14,
    "return": 36,
    "cancel": 22,
}
"""How many statements each step takes, numbering included: whoever changes one says why."""


class TestStatements:
    """Lean: one read and one write per table, however many lines."""

    def watched(self, shop: Shop, lines: int, products: int = 20) -> dict[str, Counter[str]]:
        """Take orders of so many lines through every step and count each step's statements."""
        codes = [f"P{at}" for at in range(products)]
        for code in codes:
            shop.stock(code, 10 * lines)
        said: list[Any] = [(codes[at % products], 2) for at in range(lines)]
        said.append({"wording": "运费", "quantity": "1", "unit_price": "50"})
        shop.confirm(shop.sales_order(*said))  # from here on the customer has a position
        steps: dict[str, Counter[str]] = {}

        def step(name: str, act: Any) -> Any:
            with shop.house.database.watched() as statements:
                done = act()
            steps[name] = tables_of(statements)
            return done

        order = step("create", lambda: shop.sales_order(*said))
        step("confirm", lambda: shop.confirm(order))
        less = [LineChange(line=line.id, quantity=Decimal(1)) for line in order.lines]
        step("change", lambda: shop.change(order, *less))
        shipment = shop.shipments(order)[0]
        step("pick", lambda: shop.pick(shipment))
        step("pack", lambda: shop.do("shipment", "pack", id=shipment.id))
        step("ship", lambda: shop.do("shipment", "ship", id=shipment.id))
        draft = step("draft", lambda: shop.do("invoice", "draft", documents=(order.as_document,)))
        invoice = step("issue", lambda: shop.do("invoice", "issue", id=draft.id))
        step("pay", lambda: shop.pay(invoice))
        lines_back = [{"order_line": line.id, "quantity": 1} for line in order.lines[:lines]]
        back = shop.make("sales_return", order=order.id, lines=lines_back)
        step("return", lambda: shop.do("sales_return", "receive", id=back.id))
        other = shop.confirm(shop.sales_order(*said))
        step("cancel", lambda: shop.do("sales_order", "cancel", id=other.id))
        return steps

    def test_a_thousand_lines_take_no_more_statements_than_ten(self, shop: Shop) -> None:
        few = self.watched(shop, 10)
        many = self.watched(shop, 1000)

        assert few == many
        twice = {name: {s for s, n in found.items() if n > 1} for name, found in many.items()}
        assert {name: found for name, found in twice.items() if found} == {
            "issue": NUMBERING | {"select invoice", "update invoice"},  # by its numbering step
            "return": NUMBERING,
            "change": PEEKED,
            "cancel": PEEKED,
        }
        assert {name: found.total() for name, found in many.items()} == STATEMENTS


def test_the_order_as_it_was_before_had_nothing_set_aside(shop: Shop) -> None:
    shop.stock("BOLT-M8", 30)
    shop.stock("NUT-M8", 500)
    order = shop.sales_order(("BOLT-M8", 20), ("NUT-M8", 200))
    before = shop.now
    shop.now += timedelta(minutes=1)

    shop.confirm(order)

    with shop.house.database.transaction(shop.company) as transaction:
        was, now = (
            as_of(transaction, shop.house.catalogue, "sales_order", order.id, at)
            for at in (before, shop.now)
        )
    assert isinstance(was, SalesOrder)
    assert [line.reserved for line in was.lines] == [0, 0]
    assert isinstance(now, SalesOrder)
    assert [line.reserved for line in now.lines] == [20, 200]

"""Each published law of the books, broken by hand, one at a time: exactly that one is named.

The company has one of everything: goods received, an order half delivered, invoiced and partly paid,
money on account, an order delivered and not invoiced, an alert. What the database forbids by itself is
let through for the moment: triggers and foreign keys sleep, and a CHECK that stands in the way is
dropped, all in a transaction that is rolled back.

What is there, worked by hand: 30 bolts at 6.00 came and 12 of 20 ordered went (worth 72.00), so 18 lie
there, 8 of them set aside. 10 washers at 2.00 came and all went. The bolts are sold at 10.00 and 13 %
tax: 200.00 net, 226.00 gross ordered; 120.00 net, 135.60 gross invoiced. 100.00 of it is paid, and 50.00
came in advance. The washers, 100.00 net, 113.00 gross, are delivered and not invoiced. 500.00 was owed to a supplier before,
and 200.00 of it is paid.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from psycopg import sql

from dougong.kernel.verify import Difference, bounded, verify
from dougong.main import catalogue, open_house
from tests.ground import TestGround
from tests.shop import COMPANY, Shop

BOLT = "(SELECT id FROM product WHERE code = 'BOLT-M8')"
WASHER = "(SELECT id FROM product WHERE code = 'WASHER')"
FIRST = "(SELECT id FROM sales_order ORDER BY number LIMIT 1)"
STOCK = f"SELECT product || ' @ ' || warehouse FROM stock_position WHERE product = {BOLT}"
WHO = "SELECT id FROM customer"
LINE = f"SELECT id FROM sales_order_line WHERE parent = {FIRST}"
NUMBERED_LINE = "SELECT number || '/1' FROM sales_order ORDER BY number LIMIT 1"


@dataclass(frozen=True)
class Break:
    """How a law is broken, and the difference that must be named for it."""

    how: tuple[str, ...]
    key: str
    """A question whose one answer is the key; or the key itself, after ``=``."""
    expected: str
    actual: str
    forbidden_by: str = ""
    """The CHECK with which the database forbids it: ``table.constraint``."""
    also: tuple[str, ...] = ()
    """Laws that are necessarily broken with it; each with a comment why."""


def one_more(table: str, column: str, where: str = "true") -> tuple[str, ...]:
    """Add one to an amount in the only row that it is about."""
    return (f'UPDATE "{table}" SET {column} = {column} + 1 WHERE {where}',)


def of_account(role: str) -> str:
    """Say that a journal line is the first of an account."""
    return (
        "id = (SELECT l.id FROM journal_line l JOIN account a ON a.id = l.account "
        f"WHERE a.role = '{role}' ORDER BY l.id LIMIT 1)"
    )


def shifted(role: str, side: str = "debit") -> tuple[str, ...]:
    """Post one more to an account, on its side, and to another that no law looks at, so that all balances."""
    mine = of_account(role)
    other = (
        f"id = (SELECT o.id FROM journal_line o JOIN account a ON a.id = o.account "
        f"WHERE a.role NOT IN ('receivable', 'inventory', 'payable') "
        f"AND o.parent = (SELECT parent FROM journal_line WHERE {mine}) LIMIT 1)"
    )
    opposite = "credit" if side == "debit" else "debit"
    return (*one_more("journal_line", side, mine), *one_more("journal_line", opposite, other))


BREAKS: dict[str, Break] = {
    # What is for sale
    "terms_make_one_whole": Break(
        ("UPDATE payment_term_instalment SET share = 0.9",), "=30", "1", "0.9"
    ),
    "taxes_have_a_rate": Break(
        ("DELETE FROM tax_rate WHERE parent = (SELECT id FROM tax WHERE code = 'VAT6')",),
        "=VAT6",
        "1",
        "0",
    ),
    "categories_form_a_tree": Break(
        ("UPDATE product_category SET parent = id WHERE code = 'METAL'",), "=METAL", "0", "1"
    ),
    "regions_form_a_tree": Break(
        ("UPDATE region SET parent = id WHERE code = 'EAST'",), "=EAST", "0", "1"
    ),
    "currencies_are_known": Break(
        ("UPDATE customer SET currency = 'XYZ'",), "SELECT number FROM customer", "1", "0"
    ),
    # Stock
    "stock_is_its_moves": Break(
        one_more("stock_position", "on_hand", f"product = {BOLT}"), STOCK, "18", "19"
    ),
    "stock_value_is_its_moves": Break(
        one_more("stock_move", "value", f"product = {BOLT} AND kind = 'receipt'"),
        STOCK,
        "109",
        "108",
    ),
    "moves_have_a_position": Break(
        (
            (
                "INSERT INTO stock_move (id, product, warehouse, quantity, value, kind, day, "
                "document, created_at) SELECT gen_random_uuid(), p.id, w.id, 1, 0, 'receipt', "
                "'2026-03-02', '', now() FROM product p, warehouse w WHERE p.code = 'FITTING'"
            ),
        ),
        "SELECT p.id || ' @ ' || w.id FROM product p, warehouse w WHERE p.code = 'FITTING'",
        "a position",
        "none",
    ),
    "reserved_is_its_reservations": Break(
        one_more("stock_position", "reserved", f"product = {BOLT}"), STOCK, "8", "9"
    ),
    "reserved_is_there": Break(
        (
            f"UPDATE stock_position SET reserved = 19 WHERE product = {BOLT}",
            f"UPDATE reservation SET quantity = 19 WHERE product = {BOLT}",
        ),
        STOCK,
        "0 … 18",
        "19",
        forbidden_by="stock_position.ck_stock_position_reserved",
    ),
    "no_stock_no_value": Break(
        (
            f"UPDATE stock_position SET value = value + 5 WHERE product = {WASHER}",
            f"UPDATE stock_position SET value = value - 5 WHERE product = {BOLT}",
            f"UPDATE stock_move SET value = value + 5 WHERE product = {WASHER} AND kind = 'receipt'",
            f"UPDATE stock_move SET value = value - 5 WHERE product = {BOLT} AND kind = 'receipt'",
        ),
        f"SELECT product || ' @ ' || warehouse FROM stock_position WHERE product = {WASHER}",
        "0",
        "5",
        forbidden_by="stock_position.ck_stock_position_value",
    ),
    "shipments_have_their_reservations": Break(
        (
            (
                "UPDATE shipment_line SET quantity = quantity + 1 WHERE parent IN "
                "(SELECT id FROM shipment WHERE state = 'planned')"
            ),
        ),
        LINE,
        "9",
        "8",
    ),
    "short_stock_has_its_alert": Break(
        (f"UPDATE stock_position SET alert = NULL WHERE product = {BOLT}",),
        STOCK,
        "an alert",
        "none",
    ),
    # The books
    "journal_entry_balances": Break(
        one_more("journal_line", "debit", of_account("cogs")),
        (
            "SELECT e.number FROM journal_entry e JOIN journal_line l ON l.parent = e.id "
            f"WHERE l.{of_account('cogs')}"
        ),
        "73",
        "72",
    ),
    "credit_open_orders": Break(one_more("credit_position", "open_orders"), WHO, "90.40", "91.40"),
    "credit_delivered_not_invoiced": Break(
        one_more("credit_position", "delivered_not_invoiced"), WHO, "113.00", "114.00"
    ),
    "credit_receivable": Break(one_more("credit_position", "receivable"), WHO, "35.60", "36.60"),
    "credit_unapplied": Break(one_more("credit_position", "unapplied"), WHO, "50", "51"),
    "billable_exposure": Break(
        one_more("billable", "company_gross", f"source IN ({LINE})"), LINE, "227.00", "226.00"
    ),
    "billable_invoiced": Break(
        one_more("billable", "invoiced_gross", f"source IN ({LINE})"), LINE, "135.60", "136.60"
    ),
    "receivable_open": Break(
        one_more("receivable", "open"), "SELECT id FROM receivable", "35.60", "36.60"
    ),
    "payment_unapplied": Break(
        ("UPDATE payment SET unapplied = unapplied - 1 WHERE amount = 50",),
        "SELECT number FROM payment WHERE amount = 50",
        "50",
        "49",
    ),
    "invoice_owed": Break(
        one_more("invoice", "gross"), "SELECT number FROM invoice", "136.60", "135.60"
    ),
    "receivables_control": Break(shifted("receivable"), "=receivable", "-14.40", "-13.40"),
    "bill_open": Break(one_more("bill", "open"), "SELECT number FROM bill", "300", "301"),
    "payables_control": Break(shifted("payable", "credit"), "=payable", "-300", "-301"),
    "inventory_control": Break(shifted("inventory"), "=inventory", "108", "109"),
    # Sales
    "sales_entries_tie_to_orders": Break(
        one_more("sales_order", "revenue", f"id = {FIRST}"),
        f"SELECT number FROM sales_order WHERE id = {FIRST}",
        "201.00",
        "200.00",
    ),
    "sales_entries_tie_to_lines": Break(
        one_more("sales_order_line", "delivered", f"parent = {FIRST}"),
        NUMBERED_LINE,
        "13 12 0",
        "12 12 0",
    ),
    "sales_entries_tie_to_invoices": Break(
        one_more("sales_entry", "net", "kind = 'invoiced'"), NUMBERED_LINE, "120.00", "121.00"
    ),
    "sales_entries_tie_to_cost": Break(
        one_more("sales_entry", "cost", f"kind = 'shipped' AND product = {BOLT}"),
        NUMBERED_LINE,
        "72",
        "73",
    ),
    "sales_entry_rolled_up": Break(
        (f"INSERT INTO sales_entry_by_month VALUES ('2026-01-01', 'shipped', {BOLT}, 1, 2, 3, 1)",),
        f"SELECT '2026-01-01 shipped ' || {BOLT}",
        "0 0 0 0",
        "1 2 3 1",
    ),
}
"""Law → how it is broken. A new law needs its line here."""


def found_everything(shop: Shop) -> None:
    """Make one of everything that the books speak of."""
    month = shop.make(
        "payment_term", code="30", name="30 天", instalments=[{"share": 1, "days": 30}]
    )
    for entity, above, below in (
        ("product_category", "METAL", "BOLTS"),
        ("region", "EAST", "SHANGHAI"),
    ):
        parent = shop.make(entity, code=above, name=above)
        shop.make(entity, code=below, name=below, parent=parent.id)
    customer = shop.customer(payment_term=month.id)
    shop.product("FITTING")
    shop.stock("BOLT-M8", 30, cost=6)
    shop.stock("WASHER", 10, cost=2)
    shop.reorder_at("BOLT-M8", 15)
    first = shop.confirm(shop.sales_order(("BOLT-M8", 20)))
    shop.ship(first, **{"BOLT-M8": 12})
    shop.pay(shop.invoice(first), 100)
    second = shop.confirm(shop.sales_order(("WASHER", 10)))
    shop.ship(second)
    shop.do("payment", "receive", customer=customer, amount=Decimal(50), currency="CNY", auto=False)
    bill = shop.do(
        "bill",
        "bring_forward",
        supplier=shop.make("supplier", name="宁波紧固件").id,
        amount=Decimal(500),
        due=shop.today,
    )
    shop.do("bill", "pay", id=bill.id, amount=Decimal(200))


@pytest.fixture(scope="module")
def books(ground: TestGround, shop_company: str) -> Iterator[Shop]:
    """The company with one of everything."""
    name = f"{shop_company}_verify"
    ground._clone(shop_company, name)
    house = open_house(ground.address(name), size=2)
    shop = Shop(house)
    found_everything(shop)
    yield shop
    house.close()
    ground.remove(ground.address(name))


class Broken:
    """The books in a transaction in which everything may be broken, and nothing stays broken."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection

    def differences(self) -> list[Difference]:
        """What `dougong verify` would say now."""
        return [
            Difference(law.name, *("—" if value is None else str(value) for value in row))
            for law in catalogue().invariants
            for row in self.connection.execute(bounded(law).replace("%%", "%").encode())
        ]

    def one(self, question: str) -> str:
        """The one answer to a question."""
        if question.startswith("="):
            return question[1:]
        [(answer,)] = self.connection.execute(question.encode()).fetchall()
        return str(answer)

    def run(self, statement: str) -> None:
        """Break something; it must have hit one row at least."""
        assert self.connection.execute(statement.encode()).rowcount > 0, statement


@contextmanager
def let_everything_through(shop: Shop) -> Iterator[Broken]:
    """Give the owner's transaction, in which triggers and foreign keys sleep; roll it back."""
    with (
        psycopg.connect(shop.house.database.dsn) as connection,
        connection.transaction(force_rollback=True),
    ):
        connection.execute(f"SET LOCAL search_path = c_{COMPANY}, public".encode())
        connection.execute("SET LOCAL session_replication_role = replica")
        yield Broken(connection)


def test_the_books_hold_before_anybody_breaks_them(books: Shop) -> None:
    assert verify(books.house, COMPANY) == []


def test_every_law_is_broken_here_once() -> None:
    assert sorted(law.name for law in catalogue().invariants) == sorted(BREAKS)


@pytest.mark.parametrize("law", BREAKS)
def test_a_broken_law_is_named_with_key_and_amount(books: Shop, law: str) -> None:
    broken = BREAKS[law]
    with let_everything_through(books) as by_hand:
        key = by_hand.one(broken.key)
        if broken.forbidden_by:
            table, constraint = broken.forbidden_by.split(".")
            with pytest.raises(psycopg.errors.CheckViolation), by_hand.connection.transaction():
                by_hand.run(broken.how[0])
            by_hand.connection.execute(
                sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(
                    sql.Identifier(table), sql.Identifier(constraint)
                )
            )
        for statement in broken.how:
            by_hand.run(statement)
        found = by_hand.differences()

    assert {one.invariant for one in found} == {law, *broken.also}
    [named] = [one for one in found if one.invariant == law]
    assert (named.key, amount(named.expected), amount(named.actual)) == (
        key,
        amount(broken.expected),
        amount(broken.actual),
    )


def amount(text: str) -> object:
    """Take an amount as a number, so that 18 is 18.00; anything else as it is."""
    try:
        return Decimal(text)
    except ArithmeticError:
        return text


def test_verify_says_what_the_laws_say(books: Shop) -> None:
    with books.house.database.outside() as connection:
        connection.execute(f"UPDATE c_{COMPANY}.credit_position SET unapplied = unapplied + 1")
    found = verify(books.house, COMPANY)
    with books.house.database.outside() as connection:
        connection.execute(f"UPDATE c_{COMPANY}.credit_position SET unapplied = unapplied - 1")

    customer = str(books.found("customer", name="上海哲达"))
    assert [(one.invariant, one.key) for one in found] == [("credit_unapplied", customer)]

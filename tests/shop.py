"""The shop: a small company to try things in, speaking the trade, with sensible defaults.

A test names only what matters to it: ``shop.stock("BOLT-M8", 30)`` makes the product, receives the
goods, and whatever else that needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from psycopg.conninfo import conninfo_to_dict

from dougong.apps.finance.api import CreditPosition, Invoice, Payment
from dougong.apps.finance.books import set_up_books
from dougong.apps.finance.questions.forecast import cash_forecast
from dougong.apps.inventory.api import Shipment, StockPosition
from dougong.apps.sales.changing import LineChange
from dougong.apps.sales.entities import SalesEntry, SalesOrder
from dougong.apps.sales.lifecycles import EntryKind
from dougong.kernel.access.actor import HOUSE, Actor
from dougong.kernel.entities import Entity
from dougong.kernel.hands import Hands
from dougong.kernel.house import House
from dougong.kernel.operations import Command, read
from dougong.kernel.panels import panels_of
from dougong.kernel.perform import Done
from dougong.kernel.refusals import Refusal, Refused
from dougong.kernel.sight import Sight
from dougong.kernel.store.database import Transaction
from dougong.kernel.values import new_id
from dougong.kernel.verbs import Create, Edit
from dougong.main import open_house
from tests.ground import TestGround

COMPANY = "shop"
MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday, nine o'clock in Shanghai."""

E = TypeVar("E", bound=Entity)
Number = Decimal | int | str


def table_marks(transaction: Transaction) -> dict[str, str]:
    """Give each table of the company a mark that differs as soon as one value does."""
    tables = transaction.rows(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace "
        "AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1"
    )
    parts = [
        f"SELECT '{name}', coalesce(md5(string_agg(t::text, chr(10) ORDER BY t::text)), '') "
        f'FROM "{name}" AS t'
        for (name,) in tables
    ]
    return dict(transaction.rows(" UNION ALL ".join(parts)))


class No:
    """What was refused, once it was."""

    def __init__(self) -> None:
        self.refusals: tuple[Refusal, ...] = ()

    @property
    def by(self) -> Refusal:
        """The only reason."""
        assert len(self.refusals) == 1, self.refusals
        return self.refusals[0]

    @property
    def codes(self) -> list[str]:
        """What kinds of reasons there were."""
        return [refusal.code for refusal in self.refusals]


class Shop:
    """A company with books, one warehouse and one tax; customers and products as they are named."""

    def __init__(self, house: House, company: str = COMPANY) -> None:
        self.house = house
        self.company = company
        self.now = MORNING
        house.clock = lambda: self.now
        self.warehouse = self.found("warehouse", code="MAIN")
        self.made: dict[str, UUID] = {}

    # The ground

    @classmethod
    def found_company(cls, house: House, company: str = COMPANY) -> None:
        """Make the company that every test's shop begins as."""
        house.clock = lambda: MORNING
        house.create_company(company, name="斗拱五金")
        first = [{"valid_from": "2020-01-01"}]
        for entity, values in (
            ("currency", {"code": "CNY", "name": "人民币"}),
            ("currency", {"code": "USD", "name": "美元"}),
            ("unit", {"code": "PCS", "name": "件"}),
            ("tax", {"code": "VAT13", "name": "增值税", "rates": [first[0] | {"rate": "0.13"}]}),
            ("tax", {"code": "VAT6", "name": "增值税", "rates": [first[0] | {"rate": "0.06"}]}),
            ("warehouse", {"code": "MAIN", "name": "主仓"}),
        ):
            house.perform(company, Create(entity=entity, values=values))
        set_up_books(house, company, "plain")

    @property
    def today(self) -> date:
        """The business day."""
        return self.now.astimezone(ZoneInfo("Asia/Shanghai")).date()

    def tax(self, code: str) -> UUID:
        """A tax by its code."""
        return self.found("tax", code=code)

    def do(self, entity: str, verb: str, **arguments: Any) -> Any:
        """Perform an operation by its name and give the record."""
        command = self.house.catalogue.operation(entity, verb).command
        return self.perform(command(**arguments))

    def perform(self, command: Command[Any], **how: Any) -> Any:
        """Perform a command and give the record."""
        outcome = self.house.perform(self.company, command, **how)
        assert isinstance(outcome, Done), outcome
        return outcome.record

    def make(self, entity: str, **values: Any) -> Any:
        """Make a record."""
        return self.perform(Create(entity=entity, values=values))

    def edit(self, record: Entity, **values: Any) -> Any:
        """Edit a record."""
        name = record.description.name
        return self.perform(Edit(entity=name, id=record.id, values=values))

    def rows(
        self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()
    ) -> list[tuple[Any, ...]]:
        """Ask the company's database."""
        with self.house.database.transaction(self.company) as transaction:
            return transaction.rows(sql, parameters)

    def number(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> Decimal:
        """Ask the company's database for one number; nothing is zero."""
        rows = self.rows(sql, parameters)
        return Decimal(rows[0][0] or 0) if rows else Decimal(0)

    def found(self, entity: str, **by: Any) -> UUID:
        """Find a record's id."""
        where = " AND ".join(f'"{name}" = %({name})s' for name in by)
        rows = self.rows(f'SELECT id FROM "{entity}" WHERE {where}', by)
        assert len(rows) == 1, (entity, by, rows)
        identity: UUID = rows[0][0]
        return identity

    def read(self, entity: type[E], values: Sequence[Any], by: str = "id") -> list[E]:
        """Read records with their lines, as they are now."""
        with self.house.database.transaction(self.company) as transaction:
            state = self.house.state(transaction)
            work = self.house.work(state, HOUSE, self.now, new_id(), None)
            Hands(transaction, work, holding=False).fetch([read(entity, values, by=by, lines=True)])
            return sorted(work.all(entity), key=lambda record: record.id)

    def read_one(self, entity: str, identity: UUID) -> Any:
        """Read a record by its entity's name."""
        return self.read(self.house.catalogue.entities[entity].cls, [identity])[0]

    def fresh(self, record: E) -> E:
        """Read a record again."""
        return self.read(type(record), [record.id])[0]

    @contextmanager
    def sight(self, actor: Actor = HOUSE) -> Iterator[Sight]:
        """The company as somebody sees it."""
        with self.house.database.transaction(self.company) as transaction:
            yield Sight(transaction, self.house.state(transaction), actor, self.today)

    def panels(self, entity: str, record: UUID, actor: Actor = HOUSE) -> dict[str, Any]:
        """What all apps tell of a record."""
        with self.sight(actor) as sight:
            return panels_of(record, self.house.catalogue.panels[entity], sight)

    # Masters

    def product(self, code: str, **values: Any) -> UUID:
        """A product of that code, made if need be: goods at 10.00 list, 13 % tax."""
        if code not in self.made:
            given = {
                "code": code,
                "name": code,
                "unit": self.found("unit", code="PCS"),
                "tax": self.found("tax", code="VAT13"),
                "list_price": "10",
            }
            self.made[code] = self.make("product", **given | values).id
        return self.made[code]

    def customer(
        self, name: str = "上海哲达", *, limit: Number | None = None, **values: Any
    ) -> UUID:
        """A customer of that name, made if need be; who has no limit may owe us anything."""
        if name not in self.made:
            self.made[name] = self.make("customer", name=name, **values).id
        if limit is not None:
            self.do(
                "credit_position",
                "set_limit",
                customer=self.made[name],
                credit_limit=Decimal(limit),
            )
        return self.made[name]

    # Goods

    def stock(self, code: str, quantity: Number, *, cost: Number = 6, **product: Any) -> UUID:
        """Receive goods at a cost each."""
        identity = self.product(code, **product)
        receipt = self.make(
            "goods_receipt",
            warehouse=self.warehouse,
            lines=[{"product": identity, "quantity": quantity, "unit_cost": cost}],
        )
        self.do("goods_receipt", "receive", id=receipt.id)
        return identity

    def reorder_at(self, code: str, point: Number, quantity: Number = 0) -> None:
        """Watch a product: below the point more should be ordered."""
        self.do(
            "stock_position",
            "set_reorder_point",
            product=self.product(code),
            warehouse=self.warehouse,
            reorder_point=Decimal(point),
            reorder_quantity=Decimal(quantity),
        )

    def position(self, code: str) -> StockPosition:
        """A product's position in the warehouse."""
        return self.read(StockPosition, [self.product(code)], by="product")[0]

    def reserved(self, code: str) -> Decimal:
        """What of a product is set aside."""
        return self.position(code).reserved

    def on_hand(self, code: str) -> Decimal:
        """What of a product is there."""
        return self.position(code).on_hand

    # Orders

    def sales_order(self, *lines: Any, customer: UUID | None = None, **values: Any) -> SalesOrder:
        """A draft; a line is (product, quantity), (product, quantity, price) or all its values."""
        given = {"customer": customer or self.customer(), "lines": [self.line(x) for x in lines]}
        order: SalesOrder = self.make("sales_order", **given | values)
        return order

    def line(self, said: Any) -> dict[str, Any]:
        """Say an order's line in full."""
        if isinstance(said, dict):
            return said
        code, quantity, *price = said
        line = {"product": self.product(code), "quantity": quantity}
        return line | {"unit_price": price[0]} if price else line

    def confirm(self, order: SalesOrder, **how: Any) -> SalesOrder:
        """Confirm."""
        confirmed: SalesOrder = self.do("sales_order", "confirm", id=order.id, **how)
        return confirmed

    def change(self, order: SalesOrder, *lines: LineChange, **how: Any) -> SalesOrder:
        """Change a binding order."""
        changed: SalesOrder = self.do("sales_order", "change", id=order.id, lines=lines, **how)
        return changed

    def backordered(self, order: SalesOrder) -> dict[str, Decimal]:
        """What of an order is neither delivered nor set aside, by product."""
        rows = self.rows(
            "SELECT p.code, sum(l.stock_quantity - l.delivered - coalesce(r.quantity, 0)) "
            "FROM sales_order_line l JOIN product p ON p.id = l.product "
            "LEFT JOIN reservation r ON r.purpose = l.id "
            "WHERE l.parent = %s AND l.goods GROUP BY 1 "
            "HAVING sum(l.stock_quantity - l.delivered - coalesce(r.quantity, 0)) <> 0",
            [order.id],
        )
        return dict(rows)  # type: ignore[arg-type]  # pairs

    def expected(self, order: SalesOrder) -> dict[str, tuple[Decimal, date]]:
        """What planning expects because of an order: how much goes when, by product."""
        rows = self.rows(
            "SELECT p.code, e.quantity, e.due FROM expected_movement e "
            "JOIN product p ON p.id = e.product "
            "JOIN sales_order_line l ON l.id = e.purpose WHERE l.parent = %s",
            [order.id],
        )
        return {code: (quantity, due) for code, quantity, due in rows}

    def entries(self, order: SalesOrder, kind: EntryKind | None = None) -> list[SalesEntry]:
        """The facts about an order, in the order in which they happened."""
        found = self.read(SalesEntry, [order.id], by="order")
        return [entry for entry in found if kind is None or entry.kind == kind]

    def allot(self, order: SalesOrder) -> SalesOrder:
        """Set aside for an order's backorders what has come in."""
        allotted: SalesOrder = self.do("sales_order", "allot", id=order.id)
        return allotted

    # Delivering

    def shipments(self, order: SalesOrder, state: str = "") -> list[Shipment]:
        """An order's shipments."""
        found = self.read(Shipment, [order.as_document], by="document")
        return [each for each in found if not state or each.state == state]

    def pick(self, shipment: Shipment, **quantities: Number) -> Shipment:
        """Take goods off the shelves: all, or so much of a product."""
        wanted = {self.product(code): Decimal(many) for code, many in quantities.items()}
        by_line = {
            line.id: wanted[line.product] for line in shipment.lines if line.product in wanted
        }
        picked: Shipment = self.do("shipment", "pick", id=shipment.id, quantities=by_line)
        return picked

    def ship(self, order: SalesOrder, **quantities: Number) -> Shipment:
        """Pick, pack and ship what an order's first open shipment has, or so much of each product."""
        shipment = self.shipments(order, "planned")[0]
        self.pick(shipment, **quantities)
        self.do("shipment", "pack", id=shipment.id)
        shipped: Shipment = self.do("shipment", "ship", id=shipment.id)
        return shipped

    def alerts(self) -> dict[str, Decimal]:
        """The open stock alerts: what was free of each product."""
        return dict(
            self.rows(  # type: ignore[arg-type]  # pairs
                "SELECT p.code, a.available FROM stock_alert a "
                "JOIN product p ON p.id = a.product WHERE a.state = 'open'"
            )
        )

    # Invoicing and paying

    def invoice(self, *orders: SalesOrder) -> Invoice:
        """Invoice all that can be."""
        documents = tuple(order.as_document for order in orders)
        draft = self.do("invoice", "draft", documents=documents)
        issued: Invoice = self.do("invoice", "issue", id=draft.id)
        return issued

    def pay(self, invoice: Invoice, amount: Number | None = None) -> Payment:
        """The customer pays an invoice, or a part of it."""
        payment: Payment = self.do(
            "payment",
            "receive",
            customer=invoice.customer,
            amount=invoice.gross if amount is None else Decimal(amount),
            currency=invoice.currency,
            invoices=(invoice.id,),
        )
        return payment

    def credit(self, customer: UUID | None = None) -> CreditPosition:
        """A customer's credit position."""
        who = customer or self.customer()
        found = self.read(CreditPosition, [who], by="customer")
        return found[0] if found else CreditPosition(customer=who)

    def exposure(self, customer: UUID | None = None) -> Decimal:
        """What a customer could cost us."""
        return self.credit(customer).exposure

    def account(self, role: str) -> UUID:
        """The account that plays a role."""
        return self.found("account", role=role)

    def balance(self, role: str) -> Decimal:
        """What an account has, debit less credit."""
        return self.number(
            "SELECT sum(debit - credit) FROM journal_line WHERE account = %s", [self.account(role)]
        )

    def cash_expected(self) -> dict[date, Decimal]:
        """What customers should pay, by the Monday of the week."""
        with self.house.database.transaction(self.company) as transaction:
            state = self.house.state(transaction)
            found = cash_forecast(transaction, state, self.today)
        assert not found.overdue
        assert not found.later
        return {week.monday: week.total for week in found.weeks if week.total}

    # Proof

    def set_in_motion(self, name: str) -> dict[str, int]:
        """How many events of each name the latest event of a name caused, directly or not."""
        rows = self.rows(
            "WITH RECURSIVE caused AS ("
            "(SELECT id FROM event WHERE name = %s ORDER BY seq DESC LIMIT 1) "
            "UNION SELECT e.id FROM event e JOIN caused c ON e.cause = c.id) "
            "SELECT name, count(*) FROM event JOIN caused USING (id) WHERE name <> %s GROUP BY 1",
            [name, name],
        )
        return dict(rows)  # type: ignore[arg-type]  # pairs

    def marks(self) -> dict[str, str]:
        """A mark of each table, to see whether anything changed."""
        with self.house.database.transaction(self.company) as transaction:
            return table_marks(transaction)

    @contextmanager
    def nothing_changes(self) -> Iterator[No]:
        """Expect a refusal, and that it left every table of the company as it was."""
        before = self.marks()
        no = No()
        try:
            yield no
        except Refused as refused:
            no.refusals = refused.refusals
        else:
            pytest.fail("nothing was refused")
        after = self.marks()
        changed = [name for name in before if before[name] != after[name]]
        assert not changed, f"refused, and yet changed: {', '.join(changed)}"

    def verify(self) -> None:
        """Every law of the books holds."""
        with self.house.database.transaction(self.company) as transaction:
            for law in self.house.catalogue.invariants:
                found = transaction.rows(law.sql)
                assert not found, f"{law.name}: {found}"


@pytest.fixture(scope="session")
def shop_company(ground: TestGround) -> Iterator[str]:
    """The database that every test's shop is cloned from."""
    dsn = ground.clone()
    house = open_house(dsn, size=2)
    Shop.found_company(house)
    house.close()
    yield str(conninfo_to_dict(dsn)["dbname"])
    ground.remove(dsn)


@pytest.fixture
def shop(ground: TestGround, shop_company: str) -> Iterator[Shop]:
    """A shop that nobody has bought in yet."""
    name = f"{shop_company}_{new_id().hex[-8:]}"
    ground._clone(shop_company, name)
    house = open_house(ground.address(name), size=2)
    yield Shop(house)
    house.close()
    ground._drop(name)

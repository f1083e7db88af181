"""The company before its orders: who trades what with whom, and the orders that all others are like.

Everything here goes through the real operations, each at its own day: the orders of which a million
others are made are real ones, one for each way in which an order can have gone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from bench.large.progress import said
from bench.shop import COST, Shop, open_shop
from dougong.kernel.changes.building import build_waiting
from dougong.kernel.house import House
from dougong.kernel.log.runner import Readers
from dougong.kernel.perform import Done
from dougong.kernel.verbs import Create

COMPANY = "large"
CLASSES = 10
"""Products of a class cost the same, so that an order may be for any of them."""
ALIKE = 100
CUSTOMERS = 2000
REGIONS = 20
SELLERS = 400
GRADES = "ABCDE"
GOODS = "100000000"
AT_ONCE = 250
OPEN_DAYS = 30
"""The example orders begin so many days ago; open ones are moved towards today, others back."""

KEPT_APART = ("credit_position", "stock_position", "fiscal_period")
"""Made when they are first needed, and no order's own."""

FIELDS = (
    (
        "sales_order.x_route",
        {"kind": "text", "label": "线路", "label_en": "Route", "indexed": True},
    ),
    (
        "sales_order.x_weight",
        {"kind": "number", "label": "重量", "label_en": "Weight", "indexed": True},
    ),
)
ROLES = (
    {"code": "all", "name": "all", "permissions": [{"entity": "*", "operation": "*"}]},
    {
        "code": "seller",
        "name": "seller",
        "permissions": [
            {"entity": "sales_order", "operation": "read", "rows": "salesperson == me"},
            {"entity": "customer", "operation": "read"},
            {"entity": "person", "operation": "read"},
        ],
    },
)


@dataclass(frozen=True, kw_only=True)
class Example:
    """An order that others are made like: how old they may be, and what was made for it."""

    name: str
    youngest: int
    """The least number of days that an order must have been there to have come so far."""
    oldest: int | None
    """The most days that it stays so; None where it stays so for good."""
    weight: int
    made: dict[str, set[UUID]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Founded:
    """The company with its masters, and the records that stand for others in the examples."""

    shop: Shop
    begin: datetime
    seller: UUID
    region: UUID
    customers: list[UUID]
    sellers: list[UUID]
    regions: list[UUID]
    products: list[list[UUID]]
    """By class."""


def found(house: House) -> Founded:
    """Found the company with all its masters."""
    shop = open_shop(house, company=COMPANY, products=CLASSES)
    publish(shop)
    regions = make_many(
        shop, "region", ({"code": f"R{at:02}", "name": f"大区 {at}"} for at in range(REGIONS))
    )
    sellers = make_many(shop, "person", ({"name": f"销售 {at}"} for at in range(SELLERS)))
    customers = make_many(
        shop,
        "customer",
        (
            {
                "name": f"客户 {at:04} 机械有限公司",
                "region": str(regions[at % REGIONS]),
                "grade": GRADES[at // REGIONS % len(GRADES)],
                "owner": str(sellers[at % SELLERS]),
            }
            for at in range(CUSTOMERS)
        ),
    )
    products = [[of_class] for of_class in shop.products]
    for at, of_class in enumerate(products):
        of_class += more_products(shop, at)
    stock(shop, [one for of_class in products for one in of_class[1:]])
    Readers(house).catch_up()
    return Founded(
        shop=shop,
        begin=datetime.now(UTC) - timedelta(days=OPEN_DAYS),
        seller=sellers[0],
        region=regions[0],
        customers=customers,
        sellers=sellers,
        regions=regions,
        products=products,
    )


def publish(shop: Shop) -> None:
    """Add the company's own fields and its roles."""
    items = [
        {"what": "field", "action": "add", "key": key, "value": json.dumps(value)}
        for key, value in FIELDS
    ]
    items += [
        {"what": "role", "action": "add", "key": one["code"], "value": json.dumps(one)}
        for one in ROLES
    ]
    made = shop.do("change_set.create", {"purpose": "bench", "items": items})
    shop.do("change_set.publish", {}, made.id)
    assert not build_waiting(shop.house, shop.company)


def make_many(shop: Shop, entity: str, values: Iterator[dict[str, Any]]) -> list[UUID]:
    """Create records, many at once; gives their ids."""
    commands = [Create(entity=entity, values=one) for one in values]
    made: list[UUID] = []
    for at in range(0, len(commands), AT_ONCE):
        for outcome in shop.house.perform_many(shop.company, commands[at : at + AT_ONCE]):
            assert isinstance(outcome, Done), outcome
            made.append(outcome.id)
    said(f"{len(made)} {entity}")
    return made


def more_products(shop: Shop, of_class: int) -> list[UUID]:
    """The other products of a class."""
    with shop.house.database.transaction(shop.company) as transaction:
        ((unit, tax, price),) = transaction.rows(
            "SELECT unit, tax, list_price FROM product WHERE id = %s", [shop.products[of_class]]
        )
    alike = (
        {
            "code": f"P{of_class:02}{at:04}",
            "name": f"五金 {of_class}-{at}",
            "unit": str(unit),
            "tax": str(tax),
            "list_price": str(price),
        }
        for at in range(1, ALIKE)
    )
    return make_many(shop, "product", alike)


def stock(shop: Shop, products: list[UUID]) -> None:
    """Take in goods without end."""
    with shop.house.database.transaction(shop.company) as transaction:
        ((warehouse,),) = transaction.rows("SELECT id FROM warehouse")
    for at in range(0, len(products), AT_ONCE):
        lines = [
            {"product": str(one), "quantity": GOODS, "unit_cost": COST}
            for one in products[at : at + AT_ONCE]
        ]
        made = shop.do("goods_receipt.create", {"warehouse": str(warehouse), "lines": lines})
        shop.do("goods_receipt.receive", {}, made.id)


# The examples


@dataclass
class Story:
    """One order on its way, a step a day."""

    founded: Founded
    day: int = 0
    order: UUID | None = None
    invoice: UUID | None = None
    owed: str = ""

    def do(self, name: str, body: dict[str, Any], of: UUID | None = None) -> Any:
        """Perform a step at the story's hour; some days lie between steps."""
        now = self.founded.begin + timedelta(days=self.day)
        shop = self.founded.shop
        done = shop.house.do(shop.company, name, body, id=of, now=now)
        assert isinstance(done, Done), done
        return done.record

    def later(self, days: int) -> None:
        """Let days go by."""
        self.day += days

    def create(self, *quantities: int, first: int = 0) -> None:
        """Order some goods, a class a line."""
        founded = self.founded
        lines = [
            {"product": str(founded.products[(first + at) % CLASSES][0]), "quantity": str(many)}
            for at, many in enumerate(quantities)
        ]
        body = {
            "customer": str(founded.customers[0]),
            "salesperson": str(founded.seller),
            "region": str(founded.region),
            "lines": lines,
        }
        self.order = self.do("sales_order.create", body).id

    def confirm(self) -> None:
        self.do("sales_order.confirm", {}, self.order)

    def cancel(self) -> None:
        self.do("sales_order.cancel", {"reason": "客户取消"}, self.order)

    def ship(self) -> None:
        """Pick, pack and ship all of it."""
        for verb in ("pick", "pack", "ship"):
            self.do(f"shipment.{verb}", {}, self.shipment)

    @property
    def shipment(self) -> UUID:
        """The shipment that confirming planned."""
        shop = self.founded.shop
        with shop.house.database.transaction(shop.company) as transaction:
            ((found,),) = transaction.rows(
                "SELECT id FROM shipment WHERE document = %s", [f"sales_order:{self.order}"]
            )
        identity: UUID = found
        return identity

    def issue(self) -> None:
        """Invoice all of it."""
        body = {"documents": [f"sales_order:{self.order}"]}
        self.invoice = self.do("invoice.draft", body).id
        self.owed = str(self.do("invoice.issue", {}, self.invoice).gross)

    def pay(self) -> None:
        """Be paid in full."""
        body = {
            "customer": str(self.founded.customers[0]),
            "amount": self.owed,
            "invoices": [str(self.invoice)],
        }
        self.do("payment.receive", body)

    def give_back(self) -> None:
        """Take the first line back and credit it."""
        shop = self.founded.shop
        with shop.house.database.transaction(shop.company) as transaction:
            ((line, many),) = transaction.rows(
                "SELECT id, delivered FROM sales_order_line WHERE parent = %s AND position = 1",
                [self.order],
            )
        body = {
            "order": str(self.order),
            "lines": [{"order_line": str(line), "quantity": str(many)}],
        }
        made = self.do("sales_return.create", body)
        self.do("sales_return.receive", {}, made.id)


def draft(story: Story) -> None:
    story.create(4, 1, 3, first=2)


def cancelled(story: Story) -> None:
    story.create(1, 6, 2, first=5)
    story.confirm()
    story.later(1)
    story.cancel()


def confirmed(story: Story) -> None:
    story.create(3, 2, 1)
    story.confirm()


def shipped(story: Story) -> None:
    story.create(2, 2, 5, first=1)
    story.confirm()
    story.later(1)
    story.ship()


def invoiced(story: Story) -> None:
    story.create(1, 4, 2, first=3)
    story.confirm()
    story.later(1)
    story.ship()
    story.later(1)
    story.issue()


def paid(first: int, *quantities: int) -> Callable[[Story], None]:
    """Make an order that was paid, as most are."""

    def tell(story: Story) -> None:
        story.create(*quantities, first=first)
        story.confirm()
        story.later(2)
        story.ship()
        story.later(1)
        story.issue()
        story.later(15)
        story.pay()

    return tell


def returned(story: Story) -> None:
    paid(6, 2, 3, 1)(story)
    story.later(2)
    story.give_back()


STORIES: tuple[tuple[str, Callable[[Story], None], int, int | None, int], ...] = (
    ("draft", draft, 0, 2, 1),
    ("confirmed", confirmed, 0, 8, 4),
    ("shipped", shipped, 1, 10, 2),
    ("invoiced", invoiced, 2, 45, 3),
    ("cancelled", cancelled, 1, None, 1),
    ("returned", returned, 20, None, 1),
    *((f"paid {at}", paid(2 * at, 1 + at % 5, 2, 1 + at % 3), 18, None, 9) for at in range(5)),
)
"""Name, what happens, how old such an order is at least and at most, how often it comes."""


def examples(founded: Founded) -> Iterator[Example]:
    """Tell each story once, and note what records it made."""
    before = everything(founded.shop)
    for name, tell, youngest, oldest, weight in STORIES:
        tell(Story(founded))
        after = everything(founded.shop)
        made = {table: ids - before[table] for table, ids in after.items() if ids - before[table]}
        before = after
        yield Example(name=name, youngest=youngest, oldest=oldest, weight=weight, made=made)


def everything(shop: Shop) -> dict[str, set[UUID]]:
    """Give the ids of all records, by table."""
    with shop.house.database.transaction(shop.company) as transaction:
        entities = shop.house.catalogue.entities.items()
        tables = [name for name, one in entities if one.stored and name not in KEPT_APART]
        tables.append("event")
        return {
            table: {row[0] for row in transaction.rows(f'SELECT id FROM "{table}"')}
            for table in tables
        }

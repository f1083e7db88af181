"""A small trade to write rules about: orders with lines, their customers and products."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from dougong.kernel.rules import (
    DAY,
    INSTANT,
    MONEY,
    NUMBER,
    PERCENT,
    QUANTITY,
    TEXT,
    YES_NO,
    AttributeReader,
    DictScope,
    Shape,
    choice_of,
    lines_of,
    parse,
    parts_of,
    reference_to,
    words_of,
)
from dougong.kernel.values import new_id


@dataclass(kw_only=True)
class Region:
    id: UUID = field(default_factory=new_id)
    name: str | None = None
    target: Decimal | None = None


@dataclass(kw_only=True)
class Customer:
    id: UUID = field(default_factory=new_id)
    name: str | None = None
    grade: str | None = None
    since: date | None = None
    limit: Decimal | None = None
    region: Region | None = None
    orders: list[Order] = field(default_factory=list, repr=False, compare=False)


@dataclass(kw_only=True)
class Product:
    id: UUID = field(default_factory=new_id)
    name: str | None = None
    price: Decimal | None = None


@dataclass(kw_only=True)
class Line:
    id: UUID = field(default_factory=new_id)
    quantity: Decimal | None = None
    price: Decimal | None = None
    margin: Decimal | None = None
    name: str | None = None
    promised: date | None = None
    gift: bool | None = None
    product: Product | None = None


@dataclass(kw_only=True)
class Order:
    id: UUID = field(default_factory=new_id)
    number: str | None = None
    note: str | None = None
    total: Decimal | None = None
    cost: Decimal | None = None
    pieces: int | None = None
    ordered: date | None = None
    due: date | None = None
    urgent: bool | None = None
    paid: bool | None = None
    created: datetime | None = None
    changed: datetime | None = None
    tags: list[str] | None = None
    address: dict[str, str] | None = None
    customer: Customer | None = None
    lines: list[Line] = field(default_factory=list)


READER = AttributeReader()
REGION = DictScope({"name": TEXT, "target": MONEY}, READER)
CUSTOMER = DictScope(
    {
        "name": TEXT,
        "grade": choice_of("A", "B", "C", "甲"),
        "since": DAY,
        "limit": MONEY,
        "region": reference_to(REGION),
    },
    READER,
)
PRODUCT = DictScope({"name": TEXT, "price": MONEY}, READER)
LINE = DictScope(
    {
        "quantity": QUANTITY,
        "price": MONEY,
        "margin": PERCENT,
        "name": TEXT,
        "promised": DAY,
        "gift": YES_NO,
        "product": reference_to(PRODUCT),
    },
    READER,
)
ORDER = DictScope(
    {
        "number": TEXT,
        "note": TEXT,
        "total": MONEY,
        "cost": MONEY,
        "pieces": NUMBER,
        "ordered": DAY,
        "due": DAY,
        "urgent": YES_NO,
        "paid": YES_NO,
        "created": INSTANT,
        "changed": INSTANT,
        "tags": words_of(),
        "address": parts_of("city", "street"),
        "customer": reference_to(CUSTOMER),
        "lines": lines_of(LINE),
    },
    READER,
)
CUSTOMER.fields["orders"] = lines_of(ORDER)
FORMULAS = (
    (ORDER, "profit", "total - cost"),
    (ORDER, "late", "due < today"),
    (ORDER, "said", 'concat(number, "/", note)'),
    (ORDER, "place", 'coalesce(address.city, "无")'),
    (ORDER, "is_vip", '"vip" in tags'),
    (CUSTOMER, "years", "year(today) - year(since)"),
    (CUSTOMER, "fixed", "7"),
    (CUSTOMER, "is_good", 'grade == "A" or limit > 0'),
    (CUSTOMER, "called", 'concat("~", name)'),
)
for of, name, text in FORMULAS:
    of.formulas[name] = parse(text, of)

TABLES = sa.MetaData()


def _table(name: str, *columns: sa.Column) -> sa.Table:
    return sa.Table(name, TABLES, sa.Column("id", sa.Uuid, primary_key=True), *columns)


REGIONS = _table("region", sa.Column("name", sa.Text), sa.Column("target", sa.Numeric))
CUSTOMERS = _table(
    "customer",
    sa.Column("name", sa.Text),
    sa.Column("grade", sa.Text),
    sa.Column("since", sa.Date),
    sa.Column("limit", sa.Numeric),
    sa.Column("region", sa.Uuid),
)
PRODUCTS = _table("product", sa.Column("name", sa.Text), sa.Column("price", sa.Numeric))
LINES = _table(
    "line",
    sa.Column("sales_order", sa.Uuid),
    sa.Column("quantity", sa.Numeric),
    sa.Column("price", sa.Numeric),
    sa.Column("margin", sa.Numeric),
    sa.Column("name", sa.Text),
    sa.Column("promised", sa.Date),
    sa.Column("gift", sa.Boolean),
    sa.Column("product", sa.Uuid),
)
ORDERS = _table(
    "sales_order",
    # Two collations on purpose: which one a column has must not decide what a rule says.
    sa.Column("number", sa.Text(collation="C")),
    sa.Column("note", sa.Text(collation="pg_c_utf8")),
    sa.Column("total", sa.Numeric),
    sa.Column("cost", sa.Numeric),
    sa.Column("pieces", sa.Integer),
    sa.Column("ordered", sa.Date),
    sa.Column("due", sa.Date),
    sa.Column("urgent", sa.Boolean),
    sa.Column("paid", sa.Boolean),
    sa.Column("created", sa.DateTime(timezone=True)),
    sa.Column("changed", sa.DateTime(timezone=True)),
    sa.Column("tags", postgresql.ARRAY(sa.Text)),
    sa.Column("address", postgresql.JSONB(none_as_null=True)),
    sa.Column("customer", sa.Uuid),
)

REGION_SHAPE = Shape(REGIONS)
CUSTOMER_SHAPE = Shape(
    CUSTOMERS, {"region": lambda: REGION_SHAPE}, {"orders": (lambda: ORDER_SHAPE, "customer")}
)
PRODUCT_SHAPE = Shape(PRODUCTS)
LINE_SHAPE = Shape(LINES, {"product": lambda: PRODUCT_SHAPE})
ORDER_SHAPE = Shape(
    ORDERS,
    {"customer": lambda: CUSTOMER_SHAPE},
    {"lines": (lambda: LINE_SHAPE, "sales_order")},
    frozenset({"address"}),
)

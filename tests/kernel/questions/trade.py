"""A small trade to ask about: regions, customers, orders with lines, and what a company added."""

import dataclasses
from datetime import date
from decimal import Decimal
from enum import StrEnum

from dougong.kernel.catalogue import Catalogue, discover
from dougong.kernel.entities import Entity, Line
from dougong.kernel.fields import (
    KINDS,
    Field,
    auto_number,
    choice,
    choices,
    day,
    formula,
    lines,
    long_text,
    money,
    percent,
    quantity,
    reference,
    reference_any,
    tags,
    text,
    yes_no,
)
from dougong.kernel.fields import (
    number as plain_number,
)
from dougong.kernel.values import Id
from dougong.kernel.verbs import VERBS


class Grade(StrEnum):
    A = "A"
    C = "C"
    B = "B"


class Region(Entity, name="region", rank=10, cached=True):
    code: str = text(unique=True)
    name: str = text()


class Customer(Entity, name="customer", rank=11):
    name: str = text(searchable=True)
    code: str = text(default="", searchable=True)
    grade: Grade | None = choice(Grade, default=None)
    region: Id[Region] | None = reference("region", default=None)
    credit_limit: Decimal | None = money(default=None, secret=True)


class Item(Line, name="item"):
    product: str = text()
    quantity: Decimal = quantity()
    price: Decimal = money(default=Decimal(0))
    margin: Decimal | None = percent(default=None, secret=True)


class Claim(Line, name="claim"):
    customer: Id[Customer] = reference("customer")
    amount: Decimal = money()


class Order(Entity, name="order", rank=30):
    number: str = auto_number("SO-{year}-{n:05}")
    customer: Id[Customer] | None = reference("customer", default=None)
    grade: Grade | None = choice(Grade, default=None)
    order_day: date | None = day(default=None)
    due: date | None = day(default=None)
    urgent: bool | None = yes_no(default=None)
    pieces: Decimal | None = plain_number(default=None)
    net: Decimal | None = money(default=None)
    cost: Decimal | None = money(default=None, secret=True)
    rate: Decimal | None = percent(default=None)
    note: str | None = text(default=None)
    remarks: str = long_text(default="")
    words: list[str] = tags()
    channels: list[str] = choices(("shop", "web"))
    source: str | None = reference_any(default=None)
    fee: Decimal | None = formula("net * 0.1")
    margin: Decimal | None = formula("net - cost")
    late: bool | None = formula("due < today")
    broken: Decimal | None = formula("customer.credit_limit + nothing")
    items: list[Item] = lines(Item)
    claims: list[Claim] = lines(Claim)


def catalogue() -> Catalogue:
    """Give the catalogue of a company that added a field of its own to orders."""
    ours = discover(["dougong.kernel.company", "tests.kernel.questions.trade"], VERBS)
    own = Field(name="x_band", kind=KINDS["text"], custom=True)
    entities = {**ours.entities, "order": ours.entities["order"].with_fields([own])}
    return dataclasses.replace(ours, entities=entities)

"""The masters of the demo company: a mid-sized distributor of fasteners and hand tools."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import yaml

from dougong.apps.base.duplicates import normalised_company_name
from dougong.apps.base.tax_numbers import credit_code_check_digit
from dougong.kernel.house import House
from dougong.kernel.perform import Done
from dougong.kernel.values import rounded
from dougong.kernel.verbs import Create

NAME = "上海恒达紧固件贸易有限公司"
SEED = 20260101
MONTHS_OF_RATES = 15
OWN_CURRENCY = "CNY"
OPENS = time(1, tzinfo=UTC)
"""Nine in the morning in Shanghai."""
STEEL = Decimal("0.00617")
"""Grams in a millimetre of round steel of one millimetre, squared diameter: 7.85 × π / 4."""
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
GRADES = ("A", "A", "B", "B", "B", "C", "C", "C", "D", "E")
BACKORDERS = ("always", "always", "always", "ask", "never")
TERMS: Mapping[str, tuple[str, ...]] = {
    "FACTORY": ("EOM30", "EOM60", "NET30", "NEXT25"),
    "DEALER": ("EOM30", "NEXT25", "NET30"),
    "PROJECT": ("HALF", "361", "EOM60"),
    "RETAIL": ("CASH", "NET30"),
    "EXPORT": ("HALF", "NET30"),
}
CHANNELS: Mapping[str, tuple[str, ...]] = {
    "FACTORY": ("direct", "direct", "online"),
    "DEALER": ("dealer",),
    "PROJECT": ("direct",),
    "RETAIL": ("dealer", "online"),
}


@dataclass(frozen=True, kw_only=True)
class DemoCustomer:
    """A customer of the demo, as those who make its orders need to know it."""

    id: UUID
    name: str
    group: str
    region: str
    channel: str
    grade: str
    currency: str
    payment_term: str


@dataclass(frozen=True, kw_only=True)
class DemoProduct:
    """A product of the demo, as those who buy and sell it need to know it."""

    id: UUID
    code: str
    category: str
    is_goods: bool
    list_price: Decimal
    cost: Decimal
    popularity: int
    """How many of it are sold at once, about."""


@dataclass(kw_only=True)
class BaseDemo:
    """What was made, by code; suppliers by the code of what they make."""

    units: dict[str, UUID] = field(default_factory=dict)
    taxes: dict[str, UUID] = field(default_factory=dict)
    payment_terms: dict[str, UUID] = field(default_factory=dict)
    regions: dict[str, UUID] = field(default_factory=dict)
    channels: dict[str, UUID] = field(default_factory=dict)
    customer_groups: dict[str, UUID] = field(default_factory=dict)
    product_categories: dict[str, UUID] = field(default_factory=dict)
    suppliers: dict[str, UUID] = field(default_factory=dict)
    customers: list[DemoCustomer] = field(default_factory=list)
    products: list[DemoProduct] = field(default_factory=list)


def base_demo(
    house: House,
    company: str,
    *,
    today: date,
    seed: int = SEED,
    owners: Sequence[UUID] = (),
) -> BaseDemo:
    """Make the masters by the same operations that everybody uses; the same seed, the same masters.

    ``owners`` are the colleagues among whom the customers are shared, by region.
    """
    story = yaml.safe_load((Path(__file__).parent / "demo_masters.yaml").read_text("utf-8"))
    making = Making(house, company, story, Random(seed), today, tuple(owners))  # noqa: S311  a story, no secret
    making.lists()
    making.rates()
    making.suppliers()
    making.products()
    making.customers()
    return making.made


@dataclass
class Making:
    """The demo while it is being made."""

    house: House
    company: str
    story: Mapping[str, Any]
    dice: Random
    today: date
    owners: tuple[UUID, ...]
    made: BaseDemo = field(default_factory=BaseDemo)
    tax_numbers: set[str] = field(default_factory=set)

    @property
    def beginning(self) -> datetime:
        """The morning on which the masters were entered, before the first order."""
        return datetime.combine(self.month(MONTHS_OF_RATES - 1), OPENS)

    def month(self, ago: int) -> date:
        """Give the first day of an earlier month."""
        months = self.today.year * 12 + self.today.month - 1 - ago
        return date(months // 12, months % 12 + 1, 1)

    def create(self, entity: str, values: Iterable[Mapping[str, Any]]) -> list[UUID]:
        """Make records in one transaction; the demo has no bad ones."""
        commands = [Create(entity=entity, values=each) for each in values]
        outcomes = self.house.perform_many(self.company, commands, now=self.beginning)
        identities = []
        for outcome, command in zip(outcomes, commands, strict=True):
            assert isinstance(outcome, Done), (outcome, command)
            identities.append(outcome.id)
        return identities

    def by_code(self, entity: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, UUID]:
        """Make records and give them by their code."""
        codes = [str(row["code"]) for row in rows]
        return dict(zip(codes, self.create(entity, rows), strict=True))

    # Lists

    def lists(self) -> None:
        """Make units, taxes, terms and all by which customers and products are grouped."""
        made, story = self.made, self.story
        made.units = self.by_code("unit", story["units"])
        made.taxes = self.by_code("tax", story["taxes"])
        made.payment_terms = self.by_code("payment_term", story["payment_terms"])
        made.channels = self.by_code("channel", story["channels"])
        made.customer_groups = self.by_code("customer_group", story["customer_groups"])
        made.regions = self.tree("region", story["regions"])
        made.product_categories = self.tree("product_category", story["product_categories"])

    def tree(self, entity: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, UUID]:
        """Make what lies within each other, the outer before the inner."""
        made: dict[str, UUID] = {}
        left = list(rows)
        while left:
            ready = [row for row in left if row.get("parent") is None or row["parent"] in made]
            assert ready, "the tree has a circle"
            values = [{**row, "parent": made.get(row.get("parent", ""))} for row in ready]
            made |= self.by_code(entity, values)
            left = [row for row in left if row["code"] not in made]
        return made

    def rates(self) -> None:
        """Make the currencies, with a rate for each month that swings about its middle."""
        stated = self.story["currencies"]
        plain = ({k: v for k, v in row.items() if k not in ("rate", "sway")} for row in stated)
        self.create("currency", plain)
        rows = [row for row in stated if row["code"] != OWN_CURRENCY]
        self.create("exchange_rate", (rate for row in rows for rate in self.swinging(row)))

    def swinging(self, row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Give one currency's rates, month by month."""
        middle, sway = Decimal(row["rate"]), Decimal(row["sway"])
        for ago in range(MONTHS_OF_RATES):
            swing = sway * self.dice.randint(-100, 100) / 100
            yield {
                "currency": row["code"],
                "day": self.month(ago),
                "rate": rounded(middle + swing, 4),
            }

    # Suppliers and products

    def suppliers(self) -> None:
        """Make the suppliers, each known for one thing."""
        rows, makes = [], []
        for city, name, what in self.story["suppliers"]:
            place = self.story["cities"][city]
            contact = self.person()
            makes.append(what)
            rows.append(
                {
                    "name": f"{city}{name}",
                    "short_name": short_name(name),
                    "tax_number": self.tax_number(place["office"]),
                    "grade": self.dice.choice("AABBC"),
                    "payment_term": self.made.payment_terms[self.dice.choice(("EOM30", "EOM60"))],
                    "tax": self.made.taxes["V13"],
                    "lead_days": self.dice.choice((5, 7, 10, 15, 20)),
                    "phone": self.landline(place["area"]),
                    "email": f"sales@{slug(city, name)}.example",
                    "address": self.address(city),
                    "contacts": [{"name": contact, "job": "销售经理", "phone": self.mobile()}],
                }
            )
        self.made.suppliers = dict(zip(makes, self.create("supplier", rows), strict=True))

    def products(self) -> None:
        """Make fasteners, tools and services."""
        stated = [*self.by_weight(), *self.by_piece(), *self.services()]
        identities = self.create("product", (values for values, _, _ in stated))
        for identity, (values, category, popularity) in zip(identities, stated, strict=True):
            self.made.products.append(
                DemoProduct(
                    id=identity,
                    code=values["code"],
                    category=category,
                    is_goods=values["kind"] == "goods",
                    list_price=Decimal(values["list_price"]),
                    cost=Decimal(values["standard_cost"]),
                    popularity=popularity,
                )
            )

    def by_weight(self) -> Iterator[tuple[dict[str, Any], str, int]]:
        """Fasteners: what a piece weighs, times what a kilogram costs."""
        for family in self.story["by_weight"]:
            for size in family["sizes"]:
                diameter, length = (Decimal(part) for part in size.split("x"))
                grams = diameter**2 * (length + 2 * diameter) * STEEL
                cost = rounded(grams * Decimal(family["per_kg"]) / 1000, 4)
                a_box = 500 if diameter <= 6 else 200 if diameter <= 10 else 50
                yield (
                    {
                        "code": f"{family['code']}-M{size}",
                        "name": f"{family['name']} M{size.replace('x', '×')}",
                        "specification": family["grade"],
                        "kind": "goods",
                        "category": self.made.product_categories[family["category"]],
                        "unit": self.made.units["pc"],
                        "units": [
                            {"unit": self.made.units["thousand"], "factor": 1000},
                            {"unit": self.made.units["box"], "factor": a_box},
                            {"unit": self.made.units["carton"], "factor": a_box * 10},
                        ],
                        "list_price": rounded(cost * Decimal(family["markup"]), 3),
                        "standard_cost": cost,
                        "tax": self.made.taxes["V13"],
                        "tax_code": "1080207000000000000",
                        "supplier": self.made.suppliers.get(family["code"]),
                        "weight": rounded(grams / 1000, 6),
                        "minimum_quantity": 100,
                        "origin": "CN",
                    },
                    family["category"],
                    a_box * 4,
                )

    def by_piece(self) -> Iterator[tuple[dict[str, Any], str, int]]:
        """Tools: each with its price and its barcode."""
        at = 0
        for family in self.story["by_piece"]:
            for ending, specification, cost, price in family["items"]:
                at += 1
                yield (
                    {
                        "code": f"{family['code']}-{ending}",
                        "name": f"{family['name']} {specification}",
                        "specification": specification,
                        "kind": "goods",
                        "category": self.made.product_categories[family["category"]],
                        "brand": family["brand"],
                        "unit": self.made.units["ea"],
                        "units": [{"unit": self.made.units["carton"], "factor": 24}],
                        "list_price": price,
                        "standard_cost": cost,
                        "tax": self.made.taxes["V13"],
                        "tax_code": "1080401000000000000",
                        "barcode": barcode(at),
                        "supplier": self.made.suppliers.get(family["code"]),
                        "origin": "CN",
                    },
                    family["category"],
                    12,
                )

    def services(self) -> Iterator[tuple[dict[str, Any], str, int]]:
        """What we do beside the goods."""
        for row in self.story["services"]:
            yield (
                {
                    "code": row["code"],
                    "name": row["name"],
                    "kind": "service",
                    "category": self.made.product_categories["SERVICE"],
                    "unit": self.made.units[row["unit"]],
                    "list_price": row["list_price"],
                    "standard_cost": "0",
                    "tax": self.made.taxes[row["tax"]],
                },
                "SERVICE",
                1,
            )

    # Customers

    def customers(self) -> None:
        """Make customers at home and abroad."""
        stated = [*self.domestic(), *self.foreign()]
        identities = self.create("customer", (self.with_references(row) for row in stated))
        for identity, row in zip(identities, stated, strict=True):
            self.made.customers.append(
                DemoCustomer(
                    id=identity,
                    name=row["name"],
                    group=row["group"],
                    region=row["region"],
                    channel=row["channel"],
                    grade=row["grade"],
                    currency=row["currency"] or OWN_CURRENCY,
                    payment_term=row["payment_term"],
                )
            )

    def with_references(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Put records in place of their codes."""
        made = self.made
        return {
            **row,
            "group": made.customer_groups[row["group"]],
            "region": made.regions[row["region"]],
            "channel": made.channels[row["channel"]],
            "payment_term": made.payment_terms[row["payment_term"]],
            "owner": self.owner_of(row["region"]),
        }

    def owner_of(self, region: str) -> UUID | None:
        """Give the colleague who looks after a region."""
        if not self.owners:
            return None
        return self.owners[list(self.made.regions).index(region) % len(self.owners)]

    def domestic(self) -> Iterator[dict[str, Any]]:
        """Customers in China."""
        for city, name, industry, group in self.story["customers"]:
            place = self.story["cities"][city]
            address = self.address(city)
            buyer = self.person()
            yield {
                "name": f"{city}{name}",
                "short_name": city + short_name(name),
                "group": group,
                "region": place["region"],
                "channel": self.dice.choice(CHANNELS[group]),
                "grade": self.dice.choice(GRADES),
                "industry": industry,
                "country": "CN",
                "tax_number": self.tax_number(place["office"]),
                "invoice_type": "ordinary" if group == "RETAIL" else "special",
                "bank": f"中国工商银行{city}分行",
                "bank_account": "".join(self.dice.choices("0123456789", k=19)),
                "payment_term": self.dice.choice(TERMS[group]),
                "currency": "",
                "prices_include_tax": group == "RETAIL",
                "backorders": self.dice.choice(BACKORDERS),
                "phone": self.landline(place["area"]),
                "email": f"purchase@{slug(city, name)}.example",
                "address": address,
                "contacts": [
                    {
                        "name": buyer,
                        "job": self.dice.choice(self.story["people"]["jobs"]),
                        "phone": self.mobile(),
                        "decides": True,
                    },
                    {"name": self.person(), "job": "财务", "phone": self.mobile()},
                ],
                "addresses": [
                    {"name": "仓库", "use": "delivery", "address": address, "recipient": buyer}
                ],
            }

    def foreign(self) -> Iterator[dict[str, Any]]:
        """Importers abroad, who are invoiced in their currency and without tax."""
        for country, name, currency, region, city, tax_number in self.story["foreign_customers"]:
            yield {
                "name": name,
                "short_name": name.split()[0],
                "group": "EXPORT",
                "region": region,
                "channel": "export",
                "grade": self.dice.choice("AABBC"),
                "industry": "五金进口",
                "country": country,
                "tax_number": tax_number or None,
                "invoice_type": "none",
                "payment_term": self.dice.choice(TERMS["EXPORT"]),
                "currency": currency,
                "tax": self.made.taxes["V0"],
                "backorders": self.dice.choice(("always", "never")),
                "email": f"import@{slug('', name)}.example",
                "address": {"country": country, "city": city},
            }

    # People, places, numbers

    def person(self) -> str:
        """Name somebody."""
        people = self.story["people"]
        return str(self.dice.choice(people["family"]) + self.dice.choice(people["given"]))

    def mobile(self) -> str:
        """Give a mobile number."""
        return f"1{self.dice.choice('3578')}{self.dice.randint(0, 999_999_999):09}"

    def landline(self, area: str) -> str:
        """Give a company's number."""
        return f"{area}-{self.dice.randint(50_000_000, 89_999_999)}"

    def address(self, city: str) -> dict[str, str]:
        """Give a company's address."""
        street = self.dice.choice(self.story["people"]["streets"])
        return {
            "country": "CN",
            "province": self.story["cities"][city]["province"],
            "city": city,
            "street": f"{street}{self.dice.randint(1, 999)}号",
        }

    def tax_number(self, office: str) -> str:
        """Give a unified social credit code that nobody else here has."""
        while True:
            body = "".join(self.dice.choices(CHARACTERS, k=6))
            first = f"91{office}{organisation_code('MA' + body)}"
            code = first + credit_code_check_digit(first)
            if code not in self.tax_numbers:
                self.tax_numbers.add(code)
                return code


def organisation_code(first_eight: str) -> str:
    """Add the check digit that an organisation's code has (GB 11714)."""
    values = (int(each) if each.isdigit() else ord(each) - ord("A") + 10 for each in first_eight)
    rest = 11 - sum(w * v for w, v in zip(ORGANISATION_WEIGHTS, values, strict=True)) % 11
    return first_eight + {10: "X", 11: "0"}.get(rest, str(rest))


def barcode(at: int) -> str:
    """Give the thirteen digits of an article, with their check digit (EAN-13)."""
    first = f"6908321{at:05}"
    total = sum(int(each) * (3 if place % 2 else 1) for place, each in enumerate(first))
    return f"{first}{-total % 10}"


def short_name(name: str) -> str:
    """Give the few characters by which people know a company."""
    return normalised_company_name(name)[:6]


def slug(city: str, name: str) -> str:
    """Write a company's name as its domain would have it."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415  reads its dictionaries: only for a demo

    sounds = "".join(lazy_pinyin(city + name[:4] if city else name))
    return "".join(each for each in sounds.lower() if each.isascii() and each.isalnum())[:24]

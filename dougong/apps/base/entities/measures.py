"""What is counted, in what, and by which terms: units, currencies, taxes and payment terms."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum

from dougong.apps.base.payment_terms import Instalment
from dougong.kernel.entities import Entity, Line
from dougong.kernel.fields import (
    choice,
    day,
    lines,
    long_text,
    number,
    percent,
    quantity,
    text,
    yes_no,
)
from dougong.kernel.values import ONE


class UnitCategory(StrEnum):
    """What a unit measures. Units of one category are multiples of each other."""

    COUNT = "count"
    MASS = "mass"
    LENGTH = "length"
    AREA = "area"
    VOLUME = "volume"
    TIME = "time"
    PACKING = "packing"
    """Boxes, cartons, pallets: how much they hold is said by each product."""


class Unit(Entity, name="unit", rank=10, cached=True, title="name"):
    """What quantities are counted in: pieces, kilograms, metres, boxes."""

    code: str = text(longest=20, unique=True, searchable=True)
    name: str = text(longest=60, searchable=True)
    category: UnitCategory = choice(UnitCategory, default=UnitCategory.COUNT, once=True)
    factor: Decimal = number(default=ONE, digits=12, once=True)
    """How many of the category's base unit one of it is: a dozen is 12, a gram 0.001 kilogram."""
    rounding: Decimal = quantity(default=ONE)
    """The least that is counted: 1 for pieces, 0.001 for a kilogram on a gram scale."""
    active: bool = yes_no(default=True)


class Currency(
    Entity, name="currency", rank=10, cached=True, title="code", operations=("create", "edit")
):
    """A currency in which prices, orders and payments may be."""

    code: str = text(longest=3, unique=True, searchable=True, once=True)
    """Three letters (ISO 4217); documents carry this code."""
    name: str = text(longest=60, searchable=True)
    symbol: str = text(longest=5, default="")
    digits: Decimal = number(default=Decimal(2), digits=0, kept=True)
    """How many decimal digits amounts in it have: CNY 2, JPY 0."""
    active: bool = yes_no(default=True)


class ExchangeRate(
    Entity, name="exchange_rate", rank=13, cached=True, unique=[("currency", "day")]
):
    """What one of a foreign currency is worth in the company's own, from a day on."""

    currency: str = text(longest=3)
    day: date = day()
    rate: Decimal = number(digits=10)


class TaxKind(StrEnum):
    """How the law sees the tax."""

    VAT = "vat"
    """Value added tax, at whatever rate; zero is a rate too."""
    EXEMPT = "exempt"
    NOT_TAXED = "not_taxed"


class TaxRate(
    Line, name="tax_rate", unique=[("parent", "valid_from")], checks={"rate": "rate >= 0"}
):
    """A rate of a tax, from a day on, until the next one begins."""

    valid_from: date = day()
    rate: Decimal = percent(least=0, most=1)


class Tax(Entity, name="tax", rank=11, cached=True, title="name"):
    """A tax on sales, with the rates that it had, has and will have."""

    code: str = text(longest=20, unique=True, searchable=True)
    name: str = text(longest=60, searchable=True)
    kind: TaxKind = choice(TaxKind, default=TaxKind.VAT)
    rates: list[TaxRate] = lines(TaxRate)
    note: str = long_text(default="")
    active: bool = yes_no(default=True)

    def rate_on(self, on: date) -> Decimal | None:
        """Give the rate in force on a day; none before the first."""
        in_force = [each for each in self.rates if each.valid_from <= on]
        return max(in_force, key=lambda each: each.valid_from).rate if in_force else None


class PaymentTermInstalment(Line, name="payment_term_instalment"):
    """One part of a payment term: how much, and when it falls due."""

    name: str = text(longest=60, default="")
    share: Decimal | None = percent(default=None, least=0, most=1)
    """Its part of the whole; empty for what the others leave."""
    from_month_end: bool = yes_no(default=False)
    """Whether counting begins at the end of the document's month (月结)."""
    months: Decimal = number(default=Decimal(0), digits=0, least=0, most=120)
    days: Decimal = number(default=Decimal(0), digits=0, least=-365, most=3650)
    day_of_month: Decimal | None = number(default=None, digits=0, least=1, most=31)

    def value(self) -> Instalment:
        """Give what due dates are computed from."""
        return Instalment(
            share=self.share,
            from_month_end=self.from_month_end,
            months=int(self.months),
            days=int(self.days),
            day_of_month=None if self.day_of_month is None else int(self.day_of_month),
        )


class PaymentTerm(Entity, name="payment_term", rank=11, cached=True, title="name"):
    """When customers pay us and we pay suppliers: at once, by the month's end, in parts."""

    code: str = text(longest=20, unique=True, searchable=True)
    name: str = text(longest=60, searchable=True)
    instalments: list[PaymentTermInstalment] = lines(PaymentTermInstalment)
    note: str = long_text(default="")
    active: bool = yes_no(default=True)

    def values(self) -> Iterator[Instalment]:
        """Give the parts as due dates are computed from."""
        return (each.value() for each in self.instalments)

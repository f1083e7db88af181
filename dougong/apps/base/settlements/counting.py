"""Units, currencies and rates, taxes and terms: what must hold when one is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from dougong.apps.base.entities import (
    Currency,
    ExchangeRate,
    PaymentTerm,
    ProductCategory,
    Region,
    Tax,
    TaxKind,
    Unit,
    UnitCategory,
)
from dougong.apps.base.payment_terms import is_whole
from dougong.apps.base.settlements.checks import circle, currency_obstacles, positive, repeated
from dougong.kernel.operations import settles
from dougong.kernel.refusals import InvalidField, Refusal
from dougong.kernel.values import digits_of
from dougong.kernel.verbs import Delete
from dougong.kernel.work import Work

CURRENCY_CODE = re.compile(r"[A-Z]{3}")


def unit_problems(unit: Unit, command: Any, _work: Work) -> Iterator[Refusal]:
    """A unit holds something, is counted in steps, and a packing says nothing by itself."""
    if isinstance(command, Delete):
        return
    yield from positive(unit.factor, field="factor")
    yield from positive(unit.rounding, field="rounding")
    if unit.category is UnitCategory.PACKING and unit.factor not in (1, 0):
        yield InvalidField("factor", "said_by_each_product", "1")


@settles(Unit, unless=unit_problems)
def settle_unit(_unit: Unit, _work: Work) -> None:
    """Nothing follows from a unit."""


def currency_problems(currency: Currency, _command: Any, _work: Work) -> Iterator[Refusal]:
    """A currency has the three letters by which the world knows it."""
    if not CURRENCY_CODE.fullmatch(currency.code):
        yield InvalidField("code", "not_a_currency_code", "CNY, EUR, USD…")


@settles(Currency, unless=currency_problems)
def settle_currency(currency: Currency, _work: Work) -> None:
    """The digits of a currency are the world's, not ours."""
    currency.digits = Decimal(digits_of(currency.code))


def exchange_rate_problems(rate: ExchangeRate, command: Any, work: Work) -> Iterator[Refusal]:
    """A rate is above zero, and of a foreign currency that we know."""
    if isinstance(command, Delete):
        return
    yield from positive(rate.rate, field="rate")
    if rate.currency == work.currency:
        yield InvalidField("currency", "own_currency")
    elif not rate.currency:
        yield InvalidField("currency", "required")
    else:
        yield from currency_obstacles(work, rate.currency)


@settles(ExchangeRate, unless=exchange_rate_problems)
def settle_exchange_rate(_rate: ExchangeRate, _work: Work) -> None:
    """Nothing follows from a rate: documents keep the one that they were made with."""


def tax_problems(tax: Tax, command: Any, _work: Work) -> Iterator[Refusal]:
    """A tax has a rate, one for each day; what is not taxed has rate zero."""
    if isinstance(command, Delete):
        return
    if not tax.rates:
        yield InvalidField("rates", "required")
    yield from repeated((each.valid_from for each in tax.rates), field="rates[{}].valid_from")
    if tax.kind is not TaxKind.VAT:
        for at, each in enumerate(tax.rates):
            if each.rate != 0:
                yield InvalidField(f"rates[{at}].rate", "must_be_zero", "0")


@settles(Tax, unless=tax_problems)
def settle_tax(_tax: Tax, _work: Work) -> None:
    """Nothing follows from a tax: documents keep the rate that they were made with."""


def payment_term_problems(term: PaymentTerm, command: Any, _work: Work) -> Iterator[Refusal]:
    """The parts of a term make one whole."""
    if isinstance(command, Delete):
        return
    if not term.instalments:
        yield InvalidField("instalments", "required")
    elif not is_whole(list(term.values())):
        yield InvalidField("instalments", "not_whole", "1")


@settles(PaymentTerm, unless=payment_term_problems)
def settle_payment_term(_term: PaymentTerm, _work: Work) -> None:
    """Nothing follows from a term: receivables keep the days that it gave them."""


def region_problems(region: Region, command: Any, work: Work) -> Iterator[Refusal]:
    """A region doesn't lie within itself."""
    if not isinstance(command, Delete):
        yield from circle(work, region)


@settles(Region, unless=region_problems)
def settle_region(_region: Region, _work: Work) -> None:
    """Nothing follows from a region."""


def category_problems(category: ProductCategory, command: Any, work: Work) -> Iterator[Refusal]:
    """A category doesn't lie within itself."""
    if not isinstance(command, Delete):
        yield from circle(work, category)


@settles(ProductCategory, unless=category_problems)
def settle_category(_category: ProductCategory, _work: Work) -> None:
    """Nothing follows from a category."""

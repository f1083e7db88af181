"""Customers and suppliers: who is kept twice, whose tax number can't be right, what is derived."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dougong.apps.base.duplicates import (
    normalised_company_name,
    normalised_email,
    normalised_phone,
)
from dougong.apps.base.entities import Customer, Supplier
from dougong.apps.base.refusals import DuplicateCustomer, DuplicateSupplier
from dougong.apps.base.settlements.checks import country_obstacles, currency_obstacles
from dougong.apps.base.tax_numbers import (
    CREDIT_CODE_LENGTH,
    TaxNumberFault,
    normalised_tax_number,
    tax_number_fault,
)
from dougong.kernel.operations import Touch, read, settles
from dougong.kernel.refusals import InvalidField, Refusal
from dougong.kernel.verbs import Create, Delete, Edit
from dougong.kernel.work import Work

EXPECTED = {TaxNumberFault.LENGTH: str(CREDIT_CODE_LENGTH)}


def namesakes(party: Customer | Supplier, command: Any, _work: Work) -> Iterable[Touch]:
    """Look at who has the tax number that is being given."""
    number = tax_number_given(party, command)
    if number:
        yield read(type(party), [number], by="tax_number")


def tax_number_given(party: Customer | Supplier, command: Any) -> str:
    """Give the tax number that a command writes, or the empty text where it writes none."""
    if isinstance(command, Create | Edit) and command.values.get("tax_number"):
        return normalised_tax_number(party.tax_number or "")
    return ""


def customer_problems(customer: Customer, command: Any, work: Work) -> Iterator[Refusal]:
    """A customer's country, currency and tax number are right, and nobody else has the number."""
    if isinstance(command, Delete):
        return
    yield from party_problems(customer, work)
    number = tax_number_given(customer, command)
    if not number:
        return
    others = (other for other in work.all(Customer) if other.id != customer.id)
    found = tuple(other.number for other in others if other.tax_number == number)
    if found:
        yield DuplicateCustomer("tax_number", number, found)


@settles(Customer, touches=namesakes, unless=customer_problems)
def settle_customer(customer: Customer, _work: Work) -> None:
    """Keep the forms by which doubles are found."""
    keep_forms(customer)


def supplier_problems(supplier: Supplier, command: Any, work: Work) -> Iterator[Refusal]:
    """A supplier's country, currency and tax number are right, and nobody else has the number."""
    if isinstance(command, Delete):
        return
    yield from party_problems(supplier, work)
    number = tax_number_given(supplier, command)
    if not number:
        return
    others = (other for other in work.all(Supplier) if other.id != supplier.id)
    found = tuple(other.number for other in others if other.tax_number == number)
    if found:
        yield DuplicateSupplier("tax_number", number, found)


@settles(Supplier, touches=namesakes, unless=supplier_problems)
def settle_supplier(supplier: Supplier, _work: Work) -> None:
    """Keep the forms by which doubles are found."""
    keep_forms(supplier)


def party_problems(party: Customer | Supplier, work: Work) -> Iterator[Refusal]:
    """Name what can't be right about somebody, as far as it can be computed."""
    yield from country_obstacles(party.country)
    yield from currency_obstacles(work, party.currency)
    if party.tax_number:
        fault = tax_number_fault(party.tax_number, party.country.upper())
        if fault is not None:
            yield InvalidField("tax_number", f"tax_number_{fault}", EXPECTED.get(fault, ""))


def keep_forms(party: Customer | Supplier) -> None:
    """Write in one way what people write in many."""
    party.country = party.country.upper()
    party.tax_number = normalised_tax_number(party.tax_number or "") or None
    party.normalised_name = normalised_company_name(party.name)
    party.normalised_phone = normalised_phone(party.phone) if party.phone else ""
    party.normalised_email = normalised_email(party.email)

"""Why a master can't be kept or used as asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dougong.kernel.refusals import Refusal


@dataclass(frozen=True)
class DuplicateCustomer(Refusal):
    """Customers with the same tax number are there already, under these numbers."""

    field: str
    value: str
    candidates: tuple[str, ...]


@dataclass(frozen=True)
class DuplicateSupplier(Refusal):
    """Suppliers with the same tax number are there already, under these numbers."""

    field: str
    value: str
    candidates: tuple[str, ...]


@dataclass(frozen=True)
class TaxNotInForce(Refusal):
    """The tax has no rate yet on the day in question."""

    status = 422
    field: str
    tax: str
    day: date


@dataclass(frozen=True)
class NoExchangeRate(Refusal):
    """Nobody has said what the currency is worth on or before the day."""

    status = 422
    field: str
    currency: str
    day: date


@dataclass(frozen=True)
class NoConversion(Refusal):
    """A quantity of the product can't be said in this unit."""

    status = 422
    field: str
    product: str
    unit: str
    product_unit: str


@dataclass(frozen=True)
class NotCountable(Refusal):
    """The unit is not counted that finely: there is no half a bolt."""

    status = 422
    field: str
    unit: str
    step: str
    quantity: str

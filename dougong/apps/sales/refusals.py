"""Why a sale can't be made as it was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.kernel.refusals import Refusal


@dataclass(frozen=True)
class NothingOrdered(Refusal):
    """The order has no line with a quantity."""


@dataclass(frozen=True)
class OrderExpired(Refusal):
    """The order was valid until a day that has passed."""

    valid_until: date


@dataclass(frozen=True)
class ProductNotSold(Refusal):
    """The product is no longer sold."""

    line: int
    product: str


@dataclass(frozen=True)
class AmbiguousPrice(Refusal):
    """Two prices of a list could both hold, and nothing says which."""

    price: Decimal
    other: Decimal
    from_quantity: Decimal


@dataclass(frozen=True)
class UnknownLine(Refusal):
    """The order has no such line."""

    line: UUID


@dataclass(frozen=True)
class PriceIsBilled(Refusal):
    """The price of a line can't change once part of it was delivered or invoiced."""

    line: int


@dataclass(frozen=True)
class NothingChanges(Refusal):
    """The order is as the change would make it."""


@dataclass(frozen=True)
class AlreadyUnderway(Refusal):
    """Part of the order was delivered or invoiced: what is left can be closed, not cancelled."""

    delivered: Decimal
    invoiced: Decimal


@dataclass(frozen=True)
class NothingToAllot(Refusal):
    """Nothing of the order is on backorder, or nothing of it is free."""


@dataclass(frozen=True)
class NothingUnderway(Refusal):
    """Nothing of the order was delivered or invoiced: it can be cancelled, but not closed."""


@dataclass(frozen=True)
class MoreThanDelivered(Refusal):
    """More would come back than was delivered and hasn't come back yet."""

    line: int
    wanted: Decimal
    returnable: Decimal


@dataclass(frozen=True)
class NothingReturned(Refusal):
    """The return has no line with a quantity."""

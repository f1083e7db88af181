"""Why goods can't move, or can't be promised."""

from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from dougong.kernel.refusals import Refusal


@dataclass(frozen=True)
class Shortage:
    """More of a product is wanted than is free."""

    product: UUID
    wanted: Decimal
    free: Decimal
    title: str = field(default="", compare=False)
    """The product as people know it."""


@dataclass(frozen=True)
class OutOfStock(Refusal):
    """There is not enough of some products."""

    shortages: tuple[Shortage, ...]


@dataclass(frozen=True)
class NothingReceived(Refusal):
    """A receipt without lines."""


@dataclass(frozen=True)
class NotStocked(Refusal):
    """Services lie in no warehouse."""

    product: UUID
    title: str = field(default="", compare=False)


@dataclass(frozen=True)
class NothingPicked(Refusal):
    """Nothing was taken from the shelves, so that there is nothing to send."""


@dataclass(frozen=True)
class MorePickedThanPlanned(Refusal):
    """More was picked than the shipment is to have."""

    line: UUID
    planned: Decimal
    picked: Decimal


@dataclass(frozen=True)
class AlreadyPicked(Refusal):
    """What should be taken out of the plan is already off the shelf; cancel that shipment first."""

    shipment: str
    state: str


@dataclass(frozen=True)
class NoLongerFree(Refusal):
    """Goods of a receipt have left or are promised by now, so that it can't be undone."""

    product: UUID
    received: Decimal
    free: Decimal


@dataclass(frozen=True)
class NobodyWaits(Refusal):
    """Nothing is free of a product, or nobody lacks it."""

    product: UUID
    free: Decimal


@dataclass(frozen=True)
class AlreadyReturned(Refusal):
    """Some of a shipment came back from the customer, so that it can't be undone."""

    product: UUID
    returned: Decimal


@dataclass(frozen=True)
class MoreReturnedThanShipped(Refusal):
    """More would come back than is out."""

    purpose: UUID
    product: UUID
    out: Decimal
    returned: Decimal


@dataclass(frozen=True)
class StillReserved(Refusal):
    """Fewer goods were counted than are promised to customers."""

    counted: Decimal
    reserved: Decimal


@dataclass(frozen=True)
class NothingToCorrect(Refusal):
    """The count found what the books say."""

    on_hand: Decimal


@dataclass(frozen=True)
class CostUnknown(Refusal):
    """Goods were found whose cost nobody knows; say what one is worth."""

    product: UUID


@dataclass(frozen=True)
class EnoughOnTheWay(Refusal):
    """What is free and what is on its way already reach up to where an order should bring it."""

    product: UUID
    expected: Decimal
    wanted: Decimal

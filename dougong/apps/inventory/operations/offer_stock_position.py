"""Offer what is free of a product to those who lack it."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from dougong.apps.inventory.entities import StockPosition
from dougong.apps.inventory.events import StockOffered
from dougong.apps.inventory.refusals import NobodyWaits
from dougong.apps.inventory.stock import position_at, positions_at
from dougong.apps.inventory.waiting import waiting_for, who_waits
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.refusals import Refusal
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class OfferStockPosition(Command[StockPosition]):
    """The product, and where it lies."""

    product: UUID
    warehouse: UUID


def touches(_record: None, command: OfferStockPosition, work: Work) -> Iterator[Touch]:
    """Hold the position; then look at who wants its goods."""
    place = (command.product, command.warehouse)
    yield from positions_at([place])
    yield from who_waits([place], work)


def obstacles(_record: None, command: OfferStockPosition, work: Work) -> Iterator[Refusal]:
    """Say so where nothing is free, or nobody lacks it."""
    place = (command.product, command.warehouse)
    free = position_at(work, place).free
    if free <= 0 or not waiting_for(work, [place]):
        yield NobodyWaits(command.product, free)


@operation(on=StockPosition, creates=True, touches=touches, unless=obstacles, emits=[StockOffered])
def offer_stock_position(_record: None, command: OfferStockPosition, work: Work) -> StockPosition:
    """Tell who waits for what is free; whoever it is then takes it."""
    position = position_at(work, (command.product, command.warehouse))
    work.emit(
        StockOffered(
            id=position.id,
            product=position.product,
            warehouse=position.warehouse,
            free=position.free,
            awaited_by=waiting_for(work, [position.place]),
        )
    )
    return position

"""Undo shipping: the goods had not left after all."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from dougong.apps.inventory.entities import MoveKind, Shipment, ShipmentState, StockMove
from dougong.apps.inventory.events import ShipmentUnshipped
from dougong.apps.inventory.refusals import AlreadyReturned
from dougong.apps.inventory.shipping import come_back, what_leaving_touches
from dougong.kernel.operations import Command, Touch, operation, read
from dougong.kernel.refusals import Refusal
from dougong.kernel.values import ZERO
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class UndoShipShipment(Command[Shipment]):
    """Take the shipping back."""


def touches(shipment: Shipment, _command: UndoShipShipment, _work: Work) -> Iterator[Touch]:
    """Hold what leaving had moved, and look for goods that came back since."""
    yield from what_leaving_touches(shipment)
    yield read(StockMove, shipment.purposes, by="purpose", only={"kind": [MoveKind.RETURN]})


def obstacles(shipment: Shipment, _command: UndoShipShipment, work: Work) -> Iterator[Refusal]:
    """Only what left can be undone, and only while nothing of it came back from the customer."""
    yield from shipment.obstacles_to(ShipmentState.PACKED, ShipmentState.SHIPPED)
    purposes = set(shipment.purposes)
    back: dict[UUID, Decimal] = {}
    for move in work.all(StockMove):
        if move.kind is MoveKind.RETURN and move.purpose in purposes:
            back[move.product] = back.get(move.product, ZERO) + move.quantity
    for product, quantity in back.items():
        yield AlreadyReturned(product, quantity)


@operation(
    on=Shipment, touches=touches, unless=obstacles, emits=[ShipmentUnshipped], inverse="ship"
)
def undo_ship_shipment(shipment: Shipment, command: UndoShipShipment, work: Work) -> None:  # noqa: ARG001  undoing has no arguments
    """Put the goods back at the same cost and keep them for whom they were; they stay packed."""
    lines = come_back(work, shipment, work.today)
    shipment.state = ShipmentState.PACKED
    shipment.day = None
    work.emit(
        ShipmentUnshipped(
            id=shipment.id,
            document=shipment.document,
            customer=shipment.customer,
            warehouse=shipment.warehouse,
            day=work.today,
            lines=lines,
        )
    )

"""Cancel a shipment: its goods go back on the shelves and are free for others."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.apps.inventory.demands import reservations_for, use_up
from dougong.apps.inventory.entities import Shipment, ShipmentState
from dougong.apps.inventory.events import ShipmentCancelled
from dougong.apps.inventory.shipping import planned_lines
from dougong.apps.inventory.stock import open_alerts_at, position_at, positions_at, watch
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class CancelShipment(Command[Shipment]):
    """Cancel it."""


def touches(shipment: Shipment, _command: CancelShipment, _work: Work) -> Iterator[Touch]:
    """Hold what is set aside for it."""
    yield from reservations_for(shipment.purposes)
    yield from open_alerts_at(shipment.places)
    yield from positions_at(shipment.places)


@operation(
    on=Shipment,
    touches=touches,
    unless=lambda shipment, _command, _work: shipment.obstacles_to(ShipmentState.CANCELLED),
    emits=[ShipmentCancelled],
)
def cancel_shipment(shipment: Shipment, command: CancelShipment, work: Work) -> None:  # noqa: ARG001  cancelling has no arguments
    """Set its goods free; whoever wants them still wants them, and waits."""
    for line in shipment.lines:
        if line.purpose is not None:
            position_at(work, (line.product, shipment.warehouse)).reserved -= line.quantity
            use_up(work, line.purpose, line.quantity)
    shipment.state = ShipmentState.CANCELLED
    work.emit(
        ShipmentCancelled(
            id=shipment.id,
            document=shipment.document,
            customer=shipment.customer,
            warehouse=shipment.warehouse,
            lines=planned_lines(shipment.lines),
        )
    )
    watch(work, shipment.places)

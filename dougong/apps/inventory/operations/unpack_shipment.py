"""Unpack a shipment: something is to be picked otherwise, or was packed by mistake."""

from dataclasses import dataclass

from dougong.apps.inventory.entities import Shipment, ShipmentState
from dougong.apps.inventory.events import ShipmentUnpacked
from dougong.kernel.operations import Command, operation
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class UnpackShipment(Command[Shipment]):
    """Open it again."""


@operation(
    on=Shipment,
    unless=lambda shipment, _command, _work: shipment.obstacles_to(
        ShipmentState.PICKED, ShipmentState.PACKED
    ),
    emits=[ShipmentUnpacked],
)
def unpack_shipment(shipment: Shipment, command: UnpackShipment, work: Work) -> None:  # noqa: ARG001  unpacking has no arguments
    """Open it again; what was picked stays picked."""
    shipment.state = ShipmentState.PICKED
    work.emit(
        ShipmentUnpacked(
            id=shipment.id,
            document=shipment.document,
            customer=shipment.customer,
            warehouse=shipment.warehouse,
        )
    )

"""Unpick a shipment: its goods go back on their shelves, and wait to be picked."""

from dataclasses import dataclass

from dougong.apps.inventory.entities import Shipment, ShipmentState
from dougong.apps.inventory.events import ShipmentUnpicked
from dougong.kernel.operations import Command, operation
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class UnpickShipment(Command[Shipment]):
    """Put it back."""


@operation(
    on=Shipment,
    unless=lambda shipment, _command, _work: shipment.obstacles_to(
        ShipmentState.PLANNED, ShipmentState.PICKED
    ),
    emits=[ShipmentUnpicked],
)
def unpick_shipment(shipment: Shipment, command: UnpickShipment, work: Work) -> None:  # noqa: ARG001  unpicking has no arguments
    """Put everything back; it is set aside as before."""
    shipment.unpick()
    work.emit(
        ShipmentUnpicked(
            id=shipment.id,
            document=shipment.document,
            customer=shipment.customer,
            warehouse=shipment.warehouse,
        )
    )

"""Pack a shipment: what was picked is ready to leave."""

from dataclasses import dataclass

from dougong.apps.inventory.entities import Shipment, ShipmentState
from dougong.apps.inventory.events import ShipmentPacked
from dougong.kernel.operations import Command, operation
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class PackShipment(Command[Shipment]):
    """Who carries it, if that is known."""

    carrier: str = ""
    tracking_number: str = ""


@operation(
    on=Shipment,
    unless=lambda shipment, _command, _work: shipment.obstacles_to(
        ShipmentState.PACKED, ShipmentState.PICKED
    ),
    emits=[ShipmentPacked],
    inverse="unpack",
)
def pack_shipment(shipment: Shipment, command: PackShipment, work: Work) -> None:
    """Make it ready to leave."""
    shipment.state = ShipmentState.PACKED
    shipment.carrier = command.carrier or shipment.carrier
    shipment.tracking_number = command.tracking_number or shipment.tracking_number
    work.emit(
        ShipmentPacked(
            id=shipment.id,
            document=shipment.document,
            customer=shipment.customer,
            warehouse=shipment.warehouse,
        )
    )

"""Ship: the goods leave the house, and what was not picked stays planned."""

from dataclasses import dataclass
from datetime import date

from dougong.apps.inventory.entities import Shipment, ShipmentState
from dougong.apps.inventory.events import ShipmentShipped
from dougong.apps.inventory.shipping import leave, leave_rest, what_leaving_touches
from dougong.kernel.operations import Command, operation
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class ShipShipment(Command[Shipment]):
    """The day on which the goods left; without one, today."""

    day: date | None = None


@operation(
    on=Shipment,
    touches=lambda shipment, _command, _work: what_leaving_touches(shipment),
    unless=lambda shipment, _command, _work: shipment.obstacles_to(ShipmentState.SHIPPED),
    emits=[ShipmentShipped],
    inverse="undo_ship",
)
def ship_shipment(shipment: Shipment, command: ShipShipment, work: Work) -> None:
    """Let the picked goods leave at the average cost; plan what stays as a shipment of its own."""
    day = command.day or work.today
    lines = leave(work, shipment, day)
    leave_rest(work, shipment)
    shipment.state = ShipmentState.SHIPPED
    shipment.day = day
    work.emit(
        ShipmentShipped(
            id=shipment.id,
            document=shipment.document,
            customer=shipment.customer,
            warehouse=shipment.warehouse,
            day=day,
            lines=lines,
        )
    )

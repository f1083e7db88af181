"""Pick a shipment: take its goods off the shelves, or what there is of them."""

from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from dougong.apps.inventory.entities import Shipment
from dougong.apps.inventory.events import PlannedLine, ShipmentPicked
from dougong.kernel.operations import Command, operation
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class PickShipment(Command[Shipment]):
    """What was found, by line; lines not named are picked whole."""

    quantities: dict[UUID, Decimal] = field(default_factory=dict)


@operation(
    on=Shipment,
    unless=lambda shipment, command, _work: shipment.obstacles_to_picking(command.quantities),
    emits=[ShipmentPicked],
    inverse="unpick",
)
def pick_shipment(shipment: Shipment, command: PickShipment, work: Work) -> None:
    """Note what was taken off the shelves; picking again corrects it."""
    shipment.pick(command.quantities)
    work.emit(
        ShipmentPicked(
            id=shipment.id,
            document=shipment.document,
            customer=shipment.customer,
            warehouse=shipment.warehouse,
            lines=tuple(
                PlannedLine(purpose=line.purpose, product=line.product, quantity=line.picked)
                for line in shipment.picked_lines
            ),
        )
    )

"""What other apps may ask of inventory: to promise goods, to send them, to take them back."""

from decimal import Decimal
from uuid import UUID

from dougong.apps.inventory.demands import (
    Demand,
    Movement,
    Reserved,
    ShortPolicy,
    expect,
    expected_for,
    give_up,
    goods_of,
    obstacles_to_giving_up,
    reservations_for,
    reserve,
    stock_obstacles,
    stock_of,
)
from dougong.apps.inventory.entities import (
    OPEN_SHIPMENTS,
    Shipment,
    ShipmentState,
    StockPosition,
    Warehouse,
)
from dougong.apps.inventory.events import PlannedLine
from dougong.apps.inventory.questions.availability import Availability, availabilities
from dougong.apps.inventory.refusals import OutOfStock, Shortage
from dougong.apps.inventory.returning import (
    TakeBack,
    take_back,
    take_back_obstacles,
    take_back_touches,
)
from dougong.apps.inventory.shipping import ShipmentPlan, plan_shipment
from dougong.apps.inventory.stock import PLACE
from dougong.kernel.work import Work

__all__ = [
    "OPEN_SHIPMENTS",
    "Availability",
    "Demand",
    "Movement",
    "OutOfStock",
    "PlannedLine",
    "Reserved",
    "Shipment",
    "ShipmentPlan",
    "ShipmentState",
    "ShortPolicy",
    "Shortage",
    "StockPosition",
    "TakeBack",
    "Warehouse",
    "availabilities",
    "average_cost",
    "expect",
    "expected_for",
    "give_up",
    "goods_of",
    "obstacles_to_giving_up",
    "plan_shipment",
    "reservations_for",
    "reserve",
    "stock_obstacles",
    "stock_of",
    "take_back",
    "take_back_obstacles",
    "take_back_touches",
]


def average_cost(work: Work, product: UUID, warehouse: UUID) -> Decimal | None:
    """Tell what one of a product costs in a warehouse, as far as its position was touched."""
    position = work.at(StockPosition, PLACE, (product, warehouse))
    return position.average_cost if position is not None else None

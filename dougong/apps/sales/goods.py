"""More goods for a binding order: set aside as far as they are there, planned to be picked."""

from collections.abc import Sequence

from dougong.apps.inventory.api import (
    Demand,
    ShortPolicy,
    StockPosition,
    expect,
    plan_shipment,
    reserve,
)
from dougong.apps.sales.entities import SalesOrder
from dougong.kernel.values import ZERO
from dougong.kernel.work import Work


def take_more(
    work: Work, order: SalesOrder, demands: Sequence[Demand], *, short: ShortPolicy
) -> None:
    """Promise more goods for an order, as confirming does for all of them."""
    reserved = reserve(work, demands, short=short)
    order.note_reserved(reserved)
    expect(work, order.expected_for(demands))
    plan_shipment(work, order.pick_task(reserved))


def what_came(work: Work, order: SalesOrder) -> list[Demand]:
    """Give the backorders for whose product something is free now."""
    free = {position.place: position.free for position in work.all(StockPosition)}
    return [demand for demand in order.backordered if free.get(demand.place, ZERO) > ZERO]


def take_what_came(work: Work, order: SalesOrder, demands: Sequence[Demand]) -> None:
    """Set aside for backorders what is there now; that they are wanted is known already."""
    reserved = reserve(work, demands, short=ShortPolicy.ALWAYS)
    order.note_reserved(reserved)
    plan_shipment(work, order.pick_task(reserved))

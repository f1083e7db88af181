"""Allot to a sales order: set aside for its backorders what is there now."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.apps.inventory.api import reservations_for, stock_of
from dougong.apps.sales.entities import SalesOrder
from dougong.apps.sales.events import SalesOrderAllotted
from dougong.apps.sales.goods import take_what_came, what_came
from dougong.apps.sales.lifecycles import OrderState
from dougong.apps.sales.refusals import NothingToAllot
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class AllotSalesOrder(Command[SalesOrder]):
    """Allot; ``if_any`` where it is no mistake that nothing is there or nothing is lacking."""

    if_any: bool = False


def touches(order: SalesOrder, _command: AllotSalesOrder, _work: Work) -> Iterator[Touch]:
    """Hold what is set aside for the order, and the stock that it may get."""
    yield from reservations_for(demand.purpose for demand in order.backordered)
    yield from stock_of(order.backordered)


def obstacles(order: SalesOrder, command: AllotSalesOrder, work: Work) -> Iterator[Refusal]:
    """Say so where there is nothing to allot, unless that is no mistake."""
    if command.if_any:
        return
    if order.state is not OrderState.CONFIRMED:
        yield WrongState(order.state, OrderState.CONFIRMED)
    elif not what_came(work, order):
        yield NothingToAllot()


@operation(on=SalesOrder, touches=touches, unless=obstacles, emits=[SalesOrderAllotted])
def allot_sales_order(order: SalesOrder, _command: AllotSalesOrder, work: Work) -> None:
    """Set aside what is free for the order's backorders, and let the warehouse pick it."""
    came = what_came(work, order)
    if order.state is OrderState.CONFIRMED and came:
        take_what_came(work, order, came)
        work.emit(SalesOrderAllotted.of_order(order))

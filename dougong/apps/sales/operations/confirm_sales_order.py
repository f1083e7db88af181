"""Confirm a sales order: from here on we owe the goods and the customer owes the money."""

from dataclasses import dataclass

from dougong.apps.finance.api import bill, credit_obstacles, credit_of, hold_credit
from dougong.apps.inventory.api import expect, plan_shipment, reserve, stock_obstacles, stock_of
from dougong.apps.sales.entities import SalesOrder
from dougong.apps.sales.entries import enter, whole
from dougong.apps.sales.events import SalesOrderConfirmed
from dougong.apps.sales.lifecycles import EntryKind
from dougong.kernel.operations import Command, operation
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class ConfirmSalesOrder(Command[SalesOrder]):
    """Confirm; ``backorders_agreed`` where the customer wants to be asked and was."""

    customer_reference: str = ""
    backorders_agreed: bool = False


@operation(
    on=SalesOrder,
    touches=lambda order, *_: [*credit_of([order.claim]), *stock_of(order.demands)],
    unless=lambda order, command, work: [
        *order.obstacles_to_confirming(work.today),
        *credit_obstacles(work, [order.claim]),
        *stock_obstacles(work, order.demands, short=order.when_short(command.backorders_agreed)),
    ],
    emits=[SalesOrderConfirmed],
    inverse="cancel",
)
def confirm_sales_order(order: SalesOrder, command: ConfirmSalesOrder, work: Work) -> None:
    """Make the order binding, with its credit and its goods set aside.

    What is short becomes a backorder, unless the customer wants all or nothing.
    One transaction: whoever refuses, the order stays as it was.
    """
    hold_credit(work, [order.claim])
    reserved = reserve(work, order.demands, short=order.when_short(command.backorders_agreed))

    order.confirm(work.today, reserved, reference=command.customer_reference)
    expect(work, order.expected_demand)
    bill(work, order.billables)
    plan_shipment(work, order.pick_task(reserved))
    enter(work, EntryKind.ORDERED, order, whole(order))
    work.emit(SalesOrderConfirmed.of_order(order))

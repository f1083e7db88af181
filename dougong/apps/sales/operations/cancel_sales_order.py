"""Cancel a sales order: nothing of it is owed any more, by anybody."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.apps.finance.api import (
    billables_of,
    change_billables,
    claims_of_change,
    closing_changes,
    credit_of,
    hold_credit,
)
from dougong.apps.inventory.api import give_up, goods_of, obstacles_to_giving_up
from dougong.apps.sales.entities import SalesOrder
from dougong.apps.sales.entries import enter, undone, whole
from dougong.apps.sales.events import SalesOrderCancelled
from dougong.apps.sales.lifecycles import EntryKind, OrderState
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.refusals import Refusal
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class CancelSalesOrder(Command[SalesOrder]):
    """Cancel, and say why."""

    reason: str = ""


def touches(order: SalesOrder, _command: CancelSalesOrder, _work: Work) -> Iterator[Touch]:
    """Hold what the order has moved; a draft has moved nothing."""
    if order.state is OrderState.CONFIRMED:
        yield from goods_of(order.as_document, order.demands)
        yield from billables_of(line.id for line in order.lines)
        yield from credit_of([order.claim])


def obstacles(order: SalesOrder, _command: CancelSalesOrder, work: Work) -> Iterator[Refusal]:
    """Name all that keeps it from being cancelled."""
    found = list(order.obstacles_to_cancelling())
    yield from found
    if order.state is OrderState.CONFIRMED and not found:
        yield from obstacles_to_giving_up(work, order.undelivered)


@operation(
    on=SalesOrder,
    touches=touches,
    unless=obstacles,
    emits=[SalesOrderCancelled],
    peeks=True,
)
def cancel_sales_order(order: SalesOrder, command: CancelSalesOrder, work: Work) -> None:
    """Give back everything that confirming took: goods, credit, demand, figures.

    Only while nothing was delivered or invoiced; after that the rest can be closed.
    """
    if order.state is OrderState.CONFIRMED:
        changes = closing_changes(work, [line.id for line in order.lines])
        hold_credit(work, claims_of_change(work, changes))
        change_billables(work, changes)
        give_up(work, order.undelivered)
        enter(work, EntryKind.CANCELLED, order, undone(whole(order)))
    order.cancel(command.reason)
    work.emit(SalesOrderCancelled.of_order(order))

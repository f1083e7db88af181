"""Close a sales order: what is still to come will not come, what was delivered stays."""

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
from dougong.apps.sales.changing import Revision, closed, take_over
from dougong.apps.sales.entities import SalesOrder
from dougong.apps.sales.entries import enter
from dougong.apps.sales.events import SalesOrderClosed
from dougong.apps.sales.lifecycles import EntryKind, OrderState
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.refusals import Refusal
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class CloseSalesOrder(Command[SalesOrder]):
    """Close."""


def touches(order: SalesOrder, _command: CloseSalesOrder, _work: Work) -> Iterator[Touch]:
    """Hold what the order has moved."""
    yield from goods_of(order.as_document, order.demands)
    yield from billables_of(line.id for line in order.lines)
    yield from credit_of([order.claim])


def obstacles(order: SalesOrder, _command: CloseSalesOrder, work: Work) -> Iterator[Refusal]:
    """Name all that keeps it from being closed."""
    found = list(order.obstacles_to_closing())
    yield from found
    if not found:
        yield from obstacles_to_giving_up(work, order.undelivered)


@operation(on=SalesOrder, touches=touches, unless=obstacles, emits=[SalesOrderClosed], peeks=True)
def close_sales_order(order: SalesOrder, _command: CloseSalesOrder, work: Work) -> None:
    """Leave of the order only what was delivered or invoiced, and give the rest back."""
    left = closing_changes(work, [line.id for line in order.lines])
    change = Revision.of(order, closed(order, left, work))
    hold_credit(work, claims_of_change(work, left))
    change_billables(work, left)
    give_up(work, change.less)

    take_over(order, change)
    order.state = OrderState.SHIPPED
    enter(work, EntryKind.CHANGED, order, change.facts)
    work.emit(SalesOrderClosed.of_order(order))

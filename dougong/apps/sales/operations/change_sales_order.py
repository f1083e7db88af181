"""Change a binding order: only the difference moves, in every department."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dougong.apps.base.api import Product
from dougong.apps.finance.api import (
    bill,
    billables_of,
    billing_obstacles,
    change_billables,
    credit_obstacles,
    credit_of,
    hold_credit,
)
from dougong.apps.inventory.api import (
    Demand,
    give_up,
    goods_of,
    obstacles_to_giving_up,
    stock_obstacles,
)
from dougong.apps.sales.changing import (
    LineChange,
    Revision,
    concerned,
    is_new,
    obstacles_in_changes,
    revised,
    take_over,
)
from dougong.apps.sales.entities import SalesOrder, SalesOrderLine
from dougong.apps.sales.entries import enter
from dougong.apps.sales.events import SalesOrderChanged
from dougong.apps.sales.goods import take_more
from dougong.apps.sales.lifecycles import EntryKind, OrderState
from dougong.apps.sales.refusals import NothingChanges
from dougong.apps.sales.settlement import (
    needed_to_settle,
    rounds_documents,
    settle_lines,
    wrong_in_order,
)
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class ChangeSalesOrder(Command[SalesOrder]):
    """What shall be otherwise; what isn't said stays as it is."""

    lines: tuple[LineChange, ...] = ()
    promised: date | None = None
    header_discounts: str | None = None
    header_discount: Decimal | None = None
    customer_reference: str | None = None
    backorders_agreed: bool = False


def as_it_shall_be(order: SalesOrder, command: ChangeSalesOrder) -> SalesOrder:
    """Give the order as the command wants it, before anything is computed."""
    return revised(
        order,
        command.lines,
        promised=command.promised,
        header_discounts=command.header_discounts,
        header_discount=command.header_discount,
        customer_reference=command.customer_reference,
    )


def computed(order: SalesOrder, command: ChangeSalesOrder, work: Work) -> Revision:
    """Give the order as the command wants it, with all that follows, beside what it is."""
    again = as_it_shall_be(order, command)
    lines = lines_concerned(again, command, work)
    settle_lines(again, lines, work)
    return Revision.of(order, again, lines)


def lines_concerned(
    again: SalesOrder, command: ChangeSalesOrder, work: Work
) -> list[SalesOrderLine]:
    """Give the lines that the command may make otherwise: what else there is stays untouched."""
    header = (command.promised, command.header_discounts, command.header_discount)
    whole = rounds_documents(work) or any(one is not None for one in header)
    return concerned(again, command.lines, as_a_whole=whole)


def touches(order: SalesOrder, command: ChangeSalesOrder, work: Work) -> Iterator[Touch]:
    """Hold what the order has moved so far and what it may move now.

    What ranks above the order waits until the products of new lines are known, so that each table
    is read but once, and in order.
    """
    again = as_it_shall_be(order, command)
    lines = lines_concerned(again, command, work)
    for touch in needed_to_settle(again, lines, work):
        if touch.entity != "stock_position":  # held below
            yield touch
    demands = demands_to_hold(again, lines, work)
    goods = goods_of(order.as_document, demands)
    yield from (touch for touch in goods if touch.entity == "shipment")
    if all(work.maybe(Product, line.product) for line in lines if line.product):
        yield from billables_of(line.id for line in lines if not is_new(line))
        yield from credit_of([order.claim])
        yield from (touch for touch in goods if touch.entity != "shipment")


def demands_to_hold(again: SalesOrder, lines: Sequence[SalesOrderLine], work: Work) -> list[Demand]:
    """Give the demands of all goods, also of lines for which nothing is computed yet."""
    found = []
    for line in lines:
        product = work.maybe(Product, line.product)
        if product is not None and product.is_goods and again.warehouse is not None:
            found.append(again.demand_of(line, line.quantity))
    return found


def obstacles(order: SalesOrder, command: ChangeSalesOrder, work: Work) -> Iterator[Refusal]:
    """Name all that stands in the way of the change."""
    if order.state is not OrderState.CONFIRMED:
        yield WrongState(order.state, "changed")
        return
    again = as_it_shall_be(order, command)
    wrong = [
        *obstacles_in_changes(order, command.lines),
        *wrong_in_order(again, lines_concerned(again, command, work), work),
    ]
    if wrong:
        yield from wrong
        return
    change = computed(order, command, work)
    if change.is_nothing:
        yield NothingChanges()
    short = order.when_short(command.backorders_agreed)
    yield from billing_obstacles(work, change.billed)
    yield from credit_obstacles(work, change.claims(work))
    yield from stock_obstacles(work, change.more, short=short)
    yield from obstacles_to_giving_up(work, change.less)


@operation(
    on=SalesOrder,
    touches=touches,
    unless=obstacles,
    emits=[SalesOrderChanged],
    peeks=True,
)
def change_sales_order(order: SalesOrder, command: ChangeSalesOrder, work: Work) -> None:
    """Make a binding order another one, and move only what differs.

    More goods are set aside or become a backorder, as at confirming; goods that are no longer
    wanted are free again, what is on backorder first. Credit, billing and figures follow.
    """
    change = computed(order, command, work)
    hold_credit(work, change.claims(work))
    change_billables(work, change.billed)
    bill(work, change.newly_billed)

    give_up(work, change.less)
    take_over(order, change)
    take_more(work, order, change.more, short=order.when_short(command.backorders_agreed))
    enter(work, EntryKind.CHANGED, order, change.facts)
    work.emit(SalesOrderChanged.of_order(order))

"""What sales does because of what happens below: deliveries and invoices move their orders on."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from dougong.apps.finance.api import Billable, documents_of
from dougong.apps.finance.events import InvoiceIssued
from dougong.apps.inventory.api import Shipment
from dougong.apps.inventory.events import (
    GoodsReceived,
    ShipmentCancelled,
    ShipmentShipped,
    ShipmentUnshipped,
    StockOffered,
)
from dougong.apps.sales.entities import SalesOrder
from dougong.apps.sales.entries import Fact, earned, enter
from dougong.apps.sales.events import SalesOrderReopened, SalesOrderShipped
from dougong.apps.sales.lifecycles import EntryKind, OrderState
from dougong.apps.sales.operations.allot_sales_order import AllotSalesOrder
from dougong.kernel.events import Logged, follows, on
from dougong.kernel.operations import Touch, lock
from dougong.kernel.values import ZERO
from dougong.kernel.work import Work


def orders_named(documents: Iterable[str | None]) -> Iterator[UUID]:
    """Give the sales orders among documents."""
    for document in documents:
        entity, _, identity = (document or "").partition(":")
        if entity == SalesOrder.description.name:
            yield UUID(identity)


def order_of_shipment(shipment: Shipment, _command: object, _work: Work) -> Iterable[Touch]:
    """Hold the order that goods leave for."""
    yield lock(SalesOrder, orders_named([shipment.document]), lines=True)


def orders_of_invoice(record: object, command: object, work: Work) -> Iterable[Touch]:
    """Hold the orders that an invoice is for, once it is issued."""
    if not getattr(command, "issue", True):
        return
    billed = (billable.document for billable in work.all(Billable))
    named = {*documents_of(record, command), *billed}
    yield lock(SalesOrder, orders_named(named), lines=True)


@on(ShipmentShipped, touches=order_of_shipment)
def count_delivery(event: ShipmentShipped, work: Work) -> None:
    """What left is delivered; when nothing is left to deliver, the order is done."""
    for identity in orders_named([event.document]):
        order = work.get(SalesOrder, identity)
        enter(
            work,
            EntryKind.SHIPPED,
            order,
            delivered(order, event, work, sign=1),
            day=event.day,
            document=f"shipment:{event.id}",
        )
        if order.state is OrderState.CONFIRMED and order.is_delivered:
            order.state = OrderState.SHIPPED
            work.emit(SalesOrderShipped.of_order(order))


@on(ShipmentUnshipped, touches=order_of_shipment)
def uncount_delivery(event: ShipmentUnshipped, work: Work) -> None:
    """What had not left after all waits for delivery again."""
    for identity in orders_named([event.document]):
        order = work.get(SalesOrder, identity)
        enter(
            work,
            EntryKind.SHIPPED,
            order,
            delivered(order, event, work, sign=-1),
            day=event.day,
            document=f"shipment:{event.id}",
        )
        if order.state is OrderState.SHIPPED:
            order.state = OrderState.CONFIRMED
            work.emit(SalesOrderReopened.of_order(order))


@on(ShipmentCancelled, touches=order_of_shipment)
def put_on_backorder(event: ShipmentCancelled, work: Work) -> None:
    """What was set aside for a shipment that won't leave is on backorder again."""
    for identity in orders_named([event.document]):
        lines = {line.id: line for line in work.get(SalesOrder, identity).lines}
        for freed in event.lines:
            if freed.purpose in lines:
                lines[freed.purpose].reserved -= freed.quantity


@follows(GoodsReceived, StockOffered)
def allot_what_came(logged: Logged, _state: object) -> Iterator[AllotSalesOrder]:
    """Goods that came in or became free go to the orders that wait, the most urgent first."""
    for identity in orders_named(logged.facts["awaited_by"]):
        yield AllotSalesOrder(id=identity, if_any=True)


def delivered(
    order: SalesOrder, event: ShipmentShipped | ShipmentUnshipped, work: Work, *, sign: int
) -> list[Fact]:
    """Move the lines on (or back) and give what that was worth and cost."""
    lines = {line.id: line for line in order.lines}
    facts = []
    for moved in event.lines:
        line = lines.get(moved.purpose) if moved.purpose else None
        if line is None:
            continue
        before, quantity, cost = line.delivered, sign * moved.quantity, sign * moved.cost
        left = line.stock_quantity - before
        estimate = earned(work, line.cost - line.delivered_cost, ZERO, quantity, left)
        line.deliver(quantity, cost, estimate if sign > 0 else cost)
        net = earned(work, line.revenue, before, line.delivered, line.stock_quantity)
        facts.append(Fact(line=line, quantity=quantity, net=net, cost=cost))
    order.sum_up()
    return facts


@on(InvoiceIssued, touches=orders_of_invoice)
def count_invoice(event: InvoiceIssued, work: Work) -> None:
    """What was invoiced is invoiced; a credit note takes it back."""
    orders = {identity: work.get(SalesOrder, identity) for identity in orders_of_event(event)}
    for order in orders.values():
        lines = {line.id: line for line in order.lines}
        facts = []
        for invoiced in event.lines:
            line = lines.get(invoiced.source) if invoiced.source else None
            if line is not None:
                line.invoiced += invoiced.quantity
                facts.append(Fact(line=line, quantity=invoiced.quantity, net=invoiced.company_net))
        document = f"invoice:{event.id}"
        enter(work, EntryKind.INVOICED, order, facts, day=event.day, document=document)


def orders_of_event(event: InvoiceIssued) -> list[UUID]:
    """Give the orders that an invoice is for, each once."""
    return list(dict.fromkeys(orders_named(line.document for line in event.lines)))

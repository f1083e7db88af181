"""What the books do at once when goods move: cost and stock are posted, deliveries are billable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from dougong.apps.finance.billing import billables_of, by_source
from dougong.apps.finance.credit import move_exposure, positions_of
from dougong.apps.finance.entities import Role
from dougong.apps.finance.movements import day_of, purposes_of
from dougong.apps.finance.posting import Entry, credit, debit, post, posting_touches
from dougong.apps.finance.progress import advance
from dougong.apps.inventory.events import (
    GoodsGivenBack,
    GoodsReceived,
    GoodsTakenBack,
    ShipmentShipped,
    ShipmentUnshipped,
    ShippedLine,
    StockCounted,
)
from dougong.kernel.events import on
from dougong.kernel.operations import Touch
from dougong.kernel.values import ZERO
from dougong.kernel.work import Work


def delivery_touches(shipment: Any, command: Any, work: Work) -> Iterator[Touch]:
    """Hold what is delivered and the customer's credit; rely on the month being open."""
    yield from billables_of(purposes_of(shipment))
    if shipment.customer is not None:
        yield from positions_of([shipment.customer])
    yield from posting_touches(day_of(command, work))


def day_touches(_record: Any, command: Any, work: Work) -> Iterator[Touch]:
    """Rely on the month being open."""
    yield from posting_touches(day_of(command, work))


def receipt_touches(receipt: Any, _command: Any, work: Work) -> Iterator[Touch]:
    """Rely on the month of the receipt being open."""
    yield from posting_touches(receipt.day or work.today)


@on(ShipmentShipped, touches=delivery_touches)
def book_delivery(event: ShipmentShipped, work: Work) -> None:
    """Post what the goods had cost us; from now on they can be invoiced."""
    cost = sum((line.cost for line in event.lines), ZERO)
    entry = Entry(
        day=event.day,
        document=f"shipment:{event.id}",
        lines=[debit(Role.COGS, cost), credit(Role.INVENTORY, cost)],
    )
    post(work, [entry])
    deliver(work, delivered_by(event.lines))


@on(ShipmentUnshipped, touches=delivery_touches)
def unbook_delivery(event: ShipmentUnshipped, work: Work) -> None:
    """Post the goods back at the same cost; they can't be invoiced until they leave again."""
    cost = sum((line.cost for line in event.lines), ZERO)
    entry = Entry(
        day=event.day,
        document=f"shipment:{event.id}",
        lines=[debit(Role.INVENTORY, cost), credit(Role.COGS, cost)],
    )
    post(work, [entry])
    deliver(work, [(purpose, -quantity) for purpose, quantity in delivered_by(event.lines)])


@on(GoodsReceived, touches=receipt_touches)
def book_receipt(event: GoodsReceived, work: Work) -> None:
    """Post what came in: owed to the supplier once billed, or there since the books were opened."""
    opening = event.kind == "opening"
    source = Role.OPENING if opening else Role.RECEIVED_NOT_BILLED
    entry = Entry(
        day=event.day,
        document=f"goods_receipt:{event.id}",
        lines=[
            debit(Role.INVENTORY, event.value),
            credit(source, event.value, supplier=None if opening else event.supplier),
        ],
    )
    post(work, [entry])


@on(GoodsGivenBack, touches=day_touches)
def unbook_receipt(event: GoodsGivenBack, work: Work) -> None:
    """Post what had not come in after all; what the stock can't give back is a variance."""
    opening = event.kind == "opening"
    source = Role.OPENING if opening else Role.RECEIVED_NOT_BILLED
    entry = Entry(
        day=event.day,
        document=f"goods_receipt:{event.id}",
        lines=[
            debit(source, event.value, supplier=None if opening else event.supplier),
            credit(Role.INVENTORY, event.taken),
            credit(Role.STOCK_VARIANCE, event.value - event.taken),
        ],
    )
    post(work, [entry])


@on(GoodsTakenBack, touches=day_touches)
def book_return(event: GoodsTakenBack, work: Work) -> None:
    """Post goods that a customer sent back, at what their delivery had cost."""
    cost = sum((line.cost for line in event.lines), ZERO)
    entry = Entry(
        day=event.day,
        document=event.document,
        lines=[debit(Role.INVENTORY, cost), credit(Role.COGS, cost)],
    )
    post(work, [entry])


@on(StockCounted, touches=day_touches)
def book_count(event: StockCounted, work: Work) -> None:
    """Post what a count found more or less than the books had."""
    entry = Entry(
        day=event.day,
        document=f"stock_position:{event.id}",
        memo=event.reason,
        lines=[debit(Role.INVENTORY, event.value), credit(Role.STOCK_VARIANCE, event.value)],
    )
    post(work, [entry])


def delivered_by(lines: Iterable[ShippedLine]) -> list[tuple[UUID, Decimal]]:
    """Tell how much was delivered of what."""
    return [(line.purpose, line.quantity) for line in lines if line.purpose is not None]


def deliver(work: Work, deliveries: Iterable[tuple[UUID, Decimal]]) -> None:
    """Count goods as delivered: what was on order is now delivered and not invoiced."""
    known = by_source(work)
    for source, quantity in deliveries:
        billable = known.get(source)
        if billable is not None:
            billable.delivered += quantity
            move_exposure(work, billable.customer, advance(billable, work.currency))

"""What the books have against moving goods: a locked month, no credit, goods invoiced already."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dougong.apps.finance.billing import by_source
from dougong.apps.finance.credit import over_limit
from dougong.apps.finance.entities import Role
from dougong.apps.finance.movements import day_of, picked_of
from dougong.apps.finance.posting import posting_obstacles
from dougong.apps.finance.reactions import day_touches, delivery_touches, receipt_touches
from dougong.apps.finance.refusals import AlreadyInvoiced
from dougong.kernel.operations import obstacle
from dougong.kernel.refusals import Refusal
from dougong.kernel.work import Work

COST_ROLES = (Role.COGS, Role.INVENTORY)


@obstacle("shipment.ship", touches=delivery_touches)
def delivery_needs_books_and_credit(shipment: Any, command: Any, work: Work) -> Iterator[Refusal]:
    """Let nothing leave in a locked month, or to a customer who owes more than allowed.

    Shipping itself does not raise what a customer owes; but it is the last moment to keep goods.
    """
    yield from posting_obstacles(work, [day_of(command, work)], COST_ROLES)
    if shipment.customer is not None:
        yield from over_limit(work, shipment.customer)


@obstacle("shipment.undo_ship", touches=delivery_touches)
def invoiced_goods_stay_delivered(shipment: Any, command: Any, work: Work) -> Iterator[Refusal]:
    """Let no delivery be undone in a locked month, or once its goods are invoiced."""
    yield from posting_obstacles(work, [day_of(command, work)], COST_ROLES)
    known = by_source(work)
    for source, quantity in picked_of(shipment).items():
        billable = known.get(source)
        if billable is not None and billable.delivered - quantity < billable.invoiced:
            yield AlreadyInvoiced(billable.wording, billable.delivered, billable.invoiced)


@obstacle("goods_receipt.receive", touches=receipt_touches)
def receipt_needs_books(receipt: Any, _command: Any, work: Work) -> Iterator[Refusal]:
    """Let nothing come in in a locked month."""
    roles = (Role.INVENTORY, Role.OPENING, Role.RECEIVED_NOT_BILLED)
    yield from posting_obstacles(work, [receipt.day or work.today], roles)


@obstacle("goods_receipt.undo_receive", touches=day_touches)
def undone_receipt_needs_books(_receipt: Any, command: Any, work: Work) -> Iterator[Refusal]:
    """Let no receipt be undone in a locked month."""
    roles = (Role.INVENTORY, Role.OPENING, Role.RECEIVED_NOT_BILLED, Role.STOCK_VARIANCE)
    yield from posting_obstacles(work, [day_of(command, work)], roles)


@obstacle("stock_position.count", touches=day_touches)
def count_needs_books(_position: Any, command: Any, work: Work) -> Iterator[Refusal]:
    """Let nothing be counted in a locked month."""
    roles = (Role.INVENTORY, Role.STOCK_VARIANCE)
    yield from posting_obstacles(work, [day_of(command, work)], roles)

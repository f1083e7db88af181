"""Receive goods: from here on they are ours, at what they cost."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.apps.inventory.demands import expected_for, meet
from dougong.apps.inventory.entities import (
    ExpectedMovement,
    GoodsReceipt,
    MoveKind,
    MovementKind,
    ReceiptKind,
    ReceiptState,
    Reservation,
    StockPosition,
)
from dougong.apps.inventory.events import GoodsReceived, ReceivedLine
from dougong.apps.inventory.stock import (
    PLACE,
    note_move,
    open_alerts_at,
    position_at,
    positions_at,
    watch,
)
from dougong.apps.inventory.valuation import receive
from dougong.kernel.operations import Command, Touch, operation, read
from dougong.kernel.values import ZERO
from dougong.kernel.work import Work

DEMAND = {"kind": [MovementKind.DEMAND]}
MOST_WAITING = 100
"""So many documents are named at most; the others are when more comes in."""


@dataclass(frozen=True, kw_only=True)
class ReceiveGoodsReceipt(Command[GoodsReceipt]):
    """Receive it."""


def touches(receipt: GoodsReceipt, _command: ReceiveGoodsReceipt, work: Work) -> Iterator[Touch]:
    """Hold the positions; then, when nobody else can want these goods, look at who does."""
    if receipt.purposes:
        yield from expected_for(receipt.purposes)
    yield from positions_at(receipt.places)
    yield from open_alerts_at(receipt.places)
    if work.all(StockPosition):
        yield read(ExpectedMovement, receipt.places, by=PLACE, only=DEMAND)
        yield read(Reservation, receipt.places, by=PLACE)


@operation(
    on=GoodsReceipt,
    touches=touches,
    unless=lambda receipt, _command, _work: receipt.obstacles_to_receiving(),
    emits=[GoodsReceived],
)
def receive_goods_receipt(
    receipt: GoodsReceipt,
    command: ReceiveGoodsReceipt,  # noqa: ARG001  receiving has no arguments
    work: Work,
) -> None:
    """Take the goods into stock at what they cost, and tell who waits for them."""
    opening = receipt.kind is ReceiptKind.OPENING
    lines = []
    for line in receipt.lines:
        place = (line.product, receipt.warehouse)
        position = position_at(work, place)
        posting = receive(position.pool, line.quantity, line.value, currency=work.currency)
        position.carry(posting.pool)
        if line.purpose is not None:
            meet(work, line.purpose, line.quantity)
        note_move(
            work,
            place,
            line.quantity,
            line.value,
            MoveKind.OPENING if opening else MoveKind.RECEIPT,
            day=receipt.day,
            document=receipt.as_document,
            line=line.id,
            purpose=line.purpose,
        )
        lines.append(
            ReceivedLine(
                line=line.id,
                purpose=line.purpose,
                product=line.product,
                quantity=line.quantity,
                value=line.value,
            )
        )
    receipt.state = ReceiptState.RECEIVED
    work.emit(
        GoodsReceived(
            id=receipt.id,
            document=receipt.document,
            supplier=receipt.supplier,
            warehouse=receipt.warehouse,
            kind=str(receipt.kind),
            day=receipt.day,
            value=receipt.value,
            lines=tuple(lines),
            awaited_by=awaited_by(work, receipt),
        )
    )
    watch(work, receipt.places)


def awaited_by(work: Work, receipt: GoodsReceipt) -> tuple[str, ...]:
    """Name the documents that lack some of these goods, the most urgent first."""
    places = set(receipt.places)
    kept = {one.purpose: one.quantity for one in work.all(Reservation)}
    lacking = [
        one
        for one in work.all(ExpectedMovement)
        if one.kind is MovementKind.DEMAND
        and (one.product, one.warehouse) in places
        and -one.quantity > kept.get(one.purpose, ZERO)
    ]
    lacking.sort(key=lambda one: (one.due, one.id))
    return tuple(dict.fromkeys(one.document for one in lacking if one.document))[:MOST_WAITING]

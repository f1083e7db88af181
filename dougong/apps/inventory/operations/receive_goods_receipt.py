"""Receive goods: from here on they are ours, at what they cost."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.apps.inventory.demands import expected_for, meet
from dougong.apps.inventory.entities import GoodsReceipt, MoveKind, ReceiptKind, ReceiptState
from dougong.apps.inventory.events import GoodsReceived, ReceivedLine
from dougong.apps.inventory.stock import (
    note_move,
    open_alerts_at,
    position_at,
    positions_at,
    watch,
)
from dougong.apps.inventory.valuation import receive
from dougong.apps.inventory.waiting import waiting_for, who_waits
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class ReceiveGoodsReceipt(Command[GoodsReceipt]):
    """Receive it."""


def touches(receipt: GoodsReceipt, _command: ReceiveGoodsReceipt, work: Work) -> Iterator[Touch]:
    """Hold the positions; then, when nobody else can want these goods, look at who does."""
    if receipt.purposes:
        yield from expected_for(receipt.purposes)
    yield from positions_at(receipt.places)
    yield from open_alerts_at(receipt.places)
    yield from who_waits(receipt.places, work)


@operation(
    on=GoodsReceipt,
    touches=touches,
    unless=lambda receipt, _command, _work: receipt.obstacles_to_receiving(),
    emits=[GoodsReceived],
    inverse="undo_receive",
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
            awaited_by=waiting_for(work, receipt.places),
        )
    )
    watch(work, receipt.places)

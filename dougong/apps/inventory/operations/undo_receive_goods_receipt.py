"""Undo receiving: the goods had not come in after all, or others than the receipt says."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from dougong.apps.inventory.demands import Movement, expect, expected_for
from dougong.apps.inventory.entities import (
    GoodsReceipt,
    GoodsReceiptLine,
    MoveKind,
    Place,
    ReceiptKind,
    ReceiptState,
)
from dougong.apps.inventory.events import GoodsGivenBack, ReceivedLine
from dougong.apps.inventory.refusals import NoLongerFree
from dougong.apps.inventory.stock import note_move, position_at, positions_at, watch
from dougong.apps.inventory.valuation import give_back
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.values import ZERO
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class UndoReceiveGoodsReceipt(Command[GoodsReceipt]):
    """Take the receiving back."""


def touches(
    receipt: GoodsReceipt, _command: UndoReceiveGoodsReceipt, _work: Work
) -> Iterator[Touch]:
    """Hold what receiving had moved."""
    if receipt.purposes:
        yield from expected_for(receipt.purposes)
    yield from positions_at(receipt.places)


def obstacles(
    receipt: GoodsReceipt, _command: UndoReceiveGoodsReceipt, work: Work
) -> Iterator[Refusal]:
    """Only what was received can be undone, and only while all of it is there and unpromised."""
    if receipt.state is not ReceiptState.RECEIVED:
        yield WrongState(receipt.state, ReceiptState.DRAFT)
        return
    sums: dict[Place, Decimal] = {}
    for line in receipt.lines:
        place = (line.product, receipt.warehouse)
        sums[place] = sums.get(place, ZERO) + line.quantity
    for wanted, quantity in sums.items():
        free = position_at(work, wanted).free
        if free < quantity:
            yield NoLongerFree(wanted[0], quantity, free)


@operation(
    on=GoodsReceipt, touches=touches, unless=obstacles, emits=[GoodsGivenBack], inverse="receive"
)
def undo_receive_goods_receipt(
    receipt: GoodsReceipt,
    command: UndoReceiveGoodsReceipt,  # noqa: ARG001  undoing has no arguments
    work: Work,
) -> None:
    """Take the goods out again at what they were received for; the receipt is a draft once more."""
    opening = receipt.kind is ReceiptKind.OPENING
    taken = ZERO
    for line in receipt.lines:
        place = (line.product, receipt.warehouse)
        position = position_at(work, place)
        posting = give_back(position.pool, line.quantity, line.value)
        position.carry(posting.pool)
        taken -= posting.stock
        if line.purpose is not None:
            await_again(work, receipt, line, line.purpose)
        note_move(
            work,
            place,
            -line.quantity,
            posting.stock,
            MoveKind.OPENING if opening else MoveKind.RECEIPT,
            day=work.today,
            document=receipt.as_document,
            line=line.id,
            purpose=line.purpose,
            reason="undone",
        )
    receipt.state = ReceiptState.DRAFT
    work.emit(
        GoodsGivenBack(
            id=receipt.id,
            document=receipt.document,
            supplier=receipt.supplier,
            warehouse=receipt.warehouse,
            kind=str(receipt.kind),
            day=work.today,
            value=receipt.value,
            taken=taken,
            lines=tuple(
                ReceivedLine(
                    line=line.id,
                    purpose=line.purpose,
                    product=line.product,
                    quantity=line.quantity,
                    value=line.value,
                )
                for line in receipt.lines
            ),
        )
    )
    watch(work, receipt.places)


def await_again(work: Work, receipt: GoodsReceipt, line: GoodsReceiptLine, purpose: UUID) -> None:
    """Expect the goods again for what had announced them."""
    again = Movement(
        purpose=purpose,
        product=line.product,
        warehouse=receipt.warehouse,
        quantity=line.quantity,
        due=receipt.day,
        document=receipt.document or "",
    )
    expect(work, [again])

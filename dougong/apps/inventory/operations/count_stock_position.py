"""Count a product: what lies there is what the books say from here on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.inventory.entities import MoveKind, StockPosition
from dougong.apps.inventory.events import StockCounted
from dougong.apps.inventory.refusals import CostUnknown, NothingToCorrect, StillReserved
from dougong.apps.inventory.stock import (
    note_move,
    open_alerts_at,
    position_at,
    positions_at,
    watch,
)
from dougong.apps.inventory.valuation import issue, receive
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.refusals import InvalidField, Refusal
from dougong.kernel.values import round_money
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class CountStockPosition(Command[StockPosition]):
    """What was counted, and why it may differ; ``unit_cost`` for goods whose cost nobody knows."""

    product: UUID
    warehouse: UUID
    counted: Decimal
    reason: str = ""
    unit_cost: Decimal | None = None
    day: date | None = None


def touches(_record: None, command: CountStockPosition, _work: Work) -> Iterator[Touch]:
    """Hold the position and its alert."""
    yield from open_alerts_at([(command.product, command.warehouse)])
    yield from positions_at([(command.product, command.warehouse)])


def obstacles(_record: None, command: CountStockPosition, work: Work) -> Iterator[Refusal]:
    """Fewer than are promised can't lie there, nor can goods of unknown worth be found."""
    position = position_at(work, (command.product, command.warehouse))
    if command.counted < 0:
        yield InvalidField("counted", "too_small", "0")
        return
    if command.counted == position.on_hand:
        yield NothingToCorrect(position.on_hand)
    if command.counted < position.reserved:
        yield StillReserved(command.counted, position.reserved)
    found_more = command.counted > position.on_hand
    if found_more and command.unit_cost is None and position.average_cost is None:
        yield CostUnknown(command.product)


@operation(on=StockPosition, creates=True, touches=touches, unless=obstacles, emits=[StockCounted])
def count_stock_position(_record: None, command: CountStockPosition, work: Work) -> StockPosition:
    """Bring the books to what was counted; the difference goes at the average cost."""
    position = position_at(work, (command.product, command.warehouse))
    before = position.on_hand
    difference = command.counted - before
    if difference > 0:
        cost = command.unit_cost if command.unit_cost is not None else position.average_cost
        assert cost is not None, "an unknown cost is refused"
        value = round_money(difference * cost, work.currency)
        posting = receive(position.pool, difference, value, currency=work.currency)
    else:
        posting = issue(position.pool, -difference, currency=work.currency)
    value = posting.pool.value - position.value
    position.carry(posting.pool)
    day = command.day or work.today
    note_move(
        work,
        position.place,
        difference,
        value,
        MoveKind.ADJUST,
        day=day,
        document=f"stock_position:{position.id}",
        reason=command.reason,
    )
    work.emit(
        StockCounted(
            id=position.id,
            product=command.product,
            warehouse=command.warehouse,
            day=day,
            before=before,
            counted=command.counted,
            value=value,
            reason=command.reason,
        )
    )
    watch(work, [position.place])
    return position

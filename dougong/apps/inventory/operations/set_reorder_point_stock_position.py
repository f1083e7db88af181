"""Set a reorder point: say below what more of a product should be ordered."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from dougong.apps.inventory.entities import StockPosition
from dougong.apps.inventory.events import ReorderPointSet
from dougong.apps.inventory.stock import open_alerts_at, position_at, positions_at, watch
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.refusals import InvalidField, Refusal
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class SetReorderPointStockPosition(Command[StockPosition]):
    """The point, and how much above it an order should bring the stock."""

    product: UUID
    warehouse: UUID
    reorder_point: Decimal
    reorder_quantity: Decimal = Decimal(0)


def touches(_record: None, command: SetReorderPointStockPosition, _work: Work) -> Iterator[Touch]:
    """Hold the position and its alert."""
    yield from open_alerts_at([(command.product, command.warehouse)])
    yield from positions_at([(command.product, command.warehouse)])


def obstacles(
    _record: None, command: SetReorderPointStockPosition, _work: Work
) -> Iterator[Refusal]:
    """Quantities are not negative."""
    for name in ("reorder_point", "reorder_quantity"):
        if getattr(command, name) < 0:
            yield InvalidField(name, "too_small", "0")


@operation(
    on=StockPosition,
    creates=True,
    touches=touches,
    unless=obstacles,
    emits=[ReorderPointSet],
)
def set_reorder_point_stock_position(
    _record: None, command: SetReorderPointStockPosition, work: Work
) -> StockPosition:
    """Watch the position from here on."""
    position = position_at(work, (command.product, command.warehouse))
    position.reorder_point = command.reorder_point
    position.reorder_quantity = command.reorder_quantity
    work.emit(
        ReorderPointSet(
            id=position.id,
            product=command.product,
            warehouse=command.warehouse,
            reorder_point=command.reorder_point,
            reorder_quantity=command.reorder_quantity,
        )
    )
    watch(work, [position.place])
    return position

"""Propose to order more of what runs short."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from dougong.apps.inventory.entities import (
    AlertState,
    ExpectedMovement,
    MovementKind,
    ReplenishmentProposal,
    StockAlert,
    StockPosition,
)
from dougong.apps.inventory.events import ReplenishmentProposed
from dougong.apps.inventory.refusals import EnoughOnTheWay
from dougong.apps.inventory.stock import PLACE, position_at, positions_at
from dougong.kernel.operations import Command, Touch, operation, read
from dougong.kernel.refusals import NotFound, Refusal, WrongState
from dougong.kernel.values import ZERO
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class ProposeReplenishmentProposal(Command[ReplenishmentProposal]):
    """The alert that asks for it."""

    alert: UUID


def touches(_record: None, command: ProposeReplenishmentProposal, work: Work) -> Iterator[Touch]:
    """Look at the alert and at what is expected where it was raised, and hold the position."""
    yield read(StockAlert, [command.alert])
    alert = work.maybe(StockAlert, command.alert)
    if alert is not None:
        yield read(ExpectedMovement, [alert.place], by=PLACE)
        yield from positions_at([alert.place])


def wanted(work: Work, position: StockPosition) -> tuple[Decimal, Decimal]:
    """Tell what is projected (free, to come, and short) and up to where an order should bring it."""
    moves = [m for m in work.all(ExpectedMovement) if (m.product, m.warehouse) == position.place]
    to_come = sum((m.quantity for m in moves if m.kind is MovementKind.SUPPLY), ZERO)
    owed = -sum((m.quantity for m in moves if m.kind is MovementKind.DEMAND), ZERO)
    projected = position.on_hand + to_come - owed
    return projected, position.reorder_point + position.reorder_quantity


def obstacles(
    _record: None, command: ProposeReplenishmentProposal, work: Work
) -> Iterator[Refusal]:
    """Nothing is proposed for an alert that is over, or when enough is on its way."""
    alert = work.maybe(StockAlert, command.alert)
    if alert is None:
        yield NotFound("stock_alert", str(command.alert))
        return
    if alert.state is not AlertState.OPEN:
        yield WrongState(alert.state, AlertState.OPEN)
    projected, target = wanted(work, position_at(work, alert.place))
    if projected >= target:
        yield EnoughOnTheWay(alert.product, projected, target)


@operation(
    on=ReplenishmentProposal,
    creates=True,
    touches=touches,
    unless=obstacles,
    emits=[ReplenishmentProposed],
)
def propose_replenishment_proposal(
    _record: None, command: ProposeReplenishmentProposal, work: Work
) -> ReplenishmentProposal:
    """Propose what brings the projected stock up to the reorder point and its quantity."""
    alert = work.get(StockAlert, command.alert)
    position = position_at(work, alert.place)
    projected, target = wanted(work, position)
    proposal = work.add(
        ReplenishmentProposal(
            product=alert.product,
            warehouse=position.warehouse,
            quantity=target - projected,
            reason="stock_alert",
            alert=alert.id,  # type: ignore[arg-type]  # an alert's id
        )
    )
    work.emit(
        ReplenishmentProposed(
            id=proposal.id,
            product=alert.product,
            warehouse=alert.warehouse,
            quantity=proposal.quantity,
        )
    )
    return proposal

"""Goods on their way out: planned as a pick task, and what leaving does to the stock."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.inventory.demands import (
    Demand,
    Movement,
    expect,
    expected_for,
    meet,
    reservations_for,
    set_aside,
    use_up,
)
from dougong.apps.inventory.entities import MoveKind, Shipment, ShipmentLine
from dougong.apps.inventory.events import PlannedLine, ShipmentPlanned, ShippedLine
from dougong.apps.inventory.stock import note_move, position_at, positions_at
from dougong.apps.inventory.valuation import issue, take_back
from dougong.kernel.operations import Touch
from dougong.kernel.values import ZERO
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class ShipmentPlan:
    """What to pick and to send, for one document."""

    document: str
    customer: UUID | None
    warehouse: UUID
    due: date | None
    lines: Sequence[PlannedLine]


def plan_shipment(work: Work, plan: ShipmentPlan) -> Shipment | None:
    """Make the pick task of what is set aside; nothing to pick is no task."""
    lines = [line for line in plan.lines if line.quantity]
    if not lines:
        return None
    shipment = work.add(
        Shipment(
            document=plan.document,
            customer=plan.customer,
            warehouse=plan.warehouse,  # type: ignore[arg-type]  # a warehouse's id
            due=plan.due,
            lines=[
                ShipmentLine(
                    purpose=line.purpose,
                    product=line.product,
                    details=line.description,
                    quantity=line.quantity,
                )
                for line in lines
            ],
        )
    )
    work.emit(
        ShipmentPlanned(
            id=shipment.id,
            document=plan.document,
            customer=plan.customer,
            warehouse=plan.warehouse,
            due=plan.due,
            lines=tuple(lines),
        )
    )
    return shipment


def what_leaving_touches(shipment: Shipment) -> Iterator[Touch]:
    """Hold demand, reservations and positions of a shipment's goods."""
    yield from expected_for(shipment.purposes)
    yield from reservations_for(shipment.purposes)
    yield from positions_at(shipment.places)


def leave(work: Work, shipment: Shipment, day: date) -> tuple[ShippedLine, ...]:
    """Take the picked goods out of stock at the average cost."""
    gone = []
    for line in shipment.picked_lines:
        place = (line.product, shipment.warehouse)
        position = position_at(work, place)
        posting = issue(position.pool, line.picked, currency=work.currency)
        position.carry(posting.pool)
        if line.purpose is not None:
            position.reserved -= line.picked
            use_up(work, line.purpose, line.picked)
            meet(work, line.purpose, -line.picked)
        line.cost = posting.cogs
        note_move(
            work,
            place,
            -line.picked,
            -posting.cogs,
            MoveKind.ISSUE,
            day=day,
            document=shipment.as_document,
            line=line.id,
            purpose=line.purpose,
        )
        gone.append(shipped(line, line.picked))
    return tuple(gone)


def come_back(work: Work, shipment: Shipment, day: date) -> tuple[ShippedLine, ...]:
    """Put the goods of a shipment that had not left after all back, at the same cost."""
    back = []
    for line in shipment.lines:
        place = (line.product, shipment.warehouse)
        position = position_at(work, place)
        posting = take_back(position.pool, line.picked, line.cost, currency=work.currency)
        position.carry(posting.pool)
        if line.purpose is not None:
            keep_again(work, shipment, line, line.purpose)
        note_move(
            work,
            place,
            line.picked,
            line.cost,
            MoveKind.ISSUE,
            day=day,
            document=shipment.as_document,
            line=line.id,
            purpose=line.purpose,
            reason="undone",
        )
        back.append(shipped(line, line.picked))
        line.cost = ZERO
    return tuple(back)


def keep_again(work: Work, shipment: Shipment, line: ShipmentLine, purpose: UUID) -> None:
    """Set goods aside for their purpose again, and expect them to leave."""
    demand = Demand(
        purpose=purpose,
        product=line.product,
        warehouse=shipment.warehouse,
        quantity=line.picked,
        due=shipment.due or work.today,
    )
    set_aside(work, demand, line.picked)
    expect(
        work,
        [
            Movement(
                purpose=purpose,
                product=line.product,
                warehouse=shipment.warehouse,
                quantity=-line.picked,
                due=demand.due,
                document=shipment.document or "",
            )
        ],
    )


def shipped(line: ShipmentLine, quantity: Decimal) -> ShippedLine:
    """Tell what became of a line."""
    return ShippedLine(
        line=line.id,
        purpose=line.purpose,
        product=line.product,
        quantity=quantity,
        cost=line.cost,
    )


def planned_lines(lines: Iterable[ShipmentLine]) -> tuple[PlannedLine, ...]:
    """Tell what lines are to have."""
    return tuple(
        PlannedLine(
            purpose=line.purpose,
            product=line.product,
            quantity=line.quantity,
            description=line.details,
        )
        for line in lines
    )


def leave_rest(work: Work, shipment: Shipment) -> Shipment | None:
    """Plan what was not picked as a shipment of its own, and keep only what was."""
    rest = [
        PlannedLine(
            purpose=line.purpose,
            product=line.product,
            quantity=line.quantity - line.picked,
            description=line.details,
        )
        for line in shipment.unpicked_lines
    ]
    if not rest:
        return None
    for line in shipment.lines:
        line.quantity = line.picked
    shipment.lines = shipment.picked_lines
    return plan_shipment(
        work,
        ShipmentPlan(
            document=shipment.document or "",
            customer=shipment.customer,
            warehouse=shipment.warehouse,
            due=shipment.due,
            lines=rest,
        ),
    )

"""Goods promised: set aside for a purpose, expected by planning, and given up again."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.inventory.entities import (
    OPEN_SHIPMENTS,
    ExpectedMovement,
    MovementKind,
    Place,
    Reservation,
    Shipment,
    ShipmentState,
)
from dougong.apps.inventory.events import (
    PlannedLine,
    ReservedLine,
    ShipmentReduced,
    StockReleased,
    StockReserved,
)
from dougong.apps.inventory.refusals import AlreadyPicked, OutOfStock, Shortage
from dougong.apps.inventory.reservation import Backorders, Wanted, allot, lacking
from dougong.apps.inventory.stock import open_alerts_at, position_at, positions_at, watch
from dougong.kernel.operations import Touch, lock
from dougong.kernel.refusals import Refusal
from dougong.kernel.values import ZERO
from dougong.kernel.work import Work

ShortPolicy = Backorders


@dataclass(frozen=True, kw_only=True)
class Demand:
    """So much of a product is wanted from a warehouse by a day, for one purpose."""

    purpose: UUID
    product: UUID
    warehouse: UUID
    quantity: Decimal
    due: date
    title: str = ""
    """The product as the asker knows it."""

    @property
    def place(self) -> Place:
        """The product in the warehouse."""
        return (self.product, self.warehouse)


@dataclass(frozen=True, kw_only=True)
class Movement:
    """Goods that will come (positive) or must go (negative), for one purpose."""

    purpose: UUID
    product: UUID
    warehouse: UUID
    quantity: Decimal
    due: date
    document: str = ""


@dataclass(frozen=True)
class Reserved:
    """What a demand got, and what it lacks."""

    quantity: Decimal
    short: Decimal


def stock_of(demands: Iterable[Demand]) -> list[Touch]:
    """Hold the positions that demands are served from."""
    return positions_at([demand.place for demand in demands])


def wanted_by(demands: Iterable[Demand]) -> list[Wanted[Place]]:
    """Write demands as what each wants from where."""
    return [Wanted(demand.place, demand.quantity) for demand in demands]


def free_at(work: Work, demands: Iterable[Demand]) -> dict[Place, Decimal]:
    """Tell what is free where the demands want it."""
    return {demand.place: position_at(work, demand.place).free for demand in demands}


def stock_obstacles(work: Work, demands: Sequence[Demand], *, short: ShortPolicy) -> list[Refusal]:
    """Name every product of which too little is free, where nothing may wait."""
    if short is not ShortPolicy.NEVER:
        return []
    lacks = lacking(wanted_by(demands), free_at(work, demands))
    if not lacks:
        return []
    titles = {demand.product: demand.title for demand in demands}
    return [
        OutOfStock(
            tuple(
                Shortage(product, lack.wanted, lack.free, titles[product])
                for (product, _), lack in ((lack.position, lack) for lack in lacks)
            )
        )
    ]


def reserve(work: Work, demands: Sequence[Demand], *, short: ShortPolicy) -> dict[UUID, Reserved]:
    """Set goods aside for each demand, as far as they are there; the earlier demand comes first.

    Positions must be held by ``stock_of``. Raises the stock alert where too little stays free.
    """
    found = allot(wanted_by(demands), free_at(work, demands), backorders=short)
    assert not found.refused, "what is short must be refused beforehand"
    given: dict[UUID, Reserved] = {}
    lines = []
    for demand, one in zip(demands, found.demands, strict=True):
        given[demand.purpose] = Reserved(one.reserved, one.short)
        set_aside(work, demand, one.reserved)
        lines.append(
            ReservedLine(
                purpose=demand.purpose,
                product=demand.product,
                warehouse=demand.warehouse,
                quantity=one.reserved,
                short=one.short,
            )
        )
    if lines:
        work.emit(StockReserved(id=demands[0].purpose, lines=tuple(lines)))
    watch(work, [demand.place for demand in demands])
    return given


def set_aside(work: Work, demand: Demand, quantity: Decimal) -> None:
    """Keep so much of a position for a purpose, beside what is kept for it already."""
    if not quantity:
        return
    position_at(work, demand.place).reserved += quantity
    kept = work.at(Reservation, "purpose", demand.purpose)
    if kept is not None and kept.id not in work.gone:
        kept.quantity += quantity
        return
    work.add(
        Reservation(
            purpose=demand.purpose,
            product=demand.product,
            warehouse=demand.warehouse,  # type: ignore[arg-type]  # a warehouse's id
            quantity=quantity,
        )
    )


def reservations_for(purposes: Iterable[UUID]) -> list[Touch]:
    """Hold what is set aside for some purposes."""
    return [lock(Reservation, purposes, by="purpose")]


def expected_for(purposes: Iterable[UUID]) -> list[Touch]:
    """Hold what is expected for some purposes."""
    return [lock(ExpectedMovement, purposes, by="purpose")]


def use_up(work: Work, purpose: UUID, quantity: Decimal) -> None:
    """Take a quantity off what is set aside for a purpose."""
    kept = work.at(Reservation, "purpose", purpose)
    if kept is None:
        return
    kept.quantity -= quantity
    if not kept.quantity:
        work.remove(kept)


def expect(work: Work, movements: Iterable[Movement]) -> None:
    """Tell planning what will come or must go; more of the same purpose adds up."""
    for one in movements:
        if not one.quantity:
            continue
        known = work.at(ExpectedMovement, "purpose", one.purpose)
        if known is not None:
            known.quantity += one.quantity
            known.due = one.due
            if not known.quantity:
                work.remove(known)
            continue
        work.add(
            ExpectedMovement(
                purpose=one.purpose,
                product=one.product,
                warehouse=one.warehouse,  # type: ignore[arg-type]  # a warehouse's id
                quantity=one.quantity,
                due=one.due,
                kind=MovementKind.DEMAND if one.quantity < 0 else MovementKind.SUPPLY,
                document=one.document or None,
            )
        )


def meet(work: Work, purpose: UUID, quantity: Decimal) -> None:
    """Take a quantity that moved (signed as it was expected) off what is expected."""
    known = work.at(ExpectedMovement, "purpose", purpose)
    if known is None or known.id in work.gone:
        return
    rest = known.quantity - quantity
    if not rest or (rest < 0) != (known.quantity < 0):
        work.remove(known)
    else:
        known.quantity = rest


# Giving up


def goods_of(document: str, demands: Sequence[Demand]) -> list[Touch]:
    """Hold all that a document's goods are bound in: shipments, demand, reservations, positions.

    Shipments rank below the documents that they are for, so these must be touched by peeking.
    """
    purposes = [demand.purpose for demand in demands]
    places = [demand.place for demand in demands]
    shipments = lock(
        Shipment, [document], by="document", only={"state": OPEN_SHIPMENTS}, lines=True
    )
    return [
        shipments,
        *expected_for(purposes),
        *reservations_for(purposes),
        *open_alerts_at(places),
        *positions_at(places),
    ]


def set_aside_of(work: Work, demand: Demand) -> Decimal:
    """Tell what of a demand must leave the shelves' promise when it is given up."""
    kept = work.at(Reservation, "purpose", demand.purpose)
    expected = work.at(ExpectedMovement, "purpose", demand.purpose)
    reserved = kept.quantity if kept else ZERO
    outstanding = -expected.quantity if expected else reserved
    return max(demand.quantity - (outstanding - reserved), ZERO)


def obstacles_to_giving_up(work: Work, demands: Sequence[Demand]) -> list[Refusal]:
    """Name the shipments whose goods are off the shelf already."""
    planned: dict[UUID, Decimal] = defaultdict(Decimal)
    picked: dict[UUID, list[Refusal]] = defaultdict(list)
    for shipment in work.all(Shipment):
        if shipment.state not in OPEN_SHIPMENTS:
            continue
        for line in shipment.lines:
            if line.purpose is None:
                continue
            if shipment.state is ShipmentState.PLANNED:
                planned[line.purpose] += line.quantity
            else:
                picked[line.purpose].append(AlreadyPicked(shipment.number, shipment.state))
    found: list[Refusal] = []
    for demand in demands:
        if set_aside_of(work, demand) > planned[demand.purpose]:
            found += picked[demand.purpose]
    return list(dict.fromkeys(found))


def give_up(work: Work, demands: Sequence[Demand]) -> None:
    """Need less: what was short is no longer awaited, then what was set aside is free again.

    Everything must be held by ``goods_of``; a demand's quantity is how much less is needed.
    """
    released = []
    for demand in demands:
        free = set_aside_of(work, demand)
        meet(work, demand.purpose, -demand.quantity)
        if free:
            use_up(work, demand.purpose, free)
            position_at(work, demand.place).reserved -= free
            released.append(
                ReservedLine(
                    purpose=demand.purpose,
                    product=demand.product,
                    warehouse=demand.warehouse,
                    quantity=free,
                    short=ZERO,
                )
            )
    reduce_plans(work, {line.purpose: line.quantity for line in released})
    if released:
        work.emit(StockReleased(id=released[0].purpose, lines=tuple(released)))
    watch(work, [demand.place for demand in demands])


def reduce_plans(work: Work, less: Mapping[UUID, Decimal]) -> None:
    """Take quantities out of the shipments that are still only planned."""
    left = dict(less)
    for shipment in sorted(work.all(Shipment), key=lambda one: one.number, reverse=True):
        if shipment.state is not ShipmentState.PLANNED:
            continue
        taken = []
        for line in shipment.lines:
            wanted = left.get(line.purpose, ZERO) if line.purpose is not None else ZERO
            off = min(wanted, line.quantity)
            if off and line.purpose is not None:
                line.quantity -= off
                left[line.purpose] -= off
                taken.append(PlannedLine(purpose=line.purpose, product=line.product, quantity=off))
        if taken:
            finish_reducing(work, shipment, taken)


def finish_reducing(work: Work, shipment: Shipment, taken: Sequence[PlannedLine]) -> None:
    """Drop lines of which nothing is left; a plan without lines is cancelled."""
    kept = [line for line in shipment.lines if line.quantity]
    if kept:
        shipment.lines = kept
    else:
        shipment.state = ShipmentState.CANCELLED
    work.emit(
        ShipmentReduced(
            id=shipment.id,
            document=shipment.document,
            customer=shipment.customer,
            warehouse=shipment.warehouse,
            lines=tuple(taken),
        )
    )

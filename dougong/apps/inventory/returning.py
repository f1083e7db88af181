"""Goods that customers send back: into stock at what they were worth when they left."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from dougong.apps.inventory.entities import MoveKind, Place, StockMove
from dougong.apps.inventory.events import GoodsTakenBack, TakenBackLine
from dougong.apps.inventory.refusals import MoreReturnedThanShipped
from dougong.apps.inventory.stock import (
    note_move,
    open_alerts_at,
    position_at,
    positions_at,
    watch,
)
from dougong.apps.inventory.valuation import cost_of_return
from dougong.apps.inventory.valuation import take_back as put_back
from dougong.kernel.operations import Touch, read
from dougong.kernel.refusals import Refusal
from dougong.kernel.values import ZERO
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class TakeBack:
    """So much of what was delivered for a purpose comes back to a warehouse."""

    purpose: UUID
    product: UUID
    warehouse: UUID
    quantity: Decimal

    @property
    def place(self) -> Place:
        """The product in the warehouse."""
        return (self.product, self.warehouse)


@dataclass(frozen=True)
class Out:
    """What of a purpose's goods left, at what cost, and how much came back since."""

    issued: Decimal
    cost: Decimal
    returned: Decimal


NOTHING = Out(ZERO, ZERO, ZERO)


def take_back_touches(returns: Sequence[TakeBack]) -> Iterator[Touch]:
    """Hold the positions, and look at how the goods had left."""
    places = [one.place for one in returns]
    yield from open_alerts_at(places)
    yield from positions_at(places)
    yield read(StockMove, [one.purpose for one in returns], by="purpose")


def out_by_purpose(work: Work) -> dict[UUID, Out]:
    """Sum up the moves of each purpose that was looked at."""
    found: dict[UUID, Out] = {}
    for move in work.all(StockMove):
        if move.purpose is None or move.id in work.new:
            continue
        out = found.get(move.purpose, NOTHING)
        if move.kind is MoveKind.ISSUE:
            out = replace(out, issued=out.issued - move.quantity, cost=out.cost - move.value)
        elif move.kind is MoveKind.RETURN:
            out = replace(out, returned=out.returned + move.quantity)
        found[move.purpose] = out
    return found


def take_back_obstacles(work: Work, returns: Sequence[TakeBack]) -> Iterator[Refusal]:
    """Name each purpose of which more would come back than is out."""
    sums: dict[tuple[UUID, UUID], Decimal] = {}
    for one in returns:
        key = (one.purpose, one.product)
        sums[key] = sums.get(key, ZERO) + one.quantity
    outs = out_by_purpose(work)
    for (purpose, product), quantity in sums.items():
        out = outs.get(purpose, NOTHING)
        if out.returned + quantity > out.issued:
            still_out = out.issued - out.returned
            yield MoreReturnedThanShipped(purpose, product, still_out, quantity)


def take_back(work: Work, returns: Iterable[TakeBack], *, document: str) -> dict[UUID, Decimal]:
    """Put goods back into stock at their original cost; give that cost by purpose."""
    costs: dict[UUID, Decimal] = {}
    lines = []
    outs = out_by_purpose(work)
    for one in returns:
        out = outs[one.purpose]
        cost = cost_of_return(
            out.issued,
            out.cost,
            returned_before=out.returned,
            quantity=one.quantity,
            currency=work.currency,
        )
        position = position_at(work, one.place)
        posting = put_back(position.pool, one.quantity, cost, currency=work.currency)
        position.carry(posting.pool)
        move = note_move(
            work,
            one.place,
            one.quantity,
            cost,
            MoveKind.RETURN,
            day=work.today,
            document=document,
            purpose=one.purpose,
        )
        outs[one.purpose] = replace(out, returned=out.returned + one.quantity)
        costs[one.purpose] = costs.get(one.purpose, ZERO) + cost
        lines.append(
            TakenBackLine(
                purpose=one.purpose,
                product=one.product,
                warehouse=one.warehouse,
                quantity=one.quantity,
                cost=cost,
            )
        )
    if lines:
        event = GoodsTakenBack(id=move.id, document=document, day=work.today, lines=tuple(lines))
        work.emit(event)
    watch(work, [(line.product, line.warehouse) for line in lines])
    return costs

"""Goods that customers send back: into stock at what they were worth when they left."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from dougong.apps.inventory.valuation import take_back as take_in
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


@dataclass
class Delivery:
    """What left by one shipment's line, at what cost, and how much of it came back since."""

    line: UUID | None
    issued: Decimal = ZERO
    cost: Decimal = ZERO
    returned: Decimal = ZERO

    @property
    def out(self) -> Decimal:
        """What the customer still has of it."""
        return self.issued - self.returned

    def count(self, move: StockMove) -> None:
        """Take a move into account; what was shipped and undone sums to nothing."""
        if move.kind is MoveKind.ISSUE:
            self.issued -= move.quantity
            self.cost -= move.value
        elif move.kind is MoveKind.RETURN:
            self.returned += move.quantity


Deliveries = Mapping[UUID, Mapping[UUID | None, Delivery]]
"""By purpose, then by the shipment's line, the oldest first."""


def take_back_touches(returns: Sequence[TakeBack]) -> Iterator[Touch]:
    """Hold the positions, and look at how the goods had left."""
    places = [one.place for one in returns]
    yield from open_alerts_at(places)
    yield from positions_at(places)
    yield read(StockMove, [one.purpose for one in returns], by="purpose")


def deliveries(work: Work) -> Deliveries:
    """Sum up the moves of each purpose that was looked at."""
    found: dict[UUID, dict[UUID | None, Delivery]] = {}
    for move in sorted(work.all(StockMove), key=lambda one: one.id):
        if move.purpose is not None and move.id not in work.new:
            lines = found.setdefault(move.purpose, {})
            lines.setdefault(move.line, Delivery(move.line)).count(move)
    return found


def take_back_obstacles(work: Work, returns: Sequence[TakeBack]) -> Iterator[Refusal]:
    """Name each purpose of which more would come back than is out."""
    sums: dict[tuple[UUID, UUID], Decimal] = {}
    for one in returns:
        key = (one.purpose, one.product)
        sums[key] = sums.get(key, ZERO) + one.quantity
    there = deliveries(work)
    for (purpose, product), quantity in sums.items():
        out = sum((each.out for each in there.get(purpose, {}).values()), ZERO)
        if quantity > out:
            yield MoreReturnedThanShipped(purpose, product, out, quantity)


def take_back(work: Work, returns: Iterable[TakeBack], *, document: str) -> dict[UUID, Decimal]:
    """Put goods back into stock at their original cost; give that cost by purpose.

    Of several deliveries for a purpose the oldest comes back first.
    """
    costs: dict[UUID, Decimal] = {}
    moves: list[StockMove] = []
    lines = []
    there = deliveries(work)
    for one in returns:
        put = put_back(work, one, there[one.purpose].values(), document)
        cost = sum((move.value for move in put), ZERO)
        costs[one.purpose] = costs.get(one.purpose, ZERO) + cost
        moves += put
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
        work.emit(
            GoodsTakenBack(id=moves[0].id, document=document, day=work.today, lines=tuple(lines))
        )
    watch(work, [(line.product, line.warehouse) for line in lines])
    return costs


def put_back(work: Work, one: TakeBack, sent: Iterable[Delivery], document: str) -> list[StockMove]:
    """Put one return back, at the cost of each delivery that it comes from."""
    position, left, moves = position_at(work, one.place), one.quantity, []
    for delivery in sent:
        quantity = min(left, delivery.out)
        if not quantity:
            continue
        cost = cost_of_return(
            delivery.issued,
            delivery.cost,
            returned_before=delivery.returned,
            quantity=quantity,
            currency=work.currency,
        )
        posting = take_in(position.pool, quantity, cost, currency=work.currency)
        position.carry(posting.pool)
        move = note_move(
            work,
            one.place,
            quantity,
            cost,
            MoveKind.RETURN,
            day=work.today,
            document=document,
            line=delivery.line,
            purpose=one.purpose,
        )
        delivery.count(move)
        moves.append(move)
        left -= quantity
    assert not left, "more than is out must be refused beforehand"
    return moves

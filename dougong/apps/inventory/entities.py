"""What inventory keeps: where goods lie, for whom they are kept, what comes, what goes."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from dougong.apps.inventory.refusals import (
    MorePickedThanPlanned,
    NothingPicked,
    NothingReceived,
)
from dougong.apps.inventory.valuation import Pool, unit_cost
from dougong.kernel.entities import Entity, Line
from dougong.kernel.fields import (
    address,
    auto_number,
    choice,
    day,
    lines,
    long_text,
    money,
    quantity,
    reference,
    reference_any,
    text,
    yes_no,
)
from dougong.kernel.lifecycle import Lifecycle
from dougong.kernel.refusals import InvalidField, Refusal, WrongState
from dougong.kernel.values import ZERO, Id, round_money

Place = tuple[UUID, UUID]
"""A product in a warehouse."""

ANY = ""
"""The target of an identity whose kind inventory does not know: a line of whatever wants goods."""

LEAST_QUANTITY = Decimal("0.000001")


class ShipmentState(StrEnum):
    """How far the goods are on their way out."""

    PLANNED = "planned"
    PICKED = "picked"
    PACKED = "packed"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


SHIPMENT_LIFECYCLE = Lifecycle.of(
    {
        ShipmentState.PLANNED: [ShipmentState.PICKED, ShipmentState.CANCELLED],
        ShipmentState.PICKED: [
            ShipmentState.PLANNED,
            ShipmentState.PICKED,
            ShipmentState.PACKED,
            ShipmentState.CANCELLED,
        ],
        ShipmentState.PACKED: [
            ShipmentState.PICKED,
            ShipmentState.SHIPPED,
            ShipmentState.CANCELLED,
        ],
        ShipmentState.SHIPPED: [ShipmentState.PACKED],
    }
)
OPEN_SHIPMENTS = (ShipmentState.PLANNED, ShipmentState.PICKED, ShipmentState.PACKED)


class ReceiptState(StrEnum):
    """Whether the goods are in."""

    DRAFT = "draft"
    RECEIVED = "received"


RECEIPT_LIFECYCLE = Lifecycle.of(
    {ReceiptState.DRAFT: [ReceiptState.RECEIVED], ReceiptState.RECEIVED: [ReceiptState.DRAFT]}
)


class ReceiptKind(StrEnum):
    """Whether goods came from outside, or were there when the books were opened."""

    NORMAL = "normal"
    OPENING = "opening"


class AlertState(StrEnum):
    """Whether there is still too little."""

    OPEN = "open"
    CLOSED = "closed"


ALERT_LIFECYCLE = Lifecycle.of({AlertState.OPEN: [AlertState.CLOSED]})


class ProposalState(StrEnum):
    """What became of a proposal."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DROPPED = "dropped"


PROPOSAL_LIFECYCLE = Lifecycle.of(
    {ProposalState.PROPOSED: [ProposalState.ACCEPTED, ProposalState.DROPPED]}
)


class MoveKind(StrEnum):
    """Why goods came or went."""

    RECEIPT = "receipt"
    ISSUE = "issue"
    RETURN = "return"
    ADJUST = "adjust"
    OPENING = "opening"


class MovementKind(StrEnum):
    """Whether goods are expected to come, or bound to go."""

    SUPPLY = "supply"
    DEMAND = "demand"


class Warehouse(Entity, name="warehouse", rank=12, title="name", cached=True):
    """A place with stock of its own."""

    code: str = text(longest=30, unique=True, searchable=True)
    name: str = text(searchable=True)
    address: dict[str, str] | None = address()
    active: bool = yes_no(default=True)


class Location(
    Entity, name="location", rank=13, title="code", cached=True, unique=[("warehouse", "code")]
):
    """A shelf or an aisle within a warehouse, for people to find things by."""

    warehouse: Id[Warehouse] = reference(Warehouse, once=True)
    code: str = text(longest=30, searchable=True)
    name: str = text(default="", searchable=True)


class StockAlert(
    Entity,
    name="stock_alert",
    rank=82,
    operations=(),
    indexes=[("product", "warehouse", "state")],
    laws=[
        (
            "CREATE UNIQUE INDEX uq_stock_alert_open ON stock_alert (product, warehouse) "
            "WHERE state = 'open'"
        )
    ],
):
    """What is free of a product fell below its reorder point, until enough is there again.

    It ranks above the positions: only who holds a position knows for sure whether one is open.
    """

    product: UUID = reference("product", kept=True, indexed=False)
    warehouse: Id[Warehouse] = reference(Warehouse, kept=True)
    available: Decimal = quantity(kept=True)
    """What was free when it was raised."""
    reorder_point: Decimal = quantity(kept=True)
    state: AlertState = choice(AlertState, default=AlertState.OPEN, lifecycle=ALERT_LIFECYCLE)

    @property
    def place(self) -> Place:
        """The product and the warehouse."""
        return (self.product, self.warehouse)


class StockPosition(
    Entity,
    name="stock_position",
    rank=80,
    unique=[("product", "warehouse")],
    operations=(),
    history=False,
    checks={
        "reserved": "0 <= reserved AND reserved <= on_hand",
        "value": "value >= 0 AND (on_hand <> 0 OR value = 0)",
        "reorder": "reorder_point >= 0 AND reorder_quantity >= 0",
    },
):
    """A product in a warehouse: how much lies there, how much of it is promised, its worth."""

    product: UUID = reference("product", kept=True, indexed=False)
    warehouse: Id[Warehouse] = reference(Warehouse, kept=True)
    on_hand: Decimal = quantity(default=ZERO, kept=True)
    reserved: Decimal = quantity(default=ZERO, kept=True)
    value: Decimal = money(default=ZERO, kept=True, secret=True)
    last_cost: Decimal | None = money(default=None, digits=6, kept=True, secret=True)
    reorder_point: Decimal = quantity(default=ZERO, kept=True)
    """Below so much that is free, more should be ordered; none means that nobody watches."""
    reorder_quantity: Decimal = quantity(default=ZERO, kept=True)
    """How much above the reorder point an order should bring it."""
    alert: Id[StockAlert] | None = reference(StockAlert, default=None, kept=True, indexed=False)
    """The alert that is open, so that whoever holds the position knows of it."""

    @property
    def place(self) -> Place:
        """The product and the warehouse."""
        return (self.product, self.warehouse)

    @property
    def free(self) -> Decimal:
        """What can still be set aside."""
        return self.on_hand - self.reserved

    @property
    def is_short(self) -> bool:
        """Whether less is free than the reorder point wants."""
        return self.free < self.reorder_point

    @property
    def pool(self) -> Pool:
        """The stock under one average cost."""
        return Pool(self.on_hand, self.value, self.last_cost)

    @property
    def average_cost(self) -> Decimal | None:
        """What one costs, as far as it is known."""
        return unit_cost(self.pool)

    def carry(self, pool: Pool) -> None:
        """Take over what a movement made of the stock."""
        self.on_hand, self.value, self.last_cost = pool.quantity, pool.value, pool.last_cost


class StockMove(
    Entity,
    name="stock_move",
    rank=85,
    append_only=True,
    indexes=[("product", "warehouse", "day")],
    checks={"quantity": "quantity <> 0", "value": "value = 0 OR sign(value) = sign(quantity)"},
):
    """Goods came (positive) or went (negative), for good; the stock is the sum of its moves.

    It ranks above the positions so that it is read when they are held.
    """

    product: UUID = reference("product", indexed=False)
    warehouse: Id[Warehouse] = reference(Warehouse, indexed=False)
    quantity: Decimal = quantity()
    value: Decimal = money(secret=True)
    kind: MoveKind = choice(MoveKind)
    day: date = day()
    document: str = reference_any()
    """What moved it."""
    line: UUID | None = reference(ANY, default=None, indexed=False)
    """The line of the receipt or shipment; goods that come back name the line they had left by."""
    purpose: UUID | None = reference(ANY, default=None)
    """For what it went: an order's line."""
    reason: str = text(default="")


class Reservation(
    Entity,
    name="reservation",
    rank=58,
    unique=[("purpose", "product", "warehouse")],
    indexes=[("product", "warehouse")],
    operations=(),
    history=False,
    checks={"quantity": "quantity > 0"},
):
    """So much of the stock is set aside for one purpose: an order's line."""

    purpose: UUID = reference(ANY, kept=True, indexed=False)
    product: UUID = reference("product", kept=True, indexed=False)
    warehouse: Id[Warehouse] = reference(Warehouse, kept=True, indexed=False)
    quantity: Decimal = quantity(kept=True)


class ExpectedMovement(
    Entity,
    name="expected_movement",
    rank=55,
    unique=[("purpose", "product", "warehouse")],
    indexes=[("product", "warehouse", "due")],
    operations=(),
    history=False,
    checks={"sign": "quantity <> 0 AND (quantity < 0) = (kind = 'demand')"},
):
    """Goods that will come (positive) or must go (negative): what planning and promising read."""

    purpose: UUID = reference(ANY, kept=True, indexed=False)
    product: UUID = reference("product", kept=True, indexed=False)
    warehouse: Id[Warehouse] = reference(Warehouse, kept=True, indexed=False)
    quantity: Decimal = quantity(kept=True)
    due: date = day(kept=True)
    kind: MovementKind = choice(MovementKind, kept=True)
    document: str | None = reference_any(default=None, kept=True, indexed=False)


class ShipmentLine(
    Line,
    name="shipment_line",
    checks={"picked": "0 <= picked AND picked <= quantity", "cost": "cost >= 0"},
):
    """So much of a product to pick and to send."""

    purpose: UUID | None = reference(ANY, default=None, kept=True)
    product: UUID = reference("product", kept=True)
    details: str = text(default="", longest=500, kept=True)
    picked: Decimal = quantity(default=ZERO, kept=True)
    quantity: Decimal = quantity(kept=True, least=0)
    cost: Decimal = money(default=ZERO, kept=True, secret=True)
    """What the goods were worth when they left."""


class Shipment(
    Entity,
    name="shipment",
    rank=35,
    operations=("edit",),
    indexes=[("warehouse", "state", "due")],
):
    """Goods on their way out of a warehouse: what to pick, what was packed, what left when."""

    number: str = auto_number("SH-{year}-{n:05}")
    document: str | None = reference_any(default=None, kept=True)
    """What it is sent for: a sales order."""
    customer: UUID | None = reference("customer", default=None, kept=True)
    warehouse: Id[Warehouse] = reference(Warehouse, kept=True, indexed=False)
    due: date | None = day(default=None, kept=True)
    """When it should leave."""
    day: date | None = day(default=None, kept=True, indexed=True)
    """When it left."""
    carrier: str = text(default="", longest=100)
    tracking_number: str = text(default="", longest=100, searchable=True)
    note: str = long_text(default="")
    state: ShipmentState = choice(
        ShipmentState, default=ShipmentState.PLANNED, lifecycle=SHIPMENT_LIFECYCLE
    )
    lines: list[ShipmentLine] = lines(ShipmentLine, kept=True)

    @property
    def as_document(self) -> str:
        """How others refer to it."""
        return f"shipment:{self.id}"

    @property
    def picked_lines(self) -> list[ShipmentLine]:
        """The lines of which something is going."""
        return [line for line in self.lines if line.picked]

    @property
    def unpicked_lines(self) -> list[ShipmentLine]:
        """The lines of which something stays."""
        return [line for line in self.lines if line.picked < line.quantity]

    @property
    def places(self) -> list[Place]:
        """Where its goods lie."""
        return [(line.product, self.warehouse) for line in self.lines]

    @property
    def purposes(self) -> list[UUID]:
        """What its goods are for."""
        return [line.purpose for line in self.lines if line.purpose is not None]

    def obstacles_to(self, state: ShipmentState, *since: ShipmentState) -> Iterator[Refusal]:
        """Say whether its state allows a move; a step back is allowed only from where it leads."""
        if not SHIPMENT_LIFECYCLE.allows(self.state, state) or (since and self.state not in since):
            yield WrongState(self.state, state)

    def obstacles_to_picking(self, quantities: dict[UUID, Decimal]) -> Iterator[Refusal]:
        """All that would keep these quantities from being picked; lines not named go whole."""
        yield from self.obstacles_to(
            ShipmentState.PICKED, ShipmentState.PLANNED, ShipmentState.PICKED
        )
        by_id = {line.id: line for line in self.lines}
        for identity, picked in quantities.items():
            if identity not in by_id:
                yield InvalidField(f"quantities.{identity}", "unknown_line")
            elif picked < 0:
                yield InvalidField(f"quantities.{identity}", "too_small", "0")
            elif picked > by_id[identity].quantity:
                yield MorePickedThanPlanned(identity, by_id[identity].quantity, picked)
        if not any(quantities.get(line.id, line.quantity) for line in self.lines):
            yield NothingPicked()

    def pick(self, quantities: dict[UUID, Decimal]) -> None:
        """Note what was taken from the shelves."""
        for line in self.lines:
            line.picked = quantities.get(line.id, line.quantity)
        self.state = ShipmentState.PICKED

    def unpick(self) -> None:
        """Note that everything is on its shelf again."""
        for line in self.lines:
            line.picked = ZERO
        self.state = ShipmentState.PLANNED


class GoodsReceiptLine(
    Line,
    name="goods_receipt_line",
    checks={"quantity": "quantity > 0", "unit_cost": "unit_cost >= 0"},
):
    """So much of a product came in, for so much each."""

    product: UUID = reference("product")
    quantity: Decimal = quantity(least=LEAST_QUANTITY)
    unit_cost: Decimal = money(digits=6, least=0, secret=True)
    purpose: UUID | None = reference(ANY, default=None)
    """What announced it: a purchase order's line."""
    value: Decimal = money(default=ZERO, kept=True, secret=True)

    def settle(self, currency: str) -> None:
        """Work out what the line is worth."""
        self.value = round_money(self.quantity * self.unit_cost, currency)


class GoodsReceipt(Entity, name="goods_receipt", rank=32, indexes=[("warehouse", "day")]):
    """Goods that come into a warehouse, with what they cost."""

    number: str = auto_number("GR-{year}-{n:05}")
    supplier: UUID | None = reference("supplier", default=None)
    supplier_reference: str = text(default="", searchable=True)
    warehouse: Id[Warehouse] = reference(Warehouse, indexed=False)
    day: date = day(default=None)
    kind: ReceiptKind = choice(ReceiptKind, default=ReceiptKind.NORMAL)
    document: str | None = reference_any(default=None)
    """What it comes for: a purchase order."""
    note: str = long_text(default="")
    state: ReceiptState = choice(
        ReceiptState, default=ReceiptState.DRAFT, lifecycle=RECEIPT_LIFECYCLE
    )
    lines: list[GoodsReceiptLine] = lines(GoodsReceiptLine)
    value: Decimal = money(default=ZERO, kept=True, secret=True)

    @property
    def as_document(self) -> str:
        """How others refer to it."""
        return f"goods_receipt:{self.id}"

    @property
    def places(self) -> list[Place]:
        """Where its goods will lie."""
        return [(line.product, self.warehouse) for line in self.lines]

    @property
    def purposes(self) -> list[UUID]:
        """What announced its goods."""
        return [line.purpose for line in self.lines if line.purpose is not None]

    def settle(self, today: date, currency: str) -> None:
        """Work out what it is worth; without a day it is today's."""
        self.day = self.day or today
        for line in self.lines:
            line.settle(currency)
        self.value = sum((line.value for line in self.lines), ZERO)

    def obstacles_to_receiving(self) -> Iterator[Refusal]:
        """All that would keep it from being received."""
        if not RECEIPT_LIFECYCLE.allows(self.state, ReceiptState.RECEIVED):
            yield WrongState(self.state, ReceiptState.RECEIVED)
        if not self.lines:
            yield NothingReceived()


class ReplenishmentProposal(
    Entity,
    name="replenishment_proposal",
    rank=66,
    operations=(),
    indexes=[("product", "warehouse", "state")],
    checks={"quantity": "quantity > 0"},
):
    """So much of a product should be ordered or made, and why."""

    product: UUID = reference("product", kept=True, indexed=False)
    warehouse: Id[Warehouse] = reference(Warehouse, kept=True)
    quantity: Decimal = quantity(kept=True)
    reason: str = text(default="", kept=True)
    alert: Id[StockAlert] | None = reference(StockAlert, default=None, kept=True, unique=True)
    state: ProposalState = choice(
        ProposalState, default=ProposalState.PROPOSED, lifecycle=PROPOSAL_LIFECYCLE
    )

    def obstacles_to(self, state: ProposalState) -> Iterator[Refusal]:
        """Say whether it is still to be decided."""
        if not PROPOSAL_LIFECYCLE.allows(self.state, state):
            yield WrongState(self.state, state)

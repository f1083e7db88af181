"""What happened to goods: the facts that finance, sales and planning answer."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PlannedLine:
    """So much of a product to send, for one purpose."""

    purpose: UUID | None
    product: UUID
    quantity: Decimal
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class ShippedLine:
    """So much of a product left, at what it was worth."""

    line: UUID
    purpose: UUID | None
    product: UUID
    quantity: Decimal
    cost: Decimal


@dataclass(frozen=True, kw_only=True)
class ReceivedLine:
    """So much of a product came in, for so much in all."""

    line: UUID
    purpose: UUID | None
    product: UUID
    quantity: Decimal
    value: Decimal


@dataclass(frozen=True, kw_only=True)
class TakenBackLine:
    """So much of a product came back, at what it was worth when it left."""

    purpose: UUID
    product: UUID
    warehouse: UUID
    quantity: Decimal
    cost: Decimal


@dataclass(frozen=True, kw_only=True)
class ReservedLine:
    """So much was set aside for a purpose, and so much was lacking."""

    purpose: UUID
    product: UUID
    warehouse: UUID
    quantity: Decimal
    short: Decimal


@dataclass(frozen=True, kw_only=True)
class AboutDocument(Event):
    """A fact about something that was done for a document, which it concerns as well."""

    document: str | None

    def concerns(self) -> list[tuple[str, UUID]]:
        """Name the document, too."""
        found = super().concerns()
        if self.document:
            entity, _, identity = self.document.partition(":")
            found.append((entity, UUID(identity)))
        return found


SHIPPING = {"customer": "customer", "warehouse": "warehouse"}


@dataclass(frozen=True, kw_only=True)
class ShipmentPlanned(AboutDocument, of="shipment", verb="planned", links=SHIPPING):
    """There is something to pick."""

    customer: UUID | None
    warehouse: UUID
    due: date | None
    lines: tuple[PlannedLine, ...]


@dataclass(frozen=True, kw_only=True)
class ShipmentReduced(AboutDocument, of="shipment", verb="reduced", links=SHIPPING):
    """Some of it need not be picked after all."""

    customer: UUID | None
    warehouse: UUID
    lines: tuple[PlannedLine, ...]


@dataclass(frozen=True, kw_only=True)
class ShipmentPicked(AboutDocument, of="shipment", verb="picked", links=SHIPPING):
    """The goods are off the shelves; ``lines`` has what was found."""

    customer: UUID | None
    warehouse: UUID
    lines: tuple[PlannedLine, ...]


@dataclass(frozen=True, kw_only=True)
class ShipmentPacked(AboutDocument, of="shipment", verb="packed", links=SHIPPING):
    """The goods are ready to leave."""

    customer: UUID | None
    warehouse: UUID


@dataclass(frozen=True, kw_only=True)
class ShipmentUnpicked(AboutDocument, of="shipment", verb="unpicked", links=SHIPPING):
    """The goods are back on their shelves, and wait to be picked."""

    customer: UUID | None
    warehouse: UUID


@dataclass(frozen=True, kw_only=True)
class ShipmentUnpacked(AboutDocument, of="shipment", verb="unpacked", links=SHIPPING):
    """What was ready to leave is open again."""

    customer: UUID | None
    warehouse: UUID


@dataclass(frozen=True, kw_only=True)
class ShipmentShipped(AboutDocument, of="shipment", verb="shipped", links=SHIPPING):
    """The goods left: they are the customer's, and no longer ours at cost."""

    customer: UUID | None
    warehouse: UUID
    day: date
    lines: tuple[ShippedLine, ...]


@dataclass(frozen=True, kw_only=True)
class ShipmentUnshipped(AboutDocument, of="shipment", verb="unshipped", links=SHIPPING):
    """They had not left after all: everything is as before, at the same cost."""

    customer: UUID | None
    warehouse: UUID
    day: date
    """Today: what was posted on the day of shipping stays posted, and is reversed now."""
    lines: tuple[ShippedLine, ...]


@dataclass(frozen=True, kw_only=True)
class ShipmentCancelled(AboutDocument, of="shipment", verb="cancelled", links=SHIPPING):
    """It will not be sent; ``lines`` has what is no longer set aside for it."""

    customer: UUID | None
    warehouse: UUID
    lines: tuple[PlannedLine, ...]


@dataclass(frozen=True, kw_only=True)
class GoodsReceived(
    AboutDocument,
    of="goods_receipt",
    verb="received",
    links={"supplier": "supplier", "warehouse": "warehouse"},
):
    """Goods came in; ``kind`` is "opening" for what was there when the books were opened."""

    supplier: UUID | None
    warehouse: UUID
    kind: str
    day: date
    value: Decimal
    lines: tuple[ReceivedLine, ...]
    awaited_by: tuple[str, ...]
    """The documents that still lack some of these goods, the most urgent first."""


@dataclass(frozen=True, kw_only=True)
class GoodsGivenBack(
    AboutDocument,
    of="goods_receipt",
    verb="given_back",
    links={"supplier": "supplier", "warehouse": "warehouse"},
):
    """They had not come in after all; each line has what it was received for."""

    supplier: UUID | None
    warehouse: UUID
    kind: str
    day: date
    """Today: what was posted on the day of receiving stays posted, and is reversed now."""
    value: Decimal
    taken: Decimal
    """What went out of the stock's value: less than they were received for where goods of the
    same average have left since."""
    lines: tuple[ReceivedLine, ...]


@dataclass(frozen=True, kw_only=True)
class StockOffered(
    Event,
    of="stock_position",
    verb="offered",
    links={"product": "product", "warehouse": "warehouse"},
):
    """Goods became free that others lack; ``awaited_by`` has who, the most urgent first."""

    product: UUID
    warehouse: UUID
    free: Decimal
    awaited_by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class GoodsTakenBack(AboutDocument, of="stock_move", verb="taken_back"):
    """Goods came back from a customer at what they were worth when they left."""

    day: date
    lines: tuple[TakenBackLine, ...]


@dataclass(frozen=True, kw_only=True)
class StockCounted(
    Event,
    of="stock_position",
    verb="counted",
    links={"product": "product", "warehouse": "warehouse"},
):
    """A count found more (positive) or less than the books had."""

    product: UUID
    warehouse: UUID
    day: date
    before: Decimal
    counted: Decimal
    value: Decimal
    """What the difference is worth, with its sign."""
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReorderPointSet(
    Event,
    of="stock_position",
    verb="reorder_point_set",
    links={"product": "product", "warehouse": "warehouse"},
):
    """Somebody said below what more should be ordered."""

    product: UUID
    warehouse: UUID
    reorder_point: Decimal
    reorder_quantity: Decimal


@dataclass(frozen=True, kw_only=True)
class StockReserved(Event, of="reservation", verb="reserved"):
    """Goods were set aside."""

    lines: tuple[ReservedLine, ...]


@dataclass(frozen=True, kw_only=True)
class StockReleased(Event, of="reservation", verb="released"):
    """Goods are no longer set aside."""

    lines: tuple[ReservedLine, ...]


@dataclass(frozen=True, kw_only=True)
class StockAlertRaised(
    Event,
    of="stock_alert",
    verb="raised",
    links={"product": "product", "warehouse": "warehouse"},
):
    """Less is free than the reorder point wants."""

    product: UUID
    warehouse: UUID
    available: Decimal
    reorder_point: Decimal


@dataclass(frozen=True, kw_only=True)
class StockAlertClosed(
    Event,
    of="stock_alert",
    verb="closed",
    links={"product": "product", "warehouse": "warehouse"},
):
    """Enough is free again."""

    product: UUID
    warehouse: UUID
    available: Decimal


@dataclass(frozen=True, kw_only=True)
class ReplenishmentProposed(
    Event,
    of="replenishment_proposal",
    verb="proposed",
    links={"product": "product", "warehouse": "warehouse"},
):
    """More should be ordered."""

    product: UUID
    warehouse: UUID
    quantity: Decimal


@dataclass(frozen=True, kw_only=True)
class ReplenishmentAccepted(
    Event,
    of="replenishment_proposal",
    verb="accepted",
    links={"product": "product", "warehouse": "warehouse"},
):
    """It will be ordered or made."""

    product: UUID
    warehouse: UUID
    quantity: Decimal


@dataclass(frozen=True, kw_only=True)
class ReplenishmentDropped(
    Event,
    of="replenishment_proposal",
    verb="dropped",
    links={"product": "product", "warehouse": "warehouse"},
):
    """It will not be ordered."""

    product: UUID
    warehouse: UUID
    quantity: Decimal

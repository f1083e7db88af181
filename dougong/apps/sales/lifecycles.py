"""The states of what is sold, and the moves between them."""

from __future__ import annotations

from enum import StrEnum

from dougong.kernel.lifecycle import Lifecycle


class OrderState(StrEnum):
    """Where a sales order stands. Shipped means that nothing is left to deliver."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


ORDER_LIFECYCLE = Lifecycle.of(
    {
        OrderState.DRAFT: [OrderState.CONFIRMED, OrderState.CANCELLED],
        OrderState.CONFIRMED: [OrderState.SHIPPED, OrderState.CANCELLED],
        OrderState.SHIPPED: [OrderState.CONFIRMED],
    }
)


class ReturnState(StrEnum):
    """Where a return stands. Credited means that a credit note was issued for it."""

    DRAFT = "draft"
    RECEIVED = "received"
    CREDITED = "credited"


RETURN_LIFECYCLE = Lifecycle.of({ReturnState.DRAFT: [ReturnState.RECEIVED, ReturnState.CREDITED]})


class EntryKind(StrEnum):
    """What a sales entry counts: promises, deliveries or invoices."""

    ORDERED = "ordered"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    SHIPPED = "shipped"
    INVOICED = "invoiced"
    RETURNED = "returned"


PROMISED = (EntryKind.ORDERED, EntryKind.CHANGED, EntryKind.CANCELLED)
"""The kinds that together say what customers have ordered and still stand by."""

DELIVERED = (EntryKind.SHIPPED, EntryKind.RETURNED)
"""The kinds that together say what customers have received and kept."""

"""What happens to sales orders and returns."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Self
from uuid import UUID

from dougong.kernel.events import Event

if TYPE_CHECKING:
    from dougong.apps.sales.entities import SalesOrder, SalesReturn

CONCERNED = {"customer": "customer", "campaign": "campaign"}


@dataclass(frozen=True, kw_only=True)
class OrderEvent(Event):
    """A fact about an order: whose it is, and what it comes to now."""

    customer: UUID
    campaign: UUID | None
    currency: str
    net: Decimal
    gross: Decimal

    @classmethod
    def of_order(cls, order: SalesOrder) -> Self:
        """Tell it of an order as it is now."""
        return cls(
            id=order.id,
            customer=order.customer,
            campaign=order.campaign,
            currency=order.currency,
            net=order.net,
            gross=order.gross,
        )


class SalesOrderConfirmed(OrderEvent, of="sales_order", verb="confirmed", links=CONCERNED):
    """The order is binding."""


class SalesOrderChanged(OrderEvent, of="sales_order", verb="changed", links=CONCERNED):
    """A binding order was changed; the facts are those after the change."""


class SalesOrderCancelled(OrderEvent, of="sales_order", verb="cancelled", links=CONCERNED):
    """Nothing of the order will be delivered."""


class SalesOrderAllotted(OrderEvent, of="sales_order", verb="allotted", links=CONCERNED):
    """Goods came in, and some of them were set aside for the order's backorders."""


class SalesOrderClosed(OrderEvent, of="sales_order", verb="closed", links=CONCERNED):
    """What was still to come of the order will not come; the facts are what is left."""


class SalesOrderShipped(OrderEvent, of="sales_order", verb="shipped", links=CONCERNED):
    """Nothing of the order is left to deliver."""


class SalesOrderReopened(OrderEvent, of="sales_order", verb="reopened", links=CONCERNED):
    """A delivery was undone, so that the order waits for it again."""


@dataclass(frozen=True, kw_only=True)
class SalesReturnReceived(
    Event,
    of="sales_return",
    verb="received",
    links={"order": "sales_order", "customer": "customer"},
):
    """Goods came back: what was delivered of the order is less by them."""

    order: UUID
    customer: UUID
    cost: Decimal
    """What their delivery had cost, which is what they are worth in stock again."""

    @classmethod
    def of_return(cls, returned: SalesReturn, cost: Decimal) -> Self:
        """Tell it of a return."""
        return cls(id=returned.id, order=returned.order, customer=returned.customer, cost=cost)

"""What a customer's page shows of the warehouse: what is on its way to them, and what came last."""

from __future__ import annotations

from uuid import UUID

from dougong.kernel.panels import Panel
from dougong.kernel.questions import Json, Question
from dougong.kernel.sight import Sight

SHOWN = ("number", "document", "state", "due", "day", "carrier", "tracking_number")
LATEST = 6


def latest_shipments(customer: UUID, sight: Sight) -> list[Json]:
    """Give the latest shipments to a customer, those still to leave among them."""
    return sight.ask(
        Question(
            entity="shipment",
            filter={"field": "customer", "op": "eq", "value": str(customer)},
            fields=sight.only("shipment", SHOWN),
            limit=LATEST,
        )
    )


SHIPMENTS = Panel("customer", "shipments", latest_shipments, reads=("shipment",))

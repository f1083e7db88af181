"""What inventory does by itself: it orders more of what runs short, and offers what became free."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from dougong.apps.inventory.events import (
    GoodsTakenBack,
    StockAlertRaised,
    StockCounted,
    StockReleased,
)
from dougong.apps.inventory.operations.offer_stock_position import OfferStockPosition
from dougong.apps.inventory.operations.propose_replenishment_proposal import (
    ProposeReplenishmentProposal,
)
from dougong.kernel.events import Logged, follows


@follows(StockAlertRaised, settled=("wrong_state", "enough_on_the_way"))
def propose_replenishment(logged: Logged, _state: Any) -> Iterator[ProposeReplenishmentProposal]:
    """Answer a stock alert with a proposal, unless it is over or enough is on its way by now."""
    yield ProposeReplenishmentProposal(alert=logged.record)


@follows(StockReleased, GoodsTakenBack, settled=("nobody_waits",))
def offer_what_became_free(logged: Logged, _state: Any) -> Iterator[OfferStockPosition]:
    """Goods that an order gave up, or that came back, are offered to those who lack them."""
    places = {(line["product"], line["warehouse"]): None for line in logged.facts["lines"]}
    for product, warehouse in places:
        yield OfferStockPosition(product=UUID(product), warehouse=UUID(warehouse))


@follows(StockCounted, settled=("nobody_waits",))
def offer_what_was_found(logged: Logged, _state: Any) -> Iterator[OfferStockPosition]:
    """Goods that a count found are offered to those who lack them."""
    if Decimal(logged.facts["counted"]) > Decimal(logged.facts["before"]):
        yield OfferStockPosition(
            product=UUID(logged.facts["product"]), warehouse=UUID(logged.facts["warehouse"])
        )

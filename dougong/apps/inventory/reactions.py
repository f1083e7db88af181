"""What inventory does by itself: it proposes to order more of what runs short."""

from collections.abc import Iterator
from typing import Any

from dougong.apps.inventory.events import StockAlertRaised
from dougong.apps.inventory.operations.propose_replenishment_proposal import (
    ProposeReplenishmentProposal,
)
from dougong.kernel.events import Logged, follows


@follows(StockAlertRaised, settled=("wrong_state", "enough_on_the_way"))
def propose_replenishment(logged: Logged, _state: Any) -> Iterator[ProposeReplenishmentProposal]:
    """Answer a stock alert with a proposal, unless it is over or enough is on its way by now."""
    yield ProposeReplenishmentProposal(alert=logged.record)

"""Drop a proposal: nothing will be ordered."""

from dataclasses import dataclass

from dougong.apps.inventory.entities import ProposalState, ReplenishmentProposal
from dougong.apps.inventory.events import ReplenishmentDropped
from dougong.kernel.operations import Command, operation
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class DropReplenishmentProposal(Command[ReplenishmentProposal]):
    """Let it go."""


@operation(
    on=ReplenishmentProposal,
    unless=lambda proposal, *_: proposal.obstacles_to(ProposalState.DROPPED),
    emits=[ReplenishmentDropped],
)
def drop_replenishment_proposal(
    proposal: ReplenishmentProposal,
    command: DropReplenishmentProposal,  # noqa: ARG001  deciding has no arguments
    work: Work,
) -> None:
    """Let it go."""
    proposal.state = ProposalState.DROPPED
    work.emit(
        ReplenishmentDropped(
            id=proposal.id,
            product=proposal.product,
            warehouse=proposal.warehouse,
            quantity=proposal.quantity,
        )
    )

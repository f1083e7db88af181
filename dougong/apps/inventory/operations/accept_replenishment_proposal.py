"""Accept a proposal: more will be ordered or made."""

from dataclasses import dataclass

from dougong.apps.inventory.entities import ProposalState, ReplenishmentProposal
from dougong.apps.inventory.events import ReplenishmentAccepted
from dougong.kernel.operations import Command, operation
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class AcceptReplenishmentProposal(Command[ReplenishmentProposal]):
    """Take it up."""


@operation(
    on=ReplenishmentProposal,
    unless=lambda proposal, *_: proposal.obstacles_to(ProposalState.ACCEPTED),
    emits=[ReplenishmentAccepted],
)
def accept_replenishment_proposal(
    proposal: ReplenishmentProposal,
    command: AcceptReplenishmentProposal,  # noqa: ARG001  deciding has no arguments
    work: Work,
) -> None:
    """Take it up."""
    proposal.state = ProposalState.ACCEPTED
    work.emit(
        ReplenishmentAccepted(
            id=proposal.id,
            product=proposal.product,
            warehouse=proposal.warehouse,
            quantity=proposal.quantity,
        )
    )

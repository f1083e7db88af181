"""Start a campaign: from here on it runs, and orders come from it."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.apps.crm.entities import LIFECYCLE, Campaign, CampaignState
from dougong.apps.crm.events import CampaignStarted
from dougong.kernel.operations import Command, operation
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class StartCampaign(Command[Campaign]):
    """Start it, or take it up again."""


def obstacles(campaign: Campaign, _command: StartCampaign, _work: Work) -> Iterator[Refusal]:
    """Only what is planned, or had ended, can start."""
    if not LIFECYCLE.allows(campaign.state, CampaignState.RUNNING):
        yield WrongState(campaign.state, CampaignState.RUNNING)


@operation(on=Campaign, unless=obstacles, emits=[CampaignStarted], inverse="end")
def start_campaign(campaign: Campaign, command: StartCampaign, work: Work) -> None:  # noqa: ARG001  starting has no arguments
    """Let the campaign run; one that had ended may run again."""
    campaign.state = CampaignState.RUNNING
    work.emit(CampaignStarted(id=campaign.id, day=work.today))

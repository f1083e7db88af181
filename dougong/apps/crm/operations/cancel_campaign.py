"""Cancel a campaign that hasn't begun."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.apps.crm.entities import LIFECYCLE, Campaign, CampaignState
from dougong.apps.crm.events import CampaignCancelled
from dougong.kernel.operations import Command, operation
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class CancelCampaign(Command[Campaign]):
    """Give it up, and say why."""

    reason: str = ""


def obstacles(campaign: Campaign, _command: CancelCampaign, _work: Work) -> Iterator[Refusal]:
    """What has begun can only end."""
    if not LIFECYCLE.allows(campaign.state, CampaignState.CANCELLED):
        yield WrongState(campaign.state, CampaignState.CANCELLED)


@operation(on=Campaign, unless=obstacles, emits=[CampaignCancelled])
def cancel_campaign(campaign: Campaign, command: CancelCampaign, work: Work) -> None:
    """Give a planned campaign up."""
    campaign.state = CampaignState.CANCELLED
    work.emit(CampaignCancelled(id=campaign.id, reason=command.reason))

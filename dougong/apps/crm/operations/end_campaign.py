"""End a campaign, and say what it has cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from dougong.apps.crm.entities import LIFECYCLE, Campaign, CampaignState
from dougong.apps.crm.events import CampaignEnded
from dougong.kernel.operations import Command, operation
from dougong.kernel.refusals import InvalidField, Refusal, WrongState
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class EndCampaign(Command[Campaign]):
    """End it; ``cost`` is what it has cost altogether, where that wasn't known before."""

    cost: Decimal | None = None


def obstacles(campaign: Campaign, command: EndCampaign, _work: Work) -> Iterator[Refusal]:
    """Only what runs can end, and nothing costs less than nothing."""
    if not LIFECYCLE.allows(campaign.state, CampaignState.ENDED):
        yield WrongState(campaign.state, CampaignState.ENDED)
    if command.cost is not None and command.cost < 0:
        yield InvalidField("cost", "too_small", "0")


@operation(on=Campaign, unless=obstacles, emits=[CampaignEnded], inverse="start")
def end_campaign(campaign: Campaign, command: EndCampaign, work: Work) -> None:
    """Close the campaign, with its final cost; late orders may still name it."""
    campaign.state = CampaignState.ENDED
    if command.cost is not None:
        campaign.cost = command.cost
    work.emit(CampaignEnded(id=campaign.id, day=work.today))

"""What must hold whenever a campaign is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dougong.apps.crm.entities import Campaign
from dougong.kernel.operations import settles
from dougong.kernel.refusals import InvalidField, Refusal
from dougong.kernel.verbs import Delete
from dougong.kernel.work import Work


def campaign_problems(campaign: Campaign, command: Any, _work: Work) -> Iterator[Refusal]:
    """A campaign doesn't end before it begins."""
    if not isinstance(command, Delete) and campaign.end < campaign.start:
        yield InvalidField("end", "before_start", campaign.start.isoformat())


@settles(Campaign, unless=campaign_problems)
def settle_campaign(_campaign: Campaign, _work: Work) -> None:
    """Nothing follows from a campaign."""

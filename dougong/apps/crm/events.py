"""What happens to campaigns."""

from dataclasses import dataclass
from datetime import date

from dougong.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class CampaignStarted(Event, of="campaign", verb="started"):
    """From here on orders may come from the campaign."""

    day: date


@dataclass(frozen=True, kw_only=True)
class CampaignEnded(Event, of="campaign", verb="ended"):
    """The campaign is over; what it cost is known."""

    day: date


@dataclass(frozen=True, kw_only=True)
class CampaignCancelled(Event, of="campaign", verb="cancelled"):
    """The campaign won't take place."""

    reason: str

"""Campaigns: what we do so that people buy, and what it costs."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from dougong.kernel.entities import Entity
from dougong.kernel.fields import (
    choice,
    day,
    long_text,
    money,
    number,
    reference,
    tags,
    text,
)
from dougong.kernel.lifecycle import Lifecycle
from dougong.kernel.values import ZERO


class CampaignState(StrEnum):
    """How far a campaign is."""

    PLANNED = "planned"
    RUNNING = "running"
    ENDED = "ended"
    CANCELLED = "cancelled"


LIFECYCLE = Lifecycle.of(
    {
        CampaignState.PLANNED: [CampaignState.RUNNING, CampaignState.CANCELLED],
        CampaignState.RUNNING: [CampaignState.ENDED],
        CampaignState.ENDED: [CampaignState.RUNNING],
    }
)


class CampaignKind(StrEnum):
    """What a campaign does."""

    FAIR = "fair"
    MAILING = "mailing"
    ONLINE = "online"
    PROMOTION = "promotion"
    VISITS = "visits"
    OTHER = "other"


class Campaign(
    Entity,
    name="campaign",
    rank=17,
    title="name",
    indexes=[("start", "id")],
    checks={"days": '"end" >= "start"', "cost": "cost >= 0", "budget": "budget >= 0"},
):
    """Something we do for a time so that people buy; orders say which one they came from."""

    code: str = text(longest=30, unique=True, searchable=True)
    name: str = text(searchable=True)
    kind: CampaignKind = choice(CampaignKind, default=CampaignKind.OTHER)
    state: CampaignState = choice(CampaignState, default=CampaignState.PLANNED, lifecycle=LIFECYCLE)
    channel: UUID | None = reference("channel", default=None)
    region: UUID | None = reference("region", default=None)
    owner: UUID | None = reference("person", default=None)
    start: date = day()
    end: date = day()
    budget: Decimal = money(default=ZERO, least=0)
    cost: Decimal = money(default=ZERO, least=0)
    """What it has cost so far, in the company's currency."""
    expected_orders: Decimal = number(default=ZERO, digits=0, least=0)
    expected_revenue: Decimal = money(default=ZERO, least=0)
    goal: str = long_text(default="")
    tags: list[str] = tags()

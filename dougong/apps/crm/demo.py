"""A year of believable campaigns for the demo company."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from dougong.apps.crm.operations.end_campaign import EndCampaign
from dougong.apps.crm.operations.start_campaign import StartCampaign
from dougong.kernel.house import House
from dougong.kernel.perform import Done
from dougong.kernel.verbs import Create

OPENS = time(1, tzinfo=UTC)
"""Nine in the morning in Shanghai."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One campaign of the demo: how many days before today it begins, and how long it lasts."""

    code: str
    name: str
    kind: str
    channel: str
    region: str = ""
    days_ago: int
    lasts: int
    budget: int
    cost: int
    goal: str


CAMPAIGNS = (
    Planned(
        code="FAIR-SH", name="上海国际紧固件工业博览会", kind="fair", channel="dealer", region="EC",
        days_ago=330, lasts=3, budget=80000, cost=76400, goal="结识华东经销商，收集名片三百张",
    ),
    Planned(
        code="STANDARD", name="标准件直降", kind="promotion", channel="direct",
        days_ago=290, lasts=30, budget=30000, cost=28650, goal="工厂批量备货，带动不锈钢件",
    ),
    Planned(
        code="ONLINE", name="线上旗舰店店庆", kind="online", channel="online",
        days_ago=165, lasts=18, budget=45000, cost=51200, goal="线上旗舰店新客一百五十家",
    ),
    Planned(
        code="CANTON", name="出口商品展五金展区", kind="fair", channel="export", region="SC",
        days_ago=60, lasts=5, budget=120000, cost=113900, goal="海外进口商二十家",
    ),
    Planned(
        code="TORQUE", name="扭矩工具试用巡回", kind="visits", channel="direct", region="SW",
        days_ago=40, lasts=75, budget=60000, cost=21800, goal="汽车零部件厂上门试用",
    ),
    Planned(
        code="CATALOG", name="新版产品目录邮寄", kind="mailing", channel="dealer",
        days_ago=-20, lasts=30, budget=18000, cost=0, goal="全部B级以上经销商",
    ),
)  # fmt: skip


def crm_demo(
    house: House,
    company: str,
    *,
    today: date,
    channels: Mapping[str, UUID],
    regions: Mapping[str, UUID],
) -> dict[str, UUID]:
    """Make the campaigns, started and ended as the calendar has it; gives them by code."""
    made: dict[str, UUID] = {}
    for outcome, plan in zip(
        house.perform_many(
            company, (creation(each, today, channels, regions) for each in CAMPAIGNS)
        ),
        CAMPAIGNS,
        strict=True,
    ):
        assert isinstance(outcome, Done), outcome
        made[plan.code] = outcome.id
    begun = [each for each in CAMPAIGNS if each.days_ago >= 0]
    over = [each for each in begun if each.days_ago >= each.lasts]
    for each in begun:
        house.perform(company, StartCampaign(id=made[each.code]), now=morning(today, each.days_ago))
    for each in over:
        house.perform(
            company, EndCampaign(id=made[each.code]), now=morning(today, each.days_ago - each.lasts)
        )
    return made


def creation(
    plan: Planned, today: date, channels: Mapping[str, UUID], regions: Mapping[str, UUID]
) -> Create:
    """Write one campaign as the command that makes it."""
    first = today - timedelta(days=plan.days_ago)
    return Create(
        entity="campaign",
        values={
            "code": plan.code,
            "name": plan.name,
            "kind": plan.kind,
            "channel": channels.get(plan.channel),
            "region": regions.get(plan.region),
            "start": first,
            "end": first + timedelta(days=plan.lasts),
            "budget": Decimal(plan.budget),
            "cost": Decimal(plan.cost),
            "goal": plan.goal,
        },
    )


def morning(today: date, days_ago: int) -> datetime:
    """Give the beginning of an earlier working day."""
    return datetime.combine(today - timedelta(days=days_ago), OPENS)

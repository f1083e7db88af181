"""Campaigns: planned, running, ended; what is over can't be cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from dougong.apps.crm.operations.cancel_campaign import CancelCampaign
from dougong.apps.crm.operations.end_campaign import EndCampaign
from dougong.apps.crm.operations.start_campaign import StartCampaign
from dougong.kernel.refusals import InvalidField, WrongState
from tests.apps.base.masters import NOW, Masters, masters_in


@pytest.fixture(scope="module")
def masters(database_url: str) -> Iterator[Masters]:
    with masters_in(database_url) as masters:
        yield masters


def campaign(masters: Masters, code: str) -> Any:
    return masters.create(
        "campaign", code=code, name="五金展", start="2026-03-01", end="2026-03-05", budget="80000"
    )


def perform(masters: Masters, command: Any) -> Any:
    return masters.house.perform(masters.company, command, now=NOW).record


def test_a_campaign_runs_ends_and_is_taken_up_again(masters: Masters) -> None:
    fair = campaign(masters, "FAIR")
    assert fair.state == "planned"
    assert perform(masters, StartCampaign(id=fair.id)).state == "running"
    ended = perform(masters, EndCampaign(id=fair.id, cost=Decimal(76400)))
    assert (ended.state, ended.cost) == ("ended", 76400)
    assert perform(masters, StartCampaign(id=fair.id)).state == "running"
    told = masters.rows(f"SELECT name FROM event WHERE record = '{fair.id}' ORDER BY seq")
    assert [name for (name,) in told] == [
        "campaign.created",
        "campaign.started",
        "campaign.ended",
        "campaign.started",
    ]


def test_what_has_begun_can_only_end(masters: Masters) -> None:
    fair = campaign(masters, "BEGUN")
    perform(masters, StartCampaign(id=fair.id))
    with masters.nothing_changes() as refused:
        perform(masters, CancelCampaign(id=fair.id, reason="太贵"))
    assert refused.by == WrongState("running", "cancelled")
    with masters.nothing_changes() as refused:
        perform(masters, StartCampaign(id=fair.id))
    assert refused.by == WrongState("running", "running")


def test_a_campaign_does_not_end_before_it_begins(masters: Masters) -> None:
    with masters.nothing_changes() as refused:
        masters.create("campaign", code="X", name="X", start="2026-03-05", end="2026-03-01")
    assert refused.by == InvalidField("end", "before_start", "2026-03-05")


def test_nothing_costs_less_than_nothing(masters: Masters) -> None:
    fair = campaign(masters, "COST")
    perform(masters, StartCampaign(id=fair.id))
    with masters.nothing_changes() as refused:
        perform(masters, EndCampaign(id=fair.id, cost=Decimal(-1)))
    assert refused.by == InvalidField("cost", "too_small", "0")

"""Setting up the books: a company gets the accounts of a chart, each in its role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from dougong.kernel.access.actor import HOUSE, Actor
from dougong.kernel.house import House
from dougong.kernel.refusals import InvalidField, Refused
from dougong.kernel.values import new_id
from dougong.kernel.verbs import Create

CHARTS = Path(__file__).parent / "charts"


def charts() -> tuple[str, ...]:
    """Name the charts of accounts that come with the house."""
    return tuple(sorted(path.stem for path in CHARTS.glob("*.yaml")))


def accounts_of(chart: str) -> Sequence[Mapping[str, Any]]:
    """Read a chart's accounts; refused by name where there is no such chart."""
    if chart not in charts():
        raise Refused(InvalidField("chart", "not_a_choice", ", ".join(charts())))
    read = yaml.safe_load((CHARTS / f"{chart}.yaml").read_text(encoding="utf-8"))
    accounts: list[dict[str, Any]] = read["accounts"]
    return accounts


def set_up_books(
    house: House,
    company: str,
    chart: str = "small_business_cn",
    *,
    by: Actor = HOUSE,
    now: datetime | None = None,
) -> int:
    """Give a company the accounts of a chart; what it has already stays. Answers how many."""
    have = {
        getattr(account, "code", ""): identity
        for identity, account in house.company_state(company).cached("account").items()
    }
    missing = [account for account in accounts_of(chart) if account["code"] not in have]
    commands = list(creations(missing, have))
    for outcome in house.perform_many(company, commands, by=by, now=now):
        if isinstance(outcome, Refused):
            raise outcome
    return len(commands)


def creations(accounts: Sequence[Mapping[str, Any]], have: Mapping[str, UUID]) -> Iterator[Create]:
    """Write the commands that make accounts; a chart names parents before their children."""
    ids = dict(have)
    for account in accounts:
        ids[account["code"]] = new_id()
        values = dict(account)
        if "part_of" in values:
            values["part_of"] = str(ids[values["part_of"]])
        yield Create(entity="account", values=values, as_id=ids[account["code"]])

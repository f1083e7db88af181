"""A person sees the rows of their roles, what they were granted, and no secret."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from dougong.kernel.access.actor import Actor
from dougong.kernel.access.entities import Role, RolePermission
from dougong.kernel.house import House
from dougong.kernel.questions import Question, ask, group, one
from dougong.kernel.questions.question import Grouping
from dougong.kernel.refusals import NotFound, NotPermitted, Refused
from dougong.kernel.verbs import Create
from tests.kernel.house import client, mini_house, person, published


@dataclass
class Team:
    """Two salespeople, each with a client of their own and an order of it."""

    house: House
    people: dict[str, Actor] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)

    def numbers(self, name: str, entity: str = "purchase", **asked: Any) -> list[str]:
        question = Question(entity=entity, **asked)
        with self.house.database.transaction("mini") as t:
            page = ask(t, self.house.state(t), self.people[name], question)
        return [record["id"] for record in page.records]

    def one(self, name: str, order: str) -> dict[str, Any]:
        with self.house.database.transaction("mini") as t:
            return one(t, self.house.state(t), self.people[name], "purchase", order)


@pytest.fixture(scope="module")
def team(database_url: str) -> Iterator[Team]:
    house = mini_house(database_url)
    sales = Role(
        code="sales",
        name="销售",
        permissions=[
            RolePermission(entity="client", operation="*", rows="owner == me"),
            RolePermission(entity="person", operation="read"),
            RolePermission(entity="purchase", operation="*", rows="client.owner == me"),
        ],
    )
    published(house, "mini", sales)
    team = Team(house)
    for name in ("li", "wang"):
        team.people[name] = person(house, "mini", name, sales)
        owned = client(house, "mini", name.upper(), owner=str(team.people[name].person))
        lines = [{"what": "bolt", "quantity": "1", "price": "2"}]
        made = house.perform(
            "mini",
            Create(entity="purchase", values={"client": str(owned.id), "lines": lines}),
            by=team.people[name],
        )
        team.orders[name] = str(made.id)
    team.people["nobody"] = person(house, "mini", "nobody")
    yield team
    house.close()


def test_a_salesperson_sees_their_own_orders_and_lines_without_costs(team: Team) -> None:
    assert team.numbers("li") == [team.orders["li"]]
    assert len(team.numbers("li", "purchase_line")) == 1

    seen = team.one("li", team.orders["li"])
    assert seen["client"]["title"] == "客户 LI"
    assert seen["created_by"]["title"] == "li"
    assert seen["lines"][0]["price"] == "2"
    assert "cost" not in seen["lines"][0]
    with pytest.raises(Refused) as caught:
        team.one("li", team.orders["wang"])
    assert caught.value.by == NotFound("purchase", team.orders["wang"])


def test_totals_count_only_what_may_be_seen(team: Team) -> None:
    with team.house.database.transaction("mini") as t:
        groups = group(t, team.house.state(t), team.people["li"], Grouping(entity="purchase"))
    assert groups.rows == [{"count": 1}]


def test_who_plays_no_role_is_refused(team: Team) -> None:
    with pytest.raises(Refused) as caught:
        team.numbers("nobody")
    assert caught.value.by == NotPermitted("purchase", "read")


def test_me_is_whoever_asks(team: Team) -> None:
    mine = {"field": "owner", "op": "eq", "value": "me"}
    assert len(team.numbers("li", "client", filter=mine)) == 1
    assert team.numbers("li", "client", filter={"not": mine}) == []


def test_a_granted_order_is_seen_with_its_lines_until_the_grant_ends(team: Team) -> None:
    person_id = str(team.people["li"].person)
    for allows, until in (("read,edit", None), ("edit", None), ("read", "2020-01-01T00:00:00Z")):
        values = {
            "record": f"purchase:{team.orders['wang']}",
            "person": person_id,
            "allows": allows,
        }
        team.house.perform("mini", Create(entity="record_grant", values={**values, "until": until}))
        seen = team.numbers("li", sort=[("created_at", False)])
        lines = team.numbers("li", "purchase_line")
        if allows == "read,edit":
            assert seen == [team.orders["li"], team.orders["wang"]]
            assert len(lines) == 2
            assert team.one("li", team.orders["wang"])["id"] == team.orders["wang"]
        else:
            assert seen == [team.orders["li"]]
            assert len(lines) == 1
        with team.house.database.transaction("mini") as t:
            t.run("DELETE FROM record_grant")

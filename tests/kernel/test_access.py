"""People see and do what their roles allow, and no more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dougong.kernel.access.actor import HOUSE, Actor
from dougong.kernel.access.entities import FieldAccess, Role, RoleField, RolePermission
from dougong.kernel.access.rights import PersonRights, actor_of
from dougong.kernel.company import State
from dougong.kernel.house import House
from dougong.kernel.perform import Done
from dougong.kernel.refusals import NotFound, NotPermitted
from dougong.kernel.verbs import Create, Edit
from tests.kernel.house import client, mini_house, nothing_changes, person, published
from tests.kernel.mini import Client, ConfirmPurchase, Purchase, PurchaseLine

MINI = "mini"
REP = Role(
    code="rep",
    name="销售",
    permissions=[
        RolePermission(entity="client", operation="read", rows="owner in my_people"),
        RolePermission(entity="client", operation="edit", rows="owner == me"),
        RolePermission(entity="client", operation="create"),
        RolePermission(entity="purchase", operation="*", rows="client.owner in my_people"),
    ],
    fields=[RoleField(entity="client", field="grade", access=FieldAccess.READ_ONLY)],
)
BOSS = Role(
    code="boss",
    name="经理",
    permissions=[RolePermission(entity="*", operation="*")],
    fields=[RoleField(entity="purchase_line", field="cost", access=FieldAccess.SHOWN)],
)


@pytest.fixture(scope="module")
def house(database_url: str) -> Iterator[House]:
    house = mini_house(database_url)
    published(house, MINI, REP, BOSS)
    yield house
    house.close()


@pytest.fixture(scope="module")
def boss(house: House) -> Actor:
    return person(house, MINI, "经理", BOSS)


@pytest.fixture(scope="module")
def rep(house: House, boss: Actor) -> Actor:
    return person(house, MINI, "小王", REP, reports_to=str(boss.person))


@pytest.fixture(scope="module")
def other(house: House) -> Actor:
    return person(house, MINI, "小李", REP)


def rights(actor: Actor) -> PersonRights:
    assert isinstance(actor.rights, PersonRights)
    return actor.rights


def test_a_rep_edits_their_own_client(house: House, rep: Actor) -> None:
    mine = client(house, MINI, "mine", owner=str(rep.person)).id
    done = house.perform(MINI, Edit(entity="client", id=mine, values={"name": "新名"}), by=rep)
    assert isinstance(done, Done)
    assert done.record.updated_by == rep.person


def test_another_reps_client_is_not_there_for_them(house: House, rep: Actor, other: Actor) -> None:
    theirs = client(house, MINI, "theirs", owner=str(other.person)).id
    with nothing_changes(house, MINI) as refused:
        house.perform(MINI, Edit(entity="client", id=theirs, values={"name": "x"}), by=rep)
    assert refused.by == NotFound("client", str(theirs))


def test_a_client_is_not_given_away(house: House, rep: Actor, other: Actor) -> None:
    mine = client(house, MINI, "gift", owner=str(rep.person)).id
    with nothing_changes(house, MINI) as refused:
        house.perform(
            MINI, Edit(entity="client", id=mine, values={"owner": str(other.person)}), by=rep
        )
    assert refused.by == NotPermitted("client", "edit")


def test_a_field_that_is_read_only_is_named(house: House, rep: Actor) -> None:
    mine = client(house, MINI, "graded", owner=str(rep.person)).id
    with nothing_changes(house, MINI) as refused:
        house.perform(MINI, Edit(entity="client", id=mine, values={"grade": "A"}), by=rep)
    assert refused.by == NotPermitted("client", "edit", "grade")


def test_rules_follow_references(house: House, rep: Actor, other: Actor) -> None:
    mine = client(house, MINI, "ref-mine", owner=str(rep.person)).id
    theirs = client(house, MINI, "ref-theirs", owner=str(other.person)).id
    ours, not_ours = (
        house.perform(MINI, Create(entity="purchase", values={"client": str(who)}))
        for who in (mine, theirs)
    )
    assert isinstance(ours, Done)
    assert isinstance(not_ours, Done)
    assert isinstance(house.perform(MINI, ConfirmPurchase(id=ours.id), by=rep), Done)
    with nothing_changes(house, MINI) as refused:
        house.perform(MINI, ConfirmPurchase(id=not_ours.id), by=rep)
    assert refused.by == NotFound("purchase", str(not_ours.id))


def test_a_grant_opens_one_record_and_no_more(house: House, rep: Actor, other: Actor) -> None:
    theirs = client(house, MINI, "granted", owner=str(other.person)).id
    house.perform(
        MINI,
        Create(
            entity="record_grant",
            values={"record": f"client:{theirs}", "person": str(rep.person), "allows": "read,edit"},
        ),
    )
    done = house.perform(MINI, Edit(entity="client", id=theirs, values={"name": "ok"}), by=rep)
    assert isinstance(done, Done)


def test_who_leads_sees_what_their_people_own(house: House, boss: Actor, rep: Actor) -> None:
    assert boss.person is not None
    now = actor_of(house.company_state(MINI), boss.person)
    assert set(rights(now).people_below()) == {boss.person, rep.person}


def test_secrets_are_shown_only_where_they_are_granted(boss: Actor, rep: Actor) -> None:
    assert "cost" in boss.rights.readable(PurchaseLine.description)
    assert "cost" not in rep.rights.readable(PurchaseLine.description)
    assert "total" in rep.rights.readable(Purchase.description)
    assert "grade" not in rep.rights.writable(Client.description)


def test_why_names_the_role_and_the_rows(rep: Actor) -> None:
    [reason] = rights(rep).why("client", "edit")
    assert (reason.role, reason.rows) == ("rep", "owner == me")
    assert rights(rep).why("client", "delete") == []


def test_a_role_taken_away_is_gone_at_once(house: House) -> None:
    someone = person(house, MINI, "短暂", BOSS)
    assert someone.person is not None
    house.perform(MINI, Edit(entity="person", id=someone.person, values={"roles": []}))
    again = actor_of(house.company_state(MINI), someone.person)
    assert not again.rights.may("client", "read")


def test_a_company_that_changes_while_it_is_read_is_read_again(house: House) -> None:
    hired: list[Actor] = []

    def hire_once(_state: State) -> None:
        if not hired:
            hired.append(HOUSE)
            hired.append(person(house, MINI, "小周", REP))

    house.overlays.append(hire_once)
    try:
        with house.database.transaction(MINI) as transaction:
            state = house.read_state(transaction)
            known = transaction.rows("SELECT version FROM company_state")
    finally:
        house.overlays.remove(hire_once)
    assert hired[1].person in state.cached("person")
    assert known == [(state.version,)]

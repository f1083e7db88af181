"""Some commands wait for a yes; then they are performed for who asked, once."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

import pytest

from dougong.kernel.access.actor import Actor
from dougong.kernel.access.entities import Role, RolePermission
from dougong.kernel.approvals.entities import ParkedState, Rule, Then
from dougong.kernel.approvals.operations.approve import ApproveParkedCommand
from dougong.kernel.approvals.operations.decline import DeclineParkedCommand
from dougong.kernel.approvals.operations.withdraw import WithdrawParkedCommand
from dougong.kernel.approvals.refusals import NotTheRequester, NotYours, OwnRequest
from dougong.kernel.house import House
from dougong.kernel.log.runner import Readers
from dougong.kernel.perform import Done, Waiting
from dougong.kernel.refusals import BrokenRule, WrongState
from dougong.kernel.values import new_id
from dougong.kernel.verbs import Create, Edit
from tests.kernel.house import client, mini_house, nothing_changes, person, published
from tests.kernel.mini import ConfirmPurchase, TooMuchOwed

MINI = "mini"
ALL = [RolePermission(entity="*", operation="*")]
REP = Role(code="rep", name="销售", permissions=list(ALL))
CHIEF = Role(code="chief", name="总监", permissions=[RolePermission(entity="*", operation="*")])
RULES = (
    Rule(
        name="大折扣",
        on_entity="purchase",
        on_operation="confirm",
        then=Then.ASK,
        condition='discount > 0.15 or client.grade == "C"',
        role="chief",
    ),
    Rule(
        name="超信用",
        on_entity="purchase",
        on_operation="confirm",
        then=Then.LIFT,
        refusal="too_much_owed",
        role="chief",
    ),
    Rule(
        name="不卖半价",
        on_entity="purchase",
        on_operation="confirm",
        then=Then.REFUSE,
        condition="discount >= 0.5",
        message="折扣过大",
    ),
)


@pytest.fixture(scope="module")
def house(database_url: str) -> Iterator[House]:
    house = mini_house(database_url)
    published(house, MINI, REP, CHIEF, *RULES)
    yield house
    house.close()


@pytest.fixture(scope="module")
def rep(house: House) -> Actor:
    return person(house, MINI, "小王", REP)


@pytest.fixture(scope="module")
def chief(house: House) -> Actor:
    return person(house, MINI, "总监", CHIEF)


def purchase(house: House, rep: Actor, who: UUID, discount: str = "0", price: int = 100) -> UUID:
    made = house.perform(
        MINI,
        Create(
            entity="purchase",
            values={
                "client": str(who),
                "discount": discount,
                "lines": [{"what": "x", "quantity": "1", "price": price}],
            },
        ),
        by=rep,
    )
    assert isinstance(made, Done)
    return made.id


def state_of(house: House, table: str, identity: UUID) -> str:
    with house.database.transaction(MINI) as transaction:
        return str(transaction.rows(f"SELECT state FROM {table} WHERE id = %s", [identity])[0][0])


def test_a_small_discount_needs_nobody(house: House, rep: Actor) -> None:
    order = purchase(house, rep, client(house, MINI, "small").id, "0.1")
    assert isinstance(house.perform(MINI, ConfirmPurchase(id=order), by=rep), Done)


def test_a_big_discount_waits_and_is_performed_for_its_requester(
    house: House, rep: Actor, chief: Actor
) -> None:
    order = purchase(house, rep, client(house, MINI, "big").id, "0.2")
    waiting = house.perform(MINI, ConfirmPurchase(id=order), by=rep)
    assert isinstance(waiting, Waiting)
    assert waiting.role == "chief"
    assert state_of(house, "purchase", order) == "draft"

    house.perform(MINI, ApproveParkedCommand(id=waiting.parked), by=chief)

    assert state_of(house, "purchase", order) == "confirmed"
    assert state_of(house, "parked_command", waiting.parked) == ParkedState.PERFORMED
    with house.database.transaction(MINI) as transaction:
        rows = transaction.rows(
            "SELECT actor FROM event WHERE record = %s AND name = 'purchase.confirmed'", [order]
        )
    assert rows == [(rep.person,)]


def test_a_rule_may_look_at_the_client(house: House, rep: Actor) -> None:
    order = purchase(house, rep, client(house, MINI, "grade-c", grade="C").id)
    assert isinstance(house.perform(MINI, ConfirmPurchase(id=order), by=rep), Waiting)


def test_nobody_approves_their_own(house: House, chief: Actor) -> None:
    order = purchase(house, chief, client(house, MINI, "own").id, "0.2")
    waiting = house.perform(MINI, ConfirmPurchase(id=order), by=chief)
    assert isinstance(waiting, Waiting)
    with nothing_changes(house, MINI) as refused:
        house.perform(MINI, ApproveParkedCommand(id=waiting.parked), by=chief)
    assert refused.by == OwnRequest()


def test_only_the_role_that_was_asked_answers(house: House, rep: Actor) -> None:
    order = purchase(house, rep, client(house, MINI, "role").id, "0.2")
    waiting = house.perform(MINI, ConfirmPurchase(id=order), by=rep)
    assert isinstance(waiting, Waiting)
    colleague = person(house, MINI, "小李", REP)
    with nothing_changes(house, MINI) as refused:
        house.perform(MINI, ApproveParkedCommand(id=waiting.parked), by=colleague)
    assert refused.by == NotYours("chief")
    with nothing_changes(house, MINI) as refused:
        house.perform(MINI, WithdrawParkedCommand(id=waiting.parked), by=colleague)
    assert refused.by == NotTheRequester()


def test_an_edit_cancels_the_ask(house: House, rep: Actor, chief: Actor) -> None:
    order = purchase(house, rep, client(house, MINI, "edited").id, "0.2")
    waiting = house.perform(MINI, ConfirmPurchase(id=order), by=rep)
    assert isinstance(waiting, Waiting)
    house.perform(MINI, Edit(entity="purchase", id=order, values={"discount": "0.3"}), by=rep)

    house.perform(MINI, ApproveParkedCommand(id=waiting.parked), by=chief)

    assert state_of(house, "purchase", order) == "draft"
    assert state_of(house, "parked_command", waiting.parked) == ParkedState.CANCELLED


def test_declined_is_declined(house: House, rep: Actor, chief: Actor) -> None:
    order = purchase(house, rep, client(house, MINI, "no").id, "0.2")
    waiting = house.perform(MINI, ConfirmPurchase(id=order), by=rep)
    assert isinstance(waiting, Waiting)
    house.perform(MINI, DeclineParkedCommand(id=waiting.parked, answer="太低"), by=chief)
    assert state_of(house, "purchase", order) == "draft"
    with nothing_changes(house, MINI) as refused:
        house.perform(MINI, ApproveParkedCommand(id=waiting.parked), by=chief)
    assert refused.by == WrongState("declined", "approved")


def test_a_limit_may_be_lifted_and_no_further_than_was_approved(
    house: House, rep: Actor, chief: Actor
) -> None:
    who = client(house, MINI, "limited").id
    with house.database.outside() as connection:
        connection.execute(
            "INSERT INTO c_mini.limit_of (id, version, client, most, owed, created_at, updated_at) "
            "VALUES (%s, 1, %s, 150, 0, now(), now())",
            [new_id(), who],
        )
    first, second, third = (purchase(house, rep, who) for _ in range(3))
    assert isinstance(house.perform(MINI, ConfirmPurchase(id=first), by=rep), Done)
    asked = [house.perform(MINI, ConfirmPurchase(id=o), by=rep) for o in (second, third)]
    assert isinstance(asked[0], Waiting)
    assert isinstance(asked[1], Waiting)
    assert asked[0].reasons == (TooMuchOwed(Decimal(150), Decimal(50)),)

    house.perform(MINI, ApproveParkedCommand(id=asked[0].parked), by=chief)
    house.perform(MINI, ApproveParkedCommand(id=asked[1].parked), by=chief)

    assert state_of(house, "purchase", second) == "confirmed"
    assert state_of(house, "purchase", third) == "draft"
    assert state_of(house, "parked_command", asked[1].parked) == ParkedState.FAILED


def test_what_the_company_refuses_nobody_lifts(house: House, rep: Actor) -> None:
    order = purchase(house, rep, client(house, MINI, "half").id, "0.5")
    with nothing_changes(house, MINI) as refused:
        house.perform(MINI, ConfirmPurchase(id=order), by=rep)
    assert BrokenRule("不卖半价", "折扣过大") in refused.refusals


def test_a_preview_tells_whose_approval_it_would_need(house: House, rep: Actor) -> None:
    order = purchase(house, rep, client(house, MINI, "ahead").id, "0.2")
    ahead = house.preview(MINI, ConfirmPurchase(id=order), by=rep)
    assert ahead.waits_for == "chief"


def test_what_was_approved_before_the_process_died_is_performed_by_the_readers(
    house: House, rep: Actor, chief: Actor
) -> None:
    order = purchase(house, rep, client(house, MINI, "died").id, "0.2")
    waiting = house.perform(MINI, ConfirmPurchase(id=order), by=rep)
    assert isinstance(waiting, Waiting)
    Readers(house).catch_up()
    listeners, house.listeners = house.listeners, []
    house.perform(MINI, ApproveParkedCommand(id=waiting.parked), by=chief)
    house.listeners = listeners
    assert state_of(house, "purchase", order) == "draft"

    Readers(house).catch_up()

    assert state_of(house, "purchase", order) == "confirmed"
    assert state_of(house, "parked_command", waiting.parked) == ParkedState.PERFORMED

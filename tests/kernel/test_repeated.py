"""Whoever presses twice, or at the same time as somebody else, gets one deed and a true answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest

from dougong.kernel.access.actor import Actor
from dougong.kernel.access.entities import FieldAccess, Role, RoleField, RolePermission
from dougong.kernel.approvals.entities import ParkedState, Rule, Then
from dougong.kernel.approvals.operations.approve import ApproveParkedCommand
from dougong.kernel.approvals.operations.withdraw import WithdrawParkedCommand
from dougong.kernel.approvals.release import release
from dougong.kernel.house import Committed, House
from dougong.kernel.perform import Done, Outcome, Waiting
from dougong.kernel.refusals import NotPermitted, Refused, Stale
from dougong.kernel.verbs import Create, Delete, Edit
from tests.kernel.house import client, mini_house, person, published
from tests.kernel.mini import ConfirmPurchase

MINI = "mini"
REP = Role(
    code="rep",
    name="销售",
    permissions=[
        RolePermission(entity="*", operation="*"),
    ],
)
OWNER = Role(
    code="owner",
    name="客户经理",
    permissions=[
        RolePermission(entity="client", operation="read"),
        RolePermission(entity="client", operation="edit", rows='grade == "B"'),
    ],
)
BLIND = Role(
    code="blind",
    name="文员",
    permissions=[RolePermission(entity="client", operation="*")],
    fields=[RoleField(entity="client", field="grade", access=FieldAccess.HIDDEN)],
)
CHIEF = Role(code="chief", name="总监", permissions=[RolePermission(entity="*", operation="*")])
RULES = (
    Rule(
        name="大折扣",
        on_entity="purchase",
        on_operation="confirm",
        then=Then.ASK,
        condition="discount > 0.15",
        role="chief",
    ),
    Rule(
        name="不叫坏",
        on_entity="client",
        on_operation="edit",
        then=Then.REFUSE,
        condition='name == "坏"',
    ),
)


@pytest.fixture(scope="module")
def house(database_url: str) -> Iterator[House]:
    house = mini_house(database_url)
    published(house, MINI, REP, CHIEF, OWNER, BLIND, *RULES)
    yield house
    house.close()


@pytest.fixture(scope="module")
def rep(house: House) -> Actor:
    return person(house, MINI, "小王", REP)


@pytest.fixture(scope="module")
def chief(house: House) -> Actor:
    return person(house, MINI, "总监", CHIEF)


def purchase(house: House, who: UUID, discount: str = "0") -> UUID:
    values = {
        "client": str(who),
        "discount": discount,
        "lines": [{"what": "x", "quantity": "1", "price": 100}],
    }
    made = house.perform(MINI, Create(entity="purchase", values=values))
    assert isinstance(made, Done)
    return made.id


def stored(house: House, sql: str, *parameters: Any) -> Any:
    with house.database.transaction(MINI) as transaction:
        return transaction.rows(sql, parameters)[0][0]


def at_once(times: int, act: Callable[[], Any]) -> list[Any]:
    """Do the same in several threads that start together."""
    found: list[Any] = []
    ready = threading.Barrier(times)

    def run() -> None:
        ready.wait()
        try:
            found.append(act())
        except Refused as refused:
            found.append(refused)

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_one_key_sent_twice_at_once_is_answered_twice_and_done_once(house: House) -> None:
    for n in range(10):
        order = purchase(house, client(house, MINI, f"twice{n}").id)
        command = ConfirmPurchase(id=order)
        outcomes = at_once(2, lambda: house.perform(MINI, command, key=f"twice-{n}"))  # noqa: B023
        assert all(isinstance(one, Done) for one in outcomes), outcomes
        assert sorted(one.replayed for one in outcomes) == [False, True]


def test_one_key_makes_one_record_though_its_code_is_unique(house: House) -> None:
    for n in range(10):
        command = Create(entity="client", values={"code": f"once{n}", "name": "x"})
        outcomes = at_once(2, lambda: house.perform(MINI, command, key=f"once-{n}"))  # noqa: B023
        assert all(isinstance(one, Done) for one in outcomes), outcomes
        assert len({one.id for one in outcomes}) == 1


def test_pressing_twice_waits_once(house: House, rep: Actor) -> None:
    order = purchase(house, client(house, MINI, "press").id, "0.2")
    first = house.perform(MINI, ConfirmPurchase(id=order), by=rep)
    second = house.perform(MINI, ConfirmPurchase(id=order), by=rep)
    assert isinstance(first, Waiting)
    assert isinstance(second, Waiting)
    assert second.parked == first.parked
    assert second.role == first.role
    assert second.reasons == first.reasons


def test_pressing_twice_at_once_waits_once(house: House, rep: Actor) -> None:
    order = purchase(house, client(house, MINI, "press2").id, "0.2")
    outcomes = at_once(4, lambda: house.perform(MINI, ConfirmPurchase(id=order), by=rep))
    assert len({one.parked for one in outcomes}) == 1


def test_what_was_taken_back_or_edited_is_asked_anew(
    house: House, rep: Actor, chief: Actor
) -> None:
    order = purchase(house, client(house, MINI, "anew").id, "0.2")
    first = house.perform(MINI, ConfirmPurchase(id=order), by=rep)
    other = house.perform(MINI, ConfirmPurchase(id=order), by=chief)
    remarked = house.perform(MINI, ConfirmPurchase(id=order, remark="eilig"), by=rep)
    assert isinstance(first, Waiting)
    assert isinstance(other, Waiting)
    assert isinstance(remarked, Waiting)
    house.perform(MINI, WithdrawParkedCommand(id=first.parked), by=rep)
    second = house.perform(MINI, ConfirmPurchase(id=order), by=rep)
    house.perform(MINI, Edit(entity="purchase", id=order, values={"discount": "0.3"}))
    third = house.perform(MINI, ConfirmPurchase(id=order), by=rep)
    assert isinstance(second, Waiting)
    assert isinstance(third, Waiting)
    parked = {one.parked for one in (first, other, remarked, second, third)}
    assert len(parked) == 5


def test_an_approval_that_two_release_is_performed_and_says_so(
    house: House, rep: Actor, chief: Actor
) -> None:
    told = house.listeners[:]
    house.listeners.clear()
    try:
        for n in range(10):
            order = purchase(house, client(house, MINI, f"release{n}").id, "0.2")
            waiting = house.perform(MINI, ConfirmPurchase(id=order), by=rep)
            assert isinstance(waiting, Waiting)
            house.perform(MINI, ApproveParkedCommand(id=waiting.parked), by=chief)
            at_once(3, lambda: release(house, MINI, waiting.parked))  # noqa: B023
            sql = "SELECT state FROM parked_command WHERE id = %s"
            assert stored(house, sql, waiting.parked) == ParkedState.PERFORMED
    finally:
        house.listeners[:] = told


def test_what_was_approved_for_somebody_who_left_has_failed(house: House, chief: Actor) -> None:
    leaver = person(house, MINI, "小李", REP)
    order = purchase(house, client(house, MINI, "leaver").id, "0.2")
    waiting = house.perform(MINI, ConfirmPurchase(id=order), by=leaver)
    assert isinstance(waiting, Waiting)
    house.perform(MINI, Edit(entity="person", id=leaver.person, values={"active": False}))

    answered = house.perform(MINI, ApproveParkedCommand(id=waiting.parked), by=chief)

    assert isinstance(answered, Done)
    sql = "SELECT state FROM parked_command WHERE id = %s"
    assert stored(house, sql, waiting.parked) == ParkedState.FAILED
    assert stored(house, "SELECT state FROM purchase WHERE id = %s", order) == "draft"


@pytest.mark.parametrize(
    "error",
    [
        psycopg.errors.LockNotAvailable(),
        psycopg.errors.UniqueViolation(),
        Refused(NotPermitted("a", "b")),
        ValueError(),
    ],
)
def test_what_goes_wrong_after_the_commit_does_not_repeat_the_deed(
    house: House, error: Exception
) -> None:
    heard: list[Committed] = []

    def fail_once(committed: Committed) -> None:
        heard.append(committed)
        raise error

    who = client(house, MINI, f"after{type(error).__name__}"[:20]).id
    house.listeners.append(fail_once)
    try:
        made = house.perform(MINI, Create(entity="purchase", values={"client": str(who)}))
    finally:
        house.listeners.remove(fail_once)
    assert isinstance(made, Done)
    assert len(heard) == 1
    assert stored(house, "SELECT count(*) FROM purchase WHERE client = %s", who) == 1


def edits(house: House, *rows: tuple[UUID, dict[str, Any]], by: Actor) -> list[Outcome]:
    return house.perform_many(
        MINI, [Edit(entity="client", id=one, values=values) for one, values in rows], by=by
    )


def test_two_edits_of_one_record_in_a_batch_both_count(house: House, rep: Actor) -> None:
    made = client(house, MINI, "both").id
    first, second = edits(house, (made, {"name": "新"}), (made, {"grade": "A"}), by=rep)
    assert isinstance(first, Done)
    assert isinstance(second, Done)
    assert stored(house, "SELECT name || grade FROM client WHERE id = %s", made) == "新A"


def test_a_refused_edit_takes_no_other_edit_of_its_record_along(house: House, rep: Actor) -> None:
    made = client(house, MINI, "along").id
    refused, done = edits(house, (made, {"name": "坏"}), (made, {"grade": "A"}), by=rep)
    assert isinstance(refused, Refused)
    assert isinstance(done, Done)
    sql = "SELECT name || grade FROM client WHERE id = %s"
    assert stored(house, sql, made) == "客户 alongA"
    done, refused = edits(house, (made, {"grade": "C"}), (made, {"nix": "x"}), by=rep)
    assert isinstance(refused, Refused)
    assert isinstance(done, Done)
    assert stored(house, sql, made) == "客户 alongC"


def test_of_many_edits_that_lead_out_of_reach_each_is_refused(house: House) -> None:
    keeper = person(house, MINI, "小赵", OWNER)
    made = [client(house, MINI, f"reach{n}").id for n in range(20)]
    outcomes = edits(house, *((one, {"grade": "A"}) for one in made), by=keeper)
    assert [type(one) for one in outcomes] == [Refused] * 20


def test_a_version_that_never_was_is_refused(house: House) -> None:
    made = client(house, MINI, "future").id
    with pytest.raises(Refused) as refused:
        house.perform(MINI, Edit(entity="client", id=made, values={"name": "x"}), seen=99)
    assert isinstance(refused.value.by, Stale)


def test_what_the_log_does_not_tell_of_is_not_merged(house: House) -> None:
    made = client(house, MINI, "untold").id
    with house.database.outside() as connection:
        connection.execute(
            "UPDATE c_mini.client SET name = 'other', version = 2 WHERE id = %s", [made]
        )
    with pytest.raises(Refused) as refused:
        house.perform(MINI, Edit(entity="client", id=made, values={"grade": "A"}), seen=1)
    assert isinstance(refused.value.by, Stale)


def test_a_stale_deed_names_no_field_that_may_not_be_read(house: House) -> None:
    blind = person(house, MINI, "小钱", BLIND)
    made = client(house, MINI, "blind").id
    house.perform(MINI, Edit(entity="client", id=made, values={"grade": "A", "name": "x"}))
    with pytest.raises(Refused) as refused:
        house.perform(MINI, Delete(entity="client", id=made), by=blind, seen=1)
    assert refused.value.by == Stale("client", made, 1, 2, ("name",))

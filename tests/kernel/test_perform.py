"""Commands are performed whole or not at all."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from dougong.kernel.house import House
from dougong.kernel.perform import Done
from dougong.kernel.refusals import (
    InvalidField,
    KeyReused,
    NotFound,
    NotUnique,
    Refused,
    Stale,
    StillReferenced,
    UnknownReference,
    WrongState,
)
from dougong.kernel.values import new_id
from dougong.kernel.verbs import Create, Delete, Edit
from tests.kernel.house import MONDAY, client, mini_house, nothing_changes
from tests.kernel.mini import ClosedToday, ConfirmPurchase, Purchase, TooMuchOwed

MINI = "mini"


@pytest.fixture(scope="module")
def house(database_url: str) -> Iterator[House]:
    house = mini_house(database_url)
    yield house
    house.close()


def purchase(house: House, client_id: UUID, *prices: int, **values: object) -> Purchase:
    lines = [{"what": f"item {at}", "quantity": "1", "price": p} for at, p in enumerate(prices)]
    made = house.perform(
        MINI,
        Create(
            entity="purchase", values={"client": str(client_id), "lines": lines or [], **values}
        ),
    )
    assert isinstance(made, Done)
    return made.record


def limited(house: House, code: str, most: int) -> UUID:
    made = client(house, MINI, code)
    with house.database.outside() as connection:
        connection.execute(
            "INSERT INTO c_mini.limit_of (id, version, client, most, owed, created_at, updated_at) "
            "VALUES (%s, 1, %s, %s, 0, now(), now())",
            [new_id(), made.id, most],
        )
    return made.id


def test_an_order_is_numbered_summed_and_confirmed(house: House) -> None:
    who = client(house, MINI, "one").id
    order = purchase(house, who, 10, 20, discount="0.1")

    done = house.perform(MINI, ConfirmPurchase(id=order.id))

    assert isinstance(done, Done)
    assert order.number.startswith("P-2026-")
    assert done.record.total == Decimal("27.0")
    assert done.record.state == "confirmed"
    assert done.record.version == 2


def test_its_events_name_their_causes_and_changes(house: House) -> None:
    who = client(house, MINI, "causes").id
    order = purchase(house, who, 10)
    done = house.perform(MINI, ConfirmPurchase(id=order.id))
    assert isinstance(done, Done)
    with house.database.transaction(MINI) as transaction:
        rows = transaction.rows(
            "SELECT name, id, cause, changes FROM event WHERE trace = "
            "(SELECT trace FROM event WHERE id = %s) ORDER BY seq",
            [done.event],
        )
    by_name = {row[0]: row for row in rows}
    root = by_name["purchase.confirmed"]
    assert root[1] == done.event
    assert root[2] is None
    assert by_name["limit_of.used"][2] == root[1]
    assert root[3][f"purchase:{order.id}"]["state"] == ["draft", "confirmed"]


def test_all_reasons_are_named_at_once_and_nothing_is_written(house: House) -> None:
    who = limited(house, "poor", 100)
    order = purchase(house, who, 70, 80)
    sunday = MONDAY + timedelta(days=6)

    with nothing_changes(house, MINI) as refused:
        house.perform(MINI, ConfirmPurchase(id=order.id), now=sunday)

    assert refused.refusals == (TooMuchOwed(Decimal(100), Decimal(50)), ClosedToday())


def test_a_wrong_state_is_refused_aloud(house: House) -> None:
    order = purchase(house, client(house, MINI, "twice").id, 1)
    house.perform(MINI, ConfirmPurchase(id=order.id))

    with nothing_changes(house, MINI) as refused:
        house.perform(MINI, ConfirmPurchase(id=order.id))

    assert refused.by == WrongState("confirmed", "confirmed")


def test_every_bad_field_is_named_by_its_place(house: House) -> None:
    who = client(house, MINI, "fields").id
    with nothing_changes(house, MINI) as refused:
        house.perform(
            MINI,
            Create(
                entity="purchase",
                values={
                    "client": str(who),
                    "discount": "2",
                    "total": "5",
                    "lines": [{"what": "x", "quantity": "NaN"}, {"quantity": "-1", "nonsense": 1}],
                },
            ),
        )
    assert {(r.field, r.problem) for r in refused.refusals if isinstance(r, InvalidField)} == {
        ("discount", "too_large"),
        ("total", "read_only"),
        ("lines[0].quantity", "wrong_type"),
        ("lines[1].quantity", "too_small"),
        ("lines[1].nonsense", "unknown_field"),
        ("lines[1].what", "required"),
    }


def test_the_same_code_twice_is_refused_naming_it(house: House) -> None:
    client(house, MINI, "unique")
    with nothing_changes(house, MINI) as refused:
        client(house, MINI, "unique")
    assert refused.by == NotUnique("client", "code", "unique")


def test_a_reference_to_nothing_is_refused(house: House) -> None:
    nobody = new_id()
    with nothing_changes(house, MINI) as refused:
        purchase(house, nobody)
    assert refused.by == UnknownReference("client", "client", str(nobody))


def test_what_is_referred_to_is_not_deleted(house: House) -> None:
    who = client(house, MINI, "kept").id
    purchase(house, who)
    with nothing_changes(house, MINI) as refused:
        house.perform(MINI, Delete(entity="client", id=who))
    assert refused.by == StillReferenced("client", who, "purchase")


def test_what_is_not_there_is_not_found(house: House) -> None:
    nothing = new_id()
    with nothing_changes(house, MINI) as refused:
        house.perform(MINI, ConfirmPurchase(id=nothing))
    assert refused.by == NotFound("purchase", str(nothing))


def test_a_key_makes_it_one_deed(house: House) -> None:
    order = purchase(house, client(house, MINI, "keyed").id, 1)
    first = house.perform(MINI, ConfirmPurchase(id=order.id), key="k")
    again = house.perform(MINI, ConfirmPurchase(id=order.id), key="k")
    assert isinstance(first, Done)
    assert isinstance(again, Done)
    assert again.replayed
    assert again.event == first.event

    with nothing_changes(house, MINI) as refused:
        house.perform(MINI, ConfirmPurchase(id=order.id, remark="other"), key="k")
    assert refused.by == KeyReused("k")


def test_a_refused_deed_is_not_remembered(house: House) -> None:
    order = purchase(house, client(house, MINI, "again").id, 1)
    sunday = MONDAY + timedelta(days=6)
    with pytest.raises(Refused):
        house.perform(MINI, ConfirmPurchase(id=order.id), key="r", now=sunday)
    assert isinstance(house.perform(MINI, ConfirmPurchase(id=order.id), key="r"), Done)


def test_two_edits_of_different_fields_are_merged(house: House) -> None:
    who = client(house, MINI, "merge").id
    house.perform(MINI, Edit(entity="client", id=who, values={"name": "甲"}), seen=1)
    done = house.perform(MINI, Edit(entity="client", id=who, values={"grade": "A"}), seen=1)
    assert isinstance(done, Done)
    assert (done.record.name, done.record.grade) == ("甲", "A")


def test_two_edits_of_one_field_are_not(house: House) -> None:
    who = client(house, MINI, "clash").id
    house.perform(MINI, Edit(entity="client", id=who, values={"name": "甲"}), seen=1)
    with nothing_changes(house, MINI) as refused:
        house.perform(MINI, Edit(entity="client", id=who, values={"name": "乙"}), seen=1)
    assert refused.by == Stale("client", who, 1, 2, ("name",))


def test_in_a_batch_who_is_refused_leaves_the_others_alone(house: House) -> None:
    who = limited(house, "batch", 100)
    orders = [purchase(house, who, price) for price in (60, 70, 40)]
    outcomes = house.perform_many(MINI, [ConfirmPurchase(id=o.id) for o in orders])
    assert isinstance(outcomes[0], Done)
    assert isinstance(outcomes[1], Refused)
    assert outcomes[1].by == TooMuchOwed(Decimal(100), Decimal(30))
    assert isinstance(outcomes[2], Done)


def test_twenty_at_once_never_pass_the_limit(house: House) -> None:
    who = limited(house, "rush", 100)
    orders = [purchase(house, who, 10) for _ in range(20)]
    results: list[object] = []

    def confirm(order: Purchase) -> None:
        try:
            results.append(house.perform(MINI, ConfirmPurchase(id=order.id)))
        except Refused as refused:
            results.append(refused.by)

    threads = [threading.Thread(target=confirm, args=[order]) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(r, Done) for r in results) == 10
    assert sum(isinstance(r, TooMuchOwed) for r in results) == 10


def test_a_first_limit_made_by_ten_at_once_is_one(house: House) -> None:
    who = client(house, MINI, "first").id
    orders = [purchase(house, who, 1) for _ in range(10)]
    failures: list[BaseException] = []

    def confirm(order: Purchase) -> None:
        try:
            house.perform(MINI, ConfirmPurchase(id=order.id))
        except BaseException as failure:  # noqa: BLE001
            failures.append(failure)

    threads = [threading.Thread(target=confirm, args=[order]) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with house.database.transaction(MINI) as transaction:
        assert transaction.rows("SELECT owed FROM limit_of WHERE client = %s", [who]) == [
            (Decimal(10),)
        ]


def test_a_preview_says_it_all_and_writes_nothing(house: House) -> None:
    who = limited(house, "preview", 50)
    order = purchase(house, who, 80)
    ahead = house.preview(MINI, ConfirmPurchase(id=order.id))
    assert ahead.obstacles == (TooMuchOwed(Decimal(50), Decimal(30)),)
    assert house.perform(MINI, Edit(entity="purchase", id=order.id, values={"discount": "0.5"}))
    ahead = house.preview(MINI, ConfirmPurchase(id=order.id))
    assert ahead.obstacles == ()
    assert ahead.record.state == "confirmed"
    with house.database.transaction(MINI) as transaction:
        assert transaction.rows("SELECT state FROM purchase WHERE id = %s", [order.id]) == [
            ("draft",)
        ]


def test_ten_lines_and_a_thousand_take_the_same_statements(house: House) -> None:
    who = client(house, MINI, "lines").id
    counts = []
    for size in (10, 1000):
        with house.database.watched() as statements:
            order = purchase(house, who, *range(size))
            house.perform(MINI, ConfirmPurchase(id=order.id))
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert counts[0] <= 14


def test_what_is_noted_in_the_diary_stays(house: House) -> None:
    order = purchase(house, client(house, MINI, "diary").id, 3)
    house.perform(MINI, ConfirmPurchase(id=order.id))
    with house.database.outside() as connection, pytest.raises(Exception, match="never changed"):
        connection.execute("UPDATE c_mini.diary SET note = 'x'")


def test_two_companies_do_not_see_each_other(house: House) -> None:
    house.create_company("other", name="别家")
    who = client(house, MINI, "secret").id
    with pytest.raises(Refused) as refused:
        house.perform("other", Edit(entity="client", id=who, values={"name": "x"}))
    assert refused.value.by == NotFound("client", str(who))
    with (
        house.database.transaction("other") as transaction,
        pytest.raises(Exception, match="permission denied"),
    ):
        transaction.rows("SELECT * FROM c_mini.client")


def test_an_operation_on_no_record_says_that_it_needs_one(house: House) -> None:
    with nothing_changes(house, MINI) as refused:
        house.do(MINI, "purchase.confirm")
    assert refused.by == InvalidField("id", "required")

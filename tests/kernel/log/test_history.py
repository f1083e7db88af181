"""History: what became of a record, what it was on Tuesday, what it set in motion, and undoing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from dougong.kernel.access.actor import HOUSE, AllRights
from dougong.kernel.house import House
from dougong.kernel.log.history import as_of, history
from dougong.kernel.log.runner import Readers
from dougong.kernel.log.trace import (
    as_text,
    caused_by_event,
    caused_by_record,
    caused_in_trace,
)
from dougong.kernel.log.undo import ChangedSince, NothingToUndo, undo
from dougong.kernel.refusals import NotFound, Refused, StillReferenced, WrongState
from dougong.kernel.store.shapes import shape_of
from dougong.kernel.verbs import Delete, Edit
from tests.kernel.log.trade import IssueBill, TouchPart, WinDeal
from tests.kernel.log.trading import SHOP, deal, make, rows, trading

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture(scope="module")
def house(database_url: str) -> Iterator[House]:
    with trading(database_url) as house:
        house.clock = lambda: MONDAY
        yield house


def edit(house: House, record: Any, at: datetime = MONDAY, **values: Any) -> Any:
    command = Edit(entity=record.description.name, id=record.id, values=values)
    return house.perform(SHOP, command, now=at)


def plain(record: Any) -> Any:
    """Give a record's values with its lines, to compare."""
    if record is None:
        return None
    shape = shape_of(record.description)
    values = dict(zip(shape.names, shape.row(record), strict=True))
    for field in record.description.lines:
        values[field.name] = [plain(line) for line in field.get(record)]
    return values


def then(house: House, entity: str, record: UUID, at: datetime) -> Any:
    with house.database.transaction(SHOP) as transaction:
        return as_of(transaction, house.catalogue, entity, record, at)


def events_of(house: House, entity: str, record: UUID, **page: Any) -> list[Any]:
    with house.database.transaction(SHOP) as transaction:
        return history(transaction, house.catalogue, entity, record, **page)


def test_history_is_newest_first_in_pages_with_what_changed(house: House) -> None:
    buyer = make(house, "buyer", name="张三")
    for credit in (1, 2, 3):
        edit(house, buyer, credit=str(credit))

    first = events_of(house, "buyer", buyer.id, limit=3)
    rest = events_of(house, "buyer", buyer.id, limit=3, before=first[-1].seq)

    assert [one.name for one in [*first, *rest]] == ["buyer.edited"] * 3 + ["buyer.created"]
    assert first[0].changes == {f"buyer:{buyer.id}": {"credit": ["2", "3"], "version": [3, 4]}}


def test_a_buyer_s_history_has_what_a_won_deal_changed_in_it_and_not_in_the_deal(
    house: House,
) -> None:
    buyer = make(house, "buyer", name="张三")
    made = deal(house, buyer.id, "bolt")
    done = house.perform(SHOP, WinDeal(id=made.id))

    won = events_of(house, "buyer", buyer.id)[0]

    assert (won.id, won.record) == (done.event, made.id)
    assert won.changes == {f"buyer:{buyer.id}": {"deals": ["0", "1"], "version": [1, 2]}}


class NoCredit(AllRights):
    """Who may not see credit."""

    def readable(self, description: Any) -> frozenset[str]:
        return super().readable(description) - {"credit"}


def test_what_may_not_be_read_is_not_in_history_either(house: House) -> None:
    buyer = make(house, "buyer", name="张三")
    edit(house, buyer, credit="5", name="张三丰")
    house.perform(SHOP, Delete(entity="buyer", id=buyer.id))

    gone, edited, _ = events_of(house, "buyer", buyer.id, rights=NoCredit())

    assert edited.changes == {f"buyer:{buyer.id}": {"name": ["张三", "张三丰"], "version": [1, 2]}}
    row = gone.changes[f"buyer:{buyer.id}"]["deleted"][0]
    assert row["name"] == "张三丰"
    assert "credit" not in row


def test_a_deal_as_it_was_on_each_day(house: House) -> None:
    buyer = make(house, "buyer", name="张三")
    made = deal(house, buyer.id, "bolt", "nut", until="2026-12-24")
    snapshots = {MONDAY: plain(made)}
    one, two = made.lines
    steps = (
        {"remark": "urgent", "until": None},
        {"lines": [{"id": str(two.id), "quantity": "2.5"}, {"what": "nail"}]},
        {"lines": [{"id": str(two.id), "parts": [{"note": "3"}]}]},
        {"lines": []},
    )
    for n, values in enumerate(steps, start=1):
        at = MONDAY + timedelta(days=n)
        snapshots[at] = plain(edit(house, made, at, **values).record)
    at = MONDAY + timedelta(days=5)
    snapshots[at] = plain(house.perform(SHOP, WinDeal(id=made.id, remark="won"), now=at).record)
    gone = MONDAY + timedelta(days=6)
    house.perform(SHOP, Delete(entity="deal", id=made.id), now=gone)

    for at, as_it_was in snapshots.items():
        assert plain(then(house, "deal", made.id, at + timedelta(hours=1))) == as_it_was
    assert then(house, "deal", made.id, MONDAY - timedelta(hours=1)) is None
    assert then(house, "deal", made.id, gone) is None
    assert one.id not in [line["id"] for line in snapshots[TUESDAY + timedelta(days=1)]["lines"]]


def test_a_bill_had_no_number_before_it_was_issued(house: House) -> None:
    bill = make(house, "bill", buyer=str(make(house, "buyer", name="张三").id))
    house.perform(SHOP, IssueBill(id=bill.id), now=TUESDAY)

    assert then(house, "bill", bill.id, MONDAY).number is None
    assert then(house, "bill", bill.id, FRIDAY).number is not None


def test_what_a_won_deal_set_in_motion(house: House) -> None:
    buyer = make(house, "buyer", name="张三")
    made = deal(house, buyer.id, "bolt")
    done = house.perform(SHOP, WinDeal(id=made.id))
    house.clock = lambda: MONDAY + timedelta(seconds=90)
    Readers(house).catch_up()
    house.clock = lambda: MONDAY

    with house.database.transaction(SHOP) as transaction:
        [won] = caused_by_event(transaction, house.catalogue, done.event)
        of_deal = caused_by_record(transaction, house.catalogue, made.id)
        [trace] = transaction.rows("SELECT trace FROM event WHERE id = %s", (done.event,))
        in_trace = caused_in_trace(transaction, house.catalogue, *trace)

    assert (won.name, won.title, won.waited) == ("deal.won", made.number, timedelta())
    assert [(one.name, one.waited) for one in won.children] == [
        ("todo.created", timedelta(seconds=90)),
        ("todo.created", timedelta(seconds=90)),
    ]
    assert [one.name for one in of_deal] == ["deal.created", "deal.won"]
    assert in_trace == [won]
    assert as_text([won]).splitlines() == [
        f"deal.won {made.number} 2026-11-23 09:00:00",
        "├─ todo.created +1.5 min",
        "└─ todo.created +1.5 min",
    ]


def test_an_edit_is_undone(house: House) -> None:
    made = deal(house, make(house, "buyer", name="张三").id, "bolt", "nut", until="2026-12-24")
    one, two = made.lines
    done = edit(
        house,
        made,
        remark="urgent",
        until="2026-12-31",
        lines=[{"id": str(two.id), "quantity": "9", "parts": []}, {"what": "nail"}],
    )

    back = undo(house, SHOP, done.event).record

    assert (back.remark, back.until) == ("", date(2026, 12, 24))
    found = [(line.what, line.quantity, [p.note for p in line.parts]) for line in back.lines]
    assert found == [("bolt", Decimal(1), ["1", "2"]), ("nut", Decimal(1), ["1", "2"])]
    assert back.lines[1].id == two.id
    assert back.lines[0].id != one.id
    cause = rows(house, "SELECT cause FROM event WHERE record = %s ORDER BY seq DESC", [made.id])
    assert cause[0] == (done.event,)


def test_an_edit_is_not_undone_over_somebody_else_s(house: House) -> None:
    made = deal(house, make(house, "buyer", name="张三").id, "bolt")
    first = edit(house, made, remark="urgent", until="2026-12-31")
    edit(house, made, remark="very urgent")

    with pytest.raises(Refused) as refused:
        undo(house, SHOP, first.event)

    assert refused.value.by == ChangedSince("deal", made.id, ("remark",))


def test_an_edit_is_undone_beside_somebody_else_s(house: House) -> None:
    made = deal(house, make(house, "buyer", name="张三").id, "bolt")
    first = edit(house, made, remark="urgent")
    edit(house, made, until="2026-12-31")

    back = undo(house, SHOP, first.event).record

    assert (back.remark, back.until) == ("", date(2026, 12, 31))


def test_creating_is_undone_by_deleting_unless_something_refers_to_it(house: House) -> None:
    buyer = make(house, "buyer", name="张三")
    made = deal(house, buyer.id, "bolt")
    [(of_buyer,)] = rows(house, "SELECT id FROM event WHERE record = %s", [buyer.id])
    [(of_deal,)] = rows(house, "SELECT id FROM event WHERE record = %s", [made.id])

    with pytest.raises(Refused) as refused:
        undo(house, SHOP, of_buyer)
    assert refused.value.by == StillReferenced("buyer", buyer.id, "deal")

    undo(house, SHOP, of_deal)
    undo(house, SHOP, of_buyer)

    assert rows(house, "SELECT 1 FROM buyer WHERE id = %s", [buyer.id]) == []
    with pytest.raises(Refused) as refused:
        undo(house, SHOP, of_deal)
    assert refused.value.by == NotFound("deal", str(made.id))


def test_an_operation_is_undone_by_its_inverse(house: House) -> None:
    made = deal(house, make(house, "buyer", name="张三").id, "bolt")
    done = house.perform(SHOP, WinDeal(id=made.id))

    assert undo(house, SHOP, done.event).record.state == "open"

    with pytest.raises(Refused) as refused:
        undo(house, SHOP, done.event)
    assert refused.value.by == WrongState("open", "open")


def test_what_has_no_inverse_is_refused_by_name(house: House) -> None:
    made = deal(house, make(house, "buyer", name="张三").id, "bolt")
    noted = house.perform(SHOP, TouchPart(id=made.id, note="heavy"))

    with pytest.raises(Refused) as refused:
        undo(house, SHOP, noted.event)

    assert refused.value.by == NothingToUndo("deal.note")
    with pytest.raises(Refused) as refused:
        undo(house, SHOP, made.id)
    assert refused.value.by == NotFound("event", str(made.id))


def test_undoing_needs_the_right_to_the_inverse(house: House) -> None:
    class MayNotDelete(AllRights):
        def holds(self, record: Any, entity: str, operation: str, work: Any) -> bool:
            return operation != "delete"

    buyer = make(house, "buyer", name="张三")
    [(made,)] = rows(house, "SELECT id FROM event WHERE record = %s", [buyer.id])

    with pytest.raises(Refused) as refused:
        undo(house, SHOP, made, by=replace(HOUSE, rights=MayNotDelete()))

    assert refused.value.by.code == "not_permitted"

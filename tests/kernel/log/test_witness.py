"""Old state and events make the new state, for any sequence of operations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dougong.kernel.house import House
from dougong.kernel.log.history import as_of
from dougong.kernel.refusals import Refused
from dougong.kernel.verbs import Create, Delete, Edit
from tests.kernel.log.trade import IssueBill, PostEntry, ReopenDeal, TouchPart, WinDeal
from tests.kernel.log.trading import SHOP, deal, make, trading
from tests.kernel.log.witness import told

THINGS = st.lists(
    st.fixed_dictionaries(
        {"what": st.sampled_from(("bolt", "nut", "nail"))},
        optional={
            "quantity": st.decimals(0, 9, places=2).map(str),
            "kept": st.integers(0, 3),
            "parts": st.lists(
                st.fixed_dictionaries({"note": st.text("ab", max_size=2)}), max_size=2
            ),
        },
    ),
    max_size=3,
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("lines"), THINGS),
        st.tuples(st.just("remark"), st.text("xy", max_size=2)),
        st.tuples(st.just("until"), st.dates(date(2026, 1, 1), date(2027, 1, 1)).map(str)),
        st.tuples(st.just("note"), st.text("pq", max_size=2)),
        st.tuples(st.sampled_from(("win", "reopen", "delete")), st.none()),
    ),
    max_size=6,
)


@pytest.fixture(scope="module")
def house(database_url: str) -> Iterator[House]:
    with trading(database_url) as house:
        yield house


def lines_of(record: Any, wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep some of the present lines, each at most once, and add the rest."""
    present = {n: str(line.id) for n, line in enumerate(record.lines)}
    lines = []
    for thing in wanted:
        identity = present.pop(thing.get("kept"), None)
        line = {name: value for name, value in thing.items() if name != "kept"}
        lines.append({**line, "id": identity} if identity else line)
    return lines


def step(house: House, record: Any, what: str, value: Any) -> Any:
    match what:
        case "win":
            command: Any = WinDeal(id=record.id)
        case "reopen":
            command = ReopenDeal(id=record.id)
        case "note":
            command = TouchPart(id=record.id, note=value)
        case "delete":
            command = Delete(entity="deal", id=record.id)
        case "lines":
            values = {"lines": lines_of(record, value)}
            command = Edit(entity="deal", id=record.id, values=values)
        case _:
            command = Edit(entity="deal", id=record.id, values={what: value})
    return house.perform(SHOP, command).record


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(things=THINGS, steps=STEPS)
def test_the_log_tells_all_that_operations_do(
    house: House, things: list[dict[str, Any]], steps: list[tuple[str, Any]]
) -> None:
    buyer = make(house, "buyer", name="张三")
    with told(house, SHOP):
        lines = [{n: v for n, v in thing.items() if n != "kept"} for thing in things]
        values = {"buyer": str(buyer.id), "lines": lines}
        record = house.perform(SHOP, Create(entity="deal", values=values)).record
    made = house.clock()
    versions = [record.version]
    for what, value in steps:
        try:
            with told(house, SHOP):
                record = step(house, record, what, value)
        except Refused:
            continue
        versions.append(record.version)
        if what == "delete":
            break
    with house.database.transaction(SHOP) as transaction:
        first = as_of(transaction, house.catalogue, "deal", record.id, made)
    assert first is not None
    assert [line.what for line in first.lines] == [thing["what"] for thing in things]
    assert versions == sorted(versions)


def test_numbers_and_several_commands_at_once_are_told(house: House) -> None:
    buyer = make(house, "buyer", name="张三")
    bills = [make(house, "bill", buyer=str(buyer.id)) for _ in range(2)]
    deals = [deal(house, buyer.id, "bolt") for _ in range(2)]

    with told(house, SHOP):
        house.perform_many(
            SHOP,
            [
                *(IssueBill(id=bill.id) for bill in bills),
                *(WinDeal(id=one.id) for one in deals),
                PostEntry(day=date(2026, 11, 3), amount=Decimal(1)),
            ],
        )


def test_the_witness_notices_what_the_log_does_not_tell(house: House) -> None:
    buyer = make(house, "buyer", name="张三")

    def change_in_secret() -> None:
        with house.database.transaction(SHOP) as transaction:
            transaction.run("UPDATE buyer SET credit = 7 WHERE id = %s", (buyer.id,))

    with pytest.raises(AssertionError), told(house, SHOP):
        change_in_secret()

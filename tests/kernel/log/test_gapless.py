"""Gapless numbers follow the posting: none is missing, none is given twice, whoever dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from dougong.kernel.house import House
from dougong.kernel.verbs import Create, Delete
from tests.kernel.log.trade import IssueBill, PostEntry
from tests.kernel.log.trading import SHOP, make, rows, trading

NOVEMBER = date(2026, 11, 3)
DECEMBER = date(2026, 12, 1)


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with trading(database_url) as house:
        yield house


def entry(day: date = NOVEMBER) -> PostEntry:
    return PostEntry(day=day, amount=Decimal(1))


def numbers(house: House, entity: str = "entry") -> list[str | None]:
    found = rows(house, f"SELECT number FROM {entity} ORDER BY number")
    return [number for (number,) in found]


def test_an_entry_has_its_number_when_posting_answers(house: House) -> None:
    first = house.perform(SHOP, entry())
    second = house.perform(SHOP, entry())
    december = house.perform(SHOP, entry(DECEMBER))

    assert [done.record.number for done in (first, second, december)] == [
        "202611-001",
        "202611-002",
        "202612-001",
    ]


def test_many_posted_at_once_are_numbered_in_posting_order(house: House) -> None:
    outcomes = house.perform_many(SHOP, [entry(), entry(DECEMBER), entry()])

    assert [done.record.number for done in outcomes] == ["202611-001", "202612-001", "202611-002"]
    posted = rows(house, "SELECT number FROM entry WHERE day = %s ORDER BY id", [NOVEMBER])
    assert posted == [("202611-001",), ("202611-002",)]


def test_more_than_one_step_can_number_are_all_numbered(house: House) -> None:
    outcomes = house.perform_many(SHOP, [entry() for _ in range(1100)])

    assert [done.record.number for done in outcomes][-1] == "202611-1100"
    assert len(set(numbers(house))) == 1100


def test_a_refused_posting_leaves_no_gap(house: House) -> None:
    house.perform(SHOP, entry())
    with house.database.outside() as connection:
        connection.execute("ALTER TABLE c_shop.entry ADD CHECK (amount < 100)")
    with pytest.raises(Exception, match="violates check"):
        house.perform(SHOP, PostEntry(day=NOVEMBER, amount=Decimal(500)))

    assert house.perform(SHOP, entry()).record.number == "202611-002"


def test_a_draft_has_no_number_until_it_is_issued(house: House) -> None:
    buyer = make(house, "buyer", name="张三")
    drafts = [make(house, "bill", buyer=str(buyer.id)) for _ in range(3)]
    assert [bill.number for bill in drafts] == [None, None, None]

    year = datetime.now(UTC).astimezone(house.company_state(SHOP).time_zone).year
    third = house.perform(SHOP, IssueBill(id=drafts[2].id))
    house.perform(SHOP, Delete(entity="bill", id=drafts[0].id))
    second = house.perform(SHOP, IssueBill(id=drafts[1].id))

    assert third.record.number == f"B-{year}-0001"
    assert second.record.number == f"B-{year}-0002"
    assert rows(house, "SELECT number, version FROM bill ORDER BY number") == [
        (f"B-{year}-0001", third.record.version),
        (f"B-{year}-0002", second.record.version),
    ]


def test_the_log_tells_of_a_document_s_number_and_what_caused_it(house: House) -> None:
    buyer = make(house, "buyer", name="张三")
    bill = make(house, "bill", buyer=str(buyer.id))

    done = house.perform(SHOP, IssueBill(id=bill.id))

    [told] = rows(house, "SELECT cause, facts, changes FROM event WHERE name = 'bill.numbered'")
    assert told == (
        done.event,
        {"number": done.record.number},
        {f"bill:{bill.id}": {"number": [None, done.record.number], "version": [2, 3]}},
    )
    assert done.record.version == 3


def test_posting_at_the_same_time_leaves_no_gap_and_gives_nothing_twice(house: House) -> None:
    answered: list[str] = []

    def post() -> None:
        answered.extend(house.perform(SHOP, entry()).record.number for _ in range(20))

    threads = [threading.Thread(target=post) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    expected = [f"202611-{n:03}" for n in range(1, 121)]
    assert sorted(answered) == expected
    assert numbers(house) == expected


POST_AND_DIE = """
import os, signal, sys
from datetime import date
from decimal import Decimal
from dougong.kernel.house import House
from dougong.kernel.store.database import Database
from tests.kernel.log.trade import PostEntry
from tests.kernel.log.trading import CATALOGUE, SHOP

house = House(Database(sys.argv[1], size=2), CATALOGUE)
house.number_posted = lambda work: os.kill(os.getpid(), signal.SIGKILL)
house.perform(SHOP, PostEntry(day=date(2026, 11, 3), amount=Decimal(1)))
"""


def post_and_die(dsn: str) -> None:
    """Post in a process that is killed between the commit and the numbering."""
    root = Path(__file__).parents[3]
    died = subprocess.run(
        [sys.executable, "-c", POST_AND_DIE, dsn], cwd=root, env={**os.environ}, check=False
    )
    assert died.returncode == -signal.SIGKILL


def test_what_a_killed_process_left_is_numbered_first_by_the_next_posting(house: House) -> None:
    house.perform(SHOP, entry())
    post_and_die(house.database.dsn)
    assert numbers(house) == ["202611-001", None]

    assert house.perform(SHOP, entry()).record.number == "202611-003"

    assert numbers(house) == ["202611-001", "202611-002", "202611-003"]


def test_what_a_killed_process_left_is_numbered_without_another_posting(house: House) -> None:
    post_and_die(house.database.dsn)

    found = house.gapless.number_left(house.company_state(SHOP), house.clock())

    assert found == 1
    assert numbers(house) == ["202611-001"]
    assert house.gapless.number_left(house.company_state(SHOP), house.clock()) == 0


def test_a_dropped_company_s_numbers_begin_anew(house: House) -> None:
    buyer = make(house, "buyer", name="张三")
    first = house.perform(SHOP, Create(entity="deal", values={"buyer": str(buyer.id)}))
    house.drop_company(SHOP)
    house.create_company(SHOP, name="又一商行")
    buyer = make(house, "buyer", name="张三")

    again = house.perform(SHOP, Create(entity="deal", values={"buyer": str(buyer.id)}))

    assert again.record.number == first.record.number

"""No reader ever skips an event, meets a record's changes out of order, or answers twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from dougong.kernel.events import Logged
from dougong.kernel.house import House
from dougong.kernel.log.failures import dismiss, failures
from dougong.kernel.log.lag import lags
from dougong.kernel.log.partitions import ensure_partitions
from dougong.kernel.log.readers import Projection
from dougong.kernel.log.replay import replay
from dougong.kernel.log.runner import Readers
from dougong.kernel.log.wake import Listener
from dougong.kernel.refusals import Refused
from dougong.kernel.store.database import Database, Transaction
from dougong.kernel.values import new_id
from dougong.kernel.verbs import Create, Edit
from tests.kernel.log.trade import WinDeal
from tests.kernel.log.trading import CATALOGUE, SHOP, deal, make, rows, trading


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with trading(database_url) as house:
        yield house


class Seen(list[Logged]):
    """What a projection was given, once its transaction was committed."""

    def take(self, _transaction: Transaction, events: Sequence[Logged]) -> None:
        self.extend(events)

    @property
    def ids(self) -> list[UUID]:
        return [event.id for event in self]


def watching(house: House) -> Seen:
    seen = Seen()
    house.projections.append(Projection("watching", seen.take))
    return seen


def tell(transaction: Transaction, record: UUID) -> UUID:
    """Write an event as an operation's transaction does."""
    event = new_id()
    transaction.run(
        "INSERT INTO event (id, name, entity, record, at, trace, facts, changes) "
        "VALUES (%s, 'buyer.noted', 'buyer', %s, now(), %s, '{}', '{}')",
        (event, record, event),
    )
    return event


def hold(transaction: Transaction, buyer: UUID) -> None:
    transaction.rows("SELECT 1 FROM buyer WHERE id = %s FOR NO KEY UPDATE", (buyer,))


def commit(stack: ExitStack) -> None:
    stack.close()


def started(house: House) -> Readers:
    """Run readers in the background, so that they wait for whoever still writes."""
    readers = Readers(house, every=0.01)
    readers.start()
    return readers


def test_an_event_that_is_committed_late_is_not_skipped(house: House) -> None:
    seen = watching(house)
    with ExitStack() as late:
        slow = late.enter_context(house.database.transaction(SHOP))
        first = tell(slow, new_id())
        buyer = make(house, "buyer", name="张三")
        readers = started(house)
        time.sleep(0.1)
        assert seen == []
    wait_for(lambda: len(seen) == 2)
    readers.stop()

    assert seen.ids[0] == first
    assert seen[1].record == buyer.id


def test_a_later_change_never_comes_before_an_earlier_one(house: House) -> None:
    """The later change's transaction began first, and a third one still runs between them."""
    buyer, other, third = (make(house, "buyer", name=name).id for name in ("甲", "乙", "丙"))
    seen = watching(house)
    Readers(house).catch_up()
    seen.clear()
    with ExitStack() as later, ExitStack() as running, ExitStack() as earlier:
        second = later.enter_context(house.database.transaction(SHOP))
        hold(second, other)
        between = running.enter_context(house.database.transaction(SHOP))
        hold(between, third)
        first = earlier.enter_context(house.database.transaction(SHOP))
        hold(first, buyer)
        one = tell(first, buyer)
        commit(earlier)
        hold(second, buyer)
        two = tell(second, buyer)
        commit(later)
        readers = started(house)
        time.sleep(0.1)
        three = tell(between, third)
        commit(running)
    wait_for(lambda: len(seen) == 3)
    readers.stop()

    assert seen.ids == [one, two, three]


def test_among_long_and_short_transactions_nothing_is_skipped_or_out_of_order(
    house: House,
) -> None:
    buyers = [make(house, "buyer", name=f"客户 {n}").id for n in range(3)]
    seen = watching(house)
    readers = started(house)

    def trade(seed: int) -> None:
        chance = random.Random(seed)
        for n in range(15):
            command = Edit(
                entity="buyer", id=chance.choice(buyers), values={"credit": str(seed * 100 + n)}
            )
            house.perform(SHOP, command)

    def linger(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(4):
            with house.database.transaction(SHOP) as transaction:
                tell(transaction, new_id())
                time.sleep(chance.uniform(0.01, 0.08))
                tell(transaction, new_id())

    threads = [threading.Thread(target=trade, args=(seed,)) for seed in range(1, 4)]
    threads += [threading.Thread(target=linger, args=(seed,)) for seed in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    readers.stop()
    Readers(house).catch_up()

    logged = rows(house, "SELECT id FROM event ORDER BY seq")
    assert sorted(seen.ids) == sorted(event for (event,) in logged)
    assert len(logged) == 3 + 3 * 15 + 3 * 4 * 2
    for buyer in buyers:
        versions = [
            event.changes[f"buyer:{buyer}"]["version"]
            for event in seen
            if event.record == buyer and event.name == "buyer.edited"
        ]
        assert versions == [[n, n + 1] for n in range(1, len(versions) + 1)]


def todos(house: House) -> list[str]:
    return [text for (text,) in rows(house, "SELECT text FROM todo ORDER BY text")]


def won(house: House, *names: str) -> list[UUID]:
    buyer = make(house, "buyer", name="张三")
    events = []
    for name in names:
        made = deal(house, buyer.id, name)
        events.append(house.perform(SHOP, WinDeal(id=made.id)).event)
    return events


def expected(events: list[UUID]) -> list[str]:
    return sorted(f"{what} {event}" for event in events for what in ("deliver", "bill"))


def test_a_follower_answers_once_with_the_event_as_cause(house: House) -> None:
    [event] = won(house, "bolt")

    Readers(house).catch_up()
    Readers(house).catch_up()

    assert todos(house) == expected([event])
    [trace] = rows(house, "SELECT DISTINCT trace FROM event WHERE id = %s", [event])
    causes = rows(house, "SELECT cause, trace FROM event WHERE name = 'todo.created'")
    assert causes == [(event, *trace), (event, *trace)]


DIE_WHILE_READING = """
import os, signal, sys
from dougong.kernel.house import House
from dougong.kernel.log.runner import Readers
from dougong.kernel.store.database import Database
from tests.kernel.log.trading import CATALOGUE

house = House(Database(sys.argv[1], size=4), CATALOGUE)
perform, left = house.perform, [4]

def perform_some(*args, **named):
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    return perform(*args, **named)

house.perform = perform_some
Readers(house).catch_up()
"""


def test_a_reader_killed_amid_its_work_goes_on_where_it_was(house: House) -> None:
    events = won(house, "bolt", "nut", "nail", "screw")
    died = subprocess.run(
        [sys.executable, "-c", DIE_WHILE_READING, house.database.dsn],
        cwd=Path(__file__).parents[3],
        env={**os.environ},
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    done_before = todos(house)
    assert 0 < len(done_before) < 8

    Readers(house).catch_up()

    assert todos(house) == expected(events)
    assert {one.reader for one in failures(house, SHOP)} == {"greet"}


def test_what_cannot_be_answered_waits_and_the_reader_goes_on(house: House) -> None:
    [event] = won(house, "bolt")

    Readers(house).catch_up()

    [failure] = failures(house, SHOP)
    assert (failure.reader, failure.name, failure.problem) == (
        "greet",
        "buyer.created",
        "unknown_reference",
    )
    assert failure.facts["refusals"][0]["field"] == "deal"
    assert todos(house) == expected([event])
    with pytest.raises(Refused):
        replay(house, SHOP, failure.reader, failure.event)
    assert len(failures(house, SHOP)) == 1

    house.perform(
        SHOP,
        Create(entity="deal", as_id=failure.record, values={"buyer": str(failure.record)}),
    )
    replay(house, SHOP, failure.reader, failure.event)

    assert failures(house, SHOP) == []
    assert f"greet {failure.event}" in todos(house)


def test_a_failure_can_be_dismissed(house: House) -> None:
    make(house, "buyer", name="张三")
    Readers(house).catch_up()
    [failure] = failures(house, SHOP)

    assert dismiss(house, SHOP, failure.reader, failure.event) is True
    assert dismiss(house, SHOP, failure.reader, failure.event) is False
    assert failures(house, SHOP) == []


def test_a_projection_that_fails_stands_still_alone_and_loses_nothing(house: House) -> None:
    troubled = [True]
    counted: list[UUID] = []

    def count(_transaction: Transaction, events: Sequence[Logged]) -> None:
        if troubled[0]:
            raise ValueError("no room")
        counted.extend(event.id for event in events)

    house.projections.append(Projection("counting", count))
    seen = watching(house)
    [event] = won(house, "bolt")
    readers = Readers(house)
    readers.catch_up()

    assert todos(house) == expected([event])
    assert len(seen) > 3
    problems = {one.reader: one.problem for one in failures(house, SHOP)}
    assert problems == {"greet": "unknown_reference", "counting": "ValueError"}
    lag = {one.reader: one for one in lags(house, SHOP)}
    assert lag["counting"].events == len(seen)
    assert lag["counting"].age.total_seconds() > 0
    assert (lag["watching"].events, lag["watching"].age.total_seconds()) == (0, 0)

    troubled[0] = False
    Readers(house).catch_up()

    assert counted == seen.ids
    assert {one.reader for one in failures(house, SHOP)} == {"greet"}


def test_a_new_projection_begins_at_the_first_event_and_a_new_follower_now(house: House) -> None:
    won(house, "bolt")
    with house.database.outside() as connection:
        connection.execute("DELETE FROM c_shop.reader")
    seen = watching(house)

    Readers(house).catch_up()

    assert seen.ids == [event for (event,) in rows(house, "SELECT id FROM event ORDER BY seq")]
    assert todos(house) == []


def test_another_process_s_commit_wakes_the_runner(house: House) -> None:
    readers = Readers(house, every=30)
    readers.start()
    wait_for(lambda: readers.visited)
    wait_for(lambda: listening(house))
    elsewhere = House(Database(house.database.dsn, size=2), CATALOGUE)

    [event] = won(elsewhere, "bolt")
    wait_for(lambda: todos(house) == expected([event]))

    elsewhere.close()
    readers.stop()


def listening(house: House) -> bool:
    with house.database.outside() as connection:
        found = connection.execute(
            "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%' "
            "AND datname = current_database()"
        ).fetchone()
    return found is not None


def test_many_commits_are_told_of_by_few_calls(house: House) -> None:
    heard: list[str] = []
    listener = Listener(house.database.dsn, heard.append)
    listener.start()
    wait_for(lambda: listening(house))
    for _ in range(200):
        house.wake(SHOP)
    wait_for(lambda: heard)
    time.sleep(0.1)
    listener.stop()

    assert set(heard) == {SHOP}
    assert len(heard) <= 3


def test_one_process_at_a_time_works_a_company(house: House) -> None:
    [event] = won(house, "bolt")
    readers = Readers(house)
    with psycopg.connect(house.database.dsn, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(hashtext('dougong.readers'), hashtext(%s))", [SHOP])
        assert readers.round() is True
        assert todos(house) == []
    wait_for(lambda: readers.round() is False)
    readers.let_go()

    assert todos(house) == expected([event])


def test_the_runner_numbers_what_was_left(house: House) -> None:
    number_posted = house.number_posted
    house.number_posted = lambda _work: None  # as if killed between commit and numbering
    buyer = make(house, "buyer", name="张三")
    bill = make(house, "bill", buyer=str(buyer.id))
    house.do(SHOP, "bill.issue", id=bill.id)
    house.number_posted = number_posted

    Readers(house).catch_up()

    [(number,)] = rows(house, "SELECT number FROM bill")
    assert number is not None
    assert number.endswith("-0001")


def test_the_next_months_are_made_and_take_what_lay_in_the_default(house: House) -> None:
    make(house, "buyer", name="张三")
    with house.database.outside() as connection:
        connection.execute("SET search_path = c_shop")
        for table in ("event", "event_link"):
            connection.execute(
                f"INSERT INTO {table} SELECT (json_populate_record(t, "
                f'\'{{"recorded_at": "2031-01-31T23:59:59Z"}}\')).* FROM {table} t'
            )
        connection.execute("RESET search_path")
    january = datetime(2031, 1, 5, tzinfo=UTC)

    made = ensure_partitions(house, SHOP, now=january)

    assert made == [
        "event_2031_01",
        "event_link_2031_01",
        "event_2031_02",
        "event_link_2031_02",
    ]
    assert ensure_partitions(house, SHOP, now=january) == []
    assert rows(house, "SELECT count(*) FROM event") == [(2,)]
    with house.database.outside() as connection:
        found = connection.execute(
            "SELECT tableoid::regclass::text FROM c_shop.event WHERE recorded_at > '2031-01-01'"
        ).fetchall()
    assert found == [("c_shop.event_2031_01",)]


def wait_for(happened: object, *, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)

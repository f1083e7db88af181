"""While a month's part of the log is made, people go on working and nobody sees an error."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from dougong.kernel.house import House
from dougong.kernel.log.partitions import ensure_partitions
from tests.kernel.log.trading import SHOP, make, rows, trading


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with trading(database_url) as house:
        yield house


def test_the_month_that_lacks_is_made_under_those_who_write_into_it(house: House) -> None:
    month = f"{datetime.now(UTC):%Y_%m}"
    made: list[str] = []
    problems: list[Exception] = []

    def work(name: str, stopping: threading.Event) -> None:
        while not stopping.is_set():
            try:
                make(house, "buyer", name=f"{name}-{len(made)}")
            except Exception as error:  # noqa: BLE001  whatever it is, nobody should have seen it
                problems.append(error)
                return
            made.append(name)

    lost = 0
    for _ in range(4):
        lost += count_and_drop(house, month)
        stopping = threading.Event()
        threads = [threading.Thread(target=work, args=(name, stopping)) for name in "甲乙丙"]
        for thread in threads:
            thread.start()
        enough = len(made) + 20
        while len(made) < enough and not problems:
            stopping.wait(0.01)
        assert f"event_{month}" in ensure_partitions(house, SHOP)
        stopping.set()
        for thread in threads:
            thread.join()

    assert problems == []
    assert rows(house, "SELECT count(*) FROM buyer") == [(len(made),)]
    assert rows(house, "SELECT count(*) FROM event") == [(len(made) - lost,)]


def count_and_drop(house: House, month: str) -> int:
    """Lose a month of the log, to have it made anew; tells how many events went."""
    [(events,)] = rows(house, "SELECT count(*) FROM event")
    with house.database.outside() as connection:
        for table in ("event", "event_link"):
            connection.execute(f"DROP TABLE c_{SHOP}.{table}_{month}".encode())
    return int(events)

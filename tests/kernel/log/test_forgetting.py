"""The keys of old requests are forgotten; those that may still be asked for are not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from dougong.kernel.house import House
from dougong.kernel.log.forgetting import forget_keys
from dougong.kernel.log.runner import Readers
from dougong.kernel.values import new_id
from tests.kernel.house import MONDAY, mini_house

MINI = "mini"
EVENT = new_id()
OLD, NEW = MONDAY - timedelta(days=31), MONDAY - timedelta(days=29)
KEYS = (
    ("a", OLD),
    ("b", NEW),
    ("import:1", OLD),
    ("parked:1", OLD),
    ("reader:goods:1:0", OLD),
    (f"reader:goods:{EVENT}:0", OLD),
)


@pytest.fixture
def house(fresh_database: str) -> Iterator[House]:
    house = mini_house(fresh_database)
    with house.database.transaction(MINI) as transaction:
        for key, at in KEYS:
            transaction.run(
                "INSERT INTO idempotency (actor, key, request, outcome, at) "
                "VALUES (%s, %s, '', '{}', %s)",
                (EVENT, key, at),
            )
        transaction.run(
            "INSERT INTO reader_failure (reader, event, problem) VALUES ('goods', %s, 'x')",
            (EVENT,),
        )
    yield house
    house.close()


def keys(house: House) -> list[str]:
    with house.database.transaction(MINI) as transaction:
        return [key for (key,) in transaction.rows("SELECT key FROM idempotency ORDER BY 1")]


def test_old_keys_are_forgotten_and_those_that_may_be_asked_for_are_not(house: House) -> None:
    assert forget_keys(house, MINI) == 2
    assert keys(house) == ["b", "import:1", "parked:1", f"reader:goods:{EVENT}:0"]


def test_the_readers_runner_sees_to_it_once_a_day(house: House) -> None:
    Readers(house).catch_up()
    assert keys(house) == ["b", "import:1", "parked:1", f"reader:goods:{EVENT}:0"]

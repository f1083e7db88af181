"""A demo company with a few days of trade, made once for a worker; each module has a clone of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from psycopg.conninfo import conninfo_to_dict

from dougong.demo.company import SLUG, install_demo
from dougong.kernel.house import House
from dougong.kernel.identity import Passwords
from dougong.main import open_house
from tests.ground import TestGround

TODAY = date(2026, 11, 10)
BEGIN = date(2026, 10, 29)
"""A Thursday: ten days on which people work, and the end of a month among them."""
CHEAP = Passwords(rounds=1, kibibytes=8)


@pytest.fixture(scope="session")
def demo_database(ground: TestGround) -> Iterator[str]:
    """The database with the company, from which others are cloned."""
    dsn = ground.clone()
    house = open_house(dsn, size=3)
    install_demo(house, today=TODAY, begin=BEGIN, passwords=CHEAP)
    house.close()
    yield str(conninfo_to_dict(dsn)["dbname"])
    ground.remove(dsn)


@pytest.fixture(scope="module")
def demo(ground: TestGround, demo_database: str, request: pytest.FixtureRequest) -> Iterator[House]:
    """A house with the company, for one module."""
    name = f"{demo_database}_{abs(hash(request.module.__name__)) % 10**6}"
    ground._clone(demo_database, name)
    house = open_house(ground.address(name), size=3)
    yield house
    house.close()
    ground._drop(name)


__all__ = ["BEGIN", "CHEAP", "SLUG", "TODAY", "demo", "demo_database"]

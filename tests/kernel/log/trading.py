"""A house on the small trade of the event log's tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from dougong.kernel.catalogue import discover
from dougong.kernel.house import House
from dougong.kernel.perform import Done
from dougong.kernel.store.database import Database
from dougong.kernel.verbs import VERBS, Create

CATALOGUE = discover(
    ("dougong.kernel.company", "dougong.kernel.access", "tests.kernel.log.trade"), VERBS
)
SHOP = "shop"


@contextmanager
def trading(dsn: str, *companies: str) -> Iterator[House]:
    """Open a house with empty companies."""
    house = House(Database(dsn, size=16), CATALOGUE)
    for company in companies or (SHOP,):
        house.drop_company(company)
        house.create_company(company, name="商行")
    yield house
    house.close()


def make(house: House, entity: str, *, company: str = SHOP, **values: Any) -> Any:
    """Create a record."""
    done = house.perform(company, Create(entity=entity, values=values))
    assert isinstance(done, Done)
    return done.record


def deal(house: House, buyer: UUID, *things: str, **values: Any) -> Any:
    """Make a deal about some things, each in two parts."""
    lines = [{"what": thing, "parts": [{"note": "1"}, {"note": "2"}]} for thing in things]
    return make(house, "deal", buyer=str(buyer), lines=lines, **values)


def rows(house: House, sql: str, parameters: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
    """Ask the company's tables."""
    with house.database.transaction(SHOP) as transaction:
        return transaction.rows(sql, tuple(parameters))

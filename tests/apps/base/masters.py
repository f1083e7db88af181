"""A company with nothing but masters, and short words for making and refusing them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from dougong.kernel.access.actor import HOUSE
from dougong.kernel.catalogue import discover
from dougong.kernel.house import House
from dougong.kernel.perform import Done
from dougong.kernel.refusals import Refusal, Refused
from dougong.kernel.store.database import Database
from dougong.kernel.values import new_id
from dougong.kernel.verbs import VERBS, Create, Delete, Edit
from dougong.kernel.work import Work

PACKAGES = ("dougong.kernel.company", "dougong.apps.base", "dougong.apps.crm")
NOW = datetime(2026, 3, 9, 2, tzinfo=UTC)


@dataclass
class Refusals:
    """What was refused, once it was."""

    found: tuple[Refusal, ...] = ()

    @property
    def by(self) -> Refusal:
        assert len(self.found) == 1, self.found
        return self.found[0]


@dataclass
class Masters:
    """One company."""

    house: House
    company: str
    made: dict[str, UUID] = field(default_factory=dict)

    def create(self, entity: str, **values: Any) -> Any:
        done = self.house.perform(self.company, Create(entity=entity, values=values), now=NOW)
        assert isinstance(done, Done)
        return done.record

    def edit(self, record: Any, **values: Any) -> Any:
        entity = record.description.name
        done = self.house.perform(
            self.company, Edit(entity=entity, id=record.id, values=values), now=NOW
        )
        assert isinstance(done, Done)
        return done.record

    def delete(self, record: Any) -> None:
        entity = record.description.name
        self.house.perform(self.company, Delete(entity=entity, id=record.id), now=NOW)

    def unit(self, code: str, **values: Any) -> UUID:
        if code not in self.made:
            self.made[code] = self.create("unit", code=code, name=code, **values).id
        return self.made[code]

    def work(self) -> Work:
        state = self.house.company_state(self.company)
        return self.house.work(state, HOUSE, NOW, new_id(), None)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.house.database.transaction(self.company) as transaction:
            return transaction.rows(sql)

    @contextmanager
    def nothing_changes(self) -> Iterator[Refusals]:
        """Expect a refusal that leaves every table as it was."""
        refusals, before = Refusals(), self.everything()
        with pytest.raises(Refused) as raised:
            yield refusals
        refusals.found = raised.value.refusals
        assert self.everything() == before

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        tables = [*self.house.catalogue.entities, "event", "event_link"]
        return {table: self.rows(f'SELECT * FROM "{table}" ORDER BY 1, 2') for table in tables}


@contextmanager
def masters_in(database_url: str) -> Iterator[Masters]:
    """Have a company for one module's tests."""
    house = House(Database(database_url, size=4), discover(PACKAGES, VERBS))
    house.create_company("masters", name="恒达紧固件", currency="CNY")
    yield Masters(house, "masters")
    house.close()

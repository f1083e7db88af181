"""A company with orders to ask about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from dougong.kernel.access.actor import HOUSE, Actor, AllRights
from dougong.kernel.entities import Description
from dougong.kernel.house import House
from dougong.kernel.perform import Done
from dougong.kernel.questions import Count, Grouping, Groups, Json, Page, Question
from dougong.kernel.questions import ask as ask_records
from dougong.kernel.questions import count as count_records
from dougong.kernel.questions import group as group_records
from dougong.kernel.questions import one as one_record
from dougong.kernel.refusals import NotPermitted, Refused
from dougong.kernel.rules import Expression, parse
from dougong.kernel.scopes import CatalogueScope
from dougong.kernel.store.database import Database
from dougong.kernel.verbs import Create
from tests.kernel.questions.trade import catalogue

TODAY = date(2026, 3, 15)


class ClerkRights(AllRights):
    """Sees no secret field, and only the rows that a rule allows."""

    def __init__(self, rules: Mapping[str, Expression], forbidden: frozenset[str]) -> None:
        self.rules = rules
        self.forbidden = forbidden

    def may(self, entity: str, operation: str) -> bool:
        return entity not in self.forbidden

    def row_rule(self, entity: str, operation: str) -> Expression | None:
        if entity in self.forbidden:
            raise Refused(NotPermitted(entity, operation))
        return self.rules.get(entity)

    def readable(self, description: Description) -> frozenset[str]:
        return frozenset(f.name for f in description.fields.values() if not f.secret)


@dataclass
class Shop:
    """The company, and short ways to fill and to ask it."""

    house: House
    slug: str
    actor: Actor = field(default=HOUSE)

    def make(self, entity: str, **values: Any) -> UUID:
        done = self.house.perform(self.slug, Create(entity=entity, values=values))
        assert isinstance(done, Done)
        return done.id

    def ask(self, entity: str, **asked: Any) -> Page:
        question = Question(entity=entity, **asked)
        with self.house.database.transaction(self.slug) as t:
            return ask_records(t, self.house.state(t), self.actor, question, today=TODAY)

    def ids(self, entity: str, **asked: Any) -> list[str]:
        return [record["id"] for record in self.ask(entity, limit=1000, **asked).records]

    def count(self, entity: str, exactly_to: int = 10_000, **asked: Any) -> Count:
        question = Question(entity=entity, **asked)
        with self.house.database.transaction(self.slug) as t:
            state = self.house.state(t)
            return count_records(t, state, self.actor, question, today=TODAY, exactly_to=exactly_to)

    def group(self, entity: str, **asked: Any) -> Groups:
        grouping = Grouping(entity=entity, **asked)
        with self.house.database.transaction(self.slug) as t:
            return group_records(t, self.house.state(t), self.actor, grouping, today=TODAY)

    def one(self, entity: str, key: UUID | str) -> Json:
        with self.house.database.transaction(self.slug) as t:
            return one_record(t, self.house.state(t), self.actor, entity, key, today=TODAY)

    def clerk(self, *, forbidden: tuple[str, ...] = (), **rules: str) -> Shop:
        """Ask as somebody who sees no secrets, and of some entities only some rows."""
        known = self.house.catalogue
        parsed = {e: parse(text, CatalogueScope(known, e)) for e, text in rules.items()}
        actor = Actor(None, "clerk", ClerkRights(parsed, frozenset(forbidden)))
        return Shop(self.house, self.slug, actor)


@pytest.fixture(scope="module")
def shop(database_url: str) -> Iterator[Shop]:
    """A company of this module's own, still empty."""
    house = House(Database(database_url, size=2), catalogue())
    house.create_company("shop", name="上海哲达")
    yield Shop(house, "shop")
    house.close()

"""Sight: a company as somebody may see it; what is asked through it has their row and field rules inside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from dougong.kernel.access.actor import Actor
from dougong.kernel.company import State
from dougong.kernel.questions.answers import ask
from dougong.kernel.questions.grouping import group
from dougong.kernel.questions.question import Grouping, Json, Question
from dougong.kernel.questions.reading import Reading
from dougong.kernel.questions.statements import rows_of
from dougong.kernel.rules.functions import Column
from dougong.kernel.rules.sql import Condition
from dougong.kernel.store.database import Transaction, type_of_rows


@dataclass(frozen=True)
class Sight:
    """A company as somebody sees it, in one transaction."""

    transaction: Transaction
    state: State
    actor: Actor
    today: date

    def sees(self, entity: str, *fields: str) -> bool:
        """Tell whether some records of a kind may be read, with these of their fields."""
        if entity not in self.state.catalogue.entities or not self.may_read(entity):
            return False
        return set(fields) <= self.readable(entity)

    def sees_all(self, entity: str, *fields: str) -> bool:
        """Tell whether every record of a kind may be read, with these of their fields."""
        everywhere = self.sees(entity, *fields)
        return everywhere and self.actor.rights.row_rule(entity, "read") is None

    def may_read(self, entity: str) -> bool:
        """Tell whether some records of a kind may be read; lines go with their document."""
        parents = self.state.catalogue.parent_of
        while entity in parents:
            entity = parents[entity]
        return self.actor.rights.may(entity, "read")

    def readable(self, entity: str) -> frozenset[str]:
        """Give the fields of a kind that may be read."""
        return self.actor.rights.readable(self.state.catalogue.entity(entity))

    def only(self, entity: str, fields: Iterable[str]) -> list[str]:
        """Give those of some fields that may be read."""
        readable = self.readable(entity)
        return [name for name in fields if name in readable]

    def ask(self, question: Question) -> list[Json]:
        """Answer records, as far as they may be read."""
        page = ask(self.transaction, self.state, self.actor, question, today=self.today)
        return page.records

    def group(self, grouping: Grouping) -> list[Json]:
        """Answer records put together, as far as they may be read."""
        return group(self.transaction, self.state, self.actor, grouping, today=self.today).rows

    def reading(self, entity: str) -> Reading:
        """Begin a statement of one's own over a kind of record; its ``permitted`` belongs into it."""
        return Reading(self.state, self.actor, entity, self.today)

    def rows(self, statement: sa.Select[Any]) -> type_of_rows:
        """Run a statement of one's own."""
        return rows_of(self.transaction, statement)


def among(column: Column, ids: Iterable[UUID]) -> Condition:
    """Say that a column holds one of some ids, as one value of the statement."""
    return column == sa.any_(sa.literal(list(ids), ARRAY(sa.Uuid())))

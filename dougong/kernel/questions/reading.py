"""One statement that reads records: what its asker may see and speak of, and what was asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import sqlalchemy as sa

from dougong.kernel.access.actor import Actor
from dougong.kernel.access.grants import granted
from dougong.kernel.catalogue import Catalogue
from dougong.kernel.company import State
from dougong.kernel.questions.filters import Asker, expression_of, search_text
from dougong.kernel.questions.question import Filter
from dougong.kernel.questions.titles import Readable, readable_by
from dougong.kernel.refusals import BadExpression, InvalidField, NotPermitted, Refused
from dougong.kernel.rules import (
    Below,
    Expression,
    ExpressionError,
    Scope,
    Shape,
    TableScope,
    Tag,
    parse,
)
from dougong.kernel.rules.functions import Column
from dougong.kernel.rules.sql import Condition
from dougong.kernel.scopes import CatalogueScope, shapes_of


class AskedTables(TableScope):
    """The record's table and what it refers to; a formula is written out where it is named."""

    def __init__(self, shape: Shape, scope: CatalogueScope, today: date) -> None:
        """Stand on the entity's table."""
        super().__init__(shape)
        self.scope = scope
        self.today = today

    def column(self, path: tuple[str, ...]) -> Column:
        """Give the column of a field, or what a formula comes to."""
        formula = self.formula_at(path)
        if formula is None:
            return super().column(path)
        return formula.sql(Below(self, path[:-1]), self.today)

    def formula_at(self, path: tuple[str, ...]) -> Expression | None:
        """Give the formula that a path leads to over references, if it is one."""
        here: CatalogueScope = self.scope
        for name in path[:-1]:
            found = here.field(name)
            if found is None or not isinstance(found.scope, CatalogueScope):
                return None
            here = found.scope
        return here.formula(path[-1])


def business_day(state: State) -> date:
    """Read the clock: today where the company is."""
    return datetime.now(UTC).astimezone(state.time_zone).date()


def document_of(catalogue: Catalogue, entity: str) -> tuple[str, tuple[str, ...]]:
    """Give the document that a kind of lines belongs to, with the way there; others are their own."""
    path = tuple[str, ...]()
    while catalogue.entities[entity].is_line and entity in catalogue.parent_of:
        entity, path = catalogue.parent_of[entity], (*path, "parent")
    return entity, path


class Reading:
    """What a statement over one entity needs: its description, tables and conditions."""

    def __init__(
        self,
        state: State,
        actor: Actor,
        entity: str,
        today: date | None,
        *,
        source: sa.FromClause | None = None,
        one_by_one: bool = False,
    ) -> None:
        """Begin with every row; of sums in place of the entity's table, ``source`` gives them.

        ``one_by_one`` asks for records that are named, of which grants may let one read some
        though no role lets one read the kind.
        """
        self.state = state
        self.actor = actor
        self.catalogue = state.catalogue
        self.description = state.catalogue.entity(entity)
        self.today = today or business_day(state)
        self.document, self.path = document_of(state.catalogue, entity)
        self.only_granted = one_by_one and actor.rights.may_if_granted(self.document, "read")
        self.readable_of = readable_by(state, actor)
        if self.only_granted:
            self.readable_of = self.readable_if_granted(self.readable_of)
        self.readable = self.readable_of(entity)
        self.scope = CatalogueScope(state.catalogue, entity, self.readable_of)
        shape = shapes_of(state.catalogue)(entity)
        self.counted: Column = sa.func.count()
        if source is not None:
            shape = replace(shape, table=source)
            facts = sa.func.coalesce(sa.func.sum(source.c.facts), sa.literal_column("0"))
            self.counted = sa.cast(facts, sa.BigInteger())
        self.tables = AskedTables(shape, self.scope, self.today)

    @property
    def identity(self) -> Column:
        """The record's id."""
        return self.tables.column(("id",))

    def permitted(self) -> list[Condition]:
        """Give the rows that the asker may see; lines are seen with their document."""
        entity, path = self.document, self.path
        rights = self.actor.rights
        if self.only_granted:
            granted = self.granted(entity, self.tables.column((*path, "id")))
            if granted is not None:
                return [granted]
        if not rights.may(entity, "read"):
            raise Refused(NotPermitted(entity, "read"))
        rule = rights.row_rule(entity, "read")
        if rule is None:
            return []
        granted = self.granted(entity, self.tables.column((*path, "id")))
        allowed = rule.where(Below(self.tables, path), self.today)
        return [allowed if granted is None else sa.or_(allowed, granted)]

    def readable_if_granted(self, otherwise: Readable) -> Readable:
        """Tell what may be read of a granted record and its lines; of all else, no more than ever."""

        def readable(name: str) -> frozenset[str]:
            if document_of(self.catalogue, name)[0] != self.document:
                return otherwise(name)
            return self.actor.rights.readable_if_granted(self.catalogue.entities[name])

        return readable

    def granted(self, entity: str, identity: Column) -> Condition | None:
        """Give the rows that the asker was granted one by one, whatever the rule."""
        if self.actor.person is None or "record_grant" not in self.catalogue.entities:
            return None
        return granted(self.actor.person, entity, identity)

    def asked(self, wanted: Filter, search: str) -> list[Condition]:
        """Give the conditions that the asker named."""
        conditions = []
        if wanted not in (None, "", {}):
            conditions.append(self.condition(self.text_of(wanted), "filter"))
        if search.strip():
            text = search_text(self.description, self.readable, search)
            conditions.append(self.condition(text, "search"))
        return conditions

    def text_of(self, wanted: Filter) -> str:
        """Give a filter as a text, whether it was typed or built."""
        if isinstance(wanted, str):
            return wanted
        asker = Asker(self.scope, self.today, self.state.time_zone, self.actor.person)
        return expression_of(asker, wanted)

    def condition(self, text: str, place: str) -> Condition:
        """Understand a condition; all that is wrong with it is refused with its place."""
        return understood(text, self.scope, place).where(self.tables, self.today)


def understood(text: str, scope: Scope, place: str) -> Expression:
    """Understand a condition over records of a scope."""
    try:
        return parse(text, scope, Tag.YES_NO)
    except ExpressionError as error:
        raise Refused(BadExpression(place, p.code, *p.at) for p in error.problems) from None


def bounded(limit: int, most: int) -> int:
    """See that no more is asked for than one answer may hold."""
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= most:
        raise Refused(InvalidField("limit", "out_of_range", f"1–{most}"))
    return limit

"""Expressions in SQL: the same meaning as in memory, as SQLAlchemy columns with bound values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import singledispatchmethod
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa

from dougong.kernel.rules.functions import Column, in_order
from dougong.kernel.rules.scope import FieldType, Tag
from dougong.kernel.rules.tree import (
    RECORD_AT,
    Call,
    Choose,
    Comparison,
    Either,
    Every,
    Field,
    Literal,
    Membership,
    Node,
    Not,
    Over,
    Today,
    parts,
)

if TYPE_CHECKING:
    from dougong.kernel.rules.expression import Expression

Condition = sa.ColumnElement[bool]


class SqlScope(Protocol):
    """Where the fields of one kind of record are found in a statement."""

    @property
    def source(self) -> sa.FromClause:
        """The table with every join that the columns given up to now need."""
        ...

    def column(self, path: tuple[str, ...]) -> Column:
        """Give the column of a field, joining what its references lead over.

        A join may add no row and leave none out: at most one record per reference, else NULL.
        """
        ...

    def lines(self, path: tuple[str, ...]) -> SqlLines:
        """Give the lines of a record, to be selected from within the statement."""
        ...


@dataclass(frozen=True, slots=True)
class SqlLines:
    """Lines in a sub-select: their own scope, and the condition that they are this record's."""

    scope: SqlScope
    belongs: Condition


@dataclass(frozen=True, slots=True)
class Below:
    """A record that the statement's own refers to, taken as the one to speak of."""

    tables: SqlScope
    path: tuple[str, ...]

    @property
    def source(self) -> sa.FromClause:
        """The statement's table with its joins."""
        return self.tables.source

    def column(self, path: tuple[str, ...]) -> Column:
        """Give the column of a field of that record."""
        return self.tables.column((*self.path, *path))

    def lines(self, path: tuple[str, ...]) -> SqlLines:
        """Give the lines of that record."""
        return self.tables.lines((*self.path, *path))


@dataclass(frozen=True, slots=True)
class Translation:
    """One expression being written as SQL, with the scope of each place in the frame."""

    today: Column | None
    scopes: tuple[SqlScope, ...]

    @classmethod
    def over(cls, tables: SqlScope, today: date | Column | None) -> Translation:
        """Begin at the record."""
        day = sa.literal(today, sa.Date) if isinstance(today, date) else today
        return cls(day, (tables,))

    def result(self, node: Node) -> Column:
        """Write the whole: a condition as true or false, a text so that it can be sorted."""
        if node.type.tag is Tag.YES_NO:
            return self.certain(node)
        column = self.value(node)
        return column if isinstance(node, Field) else in_order(column)

    @singledispatchmethod
    def value(self, node: Node) -> Column:
        """Write a value, NULL where it is missing; conditions come out true or false."""
        return self.certain(node)

    @value.register
    def _(self, node: Literal) -> Column:
        type_ = _SQL_TYPES.get(node.type.tag)
        if node.value is None:
            return sa.null() if type_ is None else sa.cast(sa.null(), type_)
        return sa.literal(node.value, type_)

    @value.register
    def _(self, _node: Today) -> Column:
        assert self.today is not None, "an expression that speaks of today is told which day it is"
        return self.today

    @value.register
    def _(self, node: Field) -> Column:
        if node.formula is not None:
            return self._computed(node, node.formula)
        column = self._scope(node.at).column(node.path)
        if node.type.tag is Tag.NUMBER and not isinstance(column.type, sa.Numeric):
            return sa.cast(column, sa.Numeric)
        return column

    @value.register
    def _(self, node: Call) -> Column:
        return node.function.sql(*map(self.value, node.arguments))

    @value.register
    def _(self, node: Choose) -> Column:
        chosen = sa.case(
            (self.loose(node.condition), self.value(node.then)), else_=self.value(node.otherwise)
        )
        return sa.type_coerce(chosen, _SQL_TYPES.get(node.type.tag, sa.Text()))

    @value.register
    def _(self, node: Over) -> Column:
        return self._aggregated(node) if node.fold.tests is None else self._tested(node)

    def certain(self, node: Node) -> Condition:
        """Write a condition so that it is true or false, never NULL."""
        return self._condition(node, certain=True)

    def loose(self, node: Node) -> Condition:
        """Write a condition so that NULL may stand for false, which lets indexes serve it."""
        return self._condition(node, certain=False)

    @singledispatchmethod
    def _condition(self, node: Node, *, certain: bool) -> Condition:
        column = self.value(node)
        return _is_true(column) if certain else column

    @_condition.register
    def _(self, node: Literal, *, certain: bool) -> Condition:  # noqa: ARG002  it always is
        return sa.literal(bool(node.value), sa.Boolean)

    @_condition.register
    def _(self, node: Not, *, certain: bool) -> Condition:  # noqa: ARG002  NOT NULL would be NULL
        return sa.not_(self.certain(node.condition))

    @_condition.register
    def _(self, node: Every, *, certain: bool) -> Condition:
        return sa.and_(*(self._condition(each, certain=certain) for each in node.conditions))

    @_condition.register
    def _(self, node: Either, *, certain: bool) -> Condition:
        return sa.or_(*(self._condition(each, certain=certain) for each in node.conditions))

    @_condition.register
    def _(self, node: Comparison, *, certain: bool) -> Condition:
        nodes = [node.first, *(operand for _, operand in node.rest)]
        operands = [(each, self.value(each)) for each in nodes]
        signs = [sign for sign, _ in node.rest]
        links = zip(signs, operands, operands[1:], strict=False)
        return sa.and_(*(_compared(*link, certain=certain) for link in links))

    @_condition.register
    def _(self, node: Membership, *, certain: bool) -> Condition:
        if not node.among:
            missing = self.value(node.value).is_(sa.null())
            return missing if node.or_missing else sa.literal(False, sa.Boolean)
        value = _to_match(node.value, self.value(node.value))
        among = [self.value(each) for each in node.among]
        if node.or_missing:
            return sa.type_coerce(value.not_in(among), sa.Boolean).is_not(sa.true())
        found = value.in_(among)
        return _is_true(found) if certain else found

    @_condition.register
    def _(self, node: Over, *, certain: bool) -> Condition:  # noqa: ARG002  it exists or it doesn't
        return self._tested(node)

    def _computed(self, node: Field, formula: Expression) -> Column:
        """Write a formula out; of no record there is nothing, whatever it would say of one."""
        tables, through = self._scope(node.at), node.path[:-1]
        if not through:
            return formula.sql(tables, self.today)
        reached = tables.column((*through, "id"))
        written = formula.sql(Below(tables, through), self.today)
        there = sa.case((reached.is_not(sa.null()), written), else_=sa.null())
        return sa.type_coerce(there, _SQL_TYPES.get(node.type.tag, sa.Text()))

    def _scope(self, at: int) -> SqlScope:
        return self.scopes[at - RECORD_AT]

    def _inside(self, node: Over) -> tuple[SqlLines, Translation, list[Condition]]:
        """Go among the lines: their scope, the translation there, and which lines count."""
        lines = self._scope(node.lines.at).lines(node.lines.path)
        inside = Translation(self.today, (*self.scopes[: node.at - RECORD_AT], lines.scope))
        return lines, inside, [lines.belongs, *map(inside.loose, node.conditions)]

    def _tested(self, node: Over) -> Condition:
        """Look for a line that says yes (``any``), or for none that says no (``all``)."""
        lines, inside, which = self._inside(node)
        wanted = node.fold.tests
        which.append(inside.loose(node.value) if wanted else sa.not_(inside.certain(node.value)))
        found = _selected(sa.literal_column("1"), lines, which).exists()
        return found if wanted else sa.not_(found)

    def _aggregated(self, node: Over) -> Column:
        lines, inside, which = self._inside(node)
        counts = node.fold.counts
        value = sa.literal_column("1") if counts else inside.value(node.value)
        aggregate = node.fold.sql(value)
        if not counts and not _speaks_of(node.value, node.at):
            # An aggregate over nothing of the lines would be one of the statement around.
            assert isinstance(aggregate, sa.FunctionElement)
            aggregate = aggregate.filter(lines.belongs)
        return node.fold.finish(_selected(aggregate, lines, which).scalar_subquery())


def _selected(column: Column, lines: SqlLines, which: Sequence[Condition]) -> sa.Select[tuple[Any]]:
    """Select from the lines alone; every other table is the surrounding statement's."""
    source = lines.scope.source
    return sa.select(column).select_from(source).where(*which).correlate_except(source)


def _speaks_of(node: Node, at: int) -> bool:
    return any(isinstance(part, Field) and part.at == at for part in parts(node))


def _is_true(column: Column) -> Condition:
    return sa.type_coerce(column, sa.Boolean).is_(sa.true())


def _to_match(node: Node, column: Column) -> Column:
    """Let texts match by code point; a plain field beside written texts does, and by its index."""
    return column if isinstance(node, Field) else in_order(column)


def _compared(
    sign: str, first: tuple[Node, Column], second: tuple[Node, Column], *, certain: bool
) -> Condition:
    (left_node, left), (right_node, right) = first, second
    if sign in _ORDER:
        compared = _ORDER[sign](in_order(left), in_order(right))
        return _is_true(compared) if certain else compared
    for node, other in ((left_node, right), (right_node, left)):
        if isinstance(node, Literal) and node.value is None:
            return other.is_not(None) if sign == "!=" else other.is_(None)
    written = _is_written(left_node) or _is_written(right_node)
    if not written:
        left, right = in_order(left), in_order(right)
    elif _is_written(right_node):
        left = _to_match(left_node, left)
    else:
        right = _to_match(right_node, right)
    if sign == "!=":
        return left.is_distinct_from(right)
    return left == right if written and not certain else left.is_not_distinct_from(right)


def _is_written(node: Node) -> bool:
    return isinstance(node, Literal) and node.value is not None


_ORDER: dict[str, Any] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}

_SQL_TYPES: dict[Tag, sa.types.TypeEngine[Any]] = {
    Tag.NUMBER: sa.Numeric(),
    Tag.TEXT: sa.Text(),
    Tag.CHOICE: sa.Text(),
    Tag.DAY: sa.Date(),
    Tag.INSTANT: sa.DateTime(timezone=True),
    Tag.YES_NO: sa.Boolean(),
    Tag.RECORD: sa.Uuid(),
}


def sql_type(type_: FieldType) -> sa.types.TypeEngine[Any]:
    """Give the column type that values of a type are kept in."""
    return _SQL_TYPES[type_.tag]

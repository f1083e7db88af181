"""Records of tables in a statement: references become joins, lines become sub-selects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from dougong.kernel.rules.functions import Column
from dougong.kernel.rules.sql import SqlLines


@dataclass(frozen=True, eq=False)
class Shape:
    """How records lie in a table: each field in the column of its name, its id in ``id``.

    ``references`` name the shape that a reference's column points at; ``lines`` the shape of the
    lines and the column there that points back. Both are asked for late, since tables refer to
    each other in circles.
    """

    table: sa.FromClause
    references: Mapping[str, Callable[[], Shape]] = field(default_factory=dict)
    lines: Mapping[str, tuple[Callable[[], Shape], str]] = field(default_factory=dict)
    parts: frozenset[str] = frozenset()
    """The columns that hold texts in parts, as JSON."""


class TableScope:
    """One statement's view of a shape; it joins each reference once, when it is first asked for."""

    def __init__(self, shape: Shape, start: sa.FromClause | None = None) -> None:
        """Stand on the shape's table, or on an alias of it that the statement already has."""
        self._shapes: dict[tuple[str, ...], tuple[Shape, sa.FromClause]] = {
            (): (shape, shape.table if start is None else start)
        }
        self._source: sa.FromClause = self._shapes[()][1]

    @property
    def source(self) -> sa.FromClause:
        """The table with the joins made up to now."""
        return self._source

    def column(self, path: tuple[str, ...]) -> Column:
        """Give the column of a field, over left joins that add and leave out no row."""
        *through, name = path
        if through:
            *before, whole = through
            shape, table = self._reached(tuple(before))
            if whole in shape.parts:
                return table.c[whole].op("->>", return_type=sa.Text())(
                    sa.literal_column(f"'{name}'")
                )
        _, table = self._reached(tuple(through))
        return table.c[name]

    def lines(self, path: tuple[str, ...]) -> SqlLines:
        """Give the lines, under an alias of their own, of the record that the path leads to."""
        *through, name = path
        shape, table = self._reached(tuple(through))
        shape_of_lines, back = shape.lines[name]
        lines = shape_of_lines()
        alias = lines.table.alias()
        return SqlLines(TableScope(lines, alias), alias.c[back] == table.c.id)

    def _reached(self, path: tuple[str, ...]) -> tuple[Shape, sa.FromClause]:
        if path not in self._shapes:
            shape, table = self._reached(path[:-1])
            target = shape.references[path[-1]]()
            alias = target.table.alias()
            self._source = self._source.outerjoin(alias, table.c[path[-1]] == alias.c.id)
            self._shapes[path] = (target, alias)
        return self._shapes[path]

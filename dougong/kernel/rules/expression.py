"""An expression that a company wrote, ready to be asked in memory and in SQL."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from dougong.kernel.rules.functions import Column
from dougong.kernel.rules.memory import Run, compiled
from dougong.kernel.rules.parse import understood
from dougong.kernel.rules.scope import FieldType, Scope, Tag
from dougong.kernel.rules.sql import Condition, SqlScope, Translation
from dougong.kernel.rules.tree import RECORD_AT, Call, Choose, Field, Node, Over, Today, parts


def parse(text: str, scope: Scope, wanted: Tag | Iterable[Tag] | None = None) -> Expression:
    """Understand a text over records of a scope, its result of a wanted type where one is named.

    Raises ExpressionError with everything that is wrong and where.
    """
    tags = [wanted] if isinstance(wanted, Tag) else wanted
    accepts = None if tags is None else frozenset(tags)
    return Expression(text, understood(text, scope, accepts))


class Expression:
    """One expression: what it says, what it speaks of, what it gives."""

    __slots__ = ("_run", "_tree", "names", "result", "text", "uses_today")

    def __init__(self, text: str, tree: Node) -> None:
        """Keep what was understood; it is compiled here, once."""
        self.text = text
        self._tree = tree
        self.result: FieldType = tree.type
        self.names: frozenset[tuple[str, ...]] = _names(tree)
        """Every path that it reads, from the record on, those over lines with the lines' name."""
        self.uses_today = any(_uses_today(part) for part in parts(tree))
        self._run: Run = _answered(tree)

    def evaluate(self, record: Any, today: date | None = None) -> Any:
        """Give the value for a record: Decimal, text, day, instant, yes or no, id; None if missing.

        A condition always gives True or False.
        """
        return self._run((today, record))

    def sql(self, tables: SqlScope, today: date | Column | None = None) -> Column:
        """Write the value as a column; ``tables.source`` afterwards is what to select it from."""
        return Translation.over(tables, today).result(self._tree)

    def where(self, tables: SqlScope, today: date | Column | None = None) -> Condition:
        """Write a condition for WHERE alone, where NULL counts as false and indexes can serve."""
        assert self.result.tag is Tag.YES_NO, "only a condition chooses records"
        return Translation.over(tables, today).loose(self._tree)

    def __repr__(self) -> str:
        """Show the text."""
        return f"Expression({self.text!r})"


def _uses_today(part: Node) -> bool:
    if isinstance(part, Field) and part.formula is not None:
        return part.formula.uses_today
    return isinstance(part, Today)


def _answered(tree: Node) -> Run:
    """Compile the whole; what may be a missing yes or no is answered with no."""
    run = compiled(tree)
    may_be_missing = tree.type.tag is Tag.YES_NO and isinstance(tree, Field | Choose | Call)
    return (lambda frame: bool(run(frame))) if may_be_missing else run


def _names(tree: Node) -> frozenset[tuple[str, ...]]:
    """Write every path from the record on: a line's ``margin`` is ``("lines", "margin")``."""
    found: set[tuple[str, ...]] = set()

    def gather(node: Node, starts: dict[int, tuple[str, ...]]) -> None:
        if isinstance(node, Over):
            line_of = (*starts[node.lines.at], *node.lines.path)
            starts = {**starts, node.at: line_of}
        if isinstance(node, Field):
            found.add((*starts[node.at], *node.path))
        for part in node.made_of():
            gather(part, starts)

    gather(tree, {RECORD_AT: ()})
    return frozenset(found)

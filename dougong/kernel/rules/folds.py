"""What lines of a record come to: any, all, count, sum, least and greatest, in both back ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from dougong.kernel.rules import semantics
from dougong.kernel.rules.functions import NUMBERS, ORDERED, Accepts, Column, in_order
from dougong.kernel.rules.scope import NUMBER, YES_NO, FieldType, Tag
from dougong.kernel.values import ZERO


@dataclass(frozen=True, slots=True)
class Fold:
    """One way of making one value of many lines.

    ``sql`` gives the aggregate of a column, and ``finish`` what the sub-select with it becomes.
    Where ``tests`` is not None the database only looks whether there is a line whose value is
    that: ``any`` looks for a yes, ``all`` for a no. Where ``counts``, the lines themselves count.
    """

    name: str
    accepts: Accepts
    result: Callable[[FieldType], FieldType]
    memory: Callable[[Iterable[Any]], Any]
    sql: Callable[[Column], Column]
    finish: Callable[[Column], Column] = lambda column: column
    tests: bool | None = None
    counts: bool = False


def _summed(values: Iterable[Decimal | None]) -> Decimal:
    total, add = ZERO, semantics.added
    for value in values:
        if value is not None:
            total = add(total, value)
    return total


def _counted(values: Iterable[object]) -> Decimal:
    return Decimal(sum(1 for _ in values))


def _least(values: Iterable[Any]) -> Any:
    return min((value for value in values if value is not None), default=None)


def _greatest(values: Iterable[Any]) -> Any:
    return max((value for value in values if value is not None), default=None)


def _or_zero(column: Column) -> Column:
    return sa.func.coalesce(column, sa.literal_column("0"), type_=sa.Numeric)


_CONDITION = frozenset({Tag.YES_NO})

_ALL = (
    Fold("any", _CONDITION, lambda _: YES_NO, any, lambda column: column, tests=True),
    Fold("all", _CONDITION, lambda _: YES_NO, all, lambda column: column, tests=False),
    Fold(
        "count",
        frozenset({Tag.RECORD}),
        lambda _: NUMBER,
        _counted,
        sa.func.count,
        finish=lambda column: sa.cast(column, sa.Numeric),
        counts=True,
    ),
    Fold(
        "sum",
        NUMBERS,
        lambda type_: type_,
        _summed,
        lambda column: sa.func.sum(column, type_=sa.Numeric),
        finish=_or_zero,
    ),
    Fold(
        "min",
        ORDERED,
        lambda type_: type_,
        _least,
        lambda column: sa.func.min(in_order(column)),
    ),
    Fold(
        "max",
        ORDERED,
        lambda type_: type_,
        _greatest,
        lambda column: sa.func.max(in_order(column)),
    ),
)

FOLDS: Mapping[str, Fold] = {fold.name: fold for fold in _ALL}

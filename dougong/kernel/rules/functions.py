"""The operators and functions of the language, each with its meaning in memory and in SQL."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from dougong.kernel.rules import semantics
from dougong.kernel.rules.scope import (
    DAY,
    NUMBER,
    TEXT,
    YES_NO,
    FieldType,
    Kind,
    Tag,
)
from dougong.kernel.rules.templates import (
    Counted,
    DayAfter,
    DayBefore,
    DayOfMonth,
    DaysBetween,
    Found,
    Held,
    Joined,
    Length,
    Lowered,
    Month,
    Quotient,
    Raised,
    Rounded,
    Started,
    Year,
)

Column = sa.ColumnElement[Any]
Accepts = frozenset[Tag]

NUMBERS = frozenset({Tag.NUMBER})
TEXTS = frozenset({Tag.TEXT, Tag.CHOICE})
DAYS = frozenset({Tag.DAY})
ORDERED = NUMBERS | TEXTS | DAYS | {Tag.INSTANT}
WORDS = frozenset({Tag.WORDS})
ANY = frozenset(Tag) - {Tag.LINES, Tag.WORDS, Tag.PARTS}


@dataclass(frozen=True, slots=True)
class Function:
    """One function: what it takes and gives, and how both back ends carry it out.

    ``takes`` are the arguments that it needs, ``further`` what any more of them may be, None where
    there may be no more. Where ``alike``, all arguments are of one type. Where ``strict``, a missing
    argument gives missing, and ``memory`` is not asked. ``places`` is the argument that must be a
    written number of decimal places; left out, it is 0.
    """

    name: str
    takes: tuple[Accepts, ...]
    result: Callable[[Sequence[FieldType]], FieldType]
    memory: Callable[..., Any]
    sql: Callable[..., Column]
    further: Accepts | None = None
    alike: bool = False
    strict: bool = True
    places: int | None = None


def in_order(column: Column) -> Column:
    """Let a column compare as the language compares it: texts by code point."""
    if not isinstance(column.type, sa.String) or getattr(column, "ordered", False):
        return column
    return sa.collate(column, "C")


def _gives(type_: FieldType) -> Callable[[Sequence[FieldType]], FieldType]:
    return lambda _types: type_


def common_type(types: Sequence[FieldType]) -> FieldType:
    """Find the type that holds values of all these types, which compare with one another."""
    there = [type_ for type_ in types if type_.tag is not Tag.MISSING]
    if not there:
        return types[0]
    first = there[0]
    if first.tag is Tag.NUMBER:
        return _of_the_same_kind(there)
    if first.tag in TEXTS and any(type_ != first for type_ in there):
        return TEXT
    return first


def _first_kind(types: Sequence[FieldType]) -> FieldType:
    return types[0]


def _of_the_same_kind(types: Sequence[FieldType]) -> FieldType:
    """Money with money is money, and money with a bare number too; other mixtures are numbers."""
    kinds = {type_.kind for type_ in types} - {Kind.PLAIN}
    return FieldType(Tag.NUMBER, kinds.pop()) if len(kinds) == 1 else NUMBER


def _multiplied_kind(types: Sequence[FieldType]) -> FieldType:
    """Money times anything but money is money; so it is with quantities; a percentage is a share."""
    for kind in (Kind.MONEY, Kind.QUANTITY):
        holders = [type_ for type_ in types if type_.kind is kind]
        if holders:
            return FieldType(Tag.NUMBER, kind) if len(holders) == 1 else NUMBER
    return NUMBER


def _divided_kind(types: Sequence[FieldType]) -> FieldType:
    """Money per anything but money is money; money by money is a bare number."""
    number, by = types
    return number if number.kind is not by.kind and by.kind is not Kind.MONEY else NUMBER


def _found(text: str | None, sought: str | None) -> bool:
    return text is not None and sought is not None and sought in text


def _held(words: Sequence[str] | None, sought: str | None) -> bool:
    return words is not None and sought is not None and sought in words


def _counted(column: Column) -> Column:
    return Counted(column) if isinstance(column.type, sa.ARRAY) else Length(column)


def _started(text: str | None, start: str | None) -> bool:
    return text is not None and start is not None and text.startswith(start)


def _joined(*texts: str | None) -> str:
    return "".join(text for text in texts if text is not None)


def _first_there(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _least(*values: Any) -> Any:
    return min((value for value in values if value is not None), default=None)


def _greatest(*values: Any) -> Any:
    return max((value for value in values if value is not None), default=None)


def _by_order(function: Callable[..., Any]) -> Callable[..., Column]:
    def pick(*values: Column) -> Column:
        return function(*map(in_order, values), type_=values[0].type)  # type: ignore[no-any-return]

    return pick


def _year(day: date) -> Decimal:
    return Decimal(day.year)


def _month(day: date) -> Decimal:
    return Decimal(day.month)


def _day(day: date) -> Decimal:
    return Decimal(day.day)


_BOTH_NUMBERS = (NUMBERS, NUMBERS)

OPERATORS: Mapping[type[ast.operator], tuple[Function, ...]] = {
    ast.Add: (
        Function(
            "+", _BOTH_NUMBERS, _of_the_same_kind, semantics.added, lambda left, right: left + right
        ),
        Function(
            "+",
            (DAYS, NUMBERS),
            _gives(DAY),
            semantics.days_after,
            DayAfter,
        ),
        Function(
            "+",
            (NUMBERS, DAYS),
            _gives(DAY),
            lambda days, day: semantics.days_after(day, days),
            lambda days, day: DayAfter(day, days),
        ),
    ),
    ast.Sub: (
        Function(
            "-",
            _BOTH_NUMBERS,
            _of_the_same_kind,
            semantics.subtracted,
            lambda left, right: left - right,
        ),
        Function(
            "-",
            (DAYS, NUMBERS),
            _gives(DAY),
            semantics.days_before,
            DayBefore,
        ),
        Function(
            "-",
            (DAYS, DAYS),
            _gives(NUMBER),
            lambda end, start: semantics.days_between(start, end),
            lambda end, start: DaysBetween(start, end),
        ),
    ),
    ast.Mult: (
        Function(
            "*",
            _BOTH_NUMBERS,
            _multiplied_kind,
            semantics.multiplied,
            lambda left, right: left * right,
        ),
    ),
    ast.Div: (Function("/", _BOTH_NUMBERS, _divided_kind, semantics.divided, Quotient),),
}

NEGATIVE = Function(
    "-",
    (NUMBERS,),
    _first_kind,
    semantics.negated,
    lambda number: sa.literal_column("0", sa.Numeric) - number,
)

HOLDS = Function("holds", (WORDS, TEXTS), _gives(YES_NO), _held, Held, strict=False)
CONTAINS = Function("contains", (TEXTS, TEXTS), _gives(YES_NO), _found, Found, strict=False)

_ALL = (
    CONTAINS,
    Function("starts_with", (TEXTS, TEXTS), _gives(YES_NO), _started, Started, strict=False),
    Function(
        "abs",
        (NUMBERS,),
        _first_kind,
        semantics.magnitude,
        lambda number: sa.func.abs(number, type_=sa.Numeric),
    ),
    Function(
        "min",
        (ORDERED, ORDERED),
        common_type,
        _least,
        _by_order(sa.func.least),
        further=ORDERED,
        alike=True,
        strict=False,
    ),
    Function(
        "max",
        (ORDERED, ORDERED),
        common_type,
        _greatest,
        _by_order(sa.func.greatest),
        further=ORDERED,
        alike=True,
        strict=False,
    ),
    Function("round", _BOTH_NUMBERS, _first_kind, semantics.rounded_to, Rounded, places=1),
    Function(
        "floor",
        (NUMBERS,),
        _first_kind,
        semantics.floor,
        lambda number: sa.func.floor(number, type_=sa.Numeric),
    ),
    Function(
        "ceil",
        (NUMBERS,),
        _first_kind,
        semantics.ceiling,
        lambda number: sa.func.ceil(number, type_=sa.Numeric),
    ),
    Function(
        "len",
        (TEXTS | WORDS,),
        _gives(NUMBER),
        semantics.length,
        _counted,
    ),
    Function("lower", (TEXTS,), _gives(TEXT), semantics.lowered, Lowered),
    Function("upper", (TEXTS,), _gives(TEXT), semantics.raised, Raised),
    Function("concat", (TEXTS,), _gives(TEXT), _joined, Joined, further=TEXTS, strict=False),
    Function(
        "is_missing",
        (ANY | WORDS | {Tag.PARTS},),
        _gives(YES_NO),
        lambda value: value is None,
        lambda value: value.is_(sa.null()),
        strict=False,
    ),
    Function(
        "coalesce",
        (ANY,),
        common_type,
        _first_there,
        sa.func.coalesce,
        further=ANY,
        alike=True,
        strict=False,
    ),
    Function("year", (DAYS,), _gives(NUMBER), _year, Year),
    Function("month", (DAYS,), _gives(NUMBER), _month, Month),
    Function("day", (DAYS,), _gives(NUMBER), _day, DayOfMonth),
    Function("days_between", (DAYS, DAYS), _gives(NUMBER), semantics.days_between, DaysBetween),
)

FUNCTIONS: Mapping[str, Function] = {function.name: function for function in _ALL}

"""The operators and functions of the language, each with its meaning in memory and in SQL."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import operators

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

Column = sa.ColumnElement[Any]
Accepts = frozenset[Tag]

NUMBERS = frozenset({Tag.NUMBER})
TEXTS = frozenset({Tag.TEXT, Tag.CHOICE})
DAYS = frozenset({Tag.DAY})
ORDERED = NUMBERS | TEXTS | DAYS | {Tag.INSTANT}
ANY = frozenset(Tag) - {Tag.LINES}


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


def text_in_order(column: Column) -> Column:
    """Let a text compare byte by byte, which in UTF-8 is code point by code point."""
    ordered = isinstance(column, sa.BinaryExpression) and column.operator is operators.collate
    return column if ordered else sa.collate(column, "C")


def _counted(column: Column) -> Column:
    """Take a whole number of the database as a number of the language."""
    return sa.cast(column, sa.Numeric)


def _constant(number: str) -> Column:
    return sa.literal_column(number, sa.Numeric)


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


def _divided(number: Column, by: Column) -> Column:
    """Divide as :func:`semantics.divided`: cut off at 13 places by whole numbers, then round."""
    cut = sa.func.div(number * _constant("1e13"), sa.func.nullif(by, _constant("0")))
    return _rounded(cut * _constant("0.0000000000001"), _constant("12"))


def _rounded(number: Column, digits: Column) -> Column:
    return sa.func.round(number, sa.cast(digits, sa.Integer), type_=sa.Numeric)


_FIRST_DAY = sa.literal_column("DATE '0001-01-01'", sa.Date)
_BEFORE, _BEYOND = _constant("-1"), _constant("3652059")


def _calendar_day(days_on: Column) -> Column:
    """Give the day that many days after 0001-01-01, NULL outside the calendar.

    Built so that the count stands in it once: what doubled would grow with every day added.
    ``least`` and ``greatest`` pass over NULL, so that NULL arrives as one of the two limits too.
    """
    within = sa.func.greatest(sa.func.least(days_on, _BEYOND), _BEFORE)
    count = sa.func.nullif(sa.func.nullif(within, _BEFORE), _BEYOND, type_=sa.Numeric)
    return sa.type_coerce(_FIRST_DAY.op("+")(sa.cast(count, sa.Integer)), sa.Date)


def _days_on(day: Column) -> Column:
    return _days_between(_FIRST_DAY, day)


def _days_between(start: Column, end: Column) -> Column:
    return _counted(sa.type_coerce(sa.type_coerce(end, sa.Date).op("-")(start), sa.Integer))


def _whole(number: Column) -> Column:
    return sa.func.trunc(number, type_=sa.Numeric)


def _part_of_day(part: str) -> Callable[[Column], Column]:
    return lambda day: _counted(sa.extract(part, day))


def _cased(change: str) -> Callable[[Column], Column]:
    """Change the case with the mapping that PostgreSQL carries itself, whatever the locale."""
    function: Any = getattr(sa.func, change)
    return lambda text: text_in_order(
        function(sa.collate(text, "pg_c_utf8"), type_=sa.Text),
    )


def _found(text: str | None, sought: str | None) -> bool:
    return text is not None and sought is not None and sought in text


def _started(text: str | None, start: str | None) -> bool:
    return text is not None and start is not None and text.startswith(start)


def _sql_found(text: Column, sought: Column) -> Column:
    place = sa.func.strpos(text_in_order(text), text_in_order(sought), type_=sa.Integer)
    return sa.func.coalesce(place > sa.literal_column("0"), sa.false(), type_=sa.Boolean)


def _sql_started(text: Column, start: Column) -> Column:
    started = sa.func.starts_with(text_in_order(text), text_in_order(start), type_=sa.Boolean)
    return sa.func.coalesce(started, sa.false(), type_=sa.Boolean)


def _joined(*texts: str | None) -> str:
    return "".join(text for text in texts if text is not None)


def _sql_joined(*texts: Column) -> Column:
    empty = sa.literal_column("''", sa.Text)
    there: list[Column] = [sa.func.coalesce(text, empty, type_=sa.Text) for text in texts]
    joined = there[0]
    for text in there[1:]:
        joined = joined.concat(text)
    return text_in_order(joined)


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


def in_order(column: Column) -> Column:
    """Let a column compare as the language compares it: texts by code point."""
    return text_in_order(column) if isinstance(column.type, sa.String) else column


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
            lambda day, days: _calendar_day(_days_on(day) + _whole(days)),
        ),
        Function(
            "+",
            (NUMBERS, DAYS),
            _gives(DAY),
            lambda days, day: semantics.days_after(day, days),
            lambda days, day: _calendar_day(_days_on(day) + _whole(days)),
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
            lambda day, days: _calendar_day(_days_on(day) - _whole(days)),
        ),
        Function(
            "-",
            (DAYS, DAYS),
            _gives(NUMBER),
            lambda end, start: semantics.days_between(start, end),
            lambda end, start: _days_between(start, end),
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
    ast.Div: (Function("/", _BOTH_NUMBERS, _divided_kind, semantics.divided, _divided),),
}

NEGATIVE = Function(
    "-", (NUMBERS,), _first_kind, semantics.negated, lambda number: _constant("0") - number
)

CONTAINS = Function("contains", (TEXTS, TEXTS), _gives(YES_NO), _found, _sql_found, strict=False)

_ALL = (
    CONTAINS,
    Function("starts_with", (TEXTS, TEXTS), _gives(YES_NO), _started, _sql_started, strict=False),
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
    Function("round", _BOTH_NUMBERS, _first_kind, semantics.rounded_to, _rounded, places=1),
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
        (TEXTS,),
        _gives(NUMBER),
        semantics.length,
        lambda text: _counted(sa.func.char_length(text, type_=sa.Integer)),
    ),
    Function("lower", (TEXTS,), _gives(TEXT), semantics.lowered, _cased("lower")),
    Function("upper", (TEXTS,), _gives(TEXT), semantics.raised, _cased("upper")),
    Function("concat", (TEXTS,), _gives(TEXT), _joined, _sql_joined, further=TEXTS, strict=False),
    Function(
        "is_missing",
        (ANY,),
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
    Function("year", (DAYS,), _gives(NUMBER), _year, _part_of_day("year")),
    Function("month", (DAYS,), _gives(NUMBER), _month, _part_of_day("month")),
    Function("day", (DAYS,), _gives(NUMBER), _day, _part_of_day("day")),
    Function("days_between", (DAYS, DAYS), _gives(NUMBER), semantics.days_between, _days_between),
)

FUNCTIONS: Mapping[str, Function] = {function.name: function for function in _ALL}

"""SQL written out for what SQLAlchemy would nest deeply, so that deep expressions stay compilable."""

from __future__ import annotations

from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

IN_ORDER = 'COLLATE "C"'
"""Byte by byte, which in UTF-8 is code point by code point."""


class Written(FunctionElement[Any]):
    """A piece of SQL with places for its arguments; each kind is a class, as the cache needs it."""

    inherit_cache = True
    template: ClassVar[str]
    each: ClassVar[str] = "({})"
    joint: ClassVar[str | None] = None
    ordered: ClassVar[bool] = False
    """Whether it is a text that already compares by code point."""


@compiles(Written)
def _written(element: Written, compiler: SQLCompiler, **options: Any) -> str:
    arguments = [
        element.each.format(compiler.process(argument, **options)) for argument in element.clauses
    ]
    if element.joint is not None:
        arguments = [element.joint.join(arguments)]
    return element.template.format(*arguments)


class Quotient(Written):
    """Division as memory has it: cut off at 13 places by whole numbers, then rounded half-up."""

    inherit_cache = True
    type = sa.Numeric()
    template = "round(div({0} * 1e13, nullif({1}, 0)) * 0.0000000000001, 12)"


class Rounded(Written):
    """Half-up away from zero, which is how PostgreSQL rounds numeric."""

    inherit_cache = True
    type = sa.Numeric()
    template = "round({0}, CAST({1} AS integer))"


_CALENDAR = (
    "(DATE '0001-01-01' + CAST(nullif(nullif(greatest(least("
    "{0} - DATE '0001-01-01' SIGN trunc({1})"
    ", 3652059), -1), -1), 3652059) AS integer))"
)
"""The days since 0001-01-01, moved on, and NULL outside the calendar.

The count stands in it once: what doubled would grow with every day added. ``least`` and
``greatest`` pass over NULL, which thereby arrives as a limit and becomes NULL again.
"""


class DayAfter(Written):
    """A day so many whole days on."""

    inherit_cache = True
    type = sa.Date()
    template = _CALENDAR.replace("SIGN", "+")


class DayBefore(Written):
    """A day so many whole days back."""

    inherit_cache = True
    type = sa.Date()
    template = _CALENDAR.replace("SIGN", "-")


class DaysBetween(Written):
    """The days from one day to another."""

    inherit_cache = True
    type = sa.Numeric()
    template = "CAST({1} - {0} AS numeric)"


class Counted(Written):
    """The words of a field, counted."""

    inherit_cache = True
    type = sa.Numeric()
    template = "CAST(cardinality({0}) AS numeric)"


class Held(Written):
    """Whether a word is one of a field's words."""

    inherit_cache = True
    type = sa.Boolean()
    template = f"coalesce({{0}} @> ARRAY[CAST({{1}} AS text) {IN_ORDER}], false)"


class Length(Written):
    """The characters of a text, counted."""

    inherit_cache = True
    type = sa.Numeric()
    template = "CAST(char_length({0}) AS numeric)"


class Lowered(Written):
    """Small letters, by the mapping that PostgreSQL carries itself, whatever the locale."""

    inherit_cache = True
    type = sa.Text()
    template = f'(lower({{0}} COLLATE "pg_c_utf8") {IN_ORDER})'
    ordered = True


class Raised(Written):
    """Capital letters, by the mapping that PostgreSQL carries itself, whatever the locale."""

    inherit_cache = True
    type = sa.Text()
    template = f'(upper({{0}} COLLATE "pg_c_utf8") {IN_ORDER})'
    ordered = True


class Joined(Written):
    """Texts one after the other, those that are missing left out."""

    inherit_cache = True
    type = sa.Text()
    each = "coalesce({}, '')"
    joint = " || "
    template = f"(({{0}}) {IN_ORDER})"
    ordered = True


class Found(Written):
    """Whether a text has another in it."""

    inherit_cache = True
    type = sa.Boolean()
    template = f"coalesce(strpos({{0}} {IN_ORDER}, {{1}} {IN_ORDER}) > 0, false)"


class Started(Written):
    """Whether a text starts with another."""

    inherit_cache = True
    type = sa.Boolean()
    template = f"coalesce(starts_with({{0}} {IN_ORDER}, {{1}} {IN_ORDER}), false)"


class Year(Written):
    """The year of a day."""

    inherit_cache = True
    type = sa.Numeric()
    template = "extract(year FROM {0})"


class Month(Written):
    """The month of a day."""

    inherit_cache = True
    type = sa.Numeric()
    template = "extract(month FROM {0})"


class DayOfMonth(Written):
    """The day of the month of a day."""

    inherit_cache = True
    type = sa.Numeric()
    template = "extract(day FROM {0})"

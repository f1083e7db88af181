"""What expressions mean, in memory; ``sql`` means the same, and a property test holds them together.

**Missing.** A field without a value is missing, and so is a field behind a reference that points
nowhere. There is one missing, written ``None``.

- Arithmetic, and every function not named below, gives missing as soon as one argument is missing.
- ``==`` and ``!=`` are null-safe: missing equals missing and nothing else.
- ``<  <=  >  >=`` are false where a side is missing (false, not missing).
- ``in`` is false for missing, unless None is listed; ``not in`` is its opposite. A text that is
  missing is contained in nothing and contains, starts with, nothing: ``contains`` and
  ``starts_with`` are false. Of a field with several words (tags, choices) ``in`` asks for a whole
  word; words that are missing hold none.
- ``and``, ``or``, ``not`` and ``if`` know two answers: a missing yes/no counts as no. The result of
  a condition is always yes or no.
- ``min`` and ``max`` choose among what is there, over arguments and over lines alike; missing where
  nothing is. ``coalesce`` gives the first that is there. ``concat`` leaves out what is missing.
- Over lines: missing values are passed over. ``sum`` of none is 0, ``count`` of none is 0, ``any``
  of none is no, ``all`` of none is yes. A reference that points nowhere has no lines.

**Numbers** are decimals. ``+``, ``-``, ``*``, ``sum`` and comparisons are exact at any length: what
an expression of bounded size makes of stored numbers stays far below the 131,072 digits before and
the 16,383 after the point that the database carries. Division rounds half-up (away from zero) to 12
places, exactly; division by zero is missing. ``round`` is half-up away from zero too. An amount of
money is its number; a bare number beside it is company currency.

**Days** run from 0001-01-01 to 9999-12-31; what falls outside is missing. Adding a number to a day
counts whole days, a fraction of one is cut off toward zero. ``days_between(a, b)`` and ``b - a``
count the days from a to b. ``today`` is given by the caller; no clock is read.

**Text** compares by code point, case-sensitively. ``len`` counts code points. ``lower`` and
``upper`` change single letters into single letters (the simple mapping of Unicode 16, without
locale): ``upper("ß")`` is ``"ß"``. An empty text is there, it is not missing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import (
    MAX_EMAX,
    MIN_EMIN,
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
)

from dougong.kernel.values import ONE, ZERO

DIVISION_PLACES = 12

_DIGITS = 200_000
_TRAPS = [DivisionByZero, InvalidOperation, Overflow]

EXACT = Context(prec=_DIGITS, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[*_TRAPS, Inexact])
"""Sums and products come out to the last digit; that one were lost is an assertion."""

_ROUNDING = Context(
    prec=_DIGITS, Emin=MIN_EMIN, Emax=MAX_EMAX, rounding=ROUND_HALF_UP, traps=_TRAPS
)
_DIVISION_UNIT = ONE.scaleb(-DIVISION_PLACES)
_FIRST_DAY, _LAST_DAY = date.min.toordinal(), date.max.toordinal()

added = EXACT.add
subtracted = EXACT.subtract
multiplied = EXACT.multiply
negated = EXACT.minus
magnitude = EXACT.abs


def divided(number: Decimal, by: Decimal) -> Decimal | None:
    """Divide, rounding half-up to 12 places; by zero is missing.

    Cutting off after one place more and rounding that is the exact half-up: the places that were
    cut off can't decide it, because a tie goes away from zero.
    """
    if not by:
        return None
    cut = _ROUNDING.divide_int(number.scaleb(DIVISION_PLACES + 1, _ROUNDING), by)
    return _ROUNDING.quantize(cut.scaleb(-DIVISION_PLACES - 1, _ROUNDING), _DIVISION_UNIT)


def rounded_to(number: Decimal, digits: Decimal) -> Decimal:
    """Round half-up away from zero to a number of places; to tens and hundreds where negative."""
    unit = ONE.scaleb(-int(digits))
    return EXACT.add(number.quantize(unit, context=_ROUNDING), ZERO)


def floor(number: Decimal) -> Decimal:
    """Give the greatest whole number that is not above."""
    return number.to_integral_value(rounding=ROUND_FLOOR, context=_ROUNDING)


def ceiling(number: Decimal) -> Decimal:
    """Give the smallest whole number that is not below."""
    return number.to_integral_value(rounding=ROUND_CEILING, context=_ROUNDING)


def days_after(day: date, days: Decimal) -> date | None:
    """Count whole days on from a day (back where negative); missing outside the calendar."""
    if not -_LAST_DAY <= days <= _LAST_DAY:
        return None
    ordinal = day.toordinal() + int(days)
    return date.fromordinal(ordinal) if _FIRST_DAY <= ordinal <= _LAST_DAY else None


def days_before(day: date, days: Decimal) -> date | None:
    """Count whole days back from a day; missing outside the calendar."""
    return days_after(day, EXACT.minus(days))


def days_between(start: date, end: date) -> Decimal:
    """Count the days from one day to another."""
    return Decimal(end.toordinal() - start.toordinal())


def length(text: str | Sequence[str]) -> Decimal:
    """Count the characters of a text, or the words of a field that holds several."""
    return Decimal(len(text))


def lowered(text: str) -> str:
    """Write a text in small letters, letter by letter."""
    return text.translate(_LOWER)


def raised(text: str) -> str:
    """Write a text in capital letters, letter by letter."""
    return text.translate(_UPPER)


_SINCE_UNICODE_14 = {
    0x1C89: 0x1C8A,
    0xA7CB: 0x0264,
    0xA7CC: 0xA7CD,
    0xA7DA: 0xA7DB,
    0xA7DC: 0x019B,
    **{capital: capital + 0x20 for capital in range(0x10D50, 0x10D66)},
}
"""Capitals that this Python may not know yet, and their small letters."""


class _Letters(dict[int, str | int]):
    """A mapping of letters that is filled by those that are asked for."""

    def __init__(self, known: dict[int, int], change: Callable[[str], str]) -> None:
        super().__init__(known)
        self.change = change

    def __missing__(self, point: int) -> str:
        if point >= _LAST_CASED:
            return chr(point)
        found = self[point] = self.change(chr(point))
        return found


def _simple_lower(letter: str) -> str:
    return letter.lower()[0]


def _simple_upper(letter: str) -> str:
    """Take the capital; where it is several letters, the title letter if that is one."""
    return next((form for form in (letter.upper(), letter.title()) if len(form) == 1), letter)


_LAST_CASED = 0x20000
_LOWER = _Letters(_SINCE_UNICODE_14, _simple_lower)
_UPPER = _Letters({small: capital for capital, small in _SINCE_UNICODE_14.items()}, _simple_upper)

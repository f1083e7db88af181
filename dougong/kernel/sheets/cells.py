"""Cells as people write them in sheets: numbers, days, moments, yes and no.

What can be understood in two ways is not guessed: it is unreadable, and the row is handed back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

Cell = str | Decimal | bool | date | datetime | time | None
"""What stands in a cell; ``None`` where nothing does."""


class DayOrder(StrEnum):
    """How days like 3/5/2024 are meant, where the sheet does not say."""

    UNKNOWN = ""
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


class CellUnreadable(ValueError):  # noqa: N818  the importer turns it into the row's reason
    """The cell doesn't hold what is expected: ``number``, ``day``, ``instant`` or ``yes_no``."""

    def __init__(self, expected: str, shown: str) -> None:
        """Say what was expected, and show what was there."""
        self.expected = expected
        self.shown = shown
        super().__init__(f"{shown!r} is no {expected}")

    def __reduce__(self) -> tuple[type[CellUnreadable], tuple[str, str]]:
        """Survive a queue."""
        return (CellUnreadable, (self.expected, self.shown))


_SIGNIFICANT = 15
_EXACT_WHOLE = 10**_SIGNIFICANT
_LONGEST_NUMBER = 60
_SHOWN = 60

_CURRENCY = re.compile(
    r"^(?:cny|rmb|usd|eur|gbp|hkd|jpy|人民币|[¥$€£₩])\s*|\s*(?:cny|rmb|usd|eur|gbp|hkd|jpy|元|[¥$€£₩])$"
)
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([, '’])\d{3})(?:\1\d{3})*(?:\.\d+)?")
_EUROPEAN = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+|[+-]?\d{1,3}(?: \d{3})+,\d+")
_IN_BRACKETS = re.compile(r"\((.+)\)")
_UNITS = {"万": 4, "亿": 8, "万亿": 12}
_UNIT = re.compile(r"\s*(万亿|亿|万)$")

_EPOCH = date(1899, 12, 30)
_LEAP_THAT_WAS_NONE = 60
"""Excel counts a 29 February 1900; days before it are one less."""
_LAST_SERIAL = 2_958_465
_BASIC_DAY = range(1900_01_01, 10000_00_00)

_YEAR_FIRST = re.compile(r"(\d{4})\s*(?:[-/.]|年)\s*(\d{1,2})\s*(?:[-/.]|月)\s*(\d{1,2})(?:\s*日)?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_BASIC = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH_NAMED = re.compile(
    r"(?P<day>\d{1,2})[-\s]+(?P<name>[a-z]{3,9})\.?[-,\s]+(?P<year>\d{4})"
    r"|(?P<name2>[a-z]{3,9})\.?\s+(?P<day2>\d{1,2}),?\s+(?P<year2>\d{4})"
)
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_CLOCK = re.compile(
    r"(?P<half>上午|下午)?\s*(?P<hour>\d{1,2})[:时](?P<minute>\d{2})(?:[:分](?P<second>\d{2})(?:\.(?P<part>\d{1,9}))?秒?|分)?"
    r"\s*(?P<meridiem>am|pm)?\s*(?P<zone>z|[+-]\d{2}:?\d{2})?"
)
_NOON = 12

_YES = frozenset(("是", "对", "有", "√", "✓", "✔", "y", "yes", "true", "t", "1", "on", "真"))
_NO = frozenset(("否", "错", "无", "×", "✗", "✘", "n", "no", "false", "f", "0", "off", "假"))


def from_float(number: float) -> Decimal:
    """Give the number that Excel shows: the 15 digits that it keeps, without the float's dust."""
    if number.is_integer() and abs(number) < _EXACT_WHOLE:
        return Decimal(int(number))
    return Decimal(f"{number:.{_SIGNIFICANT}g}")


def as_text(cell: Cell) -> str:
    """Give a cell as text: a number without exponent, a day as in ISO 8601."""
    match cell:
        case None:
            return ""
        case str():
            return cell.strip()
        case bool():
            return "true" if cell else "false"
        case Decimal():
            return f"{cell:f}"
        case datetime():
            return cell.isoformat(sep=" ")
        case _:
            return cell.isoformat()


def as_number(cell: Cell) -> Decimal | None:
    """Read a number exactly: ``1,234.50``, ``￥8.5``, ``12.5%``, ``(3)``, ``3.5万``, ``1.234,56``."""
    match cell:
        case Decimal():
            return cell
        case str():
            text = _folded(cell)
            return _number(text, cell) if text else None
        case None:
            return None
        case _:
            raise CellUnreadable("number", _shown(cell))


def as_day(cell: Cell, order: DayOrder = DayOrder.UNKNOWN) -> date | None:
    """Read a day: ISO, ``2024年3月5日``, ``2024/3/5``, ``20240305``, ``5 Mar 2024``, Excel's count.

    ``3/5/2024`` needs the order to be known, unless one of the two can't be a month.
    """
    match cell:
        case datetime():
            return cell.date()
        case date() | None:
            return cell
        case Decimal():
            return _day_of_number(cell)
        case str():
            text = _folded(cell)
            found = _day_and_rest(text, order)
            if found is None and not text:
                return None
            if found is None or (found[1] and not _CLOCK.fullmatch(found[1])):
                raise CellUnreadable("day", _shown(cell))
            return found[0]
        case _:
            raise CellUnreadable("day", _shown(cell))


def as_instant(cell: Cell, order: DayOrder = DayOrder.UNKNOWN) -> datetime | None:
    """Read a moment; it has a time zone only where the cell names one."""
    match cell:
        case datetime() | None:
            return cell
        case date():
            return datetime.combine(cell, time())
        case Decimal():
            whole = int(cell)
            seconds = round((cell - whole) * 86_400)
            return datetime.combine(_day_of_number(Decimal(whole)), time()) + timedelta(
                seconds=seconds
            )
        case str():
            return _instant(cell, order)
        case _:
            raise CellUnreadable("instant", _shown(cell))


def as_yes_no(cell: Cell) -> bool | None:
    """Read yes or no: ``是``, ``否``, ``√``, ``yes``, ``0``."""
    if cell is None or isinstance(cell, bool):
        return cell
    text = _folded(as_text(cell))
    if not text:
        return None
    if text in _YES or text in _NO:
        return text in _YES
    raise CellUnreadable("yes_no", _shown(cell))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("−", "-").strip().lower()


def _shown(cell: Cell) -> str:
    return as_text(cell)[:_SHOWN]


def _number(text: str, cell: str) -> Decimal:
    power = 0
    if bracketed := _IN_BRACKETS.fullmatch(text):
        text = "-" + bracketed[1].strip()
    sign = "-" if text.startswith("-") else ""
    text = _CURRENCY.sub("", text.removeprefix("-").strip())
    if text.endswith("%"):
        power, text = -2, text[:-1].rstrip()
    elif unit := _UNIT.search(text):
        power, text = _UNITS[unit[1]], text[: unit.start()]
    if sign and text[:1] in "+-":
        raise CellUnreadable("number", _shown(cell))
    if _EUROPEAN.fullmatch(text):
        text = text.replace(".", "").replace(" ", "").replace(",", ".")
    elif _GROUPED.fullmatch(text):
        text = re.sub(r"[, '’]", "", text)
    elif not _PLAIN.fullmatch(text):
        raise CellUnreadable("number", _shown(cell))
    if len(text) > _LONGEST_NUMBER:
        raise CellUnreadable("number", _shown(cell))
    digits = Decimal(sign + text)
    return digits.scaleb(power) if power else digits


def _day_of_number(number: Decimal) -> date:
    """Read Excel's count of days, or the eight digits of a day."""
    whole = int(number) if abs(number) < _EXACT_WHOLE else 0
    if whole == number and whole in _BASIC_DAY:
        year, month, day = whole // 10_000, whole // 100 % 100, whole % 100
        return _day(year, month, day, str(whole))
    if not 1 <= whole <= _LAST_SERIAL or whole == _LEAP_THAT_WAS_NONE:
        raise CellUnreadable("day", _shown(number))
    return _EPOCH + timedelta(days=whole + (whole < _LEAP_THAT_WAS_NONE))


def _day_and_rest(text: str, order: DayOrder) -> tuple[date, str] | None:
    """Read the day that a text begins with, and give what comes after it."""
    for pattern in (_YEAR_FIRST, _BASIC, _MONTH_NAMED, _YEAR_LAST):
        if found := pattern.match(text):
            rest = text[found.end() :]
            parts = _parts(found, order)
            if parts is None or rest[:1].isdigit():
                return None
            return _day(*parts, text), rest.removeprefix("t").strip()
    return None


def _parts(found: re.Match[str], order: DayOrder) -> tuple[int, int, int] | None:
    """Give year, month and day of what was found; nothing where it could mean two days."""
    if found.re is _MONTH_NAMED:
        named = next(_named(found))
        return None if named[1] is None else (named[0], named[1], named[2])
    first, second, third = (int(part) for part in found.groups())
    if found.re is not _YEAR_LAST:
        return first, second, third
    if first == second or second > _NOON or order is DayOrder.MONTH_FIRST:
        return third, first, second
    if first > _NOON or order is DayOrder.DAY_FIRST:
        return third, second, first
    return None


def _named(found: re.Match[str]) -> Iterator[tuple[int, int | None, int]]:
    for end in ("", "2"):
        if name := found["name" + end]:
            months = [at for at, month in enumerate(_MONTHS, 1) if month.startswith(name)]
            month = months[0] if len(months) == 1 or name == "may" else None
            yield int(found["year" + end]), month, int(found["day" + end])


def _day(year: int, month: int, day: int, shown: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise CellUnreadable("day", shown[:_SHOWN]) from None


def _instant(cell: str, order: DayOrder) -> datetime | None:
    text = _folded(cell)
    if not text:
        return None
    found = _day_and_rest(text, order)
    clock = _CLOCK.fullmatch(found[1] or "0:00") if found else None
    if found is None or clock is None:
        raise CellUnreadable("instant", _shown(cell))
    hour = int(clock["hour"])
    if half := clock["half"] or clock["meridiem"]:
        hour = hour % _NOON + (_NOON if half in {"下午", "pm"} else 0)
    zone = (clock["zone"] or "").replace(":", "").replace("z", "+0000")
    part = (clock["part"] or "").ljust(6, "0")[:6]
    shape = f"{found[0]} {hour:02}:{clock['minute']}:{clock['second'] or '00'}.{part}{zone}"
    try:
        return datetime.fromisoformat(shape)
    except ValueError:
        raise CellUnreadable("instant", _shown(cell)) from None

"""How a value is made of a row: where it comes from, and what is done to it, in the order written.

``{column: unit_price, round: 4, times: "0.7"}`` takes a cell, rounds it, and takes seven tenths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from dougong.kernel.fields import FieldProblem
from dougong.kernel.sheets import (
    Cell,
    CellUnreadable,
    DayOrder,
    as_day,
    as_number,
    as_text,
    as_yes_no,
)
from dougong.kernel.values import EXACT, parse_decimal, rounded

Written = str | dict[str, Any] | list[dict[str, Any]]
"""A column's name, or its source and transforms as an ordered mapping (or a list of such)."""
Cells = Mapping[str, Cell]


class Tables(Protocol):
    """Other files of the same import, to look up in."""

    def look_up(self, file: str, key: str, value: str) -> Cells | None:
        """Give the row of a file whose cell in column ``key`` is a value."""
        ...


@dataclass(frozen=True)
class Wanted:
    """A record that is named by the value of one of its fields; found for many rows at once."""

    by: str
    value: Any


@dataclass(frozen=True)
class Row:
    """What a value is made of."""

    cells: Cells
    tables: Tables
    today: date = field(default=date.min)


def steps_of(written: Written) -> list[tuple[str, Any]]:
    """Give the source and the transforms, in order."""
    if isinstance(written, str):
        return [("column", written)]
    if isinstance(written, Mapping):
        return list(written.items())
    return [pair for part in written for pair in part.items()]


def compute(written: Written, row: Row) -> Any:
    """Make the value; None where nothing is said. Raises CellUnreadable and FieldProblem."""
    (source, argument), *transforms = steps_of(written)
    value = SOURCES[source](row, argument)
    for name, told in transforms:
        if name == "or":
            value = told if is_empty(value) else value
        elif name == "lookup":
            value = None if is_empty(value) else looked_up(value, told, row)
        elif not is_empty(value):
            value = TRANSFORMS[name](value, told)
    return None if is_empty(value) else value


def is_empty(value: object) -> bool:
    """Tell whether nothing is said."""
    return value is None or value == ""


def is_met(written: Written | None, row: Row) -> bool:
    """Tell whether a condition holds: there is none, or its value is neither empty, zero nor no."""
    return written is None or bool(compute(written, row))


# Sources


def cell(row: Row, column: str) -> Cell:
    """Take the cell of a column."""
    return row.cells.get(column)


def joined(row: Row, told: Any) -> str:
    """Put the cells of several columns together, without the empty ones."""
    columns, between = (
        (told["columns"], told.get("with", " ")) if isinstance(told, Mapping) else (told, " ")
    )
    parts = [as_text(row.cells.get(column)) for column in columns]
    return str(between).join(part for part in parts if part)


def parts_of(row: Row, told: Mapping[str, Written]) -> dict[str, Any] | None:
    """Put a value of several named parts together: an address."""
    parts = {name: compute(written, row) for name, written in told.items()}
    return {name: as_text(part) for name, part in parts.items() if part is not None} or None


SOURCES: dict[str, Callable[[Row, Any], Any]] = {
    "column": cell,
    "constant": lambda _row, value: value,
    "join": joined,
    "parts": parts_of,
}


# Transforms


def decimal_of(value: Any) -> Decimal:
    """Read a number that may still be a cell's text."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return parse_decimal(str(value))
    number = as_number(value)
    assert number is not None, "empty values are not transformed"
    return number


def day_of(value: Any, told: Any = None) -> date:
    """Read a day: by its shape (``%d.%m.%Y``), by the order of its parts, or as it speaks for itself."""
    if isinstance(told, str) and "%" in told:
        try:
            return datetime.strptime(as_text(value), told).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            raise CellUnreadable("day", as_text(value)) from None
    order = DayOrder(told) if isinstance(told, str) and told in set(DayOrder) else DayOrder.UNKNOWN
    found = as_day(value, order)
    assert found is not None, "empty values are not transformed"
    return found


def mapped(value: Any, told: Mapping[Any, Any]) -> Any:
    """Say a value otherwise; one that isn't in the list is an error, so that none slips through."""
    text = as_text(value)
    for before, after in told.items():
        if str(before) == text:
            return after
    raise FieldProblem("not_a_choice", ", ".join(str(one) for one in told))


def replaced(value: Any, told: Mapping[str, str]) -> str:
    """Replace pieces of a text."""
    text = as_text(value)
    for before, after in told.items():
        text = text.replace(before, after)
    return text.strip()


def until(value: Any, told: Any) -> date | None:
    """Keep a day that isn't after another."""
    day = day_of(value)
    return day if day <= day_of(told) else None


def plain(number: Decimal) -> str:
    """Write a number without exponent and without zeros at its end."""
    return f"{number.normalize():f}"


def looked_up(value: Any, told: Mapping[str, Any], row: Row) -> Any:
    """Find the row of another file that a value names, and make a value of it."""
    found = row.tables.look_up(told["file"], told["key"], as_text(value))
    if found is None:
        raise FieldProblem("not_found", f"{told['file']}: {told['key']}")
    return compute(told["value"], Row(found, row.tables, row.today))


TRANSFORMS: dict[str, Callable[[Any, Any], Any]] = {
    "round": lambda value, digits: rounded(decimal_of(value), int(digits)),
    "times": lambda value, factor: EXACT.multiply(decimal_of(value), decimal_of(factor)),
    "plus": lambda value, more: decimal_of(value) + decimal_of(more),
    "number": lambda value, _told: decimal_of(value),
    "text": lambda value, _told: plain(value) if isinstance(value, Decimal) else as_text(value),
    "day": day_of,
    "add_days": lambda value, days: day_of(value) + timedelta(days=int(days)),
    "until": until,
    "empty_if": lambda value, other: None if as_text(value) == as_text(other) else value,
    "yes_no": lambda value, _told: as_yes_no(value),
    "is": lambda value, other: (
        as_text(value) == as_text(other if isinstance(other, str) else str(other))
    ),
    "map": mapped,
    "replace": replaced,
    "lower": lambda value, _told: as_text(value).lower(),
    "upper": lambda value, _told: as_text(value).upper(),
    "prefix": lambda value, told: f"{told}{as_text(value)}",
    "suffix": lambda value, told: f"{as_text(value)}{told}",
    "cut": lambda value, longest: as_text(value)[: int(longest)],
    "split": lambda value, by: [
        part.strip() for part in as_text(value).split(str(by)) if part.strip()
    ],
    "find": lambda value, by: Wanted(str(by), value),
}
OTHERS = ("or", "lookup")
"""What may follow too, and needs more than the value."""


def check_written(written: Written, place: str) -> Iterator[tuple[str, str]]:
    """Name what in a value's recipe is unknown."""
    steps = steps_of(written)
    if not steps or steps[0][0] not in SOURCES:
        yield place, "no_source"
        return
    for at, (name, told) in enumerate(steps[1:], start=2):
        if name not in TRANSFORMS and name not in OTHERS:
            yield f"{place}.{name}", "unknown_transform"
        elif name == "find" and at < len(steps):
            yield f"{place}.find", "must_be_last"
        elif name == "lookup" and not (
            isinstance(told, Mapping) and {"file", "key", "value"} <= set(told)
        ):
            yield f"{place}.lookup", "file_key_value"


def columns_named(written: Written) -> set[str]:
    """Name the columns of the row's own file that a value needs."""
    source, told = steps_of(written)[0]
    match source:
        case "column":
            return {told}
        case "join":
            columns: Sequence[str] = told["columns"] if isinstance(told, Mapping) else told
            return set(columns)
        case "parts":
            return set().union(*(columns_named(one) for one in told.values()))
        case _:
            return set()


def files_named(written: Written) -> Iterator[tuple[str, str]]:
    """Name the other files that a value looks up in, with the columns that it needs there."""
    for name, told in steps_of(written):
        if name == "lookup":
            yield told["file"], told["key"]
            for column in columns_named(told["value"]):
                yield told["file"], column
            yield from files_named(told["value"])
        elif name == "parts":
            for one in told.values():
                yield from files_named(one)

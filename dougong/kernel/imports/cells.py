"""From a cell to a field: each kind of field says how people write it in sheets."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from dougong.kernel.entities import Description
from dougong.kernel.fields import Field, FieldProblem
from dougong.kernel.imports.refusals import CellNotUnderstood
from dougong.kernel.imports.transforms import Row, Wanted, Written, compute, decimal_of
from dougong.kernel.refusals import InvalidField, Refused
from dougong.kernel.sheets import CellUnreadable, as_day, as_instant, as_text, as_yes_no

BETWEEN_WORDS = re.compile(r"[,;，；、\n]+")


class Labels(Protocol):
    """How people call what a choice may be."""

    def options(self, entity: str, field: Field) -> Mapping[str, str]:
        """Give option by label, in every language, in small letters."""
        ...


class NoLabels:
    """Options are called by their codes alone."""

    def options(self, entity: str, field: Field) -> Mapping[str, str]:  # noqa: ARG002  none are known
        return {}


@dataclass(frozen=True)
class Understanding:
    """What is needed to understand a company's cells."""

    time_zone: ZoneInfo
    labels: Labels
    natural: Callable[[str], str]
    """The field by which people name records of an entity."""

    def value(
        self, description: Description, name: str, written: Written, row: Row, path: str
    ) -> Any:
        """Make a field's value of a row: parsed, a wanted record, or None. Refuses naming the field."""
        field = description.fields.get(name)
        if field is None:
            raise Refused(InvalidField(path, "unknown_field"))
        try:
            found = compute(written, row)
            if found is None or isinstance(found, Wanted):
                return found
            read = READERS.get(field.kind.name, as_written)(found, field, description.name, self)
            return read if isinstance(read, Wanted) else field.parse(read)
        except CellUnreadable as unreadable:
            raise Refused(CellNotUnderstood(path, unreadable.expected, unreadable.shown)) from None
        except FieldProblem as problem:
            raise Refused(InvalidField(path, problem.problem, problem.expected)) from None


def as_written(value: Any, _field: Field, _entity: str, _how: Understanding) -> Any:
    """Take text as it stands; a number or a day becomes text."""
    return as_text(value) if isinstance(value, str | Decimal | date | bool) else value


def number(value: Any, _field: Field, _entity: str, _how: Understanding) -> Decimal:
    """Read a number."""
    return decimal_of(value)


def day(value: Any, _field: Field, _entity: str, _how: Understanding) -> date | None:
    """Read a day."""
    return as_day(value)


def instant(value: Any, _field: Field, _entity: str, how: Understanding) -> datetime | None:
    """Read a moment; without a zone it is the company's."""
    found = as_instant(value)
    return found.replace(tzinfo=how.time_zone) if found and found.tzinfo is None else found


def yes_no(value: Any, _field: Field, _entity: str, _how: Understanding) -> bool | None:
    """Read yes or no."""
    return as_yes_no(value)


def choice(value: Any, field: Field, entity: str, how: Understanding) -> str:
    """Read an option by its code or by what people call it."""
    text = as_text(value)
    if text in field.options:
        return text
    by_code = {option.lower(): option for option in field.options}
    return by_code.get(text.lower()) or how.labels.options(entity, field).get(text.lower(), text)


def words(value: Any, _field: Field, _entity: str, _how: Understanding) -> list[str]:
    """Read several words, separated as people do."""
    if isinstance(value, list):
        return value
    return [word.strip() for word in BETWEEN_WORDS.split(as_text(value)) if word.strip()]


def record(value: Any, field: Field, _entity: str, how: Understanding) -> Any:
    """Read a reference by the field by which people name such records."""
    by = how.natural(field.target)
    return Wanted(by, value) if by else as_text(value)


def address(value: Any, _field: Field, _entity: str, _how: Understanding) -> Any:
    """Read an address in parts, or as one text."""
    return value if isinstance(value, dict) else as_text(value)


READERS: dict[str, Callable[[Any, Field, str, Understanding], Any]] = {
    "number": number,
    "money": number,
    "quantity": number,
    "percent": number,
    "day": day,
    "instant": instant,
    "yes_no": yes_no,
    "choice": choice,
    "choices": words,
    "tags": words,
    "reference": record,
    "address": address,
}
"""Kinds of field that people write otherwise than as text."""


def noon(on: date, zone: ZoneInfo) -> datetime:
    """Give the moment that an operation's clock is set to for a day."""
    return datetime.combine(on, time(12), zone)

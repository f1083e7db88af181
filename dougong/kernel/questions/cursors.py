"""Cursors: where a page ended, written so that it travels in an address.

They are opaque, not secret: the values of the sorted fields, which the asker may read anyway. A
cursor that was changed is refused, or it is another place in the same order; it shows no row that
a filter would not.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from dougong.kernel.questions.render import as_json
from dougong.kernel.refusals import InvalidField, Refused
from dougong.kernel.values import parse_decimal

LONGEST = 20_000
LARGEST_EXPONENT = 10_000


def encoded(mark: str, values: Sequence[Any]) -> str:
    """Write a cursor."""
    body = msgspec.json.encode([mark, *(as_json(value) for value in values)])
    return urlsafe_b64encode(body).rstrip(b"=").decode()


def decoded(cursor: str, mark: str, kinds: Sequence[tuple[type, bool]]) -> list[Any]:
    """Read a cursor of the order with this mark; refused if it is none."""
    try:
        return opened(cursor, mark, kinds)
    except (ValueError, OverflowError):
        raise Refused(InvalidField("cursor", "not_a_cursor")) from None


def opened(cursor: str, mark: str, kinds: Sequence[tuple[type, bool]]) -> list[Any]:
    """Read a cursor; raises ValueError."""
    if not isinstance(cursor, str) or len(cursor) > LONGEST:
        raise ValueError(cursor)
    body = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
    found, *values = msgspec.json.decode(body, type=list[str | bool | int | None])
    if found != mark or len(values) != len(kinds):
        raise ValueError(cursor)
    return [
        read_value(value, kind, may_miss=may_miss)
        for value, (kind, may_miss) in zip(values, kinds, strict=True)
    ]


def read_value(value: object, kind: type, *, may_miss: bool) -> Any:
    """Read one value of a cursor."""
    if value is None and may_miss:
        return None
    if kind in (bool, int) and type(value) is kind:
        return small(value)
    if not isinstance(value, str) and not (kind is Decimal and type(value) is int):
        raise ValueError(value)
    return READ[kind](str(value))


def small(value: Any) -> Any:
    """See that a whole number is one of the database's."""
    if abs(value) >= 2**31:
        raise ValueError(value)
    return value


def a_text(text: str) -> str:
    """See that a text is one that the database can hold."""
    if "\0" in text:
        raise ValueError(text)
    text.encode()
    return text


def a_number(text: str) -> Decimal:
    """See that a number is one that the database can hold."""
    number = parse_decimal(text)
    exponent = number.as_tuple().exponent
    if (
        not isinstance(exponent, int)
        or max(abs(exponent), abs(number.adjusted())) > LARGEST_EXPONENT
    ):
        raise ValueError(text)
    return number


def an_instant(text: str) -> datetime:
    """See that an instant says when, whatever the time zone."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(text)
    return instant


def no_text(text: str) -> Any:
    """Refuse a text where there can't be one."""
    raise ValueError(text)


READ: Mapping[type, Callable[[str], Any]] = {
    str: a_text,
    Decimal: a_number,
    date: date.fromisoformat,
    datetime: an_instant,
    UUID: UUID,
    bool: no_text,
    int: no_text,
}

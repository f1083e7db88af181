"""Filters: what the visual builder made and what was typed to search, as one expression text.

A structured filter is a tree of ``{"all": […]}``, ``{"any": […]}``, ``{"not": …}`` and conditions
``{"field": "customer.grade", "op": "in", "value": ["C"]}``. A field behind a document's lines asks
whether any line meets the condition. A day may be ``"today"`` or ``{"today": -7}``, a person
``"me"``. Texts are sought without regard to capitals. An instant beside a day means the whole day
in the company's time zone. What is wrong is refused with the way to it in the tree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from dougong.kernel.entities import Description
from dougong.kernel.questions.paths import Path, path_to
from dougong.kernel.refusals import InvalidField, Refused
from dougong.kernel.rules import Tag, quoted
from dougong.kernel.rules.semantics import lowered
from dougong.kernel.scopes import CatalogueScope
from dougong.kernel.values import parse_decimal

DEEPEST = 10
MOST_VALUES = 200
LONGEST_VALUE = 500
LONGEST_SEARCH = 200
MOST_WORDS = 8
LARGEST = Decimal(10) ** 30
MOST_DIGITS = 30
FARTHEST_DAY = 100_000
SEARCHED = ("text", "phone", "email", "url", "auto_number")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

ORDERED = frozenset({Tag.NUMBER, Tag.TEXT, Tag.CHOICE, Tag.DAY, Tag.INSTANT})
TEXTS = frozenset({Tag.TEXT, Tag.CHOICE})
ANYTHING = ORDERED | {Tag.YES_NO, Tag.RECORD}


@dataclass(frozen=True)
class Asker:
    """For whom a filter is read: what may be named, and what today and me mean."""

    scope: CatalogueScope
    today: date
    time_zone: ZoneInfo
    me: UUID | None


@dataclass(frozen=True)
class Leaf:
    """One condition: the field as it is written in the expression, and where it stands."""

    asker: Asker
    path: Path
    written: str
    place: str

    def wrong(self, problem: str, expected: str = "", at: str = "value") -> Refused:
        """Make the refusal that names the place."""
        return Refused(InvalidField(f"{self.place}.{at}", problem, expected))

    def literal(self, value: object, at: str = "value") -> str:
        """Write a value as the field's type needs it."""
        return WRITE[self.path.type.tag](self, value, at)

    def listed(self, value: object) -> list[str]:
        """Write the values of a list."""
        if not isinstance(value, list | tuple) or len(value) > MOST_VALUES:
            raise self.wrong("wrong_type", f"list of at most {MOST_VALUES}")
        return [self.literal(one, f"value.{at}") for at, one in enumerate(value)]

    def pair(self, value: object) -> tuple[Any, Any]:
        """Take the two ends of a range."""
        match value:
            case [first, last]:
                return first, last
        raise self.wrong("wrong_type", "list of two")

    def day_meant(self, value: object) -> date | None:
        """Read a day beside an instant, which stands for the whole day; None for anything else."""
        if self.path.type.tag is not Tag.INSTANT or not is_day(value):
            return None
        return read_day(self, value, "value")

    def midnight(self, day: date) -> str:
        """Write the instant at which a day of the company begins."""
        try:
            begins = datetime.combine(day, time(), self.asker.time_zone).astimezone(UTC)
        except OverflowError:
            raise self.wrong("not_a_day", "YYYY-MM-DD") from None
        return quoted(begins.isoformat())

    def midnight_after(self, day: date) -> str:
        """Write the instant at which a day of the company is over."""
        if day == date.max:
            raise self.wrong("not_a_day", "YYYY-MM-DD")
        return self.midnight(day + timedelta(days=1))


# Values


def written_number(leaf: Leaf, value: object, at: str) -> str:
    """Write a number; one that JSON holds as a float is taken as it was printed."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise leaf.wrong("wrong_type", "number", at)
    text = str(value).strip()
    try:
        number = parse_decimal(text[: LONGEST_VALUE + 1])
    except ValueError:
        raise leaf.wrong("wrong_type", "number", at) from None
    exponent = number.as_tuple().exponent
    if abs(number) >= LARGEST or not isinstance(exponent, int) or exponent < -MOST_DIGITS:
        raise leaf.wrong("too_large", "10^30", at)
    return format(number, "f")


def plain_text(leaf: Leaf, value: object, at: str) -> str:
    """Take a text that the database can hold."""
    if not isinstance(value, str):
        raise leaf.wrong("wrong_type", "text", at)
    if len(value) > LONGEST_VALUE:
        raise leaf.wrong("too_long", str(LONGEST_VALUE), at)
    if any(c == "\0" or "\ud800" <= c <= "\udfff" or c in "\r\f" for c in value):
        raise leaf.wrong("control_characters", "", at)
    return value


def written_text(leaf: Leaf, value: object, at: str) -> str:
    """Write a text."""
    return quoted(plain_text(leaf, value, at))


def written_choice(leaf: Leaf, value: object, at: str) -> str:
    """Write one of the field's choices."""
    options = leaf.path.type.choices
    if not isinstance(value, str) or (options and value not in options):
        raise leaf.wrong("not_a_choice", ", ".join(leaf.path.field.options), at)
    return quoted(value)


def is_day(value: object) -> bool:
    """Tell whether a value names a day."""
    if isinstance(value, str):
        return value == "today" or bool(DAY.fullmatch(value))
    return isinstance(value, dict) and set(value) == {"today"}


def read_day(leaf: Leaf, value: object, at: str) -> date:
    """Read a day, counted from today where it says so."""
    if value == "today":
        return leaf.asker.today
    if isinstance(value, dict) and set(value) == {"today"}:
        days = value["today"]
        if not isinstance(days, int) or isinstance(days, bool) or abs(days) > FARTHEST_DAY:
            raise leaf.wrong("wrong_type", "number of days", at)
        return leaf.asker.today + timedelta(days=days)
    try:
        if isinstance(value, str) and DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise leaf.wrong("not_a_day", "YYYY-MM-DD", at)


def written_day(leaf: Leaf, value: object, at: str) -> str:
    """Write a day."""
    return quoted(read_day(leaf, value, at).isoformat())


def written_instant(leaf: Leaf, value: object, at: str) -> str:
    """Write an instant; a day beside it is the moment at which the day begins."""
    if is_day(value):
        return leaf.midnight(read_day(leaf, value, at))
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else None
        if instant is not None and instant.tzinfo is not None:
            return quoted(instant.astimezone(UTC).isoformat())
    except (ValueError, OverflowError):
        pass
    raise leaf.wrong("not_an_instant", "YYYY-MM-DDTHH:MM:SSZ", at)


def written_answer(leaf: Leaf, value: object, at: str) -> str:
    """Write yes or no."""
    if not isinstance(value, bool):
        raise leaf.wrong("wrong_type", "true, false", at)
    return str(value)


def written_record(leaf: Leaf, value: object, at: str) -> str:
    """Write a record's id; ``me`` is the one who asks."""
    if value == "me" and leaf.path.target == "person":
        return quoted(str(leaf.asker.me or UUID(int=0)))
    try:
        return quoted(str(UUID(str(value))))
    except ValueError:
        raise leaf.wrong("not_an_id", "id", at) from None


WRITE: Mapping[Tag, Callable[[Leaf, object, str], str]] = {
    Tag.NUMBER: written_number,
    Tag.TEXT: written_text,
    Tag.CHOICE: written_choice,
    Tag.DAY: written_day,
    Tag.INSTANT: written_instant,
    Tag.YES_NO: written_answer,
    Tag.RECORD: written_record,
}


# Conditions


def is_missing(leaf: Leaf) -> str:
    """Write that there is nothing; an empty text is nothing, too, and so are no words."""
    missing = f"is_missing({leaf.written})"
    if leaf.path.type.tag is Tag.WORDS:
        return f"({missing} or len({leaf.written}) == 0)"
    if leaf.path.type.tag is Tag.TEXT:
        return f'({missing} or {leaf.written} == "")'
    return missing


def is_equal(leaf: Leaf, value: object) -> str:
    """Write that the field has a value."""
    if value is None:
        return is_missing(leaf)
    day = leaf.day_meant(value)
    if day is not None:
        return within_days(leaf, day, day)
    return f"{leaf.written} == {leaf.literal(value)}"


def is_among(leaf: Leaf, value: object) -> str:
    """Write that the field has one of some values."""
    values = leaf.listed(value)
    return f"{leaf.written} in ({''.join(f'{one}, ' for one in values)})" if values else "False"


def within_days(leaf: Leaf, first: date, last: date) -> str:
    """Write that an instant lies in the days from first to last."""
    begins, ends = leaf.midnight(first), leaf.midnight_after(last)
    return f"({leaf.written} >= {begins} and {leaf.written} < {ends})"


def is_between(leaf: Leaf, value: object) -> str:
    """Write that the field lies between two values, both included."""
    first, last = leaf.pair(value)
    days = leaf.day_meant(first), leaf.day_meant(last)
    if days[0] is not None and days[1] is not None:
        return within_days(leaf, days[0], days[1])
    low, high = leaf.literal(first, "value.0"), leaf.literal(last, "value.1")
    return f"({leaf.written} >= {low} and {leaf.written} <= {high})"


def compared(sign: str, whole_day: str) -> Callable[[Leaf, object], str]:
    """Make what writes a comparison; ``whole_day`` is the sign beside the end of a day."""

    def write(leaf: Leaf, value: object) -> str:
        day = leaf.day_meant(value)
        if day is not None and whole_day:
            return f"{leaf.written} {whole_day} {leaf.midnight_after(day)}"
        return f"{leaf.written} {sign} {leaf.literal(value)}"

    return write


def is_held(leaf: Leaf, value: object) -> str:
    """Write that a word is one of the field's."""
    choices = leaf.path.type.choices
    word = plain_text(leaf, value, "value")
    if choices and word not in choices:
        raise leaf.wrong("not_a_choice", ", ".join(leaf.path.field.options))
    return f"({quoted(word)} in {leaf.written})"


def sought(function: str) -> Callable[[Leaf, object], str]:
    """Make what writes that a text is found in the field, capitals or not."""

    def write(leaf: Leaf, value: object) -> str:
        if leaf.path.type.tag is Tag.WORDS:
            return is_held(leaf, value)
        text = quoted(lowered(plain_text(leaf, value, "value")))
        return f"{function}(lower({leaf.written}), {text})"

    return write


def opposite(write: Callable[[Leaf, object], str]) -> Callable[[Leaf, object], str]:
    """Make what writes the opposite."""
    return lambda leaf, value: f"(not {write(leaf, value)})"


@dataclass(frozen=True)
class Op:
    """One way to compare a field with a value: for which types, and how it is written."""

    takes: frozenset[Tag]
    write: Callable[[Leaf, object], str]


OPS: Mapping[str, Op] = {
    "eq": Op(ANYTHING, is_equal),
    "ne": Op(ANYTHING, opposite(is_equal)),
    "lt": Op(ORDERED, compared("<", "")),
    "le": Op(ORDERED, compared("<=", "<")),
    "gt": Op(ORDERED, compared(">", ">=")),
    "ge": Op(ORDERED, compared(">=", "")),
    "between": Op(ORDERED, is_between),
    "in": Op(ANYTHING, is_among),
    "not_in": Op(ANYTHING, opposite(is_among)),
    "contains": Op(TEXTS | {Tag.WORDS}, sought("contains")),
    "not_contains": Op(TEXTS | {Tag.WORDS}, opposite(sought("contains"))),
    "starts_with": Op(TEXTS, sought("starts_with")),
    "missing": Op(ANYTHING | {Tag.WORDS, Tag.PARTS}, lambda leaf, _value: is_missing(leaf)),
    "there": Op(
        ANYTHING | {Tag.WORDS, Tag.PARTS}, lambda leaf, _value: f"(not {is_missing(leaf)})"
    ),
}


def expression_of(asker: Asker, tree: object, place: str = "filter", depth: int = 0) -> str:
    """Write a structured filter as a text of the expression language."""
    if depth > DEEPEST:
        raise Refused(InvalidField(place, "too_deep", str(DEEPEST)))
    match tree:
        case {"all": list(parts), **rest} if not rest:
            return joined(asker, parts, "and", f"{place}.all", depth)
        case {"any": list(parts), **rest} if not rest:
            return joined(asker, parts, "or", f"{place}.any", depth)
        case {"not": part, **rest} if not rest:
            return f"(not {expression_of(asker, part, f'{place}.not', depth + 1)})"
        case {"field": field, "op": op, **rest} if not set(rest) - {"value"}:
            return condition(asker, field, op, rest.get("value"), place)
    raise Refused(InvalidField(place, "not_a_filter", "all, any, not, field with op and value"))


def joined(asker: Asker, parts: Iterable[object], word: str, place: str, depth: int) -> str:
    """Write conditions that all, or any of which, must hold; of none, all hold and none does."""
    written = [
        expression_of(asker, part, f"{place}.{at}", depth + 1) for at, part in enumerate(parts)
    ]
    if not written:
        return str(word == "and")
    return f"({f' {word} '.join(written)})"


def condition(asker: Asker, field: object, op: object, value: object, place: str) -> str:
    """Write one condition."""
    known = OPS.get(op) if isinstance(op, str) else None
    if known is None:
        raise Refused(InvalidField(f"{place}.op", "unknown_op", ", ".join(OPS)))
    leaf, around = leaf_of(asker, field, place)
    if leaf.path.type.tag not in known.takes:
        raise leaf.wrong("wrong_op", ", ".join(n for n, o in OPS.items() if fits(o, leaf)), "op")
    return around(known.write(leaf, value))


def fits(op: Op, leaf: Leaf) -> bool:
    """Tell whether a way to compare is one for the leaf's field."""
    return leaf.path.type.tag in op.takes


def leaf_of(asker: Asker, field: object, place: str) -> tuple[Leaf, Callable[[str], str]]:
    """Find the field, and what to write around the condition where it stands behind lines."""
    scope = asker.scope
    first, dot, rest = field.partition(".") if isinstance(field, str) else ("", "", "")
    lines = scope.field(first) if dot else None
    if lines is None or lines.tag is not Tag.LINES:
        path = path_to(scope, field, f"{place}.field")
        return Leaf(asker, path, ".".join(path.names), place), lambda text: text
    assert isinstance(lines.scope, CatalogueScope), "scopes of the catalogue lead to their like"
    path = path_to(lines.scope, rest, f"{place}.field")
    leaf = Leaf(asker, path, f"line.{'.'.join(path.names)}", place)
    return leaf, lambda text: f"any({text} for line in {first})"


# Search


def search_text(description: Description, readable: frozenset[str], search: str) -> str:
    """Write what was typed as an expression: each word is found in some searchable field."""
    if len(search) > LONGEST_SEARCH:
        raise Refused(InvalidField("search", "too_long", str(LONGEST_SEARCH)))
    if any(c == "\0" or "\ud800" <= c <= "\udfff" for c in search):
        raise Refused(InvalidField("search", "control_characters"))
    fields = list(searched(description, readable))
    words = list(dict.fromkeys(lowered(search).split()))[:MOST_WORDS]
    if not fields:
        return "False"
    return " and ".join(
        f"({' or '.join(f'contains(lower({name}), {quoted(word)})' for name in fields)})"
        for word in words
    )


def searched(description: Description, readable: frozenset[str]) -> Iterator[str]:
    """Name the fields that a search looks into: searchable and readable ones, else the title."""
    found = [f.name for f in description.own.values() if f.searchable and f.name in readable]
    title = description.title_field
    if not found and title in readable and description.fields[title].kind.name in SEARCHED:
        found = [title]
    yield from found

"""What an expression may speak of: the fields of a record, their types, and how they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from dougong.kernel.rules.expression import Expression


class Tag(StrEnum):
    """The types of values that the language tells apart."""

    NUMBER = "number"
    TEXT = "text"
    DAY = "day"
    INSTANT = "instant"
    YES_NO = "yes_no"
    CHOICE = "choice"
    RECORD = "record"
    LINES = "lines"
    WORDS = "words"
    PARTS = "parts"
    MISSING = "missing"


class Kind(StrEnum):
    """What a number counts; it changes no result, it tells how the result is shown."""

    PLAIN = "number"
    MONEY = "money"
    QUANTITY = "quantity"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class FieldType:
    """The type of a field or of a result; of records and lines also what *they* may be asked."""

    tag: Tag
    kind: Kind = Kind.PLAIN
    scope: Scope | None = field(default=None, compare=False, repr=False)
    choices: frozenset[str] | None = None


NUMBER = FieldType(Tag.NUMBER)
MONEY = FieldType(Tag.NUMBER, Kind.MONEY)
QUANTITY = FieldType(Tag.NUMBER, Kind.QUANTITY)
PERCENT = FieldType(Tag.NUMBER, Kind.PERCENT)
TEXT = FieldType(Tag.TEXT)
DAY = FieldType(Tag.DAY)
INSTANT = FieldType(Tag.INSTANT)
YES_NO = FieldType(Tag.YES_NO)
WORDS = FieldType(Tag.WORDS)
MISSING = FieldType(Tag.MISSING)


def choice_of(*choices: str) -> FieldType:
    """Give the type of a field that holds one of these choices; of none named, any choice."""
    return FieldType(Tag.CHOICE, choices=frozenset(choices) if choices else None)


def reference_to(scope: Scope) -> FieldType:
    """Give the type of a field that points at a record of that scope."""
    return FieldType(Tag.RECORD, scope=scope)


def words_of(*choices: str) -> FieldType:
    """Give the type of a field that holds several of these choices; of none named, any words."""
    return FieldType(Tag.WORDS, choices=frozenset(choices) if choices else None)


def parts_of(*names: str) -> FieldType:
    """Give the type of a field that is a text in several parts, as an address is."""
    return FieldType(Tag.PARTS, scope=DictScope(dict.fromkeys(names, TEXT), MappingReader()))


def lines_of(scope: Scope) -> FieldType:
    """Give the type of a field that holds lines of that scope."""
    return FieldType(Tag.LINES, scope=scope)


class Reader(Protocol):
    """How records in memory are read. Each method is called once per compiled expression.

    What is read: numbers as Decimal or int, never float; texts and choices as str (a StrEnum is
    one); days as date, instants as aware datetime; ids as UUID; None for what is missing.
    """

    def value(self, name: str) -> Callable[[Any], Any]:
        """Give what reads a plain field; of something missing it reads None."""
        ...

    def identity(self, name: str) -> Callable[[Any], Any]:
        """Give what reads the id that a reference holds, or None."""
        ...

    def reference(self, name: str) -> Callable[[Any], Any]:
        """Give what follows a reference to its record, or to None."""
        ...

    def lines(self, name: str) -> Callable[[Any], Iterable[Any]]:
        """Give what lists the lines of a record."""
        ...


class Scope(Protocol):
    """What an expression may name about one kind of record, for one reader of it."""

    @property
    def reader(self) -> Reader:
        """How such records are read in memory."""
        ...

    def field(self, name: str) -> FieldType | None:
        """Give the type of a field, or None where there is none that may be read."""
        ...

    def formula(self, name: str) -> Expression | None:
        """Give the expression that a field is computed by, over the same record; None for others."""
        ...


class AttributeReader:
    """Reads objects whose references and lines hang on them as attributes."""

    def value(self, name: str) -> Callable[[Any], Any]:
        """Read an attribute."""
        return attrgetter(name)

    def identity(self, name: str) -> Callable[[Any], Any]:
        """Read an attribute; of a record that hangs there, its id."""
        get = attrgetter(name)

        def identity(record: Any) -> Any:
            found = get(record)
            return getattr(found, "id", found)

        return identity

    def reference(self, name: str) -> Callable[[Any], Any]:
        """Take the record that hangs on the attribute."""
        return attrgetter(name)

    def lines(self, name: str) -> Callable[[Any], Iterable[Any]]:
        """Take the lines that hang on the attribute."""
        return attrgetter(name)


class MappingReader:
    """Reads mappings (rows, JSON objects) whose references and lines are mappings within them."""

    def value(self, name: str) -> Callable[[Any], Any]:
        """Read a key."""
        return lambda record: record.get(name)

    def identity(self, name: str) -> Callable[[Any], Any]:
        """Read a key; of a record that is nested there, its id."""

        def identity(record: Mapping[str, Any]) -> Any:
            found = record.get(name)
            return found.get("id") if isinstance(found, dict) else found

        return identity

    def reference(self, name: str) -> Callable[[Any], Any]:
        """Take the record nested under the key."""
        return lambda record: record.get(name)

    def lines(self, name: str) -> Callable[[Any], Iterable[Any]]:
        """Take the lines listed under the key; of a key that is not there, none."""
        return lambda record: record.get(name) or ()


class AnyReader:
    """Reads objects and dicts alike, as tests and previews mix them."""

    def value(self, name: str) -> Callable[[Any], Any]:
        """Read a key or an attribute."""

        def value(record: Any) -> Any:
            return record.get(name) if type(record) is dict else getattr(record, name)

        return value

    def identity(self, name: str) -> Callable[[Any], Any]:
        """Read the id under a key or an attribute."""
        of_object, of_mapping = AttributeReader().identity(name), MappingReader().identity(name)
        return lambda record: of_mapping(record) if type(record) is dict else of_object(record)

    def reference(self, name: str) -> Callable[[Any], Any]:
        """Follow a key or an attribute."""
        return self.value(name)

    def lines(self, name: str) -> Callable[[Any], Iterable[Any]]:
        """List the lines under a key or an attribute."""
        get = self.value(name)
        return lambda record: get(record) or ()


@dataclass(frozen=True, eq=False)
class DictScope:
    """A scope whose fields are written down; names may be added after others refer to it."""

    fields: dict[str, FieldType] = field(default_factory=dict)
    reader: Reader = field(default_factory=AnyReader)
    formulas: dict[str, Expression] = field(default_factory=dict)

    def field(self, name: str) -> FieldType | None:
        """Give the type that is written down under the name."""
        computed = self.formulas.get(name)
        return self.fields.get(name) if computed is None else computed.result

    def formula(self, name: str) -> Expression | None:
        """Give the expression that is written down under the name."""
        return self.formulas.get(name)

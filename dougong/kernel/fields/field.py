"""A field's description: the same object whether we or a company declared it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dougong.kernel.fields.kind import FieldProblem, Kind


@dataclass(frozen=True, eq=False)
class Field:
    """One field of an entity. ``name`` is its column, API name and import header at once."""

    name: str
    kind: Kind
    required: bool = False
    default: Any = None
    """The value, or a callable that makes one, for a record that doesn't say."""
    target: str = ""
    """The entity that a reference or a lines field points at."""
    options: tuple[str, ...] = ()
    """What a choice may be."""
    enum: type[StrEnum] | None = None
    longest: int = 200
    digits: int = 6
    """The most decimal digits that a number may have."""
    least: Any = None
    most: Any = None
    currency: str = ""
    """The field of the same record that names a money field's currency."""
    pattern: str = ""
    """An auto number's pattern, or a formula's expression."""
    gapless: bool = False
    unique: bool = False
    indexed: bool = False
    searchable: bool = False
    kept: bool = False
    """Kept by operations: create and edit may not write it."""
    secret: bool = False
    """Shown only to roles that are granted it by name (costs, margins)."""
    once: bool = False
    """May be written when the record is created and never after."""
    acting: bool = False
    """Of a new record that doesn't say: the person who makes it."""
    custom: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    """A company's own labels by language; ours are in the message catalogue."""

    help: str = ""
    """What a company says about its own field, for who fills it in; ours is in the messages."""

    @property
    def stored(self) -> bool:
        """Whether the field has a column."""
        return bool(self.kind.column)

    def default_value(self) -> Any:
        """Make the value of a record that doesn't say."""
        return self.default() if callable(self.default) else self.default

    def parse(self, raw: object) -> object:
        """Read a value from outside; None and "" say nothing, so that the default stands."""
        if raw is None or (raw == "" and self.kind.compares_as != "text"):
            if self.required:
                raise FieldProblem("required")
            return self.default_value()
        return self.kind.parse(raw, self)

    def get(self, record: Any) -> Any:
        """Read the field of a record."""
        return record.x.get(self.name) if self.custom else getattr(record, self.name)

    def set(self, record: Any, value: Any) -> None:
        """Write the field of a record in memory."""
        if self.custom:
            record.x[self.name] = value
        else:
            setattr(record, self.name, value)

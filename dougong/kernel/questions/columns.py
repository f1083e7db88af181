"""Columns: what is selected for the fields of an answer, and how a row becomes a record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dougong.kernel.fields import Field
from dougong.kernel.questions.paths import path_to
from dougong.kernel.questions.question import Json
from dougong.kernel.questions.reading import Reading
from dougong.kernel.questions.render import (
    any_reference_as_json,
    as_json,
    computed_as_json,
    reference_as_json,
    target_of,
)
from dougong.kernel.questions.titles import is_in_memory, title_in_memory, title_path
from dougong.kernel.refusals import InvalidField, Refused
from dougong.kernel.rules import Tag
from dougong.kernel.rules.functions import Column

MOST_FIELDS = 200
ALWAYS = ("id", "version")

Row = Sequence[Any]
Written = Callable[[Row], Any]


class Columns:
    """The columns of one answer."""

    def __init__(self, reading: Reading, fields: Sequence[str] = ()) -> None:
        """Choose the columns for the asked fields, or for all that have one and may be read."""
        self.reading = reading
        self.selected: list[Column] = []
        self.written: dict[str, Written] = {}
        self.lines: list[Field] = []
        """The lines that were asked for; they are read by statements of their own."""
        self.any_references: list[str] = []
        """The answered fields that refer to records of any entity; their titles come later."""
        if len(fields) > MOST_FIELDS:
            raise Refused(InvalidField("fields", "too_many", str(MOST_FIELDS)))
        for name in (*ALWAYS, *(fields or self.every_field())):
            if name not in self.written:
                self.add(name, "fields")

    def every_field(self) -> Iterator[str]:
        """Name the fields that are answered to who doesn't say; a line's document is known."""
        for field in self.reading.description.fields.values():
            if field.kind.name != "lines":
                yield field.name

    def add(self, name: str, place: str) -> None:
        """Answer one field, if it may be read; one that isn't there is refused."""
        field = self.reading.description.fields.get(name) if isinstance(name, str) else None
        if field is None and name in ALWAYS:
            return
        if field is None:
            path = path_to(self.reading.scope, name, place)
            if path.type.tag is Tag.LINES:
                raise Refused(InvalidField(place, "unknown_field", name))
            self.put(name, path.names, path.field, path.target if not path.is_identity else "")
        elif name in self.reading.readable or name in ALWAYS:
            self.add_own(field)

    def add_own(self, field: Field) -> None:
        """Answer a field of the record itself."""
        if field.kind.name == "lines":
            self.lines.append(field)
        elif field.kind.name == "formula":
            if self.reading.scope.formula(field.name) is not None:
                at = self.at(self.reading.tables.column((field.name,)))
                self.written[field.name] = lambda row: computed_as_json(row[at])
        else:
            target = target_of(self.reading.state, self.reading.description, field)
            self.put(field.name, (field.name,), field, target)

    def put(self, name: str, path: tuple[str, ...], field: Field, target: str) -> None:
        """Answer a stored field under a name."""
        at = self.at(self.reading.tables.column(path))
        if field.kind.name == "reference_any":
            self.any_references.append(name)
            self.written[name] = lambda row: any_reference_as_json(row[at], {})
        elif target:
            self.written[name] = self.reference(at, path, target)
        else:
            self.written[name] = lambda row: as_json(row[at])

    def reference(self, at: int, path: tuple[str, ...], target: str) -> Written:
        """Answer a reference with its title: from memory, or joined."""
        reading = self.reading
        if target not in reading.catalogue.entities:
            return lambda row: reference_as_json(row[at], None)
        if is_in_memory(reading.state, target):
            title_of = title_in_memory(reading.state, target, reading.readable_of)
            return lambda row: reference_as_json(row[at], title_of(row[at]))
        title = title_path(reading.catalogue, target, reading.readable_of)
        if not title:
            return lambda row: reference_as_json(row[at], None)
        title_at = self.at(reading.tables.column((*path, *title)))
        return lambda row: reference_as_json(row[at], row[title_at])

    def at(self, column: Column) -> int:
        """Select a column; answers its place in the row."""
        self.selected.append(column)
        return len(self.selected) - 1

    def labelled(self, further: Sequence[Column] = ()) -> list[Any]:
        """Give what SELECT says: each column under a name of its own."""
        return [column.label(f"c{at}") for at, column in enumerate((*self.selected, *further))]

    def record(self, row: Row) -> Json:
        """Make the record of a row."""
        return {name: write(row) for name, write in self.written.items()}

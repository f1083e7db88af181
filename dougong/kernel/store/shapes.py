"""The SQL of an entity, written once per description: how its rows are read and written.

Many rows travel as one JSON parameter, so that a statement's text (and its plan) is the same for
one line and for a thousand.
"""

from __future__ import annotations

from functools import lru_cache
from operator import itemgetter
from typing import Any, SupportsIndex
from weakref import WeakKeyDictionary

import msgspec

from dougong.kernel.entities import Description, Entity, Line
from dougong.kernel.fields import Field
from dougong.kernel.operations import Mode
from dougong.kernel.store.database import quoted

ENCODER = msgspec.json.Encoder(decimal_format="string")


class Unloaded(list[Any]):
    """Stands where lines were not asked for; to look into it is a mistake in ``touches``."""

    def __iter__(self) -> Any:
        raise AssertionError("these lines were not touched with lines=True")

    def __len__(self) -> int:
        raise AssertionError("these lines were not touched with lines=True")

    def __getitem__(self, _at: SupportsIndex | slice) -> Any:
        raise AssertionError("these lines were not touched with lines=True")

    def __bool__(self) -> bool:
        raise AssertionError("these lines were not touched with lines=True")


UNLOADED = Unloaded()


def column_type(field: Field) -> str:
    """Give a field's PostgreSQL type."""
    return "integer" if field.name in ("version", "position") else field.kind.column


class Shape:
    """The statements of one entity."""

    def __init__(self, description: Description) -> None:
        """Write them all."""
        self.description = description
        self.table = quoted(description.name)
        self.names = tuple(f.name for f in description.stored)
        self.at = {name: at for at, name in enumerate(self.names)}
        self.types = {f.name: column_type(f) for f in description.stored}
        self.columns = ", ".join(quoted(name) for name in self.names)
        self.select = f"SELECT {self.columns} FROM {self.table}"
        typed = ", ".join(f"{quoted(n)} {self.types[n]}" for n in self.names)
        self.insert = (
            f"INSERT INTO {self.table} ({self.columns}) SELECT {self.columns} "
            f"FROM json_to_recordset(%s::json) AS v({typed})"
        )
        self.delete = f"DELETE FROM {self.table} WHERE id = ANY(%s::uuid[])"
        self.own = tuple((f.name, at) for at, f in enumerate(description.stored) if not f.custom)
        self.custom = tuple((f.name, at) for at, f in enumerate(description.stored) if f.custom)
        self.enums = tuple(
            (f.name, f.enum)
            for f in description.stored
            if f.kind.name == "choice" and f.enum is not None
        )
        self.stamped = "updated_at" in self.at
        self.pick = itemgetter(*self.names)
        self.update = lru_cache(maxsize=200)(self._update)
        self.where = lru_cache(maxsize=200)(self._where)

    def _update(self, changed: tuple[str, ...]) -> str:
        sets = ", ".join(f"{quoted(n)} = v.{quoted(n)}" for n in changed)
        typed = ", ".join(f"{quoted(n)} {self.types[n]}" for n in ("id", *changed))
        return (
            f"UPDATE {self.table} AS t SET {sets} "
            f"FROM json_to_recordset(%s::json) AS v({typed}) WHERE t.id = v.id"
        )

    def _where(self, by: tuple[str, ...], only: tuple[str, ...], mode: Mode) -> str:
        """Write the statement that finds and holds records by one field or by several."""
        more = "".join(f" AND t.{quoted(n)} = ANY(%s::{self.types[n]}[])" for n in only)
        columns = ", ".join(f"t.{quoted(n)}" for n in self.names)
        if len(by) == 1:
            found = f"t.{quoted(by[0])} = ANY(%s::{self.types[by[0]]}[])"
        else:
            keys = ", ".join(quoted(n) for n in by)
            typed = ", ".join(f"{quoted(n)} {self.types[n]}" for n in by)
            mine = ", ".join(f"t.{quoted(n)}" for n in by)
            found = f"({mine}) IN (SELECT {keys} FROM json_to_recordset(%s::json) AS v({typed}))"
        held = f" {mode.value} OF t" if mode.value else ""
        return f"SELECT {columns} FROM {self.table} AS t WHERE {found}{more} ORDER BY t.id{held}"

    def build(self, row: tuple[Any, ...]) -> Entity:
        """Make the record of a row; its lines are not there yet."""
        cls = self.description.cls
        record = cls.__new__(cls)
        values = record.__dict__
        for name, at in self.own:
            values[name] = row[at]
        for name, enum in self.enums:
            if values.get(name) is not None:
                values[name] = enum(values[name])
        values["x"] = {name: row[at] for name, at in self.custom}
        values["_row"] = row
        for field in self.description.lines:
            field.set(record, UNLOADED)
        for field in self.description.formulas:
            field.set(record, None)
        return record

    def row(self, record: Entity) -> tuple[Any, ...]:
        """Give a record's values as they would be stored."""
        values = {**record.x, **record.__dict__} if self.custom else record.__dict__
        try:
            found: tuple[Any, ...] = self.pick(values)
        except KeyError:  # some were never said
            found = tuple(map(values.get, self.names))
        return found

    def changes(self, record: Entity) -> dict[str, tuple[Any, Any]]:
        """Give each changed field with its value as loaded and as it is now."""
        before = record.__dict__.get("_row")
        if before is None:
            return {}
        now = self.row(record)
        if before == now:
            return {}
        return {
            name: (old, new)
            for name, old, new in zip(self.names, before, now, strict=True)
            if old is not new and old != new
        }


_shapes: WeakKeyDictionary[Description, Shape] = WeakKeyDictionary()


def shape_of(description: Description) -> Shape:
    """Give the statements of an entity, written once."""
    found = _shapes.get(description)
    if found is None:
        found = _shapes[description] = Shape(description)
    return found


def as_json(rows: list[dict[str, Any]]) -> str:
    """Write rows as the one parameter that carries them."""
    return ENCODER.encode(rows).decode()


def is_line(record: Entity) -> bool:
    """Tell whether a record lives in another's lines."""
    return isinstance(record, Line)

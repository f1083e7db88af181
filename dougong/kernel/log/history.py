"""What became of a record, and what it was at any instant, from the event log.

The log keeps each changed field with its value before and after, so a record as it was is the row
as it is, with all later changes taken back, last one first; its lines and what was deleted too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from dougong.kernel.access.actor import HOUSE, Rights
from dougong.kernel.catalogue import Catalogue
from dougong.kernel.entities import Description, Entity
from dougong.kernel.fields import Field
from dougong.kernel.store.database import Transaction
from dougong.kernel.store.shapes import column_type, shape_of

LAST = 2**63 - 1
KEPT_AS: Mapping[str, type] = {
    "uuid": UUID,
    "numeric": Decimal,
    "timestamptz": datetime,
    "date": date,
}
"""Columns whose values the log writes as text."""

HISTORY = """
SELECT e.seq, e.id, e.name, e.entity, e.record, e.at, e.recorded_at, e.actor, e.cause, e.trace,
       e.facts, e.changes
FROM event_link l JOIN event e ON e.id = l.event AND e.recorded_at = l.recorded_at
WHERE l.record = %s AND e.seq < %s ORDER BY e.seq DESC LIMIT %s
"""
PAST = """
WITH told AS MATERIALIZED (
    SELECT e.seq, e.name, e.at, e.actor, e.changes
    FROM event_link l JOIN event e ON e.id = l.event AND e.recorded_at = l.recorded_at
    WHERE l.record = %s
)
SELECT seq > coalesce((SELECT max(seq) FROM told WHERE at <= %s), -1), name, at, actor, changes
FROM told ORDER BY seq DESC
"""
"""A record's events, last first; later is what stands behind the last event until the instant."""


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One event in a record's history."""

    seq: int
    id: UUID
    name: str
    entity: str
    record: UUID
    """The record that the event belongs to; a link may have led here from another."""
    at: datetime
    recorded_at: datetime
    actor: UUID | None
    cause: UUID | None
    trace: UUID
    facts: dict[str, Any]
    changes: dict[str, dict[str, Any]]
    """What it changed in this record and its lines, as far as the asker may read it."""


def history(
    transaction: Transaction,
    catalogue: Catalogue,
    entity: str,
    record: UUID,
    *,
    before: int | None = None,
    limit: int = 50,
    rights: Rights = HOUSE.rights,
) -> list[Happened]:
    """Give the events that concern a record, newest first; ``before`` is the last page's end."""
    family = family_of(catalogue, entity)
    found = transaction.rows(HISTORY, (record, before or LAST, limit))
    names = tuple(Happened.__dataclass_fields__)
    return [
        Happened(
            **{
                **dict(zip(names, row, strict=True)),
                "changes": seen(row[-1], record, family, rights),
            }
        )
        for row in found
    ]


def seen(
    changes: Mapping[str, Mapping[str, Any]],
    record: UUID,
    family: Mapping[str, Description],
    rights: Rights,
) -> dict[str, dict[str, Any]]:
    """Give what an event changed in a record and its lines, without what may not be read."""
    found = {}
    for key, changed in changes.items():
        entity, _, identity = key.partition(":")
        description = family.get(entity)
        if description is None or (not description.is_line and identity != str(record)):
            continue
        readable = {*rights.readable(description), "created"}
        kept = {name: pair for name, pair in changed.items() if name in readable}
        if "deleted" in changed:
            row = changed["deleted"][0]
            kept["deleted"] = [{n: v for n, v in row.items() if n in readable}, None]
        if kept:
            found[key] = kept
    return found


def family_of(catalogue: Catalogue, entity: str) -> dict[str, Description]:
    """Give an entity with the kinds of its lines, and of theirs, documents first."""
    family = {entity: catalogue.entities[entity]}
    waiting = [catalogue.entities[entity]]
    while waiting:
        for lines in waiting.pop(0).lines:
            family[lines.target] = catalogue.entities[lines.target]
            waiting.append(catalogue.entities[lines.target])
    return family


def as_of(
    transaction: Transaction, catalogue: Catalogue, entity: str, record: UUID, at: datetime
) -> Entity | None:
    """Give a record as it was at an instant, with its lines; None where there was none.

    It is the record as the last event until then left it, whatever was recorded later.
    """
    past = Past(family_of(catalogue, entity), entity, record)
    past.read_present(transaction)
    touched = None
    for later, name, happened_at, actor, changes in transaction.rows(PAST, (record, at)):
        if later:
            past.take_back(changes)
        elif past.key in changes and name != f"{entity}.numbered":
            touched = (happened_at, actor)
            break
    return past.record(touched)


@dataclass
class Past:
    """A record with its lines as rows, going backwards in time."""

    family: Mapping[str, Description]
    entity: str
    identity: UUID
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By ``entity:id``: the row's values by column."""
    went_back: bool = False

    @property
    def key(self) -> str:
        """The name under which the log keeps the record's own changes."""
        return f"{self.entity}:{self.identity}"

    def read_present(self, transaction: Transaction) -> None:
        """Begin with the rows as they are."""
        parents = {self.entity: [self.identity]}
        for name, description in self.family.items():
            shape = shape_of(description)
            by = "parent" if description.is_line else "id"
            wanted = parents[name]
            found = transaction.rows(f"{shape.select} WHERE {by} = ANY(%s::uuid[])", (wanted,))
            for row in found:
                values = dict(zip(shape.names, row, strict=True))
                self.rows[f"{name}:{values['id']}"] = values
            for lines in description.lines:
                parents.setdefault(lines.target, []).extend(row[shape.at["id"]] for row in found)

    def take_back(self, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """Take one event's changes back: what came goes, what went comes, what changed returns."""
        self.went_back = True
        for name, description in self.family.items():
            for key, changed in changes.items():
                if key.partition(":")[0] == name:
                    self.take_back_one(description, key, changed)

    def take_back_one(self, description: Description, key: str, changed: Mapping[str, Any]) -> None:
        """Take back what happened to one row, if it is the record's own or one of its lines."""
        if "created" in changed:
            self.rows.pop(key, None)
        elif "deleted" in changed:
            row = dict(changed["deleted"][0])
            values = {f.name: kept_value(f, row.get(f.name)) for f in description.stored}
            if key == self.key or self.holds_parent(description, values):
                self.rows[key] = values
        elif key in self.rows:
            for name, (was, _) in changed.items():
                stored = description.fields.get(name)
                if stored is not None and stored.stored:
                    self.rows[key][name] = kept_value(stored, was)

    def holds_parent(self, description: Description, values: Mapping[str, Any]) -> bool:
        """Tell whether a row that reappears belongs to what is there."""
        return description.is_line and any(
            f"{parent}:{values['parent']}" in self.rows for parent in self.family
        )

    def record(self, touched: tuple[datetime, UUID | None] | None) -> Entity | None:
        """Make the record of the rows that are there now."""
        row = self.rows.get(self.key)
        if row is None:
            return None
        if self.went_back and "updated_at" in row and touched is not None:
            row["updated_at"], row["updated_by"] = touched
        return self.made(self.family[self.entity], row)

    def made(self, description: Description, row: Mapping[str, Any]) -> Entity:
        """Make a record with its lines."""
        shape = shape_of(description)
        record = shape.build(tuple(row.get(name) for name in shape.names))
        for lines in description.lines:
            below = self.family[lines.target]
            made = [self.made(below, line) for line in self.lines_of(below, record.id)]
            lines.set(record, made)
        return record

    def lines_of(self, below: Description, parent: UUID) -> Sequence[dict[str, Any]]:
        """Give the rows of a record's lines in order."""
        found = [row for row in self.of_kind(below.name) if row["parent"] == parent]
        return sorted(found, key=lambda row: (row["position"], row["id"]))

    def of_kind(self, entity: str) -> Iterator[dict[str, Any]]:
        """Give all rows of one kind."""
        for key, row in self.rows.items():
            if key.partition(":")[0] == entity:
                yield row


def kept_value(stored: Field, raw: Any) -> Any:
    """Read a value as the log keeps it."""
    if raw is None:
        return None
    kind = KEPT_AS.get(column_type(stored))
    return raw if kind is None else msgspec.convert(raw, kind)

"""Drafts: rows understood as the values of records, with what they refer to found for all at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from dougong.kernel.access.actor import Actor
from dougong.kernel.catalogue import Catalogue
from dougong.kernel.company import State
from dougong.kernel.entities import Description
from dougong.kernel.fields import FieldProblem
from dougong.kernel.imports.cells import READERS, Understanding, as_written
from dougong.kernel.imports.files import Item
from dougong.kernel.imports.mapping import SheetMapping
from dougong.kernel.imports.refusals import FoundSeveral, TooManyCells
from dougong.kernel.imports.transforms import Row, Tables, Wanted
from dougong.kernel.operations import Mode
from dougong.kernel.questions.reading import Reading
from dougong.kernel.questions.statements import rows_of
from dougong.kernel.refusals import (
    InvalidField,
    NotPermitted,
    Refusal,
    Refused,
    UnknownReference,
)
from dougong.kernel.sheets import CellUnreadable, as_text
from dougong.kernel.store.database import Transaction
from dougong.kernel.store.shapes import shape_of

KNOWN_BY = ("code", "number")


@dataclass(frozen=True)
class Hole:
    """A place in some values where a record is to be put, once it is found."""

    values: dict[str, Any]
    name: str
    path: str
    target: str
    wanted: Wanted


@dataclass
class Draft:
    """What one item says of its record."""

    item: Item
    values: dict[str, Any] = field(default_factory=dict)
    later: dict[str, Any] = field(default_factory=dict)
    """References to records of the same entity: they are written when all rows are there."""
    holes: list[Hole] = field(default_factory=list)
    problems: list[Refusal] = field(default_factory=list)
    known: UUID | None = None
    """The record that has its natural key already."""
    unchanged: bool = False


def natural_field(catalogue: Catalogue, entity: str) -> str:
    """Give the field by which people name records of an entity; empty where there is none."""
    description = catalogue.entities.get(entity)
    for name in KNOWN_BY:
        known = description.own.get(name) if description else None
        if known is not None and known.unique:
            return name
    return ""


@dataclass(frozen=True)
class Drafting:
    """Turns the items of one sheet into drafts."""

    sheet: SheetMapping
    catalogue: Catalogue
    understanding: Understanding
    tables: Tables

    @property
    def description(self) -> Description:
        """What the sheet's records are."""
        return self.catalogue.entity(self.sheet.entity)

    def draft(self, item: Item) -> Draft:
        """Understand one item; what can't be is among the draft's problems."""
        draft = Draft(item)
        if any(row.surplus for row in item.rows):
            surplus = next(row.surplus for row in item.rows if row.surplus)
            draft.problems.append(TooManyCells(", ".join(as_text(cell) for cell in surplus)))
        row = Row(item.cells, self.tables)
        for name, written in self.sheet.fields.items():
            self.put(
                draft,
                values=draft.values,
                description=self.description,
                name=name,
                written=written,
                row=row,
                path=name,
            )
        for name in self.sheet.lines:
            self.put_lines(draft, name)
        for hole in draft.holes:
            if hole.values is draft.values and hole.target == self.sheet.entity:
                draft.later[hole.name] = None
        return draft

    def put(
        self,
        draft: Draft,
        *,
        values: dict[str, Any],
        description: Description,
        name: str,
        written: Any,
        row: Row,
        path: str,
    ) -> None:
        """Put a field's value where it belongs; an empty cell says nothing."""
        try:
            value = self.understanding.value(description, name, written, row, path)
        except Refused as refused:
            draft.problems += refused.refusals
            return
        if isinstance(value, Wanted):
            target = description.fields[name].target
            draft.holes.append(Hole(values, name, path, target, value))
        elif value is not None:
            values[name] = value

    def put_lines(self, draft: Draft, name: str) -> None:
        """Put a document's lines into its values."""
        known = self.description.fields.get(name)
        if known is None or known.kind.name != "lines":
            draft.problems.append(InvalidField(name, "unknown_field"))
            return
        description = self.catalogue.entities[known.target]
        lines: list[dict[str, Any]] = []
        for at, (source, cells) in enumerate(draft.item.lines.get(name, ())):
            values: dict[str, Any] = {}
            row = Row({**draft.item.cells, **cells} if not source.file else cells, self.tables)
            for field_name, written in source.fields.items():
                path = f"{name}[{at}].{field_name}"
                self.put(
                    draft,
                    values=values,
                    description=description,
                    name=field_name,
                    written=written,
                    row=row,
                    path=path,
                )
            lines.append(values)
        draft.values[name] = lines


@dataclass(frozen=True)
class Finding:
    """Finds the records that drafts name, for all drafts of a chunk by one statement per entity."""

    transaction: Transaction
    state: State
    actor: Actor
    understanding: Understanding

    def fill(self, drafts: Iterable[Draft], entity: str, *, later: bool = False) -> None:
        """Put the records that are referred to into the drafts' values."""
        asked: dict[tuple[str, str], set[Any]] = defaultdict(set)
        places: list[tuple[Draft, Hole, Any]] = []
        for draft in drafts:
            for hole in draft.holes:
                own = hole.values is draft.values and hole.target == entity
                if own is not later:
                    continue
                try:
                    value = self.key_value(hole.target, hole.wanted)
                except Refused as refused:
                    draft.problems += refused.refusals
                    continue
                asked[hole.target, hole.wanted.by].add(value)
                places.append((draft, hole, value))
        found = {
            (target, by): self.records(target, (by,), [(value,) for value in values])
            for (target, by), values in asked.items()
        }
        for draft, hole, value in places:
            matches = found[hole.target, hole.wanted.by].get((value,), [])
            problem = wrong_number(hole.path, hole.target, hole.wanted.by, value, matches)
            if problem is not None:
                draft.problems.append(problem)
            elif later:
                draft.later[hole.name] = matches[0]
            else:
                hole.values[hole.name] = matches[0]

    def key_value(self, target: str, wanted: Wanted) -> Any:
        """Read the value that names a record, as the field that holds it would."""
        description = self.state.catalogue.entity(target)
        known = description.fields.get(wanted.by)
        if known is None:
            raise Refused(InvalidField(f"{target}.{wanted.by}", "unknown_field"))
        try:
            read = READERS.get(known.kind.name, as_written)
            return known.kind.parse(read(wanted.value, known, target, self.understanding), known)
        except (FieldProblem, CellUnreadable):
            return as_text(wanted.value) if known.kind.compares_as == "text" else None

    def know(self, drafts: Sequence[Draft], sheet: SheetMapping) -> None:
        """Find the records that have the drafts' natural keys already."""
        if not sheet.key_fields:
            return
        keys: dict[tuple[Any, ...], list[Draft]] = defaultdict(list)
        for draft in drafts:
            key = tuple(draft.values.get(name) for name in sheet.key_fields)
            if None not in key:
                keys[key].append(draft)
        for key, matches in self.records(sheet.entity, sheet.key_fields, list(keys)).items():
            for draft in keys[key]:
                if len(matches) == 1:
                    draft.known = matches[0]
                else:
                    field_names = ", ".join(sheet.key_fields)
                    shown = ", ".join(str(part) for part in key)
                    draft.problems.append(FoundSeveral(sheet.entity, field_names, shown))

    def records(
        self, entity: str, by: tuple[str, ...], values: Sequence[tuple[Any, ...]]
    ) -> dict[tuple[Any, ...], list[UUID]]:
        """Find records by fields' values, as far as the asker may see them."""
        if not values:
            return {}
        reading = Reading(self.state, self.actor, entity, None)
        hidden = [name for name in by if name not in reading.readable]
        if hidden:
            raise Refused(NotPermitted(entity, "read", hidden[0]))
        columns = [reading.tables.column((name,)) for name in by]
        if len(columns) == 1:
            plain = sa.literal([unlisted(value) for (value,) in values], ARRAY(columns[0].type))
            condition = columns[0] == sa.any_(plain)
        else:
            plain_values = [tuple(unlisted(part) for part in value) for value in values]
            condition = sa.tuple_(*columns).in_(plain_values)
        statement = (
            sa.select(*columns, reading.identity)
            .select_from(reading.tables.source)
            .where(*reading.permitted(), condition)
        )
        found: dict[tuple[Any, ...], list[UUID]] = defaultdict(list)
        for *key, identity in rows_of(self.transaction, statement):
            found[tuple(key)].append(identity)
        return found

    def compare(self, drafts: Iterable[Draft], entity: str) -> None:
        """Mark the drafts that say nothing new, and give known lines their ids.

        What the asker may not read is compared with nothing: that it is the same would tell it.
        """
        known = {draft.known: draft for draft in drafts if draft.known and not draft.problems}
        if not known:
            return
        description = self.state.catalogue.entities[entity]
        readable = self.actor.rights.readable(description)
        before = self.stored(description, "id", list(known))
        names = {field.name for field in description.lines}
        wanted = {name for draft in known.values() for name in draft.values if name in names}
        lines = {name: self.lines_before(description, name, list(known)) for name in sorted(wanted)}
        for identity, draft in known.items():
            if identity is None or identity not in before:
                continue
            same = all(
                name in readable and draft.values[name] == before[identity].get(name)
                for name in draft.values
                if name not in names
            )
            for name in wanted & set(draft.values):
                same &= same_lines(draft.values[name], lines[name].get(identity, []))
            draft.unchanged = same

    def lines_before(
        self, description: Description, name: str, parents: list[UUID]
    ) -> dict[UUID, list[dict[str, Any]]]:
        """Read the lines of documents as they are, as far as the asker may."""
        below = self.state.catalogue.entities[description.fields[name].target]
        seen = self.actor.rights.readable(below) | {"id", "parent", "position"}
        found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
        for line in self.stored(below, "parent", parents).values():
            found[line["parent"]].append({k: v for k, v in line.items() if k in seen})
        return {at: sorted(of, key=lambda line: line["position"]) for at, of in found.items()}

    def stored(
        self, description: Description, by: str, values: list[UUID]
    ) -> dict[UUID, dict[str, Any]]:
        """Read rows as they are stored."""
        shape = shape_of(description)
        rows = self.transaction.rows(shape.where((by,), (), Mode.READ), [values])
        return {row[shape.at["id"]]: dict(zip(shape.names, row, strict=True)) for row in rows}


def unlisted(value: Any) -> Any:
    """Give the plain text of an option."""
    return str(value) if isinstance(value, StrEnum) else value


def same_lines(wanted: list[dict[str, Any]], before: list[dict[str, Any]]) -> bool:
    """Tell whether lines say nothing new; lines in the same place keep their identity."""
    same = len(wanted) == len(before)
    for values, line in zip(wanted, before, strict=False):
        same &= all(name in line and line[name] == value for name, value in values.items())
        values["id"] = str(line["id"])
    return same


def wrong_number(
    path: str, target: str, by: str, value: Any, matches: Sequence[UUID]
) -> Refusal | None:
    """Say what is wrong unless exactly one record was found."""
    if not matches:
        return UnknownReference(path, target, str(value))
    return FoundSeveral(target, by, str(value)) if len(matches) > 1 else None


def drafts_apart(drafts: Iterable[Draft], keys: tuple[str, ...]) -> Iterator[list[Draft]]:
    """Part drafts so that no two of one part have the same natural key: the later one changes the earlier."""
    part: list[Draft] = []
    seen: set[Any] = set()
    for draft in drafts:
        key = tuple(draft.values.get(name) for name in keys)
        if keys and key in seen:
            yield part
            part, seen = [], set()
        seen.add(key)
        part.append(draft)
    if part:
        yield part

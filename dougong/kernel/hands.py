"""Fetching what an operation touches, in one lock order, and writing what it decided.

Each table touched is read by one statement and written by one, whatever the number of lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import msgspec

from dougong.kernel.entities import Description, Entity, Line
from dougong.kernel.events import Recorded, name_of
from dougong.kernel.fields import Field
from dougong.kernel.files.content import keep
from dougong.kernel.operations import Mode, Touch
from dougong.kernel.store.database import Change, Transaction
from dougong.kernel.store.shapes import UNLOADED, Shape, as_json, shape_of
from dougong.kernel.work import Known, Work, made_under, merged

INSERT_EVENTS = (
    "WITH told AS ("
    "INSERT INTO event (id, name, entity, record, at, actor, cause, trace, facts, changes) "
    "SELECT id, name, entity, record, at, actor, cause, trace, facts, changes "
    "FROM json_to_recordset(%s::json) AS v(id uuid, name text, entity text, record uuid, "
    "at timestamptz, actor uuid, cause uuid, trace uuid, facts jsonb, changes jsonb) "
    "RETURNING id, recorded_at) "
    "INSERT INTO event_link (record, entity, event, recorded_at) "
    "SELECT v.record, v.entity, v.event, told.recorded_at "
    "FROM json_to_recordset(%s::json) AS v(record uuid, entity text, event uuid) "
    "JOIN told ON told.id = v.event"
)
"""Events with their links, which stand in the same month's partition."""


class OutOfOrder(Exception):  # noqa: N818  a signal to start over, not an error
    """A record must be locked that ranks below one that is held: start over, knowing it."""


class Hands:
    """Fetches for one work and writes its decisions, on one transaction."""

    def __init__(self, transaction: Transaction, work: Work, *, holding: bool = True) -> None:
        """``holding=False`` reads without locks, for previews."""
        self.transaction = transaction
        self.work = work
        self.holding = holding
        self.known = Known()
        self.asked: list[Touch] = []

    # Fetching

    def fetch(self, touches: Iterable[Touch]) -> bool:
        """Fetch what isn't there yet, lowest rank first; tell whether there was anything."""
        found_any = False
        for touch in sorted(map(self.as_it_has_lines, merged(touches)), key=self.rank_of):
            lacking = self.known.lacking(touch)
            if not lacking or self.is_cached(touch):
                continue
            self.asked.append(touch)
            self.keep_order(touch)
            self.take(touch, lacking)
            found_any = True
        return found_any

    def as_it_has_lines(self, touch: Touch) -> Touch:
        """Ask for lines only where there are any."""
        if touch.lines and not self.work.catalogue.entities[touch.entity].lines:
            return replace(touch, lines=False)
        return touch

    def peek(self, touch: Touch) -> None:
        """Read without holding; what is found may have changed by the time it is locked."""
        lacking = self.known.lacking(touch, at_most=Mode.READ)
        if lacking:
            self.take(
                Touch(touch.entity, touch.by, touch.values, Mode.READ, touch.only, touch.lines),
                lacking,
            )

    def rank_of(self, touch: Touch) -> tuple[int, str]:
        """Place a touch in the lock order; what is only read comes where its rank is, too."""
        return (self.work.catalogue.entities[touch.entity].rank, touch.entity)

    def is_cached(self, touch: Touch) -> bool:
        """Tell whether the company's memory of small tables serves the touch."""
        return touch.mode is Mode.READ and self.work.catalogue.entities[touch.entity].cached

    def keep_order(self, touch: Touch) -> None:
        """Refuse to lock below what is held."""
        if touch.mode is Mode.READ or not self.holding:
            return
        rank = self.work.catalogue.entities[touch.entity].rank
        if rank < self.known.highest:
            raise OutOfOrder
        self.known.highest = rank

    def take(self, touch: Touch, values: frozenset[Any]) -> None:
        """Read (and hold) records by one statement, and their lines by one each."""
        description = self.work.catalogue.entities[touch.entity]
        shape = shape_of(description)
        mode = touch.mode if self.holding else Mode.READ
        sql = shape.where(touch.by, tuple(name for name, _ in touch.only), mode)
        parameters: list[Any] = [self.parameter(touch.by, values)]
        parameters += [list(allowed) for _, allowed in touch.only]
        rows = self.transaction.rows(sql, parameters)
        records = [self.keep(shape, row) for row in rows]
        self.work.forget_index(touch.entity)
        if touch.lines:
            self.take_lines(description, records)
        if touch.ensure:
            self.ensure(description, touch, values, records)
        self.known.note(touch, values)
        if touch.by != ("id",):
            by_id = Touch(touch.entity, ("id",), frozenset(), touch.mode, lines=touch.lines)
            self.known.note(by_id, (r.id for r in records))

    def parameter(self, by: tuple[str, ...], values: frozenset[Any]) -> Any:
        """Write the wanted keys as one parameter."""
        if len(by) == 1:
            return list(values)
        return as_json([dict(zip(by, value, strict=True)) for value in values])

    def keep(self, shape: Shape, row: tuple[Any, ...]) -> Entity:
        """Make a row's record part of the work; an unlocked earlier reading is brought up to date."""
        records = self.work.records[shape.description.name]
        record = shape.build(row)
        seen = records.get(record.id)
        if seen is None:
            records[record.id] = record
            return record
        if self.known.holds(shape.description.name, record.id):
            return seen  # nobody else can have changed it, but the command may have
        lines = {f.name: f.get(seen) for f in shape.description.lines}
        seen.__dict__.update(record.__dict__)
        for field in shape.description.lines:
            field.set(seen, lines[field.name])
        return seen

    def take_lines(self, description: Description, records: Sequence[Entity]) -> None:
        """Read the lines of documents, one statement for each kind of line."""
        for field in description.lines:
            line_shape = shape_of(self.work.catalogue.entities[field.target])
            by_parent: dict[UUID, list[Line]] = {r.id: [] for r in records}
            sql = line_shape.where(("parent",), (), Mode.READ)
            for row in self.transaction.rows(sql, [list(by_parent)]):
                line = self.keep(line_shape, row)
                assert isinstance(line, Line)
                assert line.parent is not None
                by_parent[line.parent].append(line)
            for record in records:
                lines = sorted(by_parent[record.id], key=lambda line: line.position)
                field.set(record, lines)
                record.__dict__.setdefault("_lines", {})[field.name] = [line.id for line in lines]
            self.take_lines(line_shape.description, [x for of in by_parent.values() for x in of])

    def ensure(
        self,
        description: Description,
        touch: Touch,
        values: frozenset[Any],
        records: Sequence[Entity],
    ) -> None:
        """Make the records that the touch wants and that aren't there."""
        fields = [description.fields[name] for name in touch.by]
        there = {tuple(f.get(r) for f in fields) for r in records}
        for value in sorted(values, key=str):
            key = value if len(touch.by) > 1 else (value,)
            if key not in there:
                self.work.add(made_under(description, touch.by, value))

    # Writing

    def write(self) -> None:
        """Write everything that was decided: one statement for each table and kind of change."""
        self.settle_lines()
        self.take_lines_along()
        changed, removed = self.changed(), self.removed()
        self.raise_documents(changed, removed)
        self.note_changes(changed, removed)
        for sha256, content in self.work.contents.items():
            keep(self.transaction, sha256, content)
        self.transaction.run_all(self.changes(self.added(), changed, removed))

    def changes(
        self,
        added: dict[str, list[Entity]],
        changed: dict[str, list[tuple[Entity, dict[str, tuple[Any, Any]]]]],
        removed: dict[str, list[Entity]],
    ) -> Iterator[Change]:
        """Write the statements: what is referred to comes before what refers to it, events last."""
        place, entities = self.work.catalogue.place, self.work.catalogue.entities
        for name in sorted(removed, key=place.__getitem__, reverse=True):
            gone = [record.id for record in removed[name]]
            yield Change(shape_of(entities[name]).delete, [gone])
        for name in sorted({*added, *changed}, key=place.__getitem__):
            shape = shape_of(entities[name])
            if name in added:
                yield self.insert(shape, added[name])
            if name in changed:
                yield self.update(shape, changed[name])
        if self.work.events:
            yield self.append_events()
        if any(entities[name].cached for name in {*added, *changed, *removed}):
            yield Change("UPDATE company_state SET version = version + 1")

    def settle_lines(self) -> None:
        """Find lines that were added to, moved in or taken out of their documents."""
        for name, records in list(self.work.records.items()):
            description = self.work.catalogue.entities[name]
            for field in description.lines:
                for record in list(records.values()):
                    lines = field.get(record)
                    if lines is not UNLOADED:
                        self.settle_lines_of(record, field, lines)

    def settle_lines_of(self, record: Entity, field: Field, lines: list[Any]) -> None:
        """Place one document's lines, and delete those that it lost."""
        if record.id in self.work.gone:
            return
        before: list[UUID] = record.__dict__.get("_lines", {}).get(field.name, [])
        now = [line.id for line in lines]
        if now == before:
            return
        self.work.place(record, lines)
        kept = set(now)
        for lost in before:
            if lost not in kept:
                self.work.remove(self.work.records[field.target][lost])

    def take_lines_along(self) -> None:
        """Delete the lines of deleted documents, so that history knows what they were."""
        for record in list(self.work.gone.values()):
            if record.id not in self.work.new:
                self.take_lines_of(record)

    def take_lines_of(self, record: Entity) -> None:
        """Delete one document's lines as they are stored, and the lines of those."""
        description = self.work.catalogue.entities[record.description.name]
        if any(field.get(record) is UNLOADED for field in description.lines):
            self.take_lines(description, [record])
        for field in description.lines:
            for identity in record.__dict__.get("_lines", {}).get(field.name, ()):
                line = self.work.records[field.target][identity]
                self.work.remove(line)
                self.take_lines_of(line)

    def raise_documents(
        self,
        changed: dict[str, list[tuple[Entity, dict[str, tuple[Any, Any]]]]],
        removed: dict[str, list[Entity]],
    ) -> None:
        """Let a document whose lines change count as changed itself, even if only they do."""
        lines = [line for records in changed.values() for line, _ in records]
        lines += [line for records in removed.values() for line in records]
        lines += self.work.new.values()
        have = {record.id for records in changed.values() for record, _ in records}
        while lines:
            line = lines.pop()
            if not isinstance(line, Line) or line.parent is None or line.parent in have:
                continue
            have.add(line.parent)
            name = self.work.catalogue.parent_of[line.description.name]
            document = self.work.records[name].get(line.parent)
            assert document is not None, f"{name} {line.parent} was not touched with its lines"
            if document.id in self.work.new or document.id in self.work.gone:
                continue
            if not self.work.catalogue.entities[name].append_only:
                changed[name].append((document, {}))
            lines.append(document)

    def changed(self) -> dict[str, list[tuple[Entity, dict[str, tuple[Any, Any]]]]]:
        """Give the loaded records whose values differ from what was loaded."""
        found: dict[str, list[tuple[Entity, dict[str, tuple[Any, Any]]]]] = defaultdict(list)
        for name, records in self.work.records.items():
            shape = shape_of(self.work.catalogue.entities[name])
            for record in records.values():
                changes = shape.changes(record)
                if changes and record.id not in self.work.gone:
                    found[name].append((record, changes))
        return found

    def added(self) -> dict[str, list[Entity]]:
        """Give the new records by entity."""
        found: dict[str, list[Entity]] = defaultdict(list)
        for record in self.work.new.values():
            if record.id not in self.work.gone:
                found[record.description.name].append(record)
        return found

    def removed(self) -> dict[str, list[Entity]]:
        """Give the deleted records by entity, without those that were never stored."""
        found: dict[str, list[Entity]] = defaultdict(list)
        for record in self.work.gone.values():
            if record.id not in self.work.new:
                found[record.description.name].append(record)
        return found

    def insert(self, shape: Shape, records: Sequence[Entity]) -> Change:
        """Write new records."""
        rows = [dict(zip(shape.names, shape.row(r), strict=True)) for r in records]
        return Change(shape.insert, [as_json(rows)])

    def update(
        self, shape: Shape, changed: Sequence[tuple[Entity, dict[str, tuple[Any, Any]]]]
    ) -> Change:
        """Write the changed fields of records that are held."""
        names = {name for _, changes in changed for name in changes}
        for record, _ in changed:
            if not shape.description.append_only:
                record.version += 1
            if shape.stamped:
                record.updated_at, record.updated_by = self.work.now, self.work.actor.person
        if not shape.description.append_only:
            names.add("version")
        if shape.stamped:
            names |= {"updated_at", "updated_by"}
        ordered = tuple(name for name in shape.names if name in names)
        rows = []
        for record, _ in changed:
            values = shape.row(record)
            rows.append({name: values[shape.at[name]] for name in ("id", *ordered)})
        return Change(shape.update(ordered), [as_json(rows)], rows=len(rows))

    # History

    def note_changes(
        self,
        changed: dict[str, list[tuple[Entity, dict[str, tuple[Any, Any]]]]],
        removed: dict[str, list[Entity]],
    ) -> None:
        """Put each change of a document or master into the event that tells of it."""
        if not self.work.events:
            return
        index = self.events_by_record()
        for name, records in changed.items():
            if self.work.catalogue.entities[name].history:
                for record, changes in records:
                    noted = {field: list(pair) for field, pair in changes.items()}
                    noted["version"] = [record.version, record.version + 1]
                    self.note(index, record, noted)
        for name, gone in removed.items():
            description = self.work.catalogue.entities[name]
            if description.history:
                shape = shape_of(description)
                for record in gone:
                    row = dict(zip(shape.names, record.__dict__["_row"], strict=True))
                    self.note(index, record, {"deleted": [row, None]})
        for record in self.work.new.values():
            if self.work.catalogue.entities[record.description.name].history:
                self.note(index, record, {"created": [None, True]})

    def events_by_record(self) -> dict[tuple[str, UUID], Recorded]:
        """Give the event that tells of each record: its own, else the first that links it."""
        index: dict[tuple[str, UUID], Recorded] = {}
        for recorded in self.work.events:
            index.setdefault(recorded.event.concerns()[0], recorded)
        for recorded in self.work.events:
            for concerned in recorded.event.concerns():
                index.setdefault(concerned, recorded)
        return index

    def note(
        self, index: dict[tuple[str, UUID], Recorded], record: Entity, changes: dict[str, Any]
    ) -> None:
        """Put one record's changes into its event; lines go with their document."""
        owner: Entity | None = record
        recorded = index.get((record.description.name, record.id))
        while recorded is None and isinstance(owner, Line) and owner.parent is not None:
            parent = self.work.catalogue.parent_of[owner.description.name]
            recorded = index.get((parent, owner.parent))
            owner = self.work.records[parent].get(owner.parent)
        recorded = recorded or self.work.events[0]
        recorded.changes[f"{record.description.name}:{record.id}"] = changes

    def append_events(self) -> Change:
        """Append the events and the links to every record that they concern."""
        rows, links = [], {}
        for recorded in self.work.events:
            concerned = recorded.event.concerns()
            rows.append(
                {
                    "id": recorded.id,
                    "name": name_of(recorded.event),
                    "entity": concerned[0][0],
                    "record": recorded.event.id,
                    "at": self.work.now,
                    "actor": self.work.actor.person,
                    "cause": recorded.cause,
                    "trace": recorded.trace,
                    "facts": recorded.event.facts(),
                    "changes": msgspec.to_builtins(recorded.changes),
                }
            )
            for entity, identity in [*concerned, *self.changed_documents(recorded)]:
                links[identity, recorded.id] = {
                    "record": identity,
                    "entity": entity,
                    "event": recorded.id,
                }
        return Change(INSERT_EVENTS, [as_json(rows), as_json(list(links.values()))])

    def changed_documents(self, recorded: Recorded) -> Iterable[tuple[str, UUID]]:
        """Give the documents and masters (not lines) that an event's changes are about."""
        for key in recorded.changes:
            entity, _, identity = key.partition(":")
            if not self.work.catalogue.entities[entity].is_line:
                yield entity, UUID(identity)

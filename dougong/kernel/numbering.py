"""Human numbers: blocks of them for documents that may leave gaps, one after another for the rest.

A block is taken in a transaction of its own on a connection of its own, so that no order waits
for another order's number. What a killed process had taken and not used stays a gap.

A gapless number is given right after the posting, in posting order, by a short transaction of its
own that alone holds the series. What a killed process left without a number, the next one numbers.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from dougong.kernel.company import State
from dougong.kernel.entities import Description, Entity
from dougong.kernel.hands import INSERT_EVENTS
from dougong.kernel.store.database import Database, Transaction, quoted, schema_of
from dougong.kernel.store.shapes import as_json
from dougong.kernel.values import new_id

BLOCK = 50
AT_ONCE = 500
"""So many records are numbered by one transaction."""
ATTEMPTS = 5

TAKE_BLOCK = (
    "INSERT INTO {schema}.number_series AS s (series, next) VALUES (%s, 1 + %s) "
    "ON CONFLICT (series) DO UPDATE SET next = s.next + %s RETURNING s.next"
)
HOLD_SERIES = (
    "INSERT INTO number_series AS s (series) VALUES (%s) "
    "ON CONFLICT (series) DO UPDATE SET next = s.next RETURNING s.next"
)
RAISE_SERIES = "UPDATE number_series SET next = next + %s WHERE series = %s"
LATEST_EVENTS = (
    "SELECT DISTINCT ON (record) record, id, trace FROM event WHERE record = ANY(%s::uuid[]) "
    "ORDER BY record, seq DESC"
)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Series:
    """One row of numbers: a pattern within a year or a month, or for good."""

    name: str
    """The pattern with year and month filled in: ``INV-2026-{n:05}``."""
    first: date | None
    until: date | None
    """The days whose records it numbers, the last not included; None has no bounds."""

    def number(self, n: int) -> str:
        """Write its n-th number."""
        return self.name.format(n=n)


def series_of(pattern: str, day: date) -> Series:
    """Give the series that a pattern such as ``SO-{year}-{n:05}`` has on a business day."""
    name = pattern.replace("{year}", f"{day.year:04}").replace("{month}", f"{day.month:02}")
    if "{month}" in pattern:
        following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        return Series(name, day.replace(day=1), following)
    if "{year}" in pattern:
        return Series(name, date(day.year, 1, 1), date(day.year + 1, 1, 1))
    return Series(name, None, None)


def pattern_of(state: State, description: Description) -> str:
    """Give the pattern of an entity's numbers: the company's own, or ours."""
    field = description.number_field
    assert field is not None, description.name
    chosen: Mapping[str, str] = state.extras.get("numbering", {})
    return chosen.get(description.name, field.pattern)


@dataclass
class Block:
    """The numbers that this process may still give in one series."""

    following: int
    end: int


class Numbers:
    """Gives numbers from blocks; safe for several threads."""

    def __init__(self, dsn: str) -> None:
        """Connect when the first block is needed."""
        self.dsn = dsn
        self.lock = threading.Lock()
        self.blocks: dict[tuple[str, str], Block] = {}
        self.connection: psycopg.Connection[Any] | None = None

    def give(self, company: str, pattern: str, day: date) -> str:
        """Give the next number of a pattern on a business day."""
        series = series_of(pattern, day)
        with self.lock:
            block = self.blocks.get((company, series.name))
            if block is None or block.following >= block.end:
                block = self.blocks[company, series.name] = self.take(company, series.name)
            n = block.following
            block.following += 1
        return series.number(n)

    def take(self, company: str, series: str) -> Block:
        """Take a block, committed at once."""
        if self.connection is None or self.connection.closed:
            self.connection = psycopg.connect(self.dsn, autocommit=True)
        sql = TAKE_BLOCK.format(schema=quoted(schema_of(company)))
        row = self.connection.execute(sql, (series, BLOCK, BLOCK)).fetchone()
        assert row is not None, "RETURNING gives a row"
        return Block(row[0] - BLOCK, row[0])

    def forget(self, company: str) -> None:
        """Give up a company's blocks: it was dropped, and its name may be taken again."""
        with self.lock:
            self.blocks = {key: block for key, block in self.blocks.items() if key[0] != company}

    def close(self) -> None:
        """Close the connection."""
        if self.connection is not None:
            self.connection.close()


def awaits_number(description: Description, record: Entity) -> bool:
    """Tell whether a record is posted and has no number yet."""
    field = description.number_field
    if field is None or not field.gapless or field.get(record) is not None:
        return False
    if description.numbered_when is None:
        return True
    name, values = description.numbered_when
    return str(description.fields[name].get(record)) in values


class GaplessNumbers:
    """Gives the numbers that may not leave gaps; safe for several threads and processes."""

    def __init__(self, database: Database) -> None:
        """Nothing is numbered yet."""
        self.database = database
        self.locks: dict[tuple[str, str], threading.Lock] = defaultdict(threading.Lock)

    def number(
        self, state: State, description: Description, records: Sequence[Entity], now: datetime
    ) -> None:
        """Number what was just posted, with all that was posted before it and has no number."""
        step = NumberingStep(self.database, state, description, now)
        by_series: dict[Series, list[Entity]] = defaultdict(list)
        for record in records:
            by_series[step.series_of(record)].append(record)
        for series, posted in by_series.items():
            lock = self.locks[state.slug, series.name]
            waited = not lock.acquire(blocking=False)
            if waited:
                lock.acquire()
            try:
                given = step.take(series, posted, look_first=waited)
            finally:
                lock.release()
            for record in posted:
                if record.id in given:
                    step.show(record, *given[record.id])

    def number_left(self, state: State, now: datetime) -> int:
        """Number what killed processes left without a number; tells how many records that were."""
        found = 0
        for description in state.catalogue.entities.values():
            field = description.number_field
            if field is not None and field.gapless:
                step = NumberingStep(self.database, state, description, now)
                for series in step.series_left():
                    found += len(step.take(series, ()))
        return found


@dataclass(frozen=True)
class NumberingStep:
    """Numbers the records of one entity, one series and one short transaction at a time."""

    database: Database
    state: State
    description: Description
    now: datetime

    def series_of(self, record: Entity) -> Series:
        """Give a record's series: by its business day, else by the day when it was made."""
        day = getattr(record, "day", None) if "day" in self.description.own else None
        if day is None:
            assert record.created_at is not None, record
            day = record.created_at.astimezone(self.state.time_zone).date()
        return series_of(pattern_of(self.state, self.description), day)

    def take(
        self, series: Series, posted: Sequence[Entity], *, look_first: bool = False
    ) -> dict[UUID, tuple[str, int]]:
        """Number everything in a series that waits; gives number and version by record."""
        given: dict[UUID, tuple[str, int]] = {}
        tried = 0
        while True:
            try:
                with self.database.transaction(self.state.slug) as transaction:
                    if look_first and self.look(transaction, posted, given):
                        return given
                    fresh = self.give(transaction, series)
                    given |= fresh
                    if len(fresh) < AT_ONCE:
                        self.look(transaction, posted, given)
                        return given
            except psycopg.Error:
                tried += 1
                if tried == ATTEMPTS:
                    log.exception("%s of %s stay unnumbered", self.description.name, series.name)
                    return given

    def look(
        self,
        transaction: Transaction,
        posted: Sequence[Entity],
        given: dict[UUID, tuple[str, int]],
    ) -> bool:
        """Note the numbers that somebody else's step gave; tells whether all posted have one."""
        lacking = [record.id for record in posted if record.id not in given]
        if lacking:
            version = "1" if self.description.append_only else "version"
            number = quoted(self.number_name)
            rows = transaction.rows(
                f"SELECT id, {number}, {version} FROM {quoted(self.description.name)} "
                f"WHERE id = ANY(%s::uuid[]) AND {number} IS NOT NULL",
                (lacking,),
            )
            given |= {identity: (n, version) for identity, n, version in rows}
        return all(record.id in given for record in posted)

    def give(self, transaction: Transaction, series: Series) -> dict[UUID, tuple[str, int]]:
        """Number the oldest records that wait, in posting order, holding the series meanwhile."""
        ((following,),) = transaction.rows(HOLD_SERIES, (series.name,))
        waiting = transaction.rows(
            self.hold_waiting(), (*self.bounds(series), *self.bounds(series))
        )
        if not waiting:
            return {}
        in_order = sorted((created_at, identity) for identity, created_at in waiting)
        numbers = {
            identity: series.number(following + n) for n, (_, identity) in enumerate(in_order)
        }
        rows = [{"id": identity, "number": number} for identity, number in numbers.items()]
        written = transaction.rows(self.write_numbers(), (as_json(rows),))
        assert len(written) == len(rows), f"{len(written)} of {len(rows)} numbered"
        transaction.run(RAISE_SERIES, (len(rows), series.name))
        if self.description.history:
            self.tell(transaction, numbers, dict(written))
        return {identity: (numbers[identity], version) for identity, version in written}

    @property
    def number_name(self) -> str:
        """The column of the number."""
        field = self.description.number_field
        assert field is not None, self.description.name
        return field.name

    def day_sql(self) -> str:
        """Write the business day of a row."""
        made = f"(created_at AT TIME ZONE '{self.state.time_zone.key}')::date"
        return f"coalesce(day, {made})" if "day" in self.description.own else made

    def waits_sql(self) -> str:
        """Write the condition that a row is posted and has no number."""
        condition = f"{quoted(self.number_name)} IS NULL"
        if self.description.numbered_when is not None:
            name, values = self.description.numbered_when
            allowed = ", ".join(f"'{value}'" for value in values)
            condition += f" AND {quoted(name)} IN ({allowed})"
        return condition

    def hold_waiting(self) -> str:
        """Write the statement that holds the oldest waiting rows, as operations do: by their id."""
        table, waits = quoted(self.description.name), self.waits_sql()
        within = (
            f"(%s::date IS NULL OR {self.day_sql()} >= %s::date) "
            f"AND (%s::date IS NULL OR {self.day_sql()} < %s::date)"
        )
        return (
            f"SELECT id, created_at FROM {table} WHERE {waits} AND {within} AND id IN ("
            f"SELECT id FROM {table} WHERE {waits} AND {within} "
            f"ORDER BY created_at, id LIMIT {AT_ONCE}) ORDER BY id FOR NO KEY UPDATE"
        )

    def bounds(self, series: Series) -> Sequence[Any]:
        """Give the parameters that keep rows within a series."""
        return (series.first, series.first, series.until, series.until)

    def write_numbers(self) -> str:
        """Write the statement that gives rows their numbers."""
        raised = "" if self.description.append_only else ", version = t.version + 1"
        version = "1" if self.description.append_only else "t.version"
        return (
            f"UPDATE {quoted(self.description.name)} AS t "
            f"SET {quoted(self.number_name)} = v.number{raised} "
            "FROM json_to_recordset(%s::json) AS v(id uuid, number text) WHERE t.id = v.id "
            f"RETURNING t.id, {version}"
        )

    def tell(
        self, transaction: Transaction, numbers: Mapping[UUID, str], versions: Mapping[UUID, int]
    ) -> None:
        """Record that the documents have their numbers, each because of what last happened to it."""
        name = self.description.name
        causes = {
            record: (event, trace)
            for record, event, trace in transaction.rows(LATEST_EVENTS, (list(numbers),))
        }
        events, links = [], []
        for record, number in numbers.items():
            cause, trace = causes.get(record, (None, new_id()))
            changes: dict[str, Any] = {self.number_name: [None, number]}
            if not self.description.append_only:
                changes["version"] = [versions[record] - 1, versions[record]]
            identity = new_id()
            events.append(
                {
                    "id": identity,
                    "name": f"{name}.numbered",
                    "entity": name,
                    "record": record,
                    "at": self.now,
                    "actor": None,
                    "cause": cause,
                    "trace": trace,
                    "facts": {"number": number},
                    "changes": {f"{name}:{record}": changes},
                }
            )
            links.append({"record": record, "entity": name, "event": identity})
        transaction.run(INSERT_EVENTS, (as_json(events), as_json(links)))

    def series_left(self) -> Iterable[Series]:
        """Give the series in which records wait for a number."""
        with self.database.transaction(self.state.slug) as transaction:
            rows = transaction.rows(
                f"SELECT DISTINCT date_trunc('month', {self.day_sql()})::date "
                f"FROM {quoted(self.description.name)} WHERE {self.waits_sql()}"
            )
        pattern = pattern_of(self.state, self.description)
        return dict.fromkeys(series_of(pattern, month) for (month,) in rows)

    def show(self, record: Entity, number: str, version: int) -> None:
        """Let the record in memory show what was given."""
        field = self.description.number_field
        assert field is not None, self.description.name
        field.set(record, number)
        if not self.description.append_only:
            record.version = version


def unnumbered(
    records: Mapping[str, Mapping[UUID, Entity]], state: State
) -> Iterator[tuple[Description, list[Entity]]]:
    """Give the posted records of a work that have no number yet, by entity."""
    for name, found in records.items():
        description = state.catalogue.entities[name]
        field = description.number_field
        if field is not None and field.gapless:
            waiting = [record for record in found.values() if awaits_number(description, record)]
            if waiting:
                yield description, waiting

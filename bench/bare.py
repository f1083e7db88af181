"""The same rows without us: a bare psycopg script that writes what a cycle of ours wrote.

It is what a program could reach that knew beforehand all that has to be written: nothing is read,
locked, checked or decided; each table and kind of change is one multi-row statement, in the same
transactions. The rows come from one of our own cycles; each replay gets ids and numbers of its own
before the clock starts.

    python -m bench.bare --cycles 50 --lines 10
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from unittest.mock import patch
from uuid import UUID

import psycopg

from bench.cycle import STEPS, Cycle, arguments
from bench.ground import fresh_house, server, surroundings
from bench.meter import Meter, Wire, show
from bench.shop import Shop, open_shop
from dougong.kernel.hands import INSERT_EVENTS
from dougong.kernel.log.wake import TOGETHER
from dougong.kernel.numbering import RAISE_SERIES
from dougong.kernel.store.database import Change, Transaction, schema_of
from dougong.kernel.values import new_id

MANY_ROWS = re.compile(
    r'(?P<verb>INSERT INTO|UPDATE) "(?P<table>\w+)" .*json_to_recordset\(%s::json\) AS v\((?P<columns>.*?)\)'
)
DELETE_ROWS = re.compile(r'DELETE FROM "(?P<table>\w+)"')
COLUMN = re.compile(r'"?(?P<name>\w+)"? (?P<kind>[a-z0-9\[\]]+)')
EVENT_COLUMNS = re.findall(r"AS v\((.*?)\)", INSERT_EVENTS)
EVENT_TABLES = ("event", "event_link")
FROM_JSON: dict[str, Callable[[Any], Any]] = {
    "uuid": UUID,
    "numeric": Decimal,
    "date": date.fromisoformat,
    "timestamptz": datetime.fromisoformat,
    "jsonb": json.dumps,
}


@dataclass(frozen=True)
class Write:
    """One multi-row statement, with the rows that it carries."""

    verb: str
    table: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Any, ...], ...]

    @property
    def text(self) -> str:
        """Its text; the same whenever it carries as many rows."""
        names = ", ".join(f'"{name}"' for name, _ in self.columns)
        row = "(" + ", ".join(f"%s::{kind}" for _, kind in self.columns) + ")"
        values = ", ".join([row] * len(self.rows))
        if self.verb == "INSERT INTO":
            return f'INSERT INTO "{self.table}" ({names}) VALUES {values}'
        if self.verb == "DELETE":
            return f'DELETE FROM "{self.table}" WHERE id = ANY(%s::uuid[])'
        key = self.columns[0][0]
        sets = ", ".join(f'"{name}" = v."{name}"' for name, _ in self.columns[1:])
        return (
            f'UPDATE "{self.table}" AS t SET {sets} FROM (VALUES {values}) AS v({names}) '
            f'WHERE t."{key}" = v."{key}"'
        )

    @property
    def parameters(self) -> list[Any]:
        """Its parameters, row by row."""
        if self.verb == "DELETE":
            return [[identity for (identity,) in self.rows]]
        return [value for row in self.rows for value in row]


@dataclass
class Tape:
    """What one cycle wrote: by step, its transactions, each a list of statements."""

    steps: dict[str, dict[int, list[Write]]] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)
    seen: list[Transaction] = field(default_factory=list)

    def note(self, transaction: Transaction, sql: str, parameters: Sequence[Any]) -> None:
        """Note a statement, if it writes."""
        self.seen.append(transaction)  # kept alive, so that no other gets its identity
        writes = list(self.understood(sql, parameters))
        if writes:
            step = self.steps[list(self.steps)[-1]]
            step.setdefault(id(transaction), []).extend(writes)

    def understood(self, sql: str, parameters: Sequence[Any]) -> Iterator[Write]:
        """Read our statement as the one that a bare script would send."""
        if sql == INSERT_EVENTS:
            for table, columns, rows in zip(EVENT_TABLES, EVENT_COLUMNS, parameters, strict=True):
                yield self.many("INSERT INTO", table, columns, rows)
        elif sql == RAISE_SERIES:
            many, series = parameters
            columns = (("series", "text"), ("next", "bigint"))
            yield Write("UPDATE", "number_series", columns, ((series, many),))
        elif found := DELETE_ROWS.match(sql):
            rows = tuple((identity,) for identity in parameters[0])
            yield Write("DELETE", found["table"], (("id", "uuid"),), rows)
        elif found := MANY_ROWS.match(sql):
            yield self.many(found["verb"], found["table"], found["columns"], parameters[0])

    def many(self, verb: str, table: str, columns: str, rows: str) -> Write:
        """Read the rows of one JSON parameter as values of their columns' types."""
        kinds = tuple((c["name"], c["kind"]) for c in COLUMN.finditer(columns))
        read = tuple(
            tuple(typed(row.get(name), kind) for name, kind in kinds) for row in json.loads(rows)
        )
        for row in json.loads(rows):
            self.numbers |= {row["number"]} if row.get("number") else set()
        if table == "event_link":  # the month's partition is found by the moment
            kinds = (*kinds, ("recorded_at", "timestamptz"))
            read = tuple((*row, datetime.now().astimezone()) for row in read)
        return Write(verb, table, kinds, read)

    @property
    def writes(self) -> list[Write]:
        return [one for step in self.steps.values() for writes in step.values() for one in writes]

    def again(self, at: int) -> dict[str, list[list[tuple[str, list[Any]]]]]:
        """The same with ids and numbers that nobody has: statements and parameters, ready to send."""
        made = {
            row[0]: new_id()
            for write in self.writes
            if write.verb == "INSERT INTO" and write.columns[0][0] == "id"
            for row in write.rows
        }
        texts = {str(old): str(new) for old, new in made.items()}
        texts |= {number: f"B{at:05}-{number}" for number in self.numbers}
        pattern = re.compile("|".join(re.escape(text) for text in texts))

        def anew(value: Any) -> Any:
            if isinstance(value, UUID):
                return made.get(value, value)
            if isinstance(value, str):
                return pattern.sub(lambda found: texts[found[0]], value)
            return value

        def renewed(write: Write) -> tuple[str, list[Any]]:
            rows = tuple(tuple(map(anew, row)) for row in write.rows)
            if write.table == "number_series":
                rows = write.rows
            return write.text, replace(write, rows=rows).parameters

        return {
            name: [[renewed(write) for write in writes] for writes in step.values()]
            for name, step in self.steps.items()
        }


def typed(value: Any, kind: str) -> Any:
    """Read a JSON value as the type that a script would hold."""
    return value if value is None or kind not in FROM_JSON else FROM_JSON[kind](value)


def tape_of(shop: Shop, lines: int) -> Tape:
    """Note what one of our cycles writes; the first one, which makes what is there once, isn't it."""
    Cycle(shop=shop, lines=lines).run(Meter())
    tape = Tape()
    cycle = Cycle(shop=shop, lines=lines)
    with noted(tape):
        for step in STEPS:
            cycle.look_up(step)
            tape.steps[step] = {}
            getattr(cycle, step)()
    cycle.check()
    return tape


@contextmanager
def noted(tape: Tape) -> Iterator[None]:
    """Note what transactions send meanwhile."""
    rows, run, run_all = Transaction.rows, Transaction.run, Transaction.run_all

    def noting(original: Callable[..., Any]) -> Callable[..., Any]:
        def send(transaction: Transaction, sql: str, parameters: Sequence[Any] = ()) -> Any:
            tape.note(transaction, sql, parameters)
            return original(transaction, sql, parameters)

        return send

    def send_all(transaction: Transaction, changes: Iterable[Change]) -> None:
        listed = list(changes)
        for change in listed:
            tape.note(transaction, change.sql, change.parameters)
        run_all(transaction, listed)

    with patch.multiple(Transaction, rows=noting(rows), run=noting(run), run_all=send_all):
        yield


@dataclass
class Bare:
    """The script: one connection, and what it writes."""

    connection: psycopg.Connection[Any]
    tape: Tape
    played: int = 0

    def run(self, meter: Meter) -> None:
        """Write one cycle."""
        self.played += 1
        for name, transactions in self.tape.again(self.played).items():
            with meter.step(name):
                for statements in transactions:
                    self.write(statements)

    def write(self, statements: list[tuple[str, list[Any]]]) -> None:
        """Write one transaction."""
        with self.connection.transaction():
            cursor = self.connection.cursor(binary=True)
            for text, parameters in statements:
                cursor.execute(text.encode(), parameters)
                assert cursor.rowcount > 0, text


@contextmanager
def scribe(shop: Shop, lines: int) -> Iterator[Bare]:
    """Have the script ready, in the company of a shop."""
    tape = tape_of(shop, lines)
    with psycopg.connect(shop.house.database.dsn, autocommit=True) as connection:
        connection.execute(f'SET search_path = "{schema_of(shop.company)}", public'.encode())
        connection.prepare_threshold = 2
        connection.prepared_max = 500
        yield Bare(connection, tape)


def result_of(bare: Bare, meter: Meter, *, cycles: int, lines: int) -> dict[str, Any]:
    return {
        "system": "bare psycopg",
        "cycles": cycles,
        "lines": lines,
        "statements_a_cycle": len(bare.tape.writes),
        "rows_a_cycle": sum(len(write.rows) for write in bare.tape.writes),
        "steps": meter.steps(),
        "cycle": meter.cycle(),
    }


def side_by_side(
    house_shop: Shop, scribes_shop: Shop, *, cycles: int, warmup: int, lines: int
) -> tuple[Meter, Meter, Bare, Decimal]:
    """Take turns, cycle by cycle, so that both meet the same weather."""
    Wire.watch()
    ours, theirs = Meter(), Meter()
    total = Decimal(0)
    with scribe(scribes_shop, lines) as bare:
        for at in range(warmup + cycles):
            cycle = Cycle(shop=house_shop, lines=lines)
            cycle.run(Meter() if at < warmup else ours)
            total = cycle.check()
            time.sleep(2 * TOGETHER)  # until our call about the commits is made
            bare.run(Meter() if at < warmup else theirs)
    return ours, theirs, bare, total


def main() -> int:
    asked = arguments(__doc__).parse_args()
    with server(asked.dsn) as dsn, fresh_house(dsn) as house:
        ours, theirs, bare, _ = side_by_side(
            open_shop(house),
            open_shop(house, company="bare"),
            cycles=asked.cycles,
            warmup=asked.warmup,
            lines=asked.lines,
        )
        where = surroundings(dsn)
    result = result_of(bare, theirs, cycles=asked.cycles, lines=asked.lines)
    show(result)
    ratio = ours.cycle()["cycles_per_s"] / theirs.cycle()["cycles_per_s"]
    print(f"ours: {ours.cycle()['cycles_per_s']:.2f} cycles a second, {ratio:.2f} of bare")
    print(json.dumps(result | {"ours": ours.cycle(), "ratio": round(ratio, 3), "where": where}))
    return 0


if __name__ == "__main__":
    sys.exit(main())

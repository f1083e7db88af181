"""The event log's months: each in a partition of its own, made before it begins."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg

from dougong.kernel.store.build import APPEND_ONLY_OWN
from dougong.kernel.store.database import quoted, schema_of

if TYPE_CHECKING:
    from dougong.kernel.house import House

PAUSES = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
"""Seconds between tries; no try holds anybody up longer than its lock time-out."""


def ensure_partitions(house: House, company: str, *, now: datetime | None = None) -> list[str]:
    """Make the partitions for this month and the next where they lack; names those it made.

    What fell into the default partition meanwhile moves into its month.
    """
    return [
        f"{table}_{month:%Y_%m}"
        for month in months_from(now or datetime.now(UTC))
        for table in APPEND_ONLY_OWN
        if ensure(house, company, table, month)
    ]


def months_from(now: datetime) -> Iterator[date]:
    """Give the first days of this month and of the next."""
    this = now.astimezone(UTC).date().replace(day=1)
    yield this
    yield (this + timedelta(days=32)).replace(day=1)


def ensure(house: House, company: str, table: str, month: date) -> bool:
    """Make one partition unless it is there; waits for nobody longer than a blink."""
    name = f"{table}_{month:%Y_%m}"
    for pause in (*PAUSES, None):
        try:
            with house.database.outside() as connection, connection.transaction():
                schema = quoted(schema_of(company))
                connection.execute(f"SET LOCAL search_path = {schema}, public".encode())
                if connection.execute("SELECT to_regclass(%s)", (name,)).fetchone() != (None,):
                    return False
                connection.execute("SET LOCAL lock_timeout = '50ms'")
                attach(connection, table, name, month)
        except psycopg.errors.LockNotAvailable:
            if pause is None:
                raise
            time.sleep(pause)
        except psycopg.errors.DuplicateTable:
            return False  # another process was faster
        else:
            return True
    raise AssertionError("the last try returns or raises")


def attach(connection: psycopg.Connection[Any], table: str, name: str, month: date) -> None:
    """Make a month's table, move into it what lies in the default partition, and attach it.

    The log is held against writers first: who had chosen the default partition and then waited for it
    would find that the row no longer belongs there.
    """
    following = (month + timedelta(days=32)).replace(day=1)
    bounds = f"'{month:%Y-%m-01} 00:00+00'", f"'{following:%Y-%m-01} 00:00+00'"
    within = f"recorded_at >= {bounds[0]} AND recorded_at < {bounds[1]}"
    moving = f"WITH moved AS (DELETE FROM {table}_default WHERE {within} RETURNING *)"
    bounded = f"FOR VALUES FROM ({bounds[0]}) TO ({bounds[1]})"
    for statement in (
        f"LOCK TABLE ONLY {table} IN SHARE ROW EXCLUSIVE MODE",
        f"LOCK TABLE {table}_default IN ACCESS EXCLUSIVE MODE",
        f"CREATE TABLE {name} (LIKE {table} INCLUDING ALL)",
        f"{moving} INSERT INTO {name} SELECT * FROM moved",
        f"ALTER TABLE {table} ATTACH PARTITION {name} {bounded}",
    ):
        connection.execute(statement.encode())

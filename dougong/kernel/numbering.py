"""Human numbers: blocks of them for documents that may leave gaps.

A block is taken in a transaction of its own on a connection of its own, so that no order waits
for another order's number. What a killed process had taken and not used stays a gap.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg

from dougong.kernel.store.database import quoted, schema_of

BLOCK = 50

TAKE_BLOCK = (
    "INSERT INTO {schema}.number_series AS s (series, next) VALUES (%s, 1 + %s) "
    "ON CONFLICT (series) DO UPDATE SET next = s.next + %s RETURNING s.next"
)


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
        """Give the next number of a pattern such as ``SO-{year}-{n:05}`` on a business day."""
        series = pattern.replace("{year}", f"{day.year:04}").replace("{month}", f"{day.month:02}")
        with self.lock:
            block = self.blocks.get((company, series))
            if block is None or block.following >= block.end:
                block = self.blocks[company, series] = self.take(company, series)
            n = block.following
            block.following += 1
        return series.format(n=n)

    def take(self, company: str, series: str) -> Block:
        """Take a block, committed at once."""
        if self.connection is None or self.connection.closed:
            self.connection = psycopg.connect(self.dsn, autocommit=True)
        sql = TAKE_BLOCK.format(schema=quoted(schema_of(company)))
        row = self.connection.execute(sql, (series, BLOCK, BLOCK)).fetchone()
        assert row is not None, "RETURNING gives a row"
        return Block(row[0] - BLOCK, row[0])

    def close(self) -> None:
        """Close the connection."""
        if self.connection is not None:
            self.connection.close()

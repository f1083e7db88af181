"""Connections and transactions: one company, one role, one short transaction at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import pq
from psycopg_pool import ConnectionPool

from dougong.kernel.refusals import NotFound, Refused

LONGEST_TRANSACTION = "5s"
"""No writing transaction may be long: readers of the event log wait for the oldest."""

type_of_rows = list[tuple[Any, ...]]
Question = tuple[str, Sequence[Any]]
"""A statement that gives rows, with its parameters."""


def quoted(name: str) -> str:
    """Quote an identifier. Names come from descriptions, never from a request."""
    assert '"' not in name, name
    assert "\0" not in name, name
    return f'"{name}"'


def schema_of(company: str) -> str:
    """Name the schema, which is also the database role, of a company."""
    return f"c_{company}"


@dataclass(frozen=True, slots=True)
class Change:
    """A statement that changes rows, and how many it must change, where that is known."""

    sql: str
    parameters: Sequence[Any] = ()
    rows: int | None = None


class Transaction:
    """One company's transaction: every statement goes through ``rows``, ``run`` or ``run_all``."""

    def __init__(self, connection: psycopg.Connection[Any], company: str) -> None:
        """Wrap a connection on which the company's transaction has begun."""
        self.connection = connection
        self.company = company
        self.cursor = connection.cursor(binary=True)
        self.statements: Counter[str] = Counter()
        self.watch: list[str] | None = None
        self.version = 0

    def rows(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> type_of_rows:
        """Run a statement and fetch what it gives."""
        if self.watch is not None:
            self.watch.append(sql)
        return self.cursor.execute(sql, parameters).fetchall()

    def rows_of_all(self, questions: Sequence[Question]) -> list[type_of_rows]:
        """Ask one behind the other, without waiting for each answer; give the rows of each."""
        if len(questions) == 1:
            return [self.rows(*questions[0])]
        asked: list[psycopg.Cursor[Any]] = []
        with self.connection.pipeline():
            for sql, parameters in questions:
                if self.watch is not None:
                    self.watch.append(sql)
                cursor = self.connection.cursor(binary=True)
                asked.append(cursor.execute(sql, parameters))
        return [cursor.fetchall() for cursor in asked]

    def run(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> int:
        """Run a statement that gives no rows; answers how many it changed."""
        if self.watch is not None:
            self.watch.append(sql)
        return self.cursor.execute(sql, parameters).rowcount

    def run_all(self, changes: Iterable[Change]) -> None:
        """Send changes one behind the other, without waiting for each answer.

        The next is being made while the server works on the last; an error of any is raised.
        Each is prepared at once: one that psycopg prepares by itself after some uses, behind one
        that fails, it would take for prepared ever after.
        """
        sent: list[tuple[Change, psycopg.Cursor[Any]]] = []
        with self.connection.pipeline():
            for change in changes:
                if self.watch is not None:
                    self.watch.append(change.sql)
                cursor = self.connection.cursor(binary=True)
                cursor.execute(change.sql, change.parameters, prepare=True)
                sent.append((change, cursor))
        for change, cursor in sent:
            assert change.rows in (None, cursor.rowcount), f"{cursor.rowcount}: {change.sql}"


class Database:
    """The pool of connections to one PostgreSQL cluster."""

    def __init__(self, dsn: str, *, size: int = 10) -> None:
        """Open the pool; raises psycopg's errors where the server can't be reached."""
        self.dsn = dsn
        self.pool = ConnectionPool(
            dsn,
            min_size=1,
            max_size=size,
            kwargs={"autocommit": True},
            timeout=30,
            open=True,
        )
        self.watching: list[list[str]] = []

    def close(self) -> None:
        """Give all connections back."""
        self.pool.close()

    @contextmanager
    def transaction(
        self, company: str, *, timeout: str = LONGEST_TRANSACTION, snapshot: bool = False
    ) -> Iterator[Transaction]:
        """Begin as the company's role in its schema; commit at the end, roll back on any error."""
        schema = schema_of(company)
        isolation = " ISOLATION LEVEL REPEATABLE READ READ ONLY" if snapshot else ""
        begin = (
            f"BEGIN{isolation}; SELECT set_config('role', '{schema}', true), "
            f"set_config('search_path', '{schema}, public', true), "
            f"set_config('transaction_timeout', '{timeout}', true); "
            "SELECT version FROM company_state"
        )
        with self.pool.connection() as connection:
            transaction = Transaction(connection, company)
            if self.watching:
                transaction.watch = self.watching[-1]
            try:
                started = begun(connection, begin, company)
                while started.nextset():
                    pass
                row = started.fetchone()
                assert row is not None, "a company has its state row"
                transaction.version = row[0]
                yield transaction
            except BaseException:
                roll_back(connection)
                raise
            connection.execute("COMMIT")

    @contextmanager
    def outside(self) -> Iterator[psycopg.Connection[Any]]:
        """Lend a connection in autocommit, as the owner, outside any company: for building."""
        with self.pool.connection() as connection:
            yield connection

    @contextmanager
    def watched(self) -> Iterator[list[str]]:
        """Collect the statements of all transactions begun meanwhile, for tests and benchmarks."""
        statements: list[str] = []
        self.watching.append(statements)
        try:
            yield statements
        finally:
            self.watching.remove(statements)


def begun(
    connection: psycopg.Connection[Any], begin: str, company: str
) -> psycopg.Cursor[tuple[Any, ...]]:
    """Begin a company's transaction; refused by name where there is no such company."""
    try:
        return connection.execute(begin.encode())
    except (psycopg.errors.InvalidParameterValue, psycopg.errors.UndefinedTable):
        raise Refused(NotFound("company", company)) from None


def roll_back(connection: psycopg.Connection[Any]) -> None:
    """End a failed transaction, if the connection is still alive to hear it."""
    if connection.closed or connection.broken:
        return
    if connection.info.transaction_status != pq.TransactionStatus.IDLE:
        connection.execute("ROLLBACK")

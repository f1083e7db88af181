"""Statements: what was built with SQLAlchemy, written for the driver and run."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from dougong.kernel.store.database import Transaction, type_of_rows

DIALECT: sa.Dialect = PGDialect_psycopg()  # type: ignore[no-untyped-call]


def written(statement: sa.sql.expression.Executable) -> tuple[str, dict[str, Any]]:
    """Write a statement with its bound values."""
    assert isinstance(statement, sa.ClauseElement), "what can be run can be written"
    compiled = statement.compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True})
    return compiled.string, dict(compiled.params)


def rows_of(
    transaction: Transaction, statement: sa.sql.expression.Executable, prefix: str = ""
) -> type_of_rows:
    """Run a statement (with ``EXPLAIN`` before it, say) and fetch what it gives."""
    sql, parameters = written(statement)
    return transaction.rows(prefix + sql, parameters)

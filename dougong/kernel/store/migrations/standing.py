"""What stands in a company's schema, as PostgreSQL itself describes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg

from dougong.kernel.catalogue import Catalogue
from dougong.kernel.store.build import build_company
from dougong.kernel.store.database import schema_of
from dougong.kernel.store.setup import learn_to_sort

PATTERN = "_pattern"
"""The name under which a company is built to be looked at; no company can bear it."""
SOME_DAY = date(2000, 1, 1)

Place = tuple[str, str]
"""A table, and something of it."""


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    type: str
    needed: bool
    default: str | None


@dataclass(frozen=True)
class Law:
    """A constraint, or an index that is none."""

    definition: str
    kind: str = "i"
    """c: check, f: foreign key, p: primary key, u: unique, x: exclusion; i: an index alone."""
    columns: tuple[str, ...] = ()
    index: str = ""
    """The statement that makes a constraint's index."""
    whole: bool = field(default=True, compare=False)
    """Whether it is validated; an index: whether it was made to its end."""

    @property
    def is_own(self) -> bool:
        """Tell whether it is about a field of the company's own, which the code doesn't know."""
        return any(column.startswith("x_") for column in self.columns) or "(x_" in self.definition


@dataclass(frozen=True)
class Standing:
    """Tables, sequences and what belongs to them, by name."""

    tables: dict[str, str]
    """r: a table, p: one in partitions, S: a sequence."""
    columns: dict[Place, Column]
    constraints: dict[Place, Law]
    indexes: dict[Place, Law]
    triggers: dict[Place, str]
    functions: dict[str, str]
    rights: frozenset[tuple[str, str, str]]
    """Table, column (or none) and what the company's role may do with it."""


TABLES = """
SELECT c.relname, c.relkind FROM pg_class c
WHERE c.relnamespace = to_regnamespace(%(schema)s::text) AND c.relkind IN ('r', 'p', 'S')
    AND NOT c.relispartition
"""
COLUMNS = """
SELECT c.relname, a.attname,
    format_type(a.atttypid, a.atttypmod)
        || CASE WHEN a.attcollation <> t.typcollation
                THEN ' COLLATE ' || quote_ident(l.collname) ELSE '' END,
    a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_collation l ON l.oid = a.attcollation
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = to_regnamespace(%(schema)s::text) AND c.relkind IN ('r', 'p')
    AND NOT c.relispartition
ORDER BY c.relname, a.attnum
"""
NAMES_OF = """ARRAY(
    SELECT a.attname::text FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum = ANY({}) AND a.attnum > 0 ORDER BY a.attnum)"""
CONSTRAINTS = f"""
SELECT c.relname, k.conname, pg_get_constraintdef(k.oid), k.contype, {NAMES_OF.format("k.conkey")},
    CASE WHEN k.contype IN ('p', 'u') THEN pg_get_indexdef(k.conindid) ELSE '' END, k.convalidated
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE c.relnamespace = to_regnamespace(%(schema)s::text) AND NOT c.relispartition
    AND k.contype IN ('c', 'f', 'p', 'u', 'x')
"""
INDEXES = f"""
SELECT c.relname, x.relname, pg_get_indexdef(i.indexrelid), 'i', {NAMES_OF.format("i.indkey")}, '',
    i.indisvalid
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
WHERE c.relnamespace = to_regnamespace(%(schema)s::text) AND NOT c.relispartition
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid
                    AND k.contype IN ('p', 'u', 'x'))
"""
TRIGGERS = """
SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid)
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = to_regnamespace(%(schema)s::text) AND NOT c.relispartition AND NOT t.tgisinternal
"""
FUNCTIONS = """
SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid) FROM pg_proc p
WHERE p.pronamespace = to_regnamespace(%(schema)s::text) AND p.prokind = 'f'
"""
RIGHTS = """
SELECT c.relname, '', g.privilege_type
FROM pg_class c, aclexplode(c.relacl) g
WHERE c.relnamespace = to_regnamespace(%(schema)s::text) AND NOT c.relispartition
    AND g.grantee = to_regrole(%(schema)s::text)
UNION ALL
SELECT c.relname, a.attname, g.privilege_type
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid, aclexplode(a.attacl) g
WHERE c.relnamespace = to_regnamespace(%(schema)s::text) AND NOT c.relispartition
    AND g.grantee = to_regrole(%(schema)s::text)
"""


def standing_in(connection: psycopg.Connection[Any], company: str) -> Standing:
    """Read what stands in a company's schema; within a transaction."""
    schema = schema_of(company)
    connection.execute(f"SET LOCAL search_path = {schema}, public".encode())

    def ask(sql: str) -> Sequence[tuple[Any, ...]]:
        return connection.execute(sql.encode(), {"schema": schema}).fetchall()

    def plain(definition: str) -> str:
        return definition.replace(f"{schema}.", "").removesuffix(" NOT VALID")

    def law(row: tuple[Any, ...]) -> Law:
        _, _, definition, kind, columns, index, whole = row
        return Law(
            definition=plain(definition),
            kind=kind,
            columns=tuple(columns),
            index=plain(index),
            whole=whole,
        )

    return Standing(
        tables=dict(ask(TABLES)),
        columns={(row[0], row[1]): Column(*row[2:]) for row in ask(COLUMNS)},
        constraints={(row[0], row[1]): law(row) for row in ask(CONSTRAINTS)},
        indexes={(row[0], row[1]): law(row) for row in ask(INDEXES)},
        triggers={(row[0], row[1]): plain(row[2]) for row in ask(TRIGGERS)},
        functions={row[0]: plain(row[1]) for row in ask(FUNCTIONS)},
        rights=frozenset((row[0], row[1], row[2]) for row in ask(RIGHTS)),
    )


def declared(connection: psycopg.Connection[Any], catalogue: Catalogue) -> Standing:
    """Read what the code declares: a company is built, looked at, and taken back."""
    with connection.transaction():
        learn_to_sort(connection)
    with connection.transaction(force_rollback=True):
        for statement in build_company(catalogue, PATTERN, SOME_DAY):
            connection.execute(statement.encode())
        return standing_in(connection, PATTERN)

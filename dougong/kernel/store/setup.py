"""Preparing a database: what stands in it once, beside the companies."""

from __future__ import annotations

from typing import Any

import psycopg

from dougong.kernel.identity.schema import IDENTITY_SQL
from dougong.kernel.search.sorting import SORT_KEY, sort_key_sql

ONE_AT_A_TIME = 0x646F75676F6E67
"""The advisory lock under which several processes that start at once prepare one after the other."""


def prepare_database(dsn: str) -> None:
    """Make what is shared by all companies, where it isn't there yet."""
    with psycopg.connect(dsn) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        found = connection.execute("SELECT to_regclass('dougong.identity')").fetchone()
        if found == (None,):
            connection.execute(IDENTITY_SQL)
        learn_to_sort(connection)


def learn_to_sort(connection: psycopg.Connection[Any]) -> None:
    """Make the function that gives texts their order, where it isn't there; within a transaction."""
    is_known = f"SELECT to_regprocedure('{SORT_KEY}(text)')".encode()
    if connection.execute(is_known).fetchone() != (None,):
        return
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    if connection.execute(is_known).fetchone() == (None,):
        connection.execute(sort_key_sql().encode())

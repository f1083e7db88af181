"""Preparing a database: what stands in it once, beside the companies."""

from __future__ import annotations

import psycopg

from dougong.kernel.identity.schema import IDENTITY_SQL

ONE_AT_A_TIME = 0x646F75676F6E67
"""The advisory lock under which several processes that start at once prepare one after the other."""


def prepare_database(dsn: str) -> None:
    """Make what is shared by all companies, where it isn't there yet."""
    with psycopg.connect(dsn) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        found = connection.execute("SELECT to_regclass('dougong.identity')").fetchone()
        if found == (None,):
            connection.execute(IDENTITY_SQL)

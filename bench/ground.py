"""The PostgreSQL that everybody in a comparison runs on: one server, one durability."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from dougong.kernel.house import House
from dougong.kernel.postgres import open_ground
from dougong.main import open_house

FOLDER = Path(__file__).parents[1] / ".dougong" / "bench" / "postgres"
DATABASE = "dougong_bench_ours"


@contextmanager
def server(url: str | None) -> Iterator[str]:
    """Have the server that a URL names, else an embedded one as durable as that of `make run`."""
    with open_ground(FOLDER, url or None) as ground:
        yield ground.dsn


@contextmanager
def fresh_house(dsn: str, name: str = DATABASE) -> Iterator[House]:
    """Have a house on a database of its own, dropped at the end."""
    drop(dsn, name)
    execute(dsn, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        house = open_house(make_conninfo(dsn, dbname=name))
        try:
            yield house
        finally:
            house.close()
    finally:
        drop(dsn, name)


def drop(dsn: str, name: str) -> None:
    execute(dsn, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def execute(dsn: str, statement: sql.Composed) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(statement)


def surroundings(dsn: str) -> dict[str, str | int]:
    """What the times depend on, beside the code."""
    with psycopg.connect(dsn) as connection:
        settings: dict[str, str] = dict(
            connection.execute(
                "SELECT name, current_setting(name) FROM pg_settings WHERE name IN "
                "('server_version', 'fsync', 'synchronous_commit', 'shared_buffers')"
            ).fetchall()
        )
    return {
        "processor": processor(),
        "processors": os.cpu_count() or 0,
        "load": f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown",
        "python": platform.python_version(),
        "psycopg": f"{psycopg.__version__} ({psycopg.pq.__impl__})",
        "postgresql": settings.pop("server_version"),
        **settings,
    }


def processor() -> str:
    """The processor's name, where the system tells it."""
    known = Path("/proc/cpuinfo")
    if known.exists():
        for line in known.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()

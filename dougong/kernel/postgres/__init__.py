"""The ground the product stands on: the embedded PostgreSQL, or any other that DATABASE_URL names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg.conninfo import conninfo_to_dict

from dougong.kernel.postgres.embedded import Embedded, silent
from dougong.kernel.postgres.trouble import AlreadyRunning, GroundError

__all__ = ["AlreadyRunning", "Embedded", "Ground", "GroundError", "open_ground"]

OLDEST = 17
DRIVER = "+psycopg"


@dataclass(frozen=True)
class Ground:
    """A PostgreSQL that is there: where it is, and how to let go of it."""

    dsn: str
    embedded: Embedded | None = None

    def close(self) -> None:
        """Let go of the database; the last one out stops the embedded one."""
        if self.embedded is not None:
            self.embedded.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_ground(
    folder: Path,
    url: str | None,
    *,
    alone: bool = False,
    settings: Mapping[str, str] | None = None,
    say: Callable[[str], None] = silent,
) -> Ground:
    """Have a database: the one that a URL names, else the embedded one in a folder."""
    if url:
        return Ground(checked(url))
    embedded = Embedded(folder, settings=settings, say=say)
    return Ground(embedded.start(alone=alone), embedded)


def checked(url: str) -> str:
    """Make sure that a PostgreSQL answers at a URL, and that it is one we can build on."""
    dsn = url.replace(DRIVER, "", 1)
    try:
        place = place_of(dsn)
        with psycopg.connect(dsn, connect_timeout=10) as connection:
            refuse_old(connection.info.server_version, place)
            encoding = connection.info.parameter_status("server_encoding")
    except psycopg.ProgrammingError as error:
        raise GroundError(
            "DATABASE_URL is no PostgreSQL address.",
            "Write it as postgresql://user:password@host:5432/database.",
        ) from error
    except psycopg.OperationalError as error:
        raise GroundError(
            f"No PostgreSQL lets us in at {place}: {reason_of(error)}.",
            "Check DATABASE_URL, or unset it to use the embedded database.",
        ) from error
    if encoding != "UTF8":
        raise GroundError(
            f"The database at {place} is encoded in {encoding}.",
            "Make one with `CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0`.",
        )
    return dsn


def refuse_old(server_version: int, place: str) -> None:
    """Refuse a server that lacks what we build on (transaction_timeout, among others)."""
    major = server_version // 10000
    if major < OLDEST:
        raise GroundError(
            f"The PostgreSQL at {place} is version {major}; Dougong needs {OLDEST} or newer.",
            "Upgrade it, or unset DATABASE_URL to use the embedded database.",
        )


def place_of(dsn: str) -> str:
    """Name a database without its password."""
    parts = conninfo_to_dict(dsn)
    host = parts.get("host") or parts.get("hostaddr") or "the local socket"
    return f"{host}:{parts.get('port') or 5432}/{parts.get('dbname') or ''}"


def reason_of(error: psycopg.OperationalError) -> str:
    """Give the server's reason, or the network's, in one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    reason = lines[0] if lines else "no answer"
    return reason.rsplit("FATAL: ", 1)[-1].strip().rstrip(".")

"""The database under the tests: one server for the whole run, a template, a clone for each module.

The server is the embedded one, in a folder of its own under the system's temporary folder, with
durability off; or the one that DATABASE_URL names. The first worker that needs it starts it.
Whatever a run leaves behind when it is killed, the next one removes.
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from dougong.kernel.postgres import Embedded, GroundError, open_ground
from dougong.kernel.postgres.locks import one_at_a_time

PREFIX = "dougong-tests-"
ROOM = Path(tempfile.gettempdir())


def prepare_template(dsn: str) -> None:
    """Fill the database that every test's database is cloned from."""


def short(run: str) -> str:
    """Give the few characters by which a run names its databases and its folder."""
    return hashlib.sha256(run.encode()).hexdigest()[:8]


def folder_of(run: str) -> Path:
    """Tell where a run keeps its server and its locks."""
    return ROOM / f"{PREFIX}{short(run)}"


@dataclass
class TestGround:
    """One worker's hold on the server that all workers of a run share."""

    __test__ = False

    dsn: str
    run: str
    worker: str
    made: int = 0

    @property
    def template(self) -> str:
        return f"dougong_{short(self.run)}_{self.worker}_template"

    def make_template(self) -> None:
        """Fill this worker's template: prepared once for the run, then cloned for each worker."""
        first = f"dougong_{short(self.run)}_template"
        with one_at_a_time(folder_of(self.run) / "template.lock"):
            if not self._exists(first):
                half_made = f"{first}_making"
                self._drop(half_made)
                self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0"), half_made)
                prepare_template(self.address(half_made))
                self._execute(sql.SQL("ALTER DATABASE {} RENAME TO {}"), half_made, first)
            self._clone(first, self.template)

    def clone(self) -> str:
        """Make a database like the template and say where it is."""
        self.made += 1
        name = f"dougong_{short(self.run)}_{self.worker}_{self.made}"
        self._clone(self.template, name)
        return self.address(name)

    def remove(self, dsn: str) -> None:
        """Drop a clone, whoever is still connected to it."""
        self._drop(str(conninfo_to_dict(dsn)["dbname"]))

    def remove_all(self, pattern: str) -> None:
        """Drop every database of the run, or of a worker of it."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            names = connection.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [pattern]
            ).fetchall()
        for (name,) in names:
            self._drop(name)

    def address(self, database: str) -> str:
        return make_conninfo(self.dsn, dbname=database)

    def _clone(self, template: str, name: str) -> None:
        self._execute(
            sql.SQL("CREATE DATABASE {1} TEMPLATE {0} STRATEGY file_copy"), template, name
        )

    def _drop(self, name: str) -> None:
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), name)

    def _exists(self, name: str) -> bool:
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return found.fetchone() is not None

    def _execute(self, statement: sql.SQL, *names: str) -> None:
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute(statement.format(*map(sql.Identifier, names)))


@contextlib.contextmanager
def ground_of(run: str, worker: str, url: str | None) -> Iterator[TestGround]:
    """Have the run's server for one worker."""
    folder = folder_of(run)
    folder.mkdir(mode=0o755, exist_ok=True)
    if url:
        ground = TestGround(open_ground(folder, url).dsn, run, worker)
        ground.make_template()
        yield ground
        ground.remove_all(f"dougong_{short(run)}_{worker}_")
    else:
        with Embedded(folder / "server", durable=False) as embedded:
            ground = TestGround(embedded.dsn, run, worker)
            ground.make_template()
            yield ground


def clear_away(run: str, url: str | None) -> None:
    """Remove what this run made, and what runs that were killed left behind."""
    if url:
        with contextlib.suppress(GroundError):
            dsn = open_ground(folder_of(run), url).dsn
            TestGround(dsn, run, "").remove_all(f"dougong_{short(run)}_")
    for folder in ROOM.glob(f"{PREFIX}*"):
        with contextlib.suppress(GroundError, OSError):
            if (folder / "server").is_dir() and not Embedded(folder / "server").discard():
                continue
            if folder == folder_of(run) or (folder / "template.lock").exists():
                (folder / "template.lock").unlink(missing_ok=True)
                folder.rmdir()

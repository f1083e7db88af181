"""Keep everything that a database holds in one file, and bring it back into an empty database."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import class_row, scalar_row

from dougong.kernel.postgres.binaries import programs
from dougong.kernel.postgres.embedded import plain_environment
from dougong.kernel.postgres.trouble import GroundError, disk_full, last_complaint

FORMAT = 1
CONTENTS = "contents.json"
DUMP = "database.dump"
CHUNK = 2**20
TABLE_MARKS = ("dumping contents of table ", "processing data for table ")
ENVIRONMENT = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "options": "PGOPTIONS",
}

Tell = Callable[[int, int, str], None]
"""Hears how far it is: tables done, tables in all, the table at hand."""

OUR_TABLES = """
    SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
      AND NOT EXISTS (SELECT FROM pg_depend d
                      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
"""
OUR_SCHEMAS = """
    SELECT count(*) FROM pg_namespace
    WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('information_schema', 'public')
"""
OUR_ROLES = """
    SELECT r.rolname AS name, r.rolcanlogin AS may_login, r.rolinherit AS inherits,
           array(SELECT g.rolname::text FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
                 WHERE m.member = r.oid AND g.rolname NOT LIKE 'pg\\_%' ORDER BY 1) AS member_of
    FROM pg_roles r
    WHERE NOT r.rolsuper AND r.rolname <> current_user AND r.rolname NOT LIKE 'pg\\_%'
      AND r.oid IN (SELECT refobjid FROM pg_shdepend
                    WHERE refclassid = 'pg_authid'::regclass
                      AND (dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
                           OR (classid = 'pg_database'::regclass
                               AND objid = (SELECT oid FROM pg_database
                                            WHERE datname = current_database()))))
    ORDER BY r.rolname
"""


@dataclass(frozen=True)
class Role:
    """A database role that the data refers to: a company's own, for one."""

    name: str
    may_login: bool
    inherits: bool
    member_of: list[str]


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a backup says about itself."""

    format: int
    made_at: str
    postgres: int
    user: str
    tables: int
    roles: list[Role]


def back_up(dsn: str, file: Path, tell: Tell) -> Contents:
    """Write a consistent copy of the database to one file; the file appears when it is whole."""
    if file.exists():
        raise GroundError(f"{file} exists already.", "Name another file, or move that one away.")
    half_made = file.with_name(f"{file.name}.part")
    contents = survey(dsn)
    try:
        with (
            private(half_made) as target,
            zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive,
        ):
            archive.writestr(CONTENTS, json.dumps(asdict(contents), indent=2))
            with archive.open(DUMP, "w", force_zip64=True) as dump:
                run_dump(dsn, dump, contents.tables, tell)
        half_made.rename(file)
    finally:
        half_made.unlink(missing_ok=True)
    return contents


def bring_back(dsn: str, file: Path, tell: Tell) -> Contents:
    """Fill an empty database from a backup, wholly or not at all."""
    with opened(file) as archive:
        contents = contents_of(archive, file)
        with psycopg.connect(dsn) as connection:
            refuse_filled(connection)
            same_user = connection.info.user == contents.user
            make_roles(connection, contents.roles)
        run_restore(dsn, archive, contents.tables, tell, owners=same_user)
    return contents


def private(file: Path) -> IO[bytes]:
    """Open a file that only its owner reads: a backup holds everybody's data."""
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def survey(dsn: str) -> Contents:
    """Note what the dump itself won't say."""
    with psycopg.connect(dsn) as connection:
        return Contents(
            format=FORMAT,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            postgres=connection.info.server_version // 10000,
            user=connection.info.user,
            tables=count(connection, OUR_TABLES),
            roles=connection.cursor(row_factory=class_row(Role)).execute(OUR_ROLES).fetchall(),
        )


def count(connection: psycopg.Connection, question: str) -> int:
    """Ask for one number."""
    number = connection.cursor(row_factory=scalar_row).execute(question.encode()).fetchone()
    assert isinstance(number, int), "a count is a number"
    return number


@contextlib.contextmanager
def opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """Open a backup whose every byte is as it was written."""
    if not file.is_file():
        raise GroundError(
            f"There is no file {file}.", "Name the file that a backup was written to."
        )
    try:
        with zipfile.ZipFile(file) as archive:
            if archive.testzip() is not None:
                raise damaged(file)
            yield archive
    except zipfile.BadZipFile as error:
        raise damaged(file) from error


def damaged(file: Path) -> GroundError:
    """Say that a file is no backup, or no longer."""
    return GroundError(
        f"{file} is no backup that Dougong made, or it is damaged.", "Choose another file."
    )


def contents_of(archive: zipfile.ZipFile, file: Path) -> Contents:
    """Read what a backup says about itself."""
    if CONTENTS not in archive.namelist():
        raise damaged(file)
    said = json.loads(archive.read(CONTENTS))
    if said["format"] != FORMAT:
        raise GroundError(
            f"{file} was made by a newer Dougong.", "Restore it with that version or a later one."
        )
    return Contents(**{**said, "roles": [Role(**role) for role in said["roles"]]})


def refuse_filled(connection: psycopg.Connection) -> None:
    """Refuse to restore over data that is there."""
    tables, schemas = count(connection, OUR_TABLES), count(connection, OUR_SCHEMAS)
    if tables or schemas:
        raise GroundError(
            f"The database already holds data ({tables} tables in {schemas + 1} schemas).",
            "Restore into an empty one: name a new --folder, or an empty database in DATABASE_URL.",
        )


def make_roles(connection: psycopg.Connection, roles: list[Role]) -> None:
    """Make the roles that the data refers to, where the cluster lacks them."""
    for role in roles:
        name = sql.Identifier(role.name)
        known = connection.execute(
            "SELECT 1 FROM pg_roles WHERE rolname = %s", [role.name]
        ).fetchone()
        if known is None:
            login = sql.SQL("LOGIN" if role.may_login else "NOLOGIN")
            inherit = sql.SQL("INHERIT" if role.inherits else "NOINHERIT")
            connection.execute(sql.SQL("CREATE ROLE {} {} {}").format(name, login, inherit))
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name))
    made = {role.name for role in roles}
    for role in roles:
        for group in sorted(made & set(role.member_of)):
            names = (sql.Identifier(group), sql.Identifier(role.name))
            connection.execute(sql.SQL("GRANT {} TO {}").format(*names))


def run_dump(dsn: str, target: IO[bytes], tables: int, tell: Tell) -> None:
    """Let pg_dump write into the backup."""
    with program("pg_dump", ["--format=custom", "--verbose"], dsn) as dumping:
        assert dumping.stdout is not None
        listener = Listener(dumping, tables, tell)
        shutil.copyfileobj(dumping.stdout, target, CHUNK)
        listener.finish("The backup was not made")


def run_restore(
    dsn: str, archive: zipfile.ZipFile, tables: int, tell: Tell, *, owners: bool
) -> None:
    """Let pg_restore read out of the backup, in one transaction."""
    how = ["--single-transaction", "--exit-on-error", "--verbose"]
    how += [] if owners else ["--no-owner"]
    how += [f"--dbname={conninfo_to_dict(dsn).get('dbname') or ''}"]
    with program("pg_restore", how, dsn) as restoring, archive.open(DUMP) as dump:
        assert restoring.stdin is not None
        listener = Listener(restoring, tables, tell)
        with contextlib.suppress(BrokenPipeError), restoring.stdin:
            shutil.copyfileobj(dump, restoring.stdin, CHUNK)
        listener.finish("Nothing was restored")


@contextlib.contextmanager
def program(name: str, how: list[str], dsn: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run one of PostgreSQL's programs; it doesn't outlive us, nor show the password to others."""
    parts = conninfo_to_dict(dsn)
    place = {ENVIRONMENT[k]: str(v) for k, v in parts.items() if k in ENVIRONMENT and v is not None}
    process = subprocess.Popen(  # noqa: S603  our own program, our own arguments
        [str(programs() / name), *how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=plain_environment() | place,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


class Listener:
    """Hears what the program reports beside its data, and passes on how far it is."""

    def __init__(self, process: subprocess.Popen[bytes], tables: int, tell: Tell) -> None:
        self._process = process
        self._tables = tables
        self._tell = tell
        self._report: list[str] = []
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        assert self._process.stderr is not None
        done = 0
        for line in self._process.stderr:
            said = line.decode(errors="replace").strip()
            table = next((said.split(m, 1)[1] for m in TABLE_MARKS if m in said), "")
            if table:
                done += 1
                self._tell(done, self._tables, table.replace('"', ""))
            else:
                self._report.append(said)

    def finish(self, otherwise: str) -> None:
        """Wait for the end, and say why it was a bad one."""
        code = self._process.wait()
        self._thread.join()
        if code == 0:
            return
        report = "\n".join(self._report)
        if "No space left on device" in report:
            raise disk_full(Path("/"))
        raise GroundError(
            f"{otherwise}: {last_complaint(report)}.", "Mend that and try again; nothing changed."
        )

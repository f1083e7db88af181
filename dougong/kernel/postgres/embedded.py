"""The database that comes with the product: made, started, shared, and stopped in order."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

from dougong.kernel.postgres.account import account_for, give, identity, reachable
from dougong.kernel.postgres.binaries import SHARED_PLACE, major_version, programs_for
from dougong.kernel.postgres.locks import FolderLock, one_at_a_time
from dougong.kernel.postgres.memory import by_memory
from dougong.kernel.postgres.processes import serves, serving
from dougong.kernel.postgres.trouble import (
    AlreadyRunning,
    GroundError,
    disk_full,
    plainly,
    trouble_in,
)

OWNER = "dougong"
"""The superuser's name, and the name of the database."""

ROOM_TO_MAKE = 200 * 2**20
ROOM_TO_START = 64 * 2**20
LOG_LIMIT = 10 * 2**20
START_PATIENCE = 600.0
STOP_PATIENCE = 60.0
LEFTOVER_PATIENCE = 20.0
PAUSE = 0.01
SOON = 5.0
READY = "ready"

EVERYWHERE: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "max_locks_per_transaction": "256",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_error_statement": "panic",
    "random_page_cost": "1.1",
    "parallel_setup_cost": "5000",
}
DURABLE: Mapping[str, str] = {
    "fsync": "on",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
}
FORGETFUL: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
}
SMALL_SHARED_MEMORY = 256 * 2**20


def silent(_sentence: str) -> None:
    """Keep quiet."""


class Embedded:
    """A PostgreSQL server on one folder, shared by every process of ours that starts it.

    Whoever comes first starts it, whoever comes later uses the one that runs, the last one out
    stops it. Only one process at a time may start it ``alone``: the one that serves. A server
    that outlived its killed owner is taken over; one that was killed is started again.
    """

    def __init__(
        self,
        folder: Path,
        *,
        durable: bool = True,
        settings: Mapping[str, str] | None = None,
        say: Callable[[str], None] = silent,
    ) -> None:
        self.folder = Path(folder).absolute()
        self.dsn = ""
        self.adopted = False
        self._durable = durable
        own = {**by_memory(), **DURABLE} if durable else FORGETFUL
        self._settings = {**EVERYWHERE, **own, **(settings or {})}
        self._say = say
        self._process: subprocess.Popen[bytes] | None = None
        self._locate(self.folder)

    def _locate(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "server.log"
        self._starting = folder / "starting.lock"
        self._use = FolderLock(folder / "use.lock")
        self._claim = FolderLock(folder / "serve.lock")

    def start(self, *, alone: bool = False) -> str:
        """Have a running server on the folder and say where it is; again when it was killed.

        ``alone`` is for the process that serves: a second one is refused with AlreadyRunning.
        """
        with plainly(self.folder):
            self._settle()
            with one_at_a_time(self._starting):
                if alone:
                    self._claim_folder()
                self._use.take(together=True)
                try:
                    self._have_server()
                except BaseException:
                    self._let_go()
                    self._stop_if_unused()
                    raise
        return self.dsn

    def stop(self) -> bool:
        """Let go of the server; the last one out stops it in order and is told so."""
        if not self._use.held:
            return False
        with plainly(self.folder), one_at_a_time(self._starting):
            self._let_go()
            return self._stop_if_unused()

    def discard(self) -> bool:
        """Stop the server and remove the folder, unless another process still uses it."""
        if not self.folder.is_dir():
            return True
        with plainly(self.folder):
            self._settle()
            with one_at_a_time(self._starting):
                self._let_go()
                if not self._stop_if_unused():
                    return False
                shutil.rmtree(self.folder)
        return True

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # --- who may use the folder -------------------------------------------------------------

    def _settle(self) -> None:
        """Find out where the folder is, whose it is, and which programs run there."""
        if self._use.held:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self._locate(self.folder.resolve())
        self._account = account_for(self.data)
        if self._account is None and os.geteuid() == 0:
            raise GroundError(
                "PostgreSQL does not run as root, and this system has no other user for it.",
                "Make one (`useradd --system dougong`), or run as a normal user.",
            )
        try:
            if self._account is not None:
                self.folder.chmod(0o755)
            if not reachable(self._account, self.folder):
                self._move_out()
            self._programs = programs_for(self._account, self._say)
        except subprocess.SubprocessError as error:
            raise GroundError(
                "This root can't start programs as another user.",
                "Run as a normal user, or set DATABASE_URL to a PostgreSQL that runs elsewhere.",
            ) from error
        self.sockets = Path("/tmp") / f"dougong-{self._uid}-{fingerprint(self.folder)}"  # noqa: S108  a short path; owner and mode are checked

    def _move_out(self) -> None:
        """Keep the data where the server's user gets to, when the checkout is closed to it."""
        closed, account = self.folder, self._account
        place = SHARED_PLACE / f"{closed.name}-{fingerprint(closed)}"
        place.mkdir(parents=True, exist_ok=True)
        for folder in (SHARED_PLACE, place):
            folder.chmod(0o755)
        self._locate(place)
        self._account = account_for(self.data) or account
        self._say(f"The database lives in {place}, because its user can't reach {closed}.")

    @property
    def _uid(self) -> int:
        return os.geteuid() if self._account is None else self._account.uid

    def _claim_folder(self) -> None:
        if not self._claim.take(note=str(os.getpid())):
            raise AlreadyRunning(self.folder, self._claim.note())

    def _let_go(self) -> None:
        self._use.release()
        self._claim.release()

    def _stop_if_unused(self) -> bool:
        last_one = FolderLock(self._use.file)
        if not last_one.take():
            return False
        try:
            self._end_server()
        finally:
            last_one.release()
        return True

    # --- starting ---------------------------------------------------------------------------

    def _have_server(self) -> None:
        """Use the server that runs, or make the folder ready and start one."""
        self.adopted = self._pid() is not None
        if self.adopted and self._answers():
            return
        if self.adopted:
            self._restart_mute()
        self._check_room()
        self._clear_remains()
        self._have_data()
        self._launch()
        self.adopted = False
        if not self._answers():
            raise GroundError(
                f"The database in {self.folder} runs but lets nobody in.",
                f"Its report is in {self.log}.",
            )

    def _pid(self) -> int | None:
        """Number the server that runs on our folder; a stale or foreign number is none."""
        lines = self._pid_lines()
        if not lines or not lines[0].strip().isdigit():
            return None
        pid = int(lines[0])
        if self._process is not None and self._process.pid == pid:
            self._process.poll()
        return pid if serves(pid, self.data) else None

    def _pid_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _answers(self) -> bool:
        """Open the database over the server's socket; a server that is on its way is waited for."""
        self._wait_until_ready()
        if self._pid() is None:
            return False
        password = (self.data / "password").read_text().strip()
        place = f"?host={self.sockets}&port=5432"
        self.dsn = f"postgresql://{OWNER}:{password}@/{OWNER}{place}"
        try:
            self._have_database(f"postgresql://{OWNER}:{password}@/postgres{place}")
        except psycopg.OperationalError as error:
            if "No space left on device" in str(error):
                raise disk_full(self.folder) from error
            return False
        return True

    def _have_database(self, maintenance_dsn: str) -> None:
        with psycopg.connect(maintenance_dsn, autocommit=True, connect_timeout=10) as connection:
            there = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [OWNER]
            ).fetchone()
            if there is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(OWNER)))

    def _wait_until_ready(self) -> None:
        """Wait while the server starts or, after a crash, recovers."""
        begun = time.monotonic()
        told = False
        while self._pid() is not None:
            lines = self._pid_lines()
            if len(lines) > 7 and lines[7].strip() == READY:  # noqa: PLR2004  the line of its status
                return
            waited = time.monotonic() - begun
            if waited > SOON and not told:
                self._say("The database is getting ready (after a crash it recovers first) …")
                told = True
            if waited > START_PATIENCE:
                raise GroundError(
                    f"The database did not get ready within {START_PATIENCE:.0f} seconds.",
                    f"Its report is in {self.log}; start again to go on waiting.",
                )
            time.sleep(PAUSE)

    def _restart_mute(self) -> None:
        """End a server that runs but can't be talked to, if it is nobody else's."""
        self._use.release()
        try:
            ended = self._stop_if_unused()
        finally:
            self._use.take(together=True)
        if not ended:
            raise GroundError(
                f"The database in {self.folder} runs for another process but does not answer.",
                "Stop that process and start again.",
            )

    def _check_room(self) -> None:
        needed = ROOM_TO_START if self.data.is_dir() else ROOM_TO_MAKE
        if shutil.disk_usage(self.folder).free < needed:
            raise disk_full(self.folder)

    def _clear_remains(self) -> None:
        """Clear what a killed server left: its children, its number, its sockets.

        The number may belong to an unrelated process by now, which is not to be touched, and
        which would keep PostgreSQL from starting.
        """
        deadline = time.monotonic() + LEFTOVER_PATIENCE
        while left := serving(self.data):
            if time.monotonic() > deadline:
                raise GroundError(
                    f"A PostgreSQL that was killed still has processes on {self.folder} "
                    f"({', '.join(map(str, left))}).",
                    "End those processes and start again.",
                )
            time.sleep(PAUSE)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        self._clear_sockets()
        self.sockets.mkdir(mode=0o700)
        give(self.sockets, self._account)

    def _clear_sockets(self) -> None:
        if not self.sockets.is_symlink() and not self.sockets.exists():
            return
        if self.sockets.is_symlink() or self.sockets.lstat().st_uid not in (self._uid, 0):
            raise GroundError(
                f"{self.sockets} belongs to somebody else.",
                "Remove it and start again.",
            )
        shutil.rmtree(self.sockets)

    def _have_data(self) -> None:
        """Make the data folder if there is none; say so if it is none of ours."""
        half_made = self.folder / "data.making"
        if half_made.exists():
            shutil.rmtree(half_made)
        if self.data.is_dir() and not any(self.data.iterdir()):
            self.data.rmdir()
        if not self.data.exists():
            self._make_data(half_made)
        written = self.data / "PG_VERSION"
        if not written.is_file() or not (self.data / "password").is_file():
            raise GroundError(
                f"{self.data} is not a database that Dougong made.",
                "Move it away, or name another --folder.",
            )
        made_by = written.read_text().strip()
        if made_by != major_version():
            raise GroundError(
                f"The database in {self.folder} was made by PostgreSQL {made_by}, "
                f"and this is PostgreSQL {major_version()}.",
                "Back it up with the Dougong that made it (`dougong backup`), then `dougong "
                "restore` it into a new --folder.",
            )

    def _make_data(self, half_made: Path) -> None:
        """Make a data folder beside its place, and move it there only when it is whole."""
        half_made.mkdir(mode=0o700)
        give(half_made, self._account)
        secret = self.folder / "password.new"
        secret.unlink(missing_ok=True)
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(32))
        give(secret, self._account)
        self._run_initdb(half_made, secret)
        secret.rename(half_made / "password")
        half_made.rename(self.data)

    def _run_initdb(self, half_made: Path, secret: Path) -> None:
        sync = [] if self._durable else ["--no-sync", "--no-data-checksums"]
        made = subprocess.run(  # noqa: S603  our own programs, our own arguments
            [
                str(self._programs / "initdb"),
                f"--pgdata={half_made}",
                f"--username={OWNER}",
                f"--pwfile={secret}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                f"--lc-ctype={character_locale()}",
                "--no-instructions",
                *sync,
            ],
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            cwd="/",
            env=plain_environment(),
            start_new_session=True,
            **identity(self._account),
        )
        if made.returncode != 0:
            self.log.write_text(made.stdout + made.stderr)
            raise trouble_in(made.stderr, self.folder, self.log)

    def _launch(self) -> None:
        """Start the server in a session of its own, so that a terminal's Ctrl-C doesn't hit it."""
        self._turn_log()
        said_before = self.log.stat().st_size if self.log.exists() else 0
        settings = {
            **self._settings,
            "unix_socket_directories": str(self.sockets),
            "dynamic_shared_memory_type": shared_memory(),
        }
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  our own program, our own arguments
                [
                    str(self._programs / "postgres"),
                    "-D",
                    str(self.data),
                    *(
                        part
                        for name, value in settings.items()
                        for part in ("-c", f"{name}={value}")
                    ),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=plain_environment(),
                start_new_session=True,
                **identity(self._account),
            )
        self._await_birth(said_before)

    def _await_birth(self, said_before: int) -> None:
        """Wait until the new server has written down its number, or say why it could not."""
        assert self._process is not None, "a server was just launched"
        while self._process.poll() is None:
            if self._pid() == self._process.pid:
                self._wait_until_ready()
                if self._process.poll() is None:
                    return
            time.sleep(PAUSE)
        with self.log.open("rb") as log:
            log.seek(said_before)
            report = log.read().decode(errors="replace")
        raise trouble_in(report, self.folder, self.log)

    def _turn_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))

    # --- stopping ---------------------------------------------------------------------------

    def _end_server(self) -> None:
        """Stop the server in order; at once, but without loss, when it takes too long."""
        pid = self._pid()
        for way in (signal.SIGINT, signal.SIGQUIT):
            if pid is None:
                break
            os.kill(pid, way)
            pid = self._wait_until_gone(pid)
        if self._process is not None:
            self._process.wait()
            self._process = None
        shutil.rmtree(self.sockets, ignore_errors=True)

    def _wait_until_gone(self, pid: int) -> int | None:
        deadline = time.monotonic() + STOP_PATIENCE
        while time.monotonic() < deadline:
            if self._process is not None:
                self._process.poll()
            if not serves(pid, self.data):
                return None
            time.sleep(PAUSE)
        return pid


def fingerprint(folder: Path) -> str:
    """Give a short name that stands for a folder."""
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]


def character_locale() -> str:
    """Name the system's locale by which PostgreSQL knows letters; with plain C, Chinese has none."""
    return "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"


def plain_environment() -> dict[str, str]:
    """Start the server without what the caller's environment says about other databases."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return {**kept, "LC_ALL": "C", "LANG": "C"}


def shared_memory() -> str:
    """Avoid a container's tiny /dev/shm, in which parallel queries fail."""
    place = Path("/dev/shm")  # noqa: S108  looked at, not written
    roomy = place.is_dir() and shutil.disk_usage(place).total >= SMALL_SHARED_MEMORY
    return "posix" if roomy else "sysv"

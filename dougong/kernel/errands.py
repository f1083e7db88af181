"""Errands: what is asked at a door and takes longer than an answer may, done one after the other.

One thread for each process. That an errand is waiting or under way is told by a lock that the
database holds for its process: when the process dies the lock goes with it, and everybody sees that
the errand was interrupted.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

from dougong.kernel.store.database import Database

TRY_LOCK = "SELECT pg_try_advisory_lock(hashtext('dougong.errands'), hashtext(%s))"
UNLOCK = "SELECT pg_advisory_unlock(hashtext('dougong.errands'), hashtext(%s))"
IS_LOCKED = """
SELECT EXISTS (
    SELECT FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 2 AND granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND classid = (hashtext('dougong.errands')::bigint & 4294967295)::oid
      AND objid = (hashtext(%s)::bigint & 4294967295)::oid
)
"""

log = logging.getLogger(__name__)

Tell = Callable[[int, int, str], None]
"""How much of how much is done, and of what."""


class StoppedError(Exception):
    """The house closes: the errand is left where it is."""


@dataclass
class Errand:
    """Something to be done for a company's record, which carries the errand's identity."""

    company: str
    id: UUID
    called: str
    """What it is while it is under way: ``running``, ``undoing``."""
    run: Callable[[Tell], None]
    fail: Callable[[Exception], None]
    """Hears why it could not be done."""
    begun: bool = False
    done: int = 0
    total: int = 0

    @property
    def state(self) -> str:
        """How far it is."""
        return self.called if self.begun else "waiting"

    @property
    def lock(self) -> str:
        """What its lock is called."""
        return f"{self.company}:{self.id}"

    def tell(self, done: int, total: int, _what: str) -> None:
        """Take note of how far it is."""
        self.done, self.total = done, total


@dataclass
class Errands:
    """The errands of this process: ``start`` and ``stop``, or ``run_waiting`` here and now."""

    database: Database
    waiting: deque[Errand] = field(default_factory=deque)
    known: dict[UUID, Errand] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)
    called: threading.Event = field(default_factory=threading.Event)
    guard: threading.Lock = field(default_factory=threading.Lock)
    control: psycopg.Connection[Any] | None = None
    thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to run what waits and what will come."""
        self.thread = threading.Thread(target=self.run, name="errands", daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """End: what is under way stops at its next step, what waits is left."""
        self.stopping.set()
        self.called.set()
        if self.thread is not None:
            self.thread.join()
        with self.guard:
            self.waiting.clear()
            self.known.clear()
            if self.control is not None:
                self.control.close()

    def take(self, errand: Errand) -> bool:
        """Take an errand on, unless it is under way already, here or in another process."""
        with self.guard:
            if self.stopping.is_set() or errand.id in self.known or not self.hold(errand):
                return False
            self.known[errand.id] = errand
            self.waiting.append(errand)
        self.called.set()
        return True

    def state_of(self, company: str, identity: UUID) -> str:
        """Say what a record's errand is doing, here or in another process; empty where it has none.

        Who then reads the record sees what came of an errand that has ended.
        """
        errand = self.known.get(identity)
        if errand is not None:
            return errand.state
        with self.database.outside() as connection:
            row = connection.execute(IS_LOCKED, (f"{company}:{identity}",)).fetchone()
        return "running" if row == (True,) else ""

    def run(self) -> None:
        """Run errands as they come, until stopped."""
        while not self.stopping.is_set():
            self.called.wait()
            self.called.clear()
            self.run_waiting()

    def run_waiting(self) -> None:
        """Run what waits, one after the other."""
        while self.waiting and not self.stopping.is_set():
            errand = self.waiting.popleft()
            errand.begun = True
            try:
                self.carry_out(errand)
            finally:
                with self.guard:
                    self.known.pop(errand.id, None)
                    self.let_go(errand)

    def carry_out(self, errand: Errand) -> None:
        """Run one; whatever goes wrong with it leaves the others alone."""

        def tell(done: int, total: int, what: str) -> None:
            errand.tell(done, total, what)
            if self.stopping.is_set():
                raise StoppedError

        try:
            errand.run(tell)
        except StoppedError:
            log.warning("%s %s is left to be taken up again", errand.called, errand.lock)
        except Exception as error:  # noqa: BLE001  whatever it is, its asker is told
            try:
                errand.fail(error)
            except Exception:
                log.exception("%s %s failed, which could not be noted", errand.called, errand.lock)

    # Locks

    def hold(self, errand: Errand) -> bool:
        """Hold an errand's lock, if nobody has it."""
        if self.control is None or self.control.closed:
            self.control = psycopg.connect(self.database.dsn, autocommit=True)
        return self.control.execute(TRY_LOCK, (errand.lock,)).fetchone() == (True,)

    def let_go(self, errand: Errand) -> None:
        """Give an errand's lock up; with a lost connection it went by itself."""
        try:
            if self.control is not None and not self.control.closed:
                self.control.execute(UNLOCK, (errand.lock,))
        except psycopg.OperationalError as lost:
            log.warning("the lock of %s went with its connection: %s", errand.lock, lost)

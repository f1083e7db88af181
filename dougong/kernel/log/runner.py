"""The readers' runner: one thread that keeps all readers of all companies up to date.

It wakes when this process commits, when another one calls, and twice a second in any case. At any
time one process works a company's readers. It also makes the log's next months, and numbers what a
killed process left without a number.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import psycopg

from dougong.kernel.files.sweeping import sweep_files
from dougong.kernel.log.forgetting import forget_keys
from dougong.kernel.log.partitions import ensure_partitions
from dougong.kernel.log.readers import Reading
from dougong.kernel.log.wake import Listener
from dougong.kernel.refusals import Refused

if TYPE_CHECKING:
    from dougong.kernel.house import House

EVERY = 0.5
"""Seconds after which the runner looks by itself."""
LATER = 5.0
"""Seconds after which an active company is looked after: left numbers, projections that stood."""

HEADS = (
    "SELECT substr(n.nspname, 3), coalesce(pg_sequence_last_value(c.oid::regclass), 0) "
    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relname = 'event_seq' AND c.relkind = 'S' AND n.nspname LIKE 'c\\_%' ORDER BY 1"
)
"""The number last taken in each company's log, whether its event is committed or not."""
IS_COMPLETE = "SELECT pg_snapshot_xmin(pg_current_snapshot()) >= %s::xid8"
TRY_LOCK = "SELECT pg_try_advisory_lock(hashtext('dougong.readers'), hashtext(%s))"
UNLOCK = "SELECT pg_advisory_unlock(hashtext('dougong.readers'), hashtext(%s))"

log = logging.getLogger(__name__)


@dataclass
class Visited:
    """What the runner remembers of a company between two visits."""

    head: int = -1
    """How far its readers were brought."""
    again: float | None = 0.0
    """When to look after it, on the monotonic clock; None where nothing is due."""
    day: date | None = None
    """When its months were last looked at."""

    @property
    def is_due(self) -> bool:
        """Tell whether it is time to look after the company."""
        if self.day != datetime.now(UTC).date():
            return True
        return self.again is not None and self.again <= time.monotonic()


class Readers:
    """Runs the readers: ``start`` and ``stop``, or ``catch_up`` to run them here and now."""

    def __init__(self, house: House, *, every: float = EVERY) -> None:
        """Nothing runs yet."""
        self.house = house
        self.every = every
        self.visited: dict[str, Visited] = {}
        self.stopping = threading.Event()
        self.control: psycopg.Connection[Any] | None = None
        self.listener = Listener(house.database.dsn, lambda _company: house.waking.set())
        self.thread = threading.Thread(target=self.run, name="readers", daemon=True)

    def start(self) -> None:
        """Begin to run."""
        self.house.waking.set()
        self.listener.start()
        self.thread.start()

    def stop(self) -> None:
        """End after the events that are being worked."""
        self.stopping.set()
        self.house.waking.set()
        self.listener.stop()
        self.thread.join()

    def run(self) -> None:
        """Make rounds until stopped; a database out of reach is waited for."""
        while not self.stopping.is_set():
            self.house.waking.wait(self.every)
            self.house.waking.clear()
            try:
                self.round()
            except psycopg.OperationalError as error:
                log.warning("readers wait for the database: %s", error)
                self.let_go()
                self.stopping.wait(self.every)
        self.let_go()

    def catch_up(self) -> None:
        """Work until nobody is behind and every projection stands where it can."""
        try:
            while self.round():
                self.stopping.wait(0.001)
        finally:
            self.let_go()

    def let_go(self) -> None:
        """Give up the runner's own connection, and with it every company that it holds."""
        if self.control is not None:
            self.control.close()
            self.control = None

    def round(self) -> bool:
        """Visit each company where something is due; tells whether there was news anywhere."""
        if self.control is None or self.control.closed:
            self.control = psycopg.connect(self.house.database.dsn, autocommit=True)
        heads: dict[str, int] = dict(self.control.execute(HEADS).fetchall())
        self.visited = {slug: self.visited.get(slug) or Visited() for slug in heads}
        news = [slug for slug, head in heads.items() if head != self.visited[slug].head]
        if news and not self.log_is_complete(self.control):
            return False
        for slug, head in heads.items():
            if slug in news or self.visited[slug].is_due:
                self.visit(slug, head)
        return bool(news)

    def log_is_complete(self, control: psycopg.Connection[Any]) -> bool:
        """Wait until whoever took a number up to the heads has committed or given up.

        They all have a lower transaction id than one that is taken now.
        """
        row = control.execute("SELECT pg_current_xact_id()::text").fetchone()
        assert row is not None, "there is always a transaction id"
        pause = 0.001
        while not self.stopping.is_set():
            if control.execute(IS_COMPLETE, row).fetchone() == (True,):
                return True
            self.stopping.wait(pause)
            pause = min(pause * 2, 0.05)
        return False

    def visit(self, slug: str, head: int) -> None:
        """Work one company's readers, unless another process does; look after it when it is time."""
        visited = self.visited[slug]
        try:
            with self.held(slug) as held:
                if not held:
                    return
                if visited.is_due:
                    visited.again = None
                    self.look_after(slug, visited)
                reading = Reading(self.house, slug, head, lambda: not self.stopping.is_set())
                reading.run()
                remains = [chore for chore in self.house.chores if chore(slug)]
        except psycopg.OperationalError:
            raise
        except Exception as error:
            if isinstance(error, Refused):
                log.warning("the readers of %s wait: %s", slug, error)
            else:
                log.exception("the readers of %s stand still", slug)
            visited.again = time.monotonic() + LATER
            visited.head = head
            return
        if self.stopping.is_set():
            return
        if remains:
            visited.again = time.monotonic() + self.every
        elif visited.again is None and (reading.stuck or head != visited.head):
            visited.again = time.monotonic() + LATER
        visited.head = head

    @contextmanager
    def held(self, slug: str) -> Iterator[bool]:
        """Hold a company against other processes, if none of them has it."""
        assert self.control is not None
        held = self.control.execute(TRY_LOCK, (slug,)).fetchone() == (True,)
        try:
            yield held
        finally:
            if held and not self.control.closed:
                self.control.execute(UNLOCK, (slug,))

    def look_after(self, slug: str, visited: Visited) -> None:
        """Number what was left without a number, and do the day's work."""
        self.house.gapless.number_left(self.house.company_state(slug), self.house.clock())
        today = datetime.now(UTC).date()
        if visited.day != today:
            ensure_partitions(self.house, slug)
            visited.day = today
            sweep_files(self.house, slug)
            forget_keys(self.house, slug)

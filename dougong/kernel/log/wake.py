"""Waking: after a commit, one call tells the readers and screens of every process.

The call is made outside the business transaction and at most once within a few milliseconds,
however many commits there were. It may be lost; who needs to be sure looks by himself as well.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import psycopg

CHANNEL = "dougong"
TOGETHER = 0.02
"""Seconds within which commits are told of by one call."""
PATIENCE = 1.0
"""Seconds after which a listener tries to connect again, and looks whether it shall stop."""

CALL = "SELECT pg_notify(%s, company) FROM unnest(%s::text[]) AS company"


class Caller:
    """Calls by NOTIFY on a connection of its own; its thread begins with the first commit."""

    def __init__(self, dsn: str) -> None:
        """Nothing is connected yet."""
        self.dsn = dsn
        self.companies: set[str] = set()
        self.changed = threading.Condition()
        self.closing = False
        self.thread: threading.Thread | None = None

    def call(self, company: str) -> None:
        """Let it be known soon that something happened in a company; returns at once."""
        with self.changed:
            if self.closing:
                return
            if not self.companies:
                self.changed.notify()
            self.companies.add(company)
            if self.thread is None:
                self.thread = threading.Thread(target=self.run, name="caller", daemon=True)
                self.thread.start()

    def run(self) -> None:
        """Call for each company that had commits, until closed."""
        connection: psycopg.Connection[Any] | None = None
        while self.wait():
            with self.changed:
                companies, self.companies = sorted(self.companies), set()
            try:
                if connection is None or connection.closed:
                    connection = psycopg.connect(self.dsn, autocommit=True)
                connection.execute(CALL, (CHANNEL, companies))
            except psycopg.Error:
                connection = None  # nobody hears this call; readers look by themselves too
        if connection is not None:
            connection.close()

    def wait(self) -> bool:
        """Wait for commits, and a moment longer for those that come right behind."""
        with self.changed:
            self.changed.wait_for(lambda: self.companies or self.closing)
            if not self.closing:
                self.changed.wait_for(lambda: self.closing, timeout=TOGETHER)
            return not self.closing

    def close(self) -> None:
        """Stop calling."""
        with self.changed:
            self.closing = True
            self.changed.notify_all()
        if self.thread is not None:
            self.thread.join()


class Listener:
    """Hears the calls of all processes on a connection of its own."""

    def __init__(self, dsn: str, hear: Callable[[str], None]) -> None:
        """``hear`` gets the company of each call, on the listener's thread."""
        self.dsn = dsn
        self.hear = hear
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, name="listener", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self.thread.start()

    def stop(self) -> None:
        """Stop listening."""
        self.stopping.set()
        self.thread.join()

    def run(self) -> None:
        """Listen, and connect again when the connection is lost."""
        while not self.stopping.is_set():
            with contextlib.suppress(psycopg.Error):
                self.listen()
            self.stopping.wait(0 if self.stopping.is_set() else PATIENCE)

    def listen(self) -> None:
        """Hear calls on one connection until told to stop."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute(f"LISTEN {CHANNEL}".encode())
            while not self.stopping.is_set():
                for call in connection.notifies(timeout=PATIENCE / 4):
                    self.hear(call.payload)

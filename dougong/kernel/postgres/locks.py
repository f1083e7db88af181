"""Who uses the database folder: file locks, which the system lets go when a process dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dougong.kernel.postgres.trouble import GroundError

PATIENCE = 120.0
PAUSE = 0.02


class FolderLock:
    """A lock on one file, held alone or together with others."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        return self._descriptor is not None

    def take(self, *, together: bool = False, note: str = "") -> bool:
        """Take the lock unless somebody is in the way; leave a note about who holds it."""
        if self.held:
            return True
        self.file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if together else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            if isinstance(error, BlockingIOError):
                return False
            raise
        if not self._is(descriptor):
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        if note:
            self.file.write_text(note)
        return True

    def _is(self, descriptor: int) -> bool:
        """Tell a lock that counts from one on a file that was removed while we waited."""
        try:
            return os.path.samestat(os.fstat(descriptor), self.file.stat())
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Let go; nothing happens when it isn't held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def note(self) -> str:
        """Read who holds it."""
        return self.file.read_text().strip() or "unknown"


@contextmanager
def one_at_a_time(file: Path) -> Iterator[None]:
    """Start and stop the server one process after the other."""
    lock = FolderLock(file)
    deadline = time.monotonic() + PATIENCE
    while not lock.take():
        if time.monotonic() > deadline:
            raise GroundError(
                f"Another process has been starting or stopping the database in {file.parent} "
                f"for {PATIENCE:.0f} seconds.",
                "Wait for it, or end it, and start again.",
            )
        time.sleep(PAUSE)
    try:
        yield
    finally:
        lock.release()

"""What keeps the database from running: one sentence each, and the way out of it."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FULL = (errno.ENOSPC, errno.EDQUOT)
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


class GroundError(Exception):
    """The database can't be used now; a person can do something about it."""

    def __init__(self, sentence: str, way_out: str) -> None:
        super().__init__(sentence, way_out)
        self.sentence = sentence
        self.way_out = way_out

    def __str__(self) -> str:
        return f"{self.sentence} {self.way_out}"


class AlreadyRunning(GroundError):  # noqa: N818  it is a state of the house, not a failure of it
    """Another process serves from this folder."""

    def __init__(self, folder: Path, owner: str) -> None:
        super().__init__(
            f"Dougong is already running on {folder} (process {owner}).",
            "Use the one that runs, stop it first (Ctrl-C in its window), or name another --folder.",
        )
        self.folder = folder
        self.owner = owner

    def __reduce__(self) -> tuple[type[AlreadyRunning], tuple[Path, str]]:
        return type(self), (self.folder, self.owner)


@contextmanager
def plainly(folder: Path) -> Iterator[None]:
    """Say what the operating system refuses as a sentence about the folder."""
    try:
        yield
    except OSError as error:
        raise trouble_of(error, folder) from error


def trouble_of(error: OSError, folder: Path) -> GroundError:
    """Turn an error of the operating system into a sentence and a way out."""
    if error.errno in FULL:
        return disk_full(folder)
    place = error.filename or folder
    if error.errno in FORBIDDEN:
        return GroundError(
            f"{place} can't be written by this user.",
            "Run as the user who owns it, mend its permissions, or name another --folder.",
        )
    return GroundError(
        f"{place} can't be used: {error.strerror or error}.",
        "Mend that, or name another --folder.",
    )


def disk_full(folder: Path) -> GroundError:
    """Say that the disk under a folder is full."""
    return GroundError(
        f"The disk that holds {folder} is full.",
        "Free some space and start again; nothing that was saved is lost.",
    )


def trouble_in(log: str, folder: Path, log_file: Path) -> GroundError:
    """Find in the server's own words why it did not start."""
    if "No space left on device" in log or "Disk quota exceeded" in log:
        return disk_full(folder)
    if "Cannot allocate memory" in log or "could not create shared memory" in log:
        return GroundError(
            "There is not enough memory for the database.",
            "Close other programs or give this machine (or container) at least 1 GB.",
        )
    if "still in use" in log or "already exists" in log:
        return GroundError(
            f"A PostgreSQL that was killed still has processes on {folder}.",
            "Wait a few seconds and start again, or end those processes first.",
        )
    return GroundError(
        f"PostgreSQL did not start: {last_complaint(log)}.",
        f"Its whole report is in {log_file}.",
    )


def last_complaint(log: str) -> str:
    """Give the last line in which the server complains, without its time stamp."""
    for line in reversed(log.splitlines()):
        for mark in ("FATAL:", "PANIC:", "ERROR:", "error:"):
            if mark in line:
                return line.split(mark, 1)[1].strip().rstrip(".")
    lines = log.strip().splitlines()
    return lines[-1].strip().rstrip(".") if lines else "it said nothing"

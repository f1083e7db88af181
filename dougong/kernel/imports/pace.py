"""The pace of long work: chunks that are as large as a short transaction allows."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

AIM = 0.4
"""Seconds that a chunk should take: readers of the event log wait for the oldest transaction."""
FIRST, LARGEST = 20, 1000


class Pace:
    """How many at once; learns from how long the chunks before took."""

    def __init__(self) -> None:
        """Begin carefully."""
        self.size = FIRST

    def chunks(self, things: Iterable[T]) -> Iterator[list[T]]:
        """Part things into chunks of the size that is right by then."""
        rest = iter(things)
        while chunk := list(islice(rest, self.size)):
            yield chunk

    @contextmanager
    def measured(self, size: int) -> Iterator[None]:
        """Learn from one chunk."""
        began = time.monotonic()
        yield
        took = max(time.monotonic() - began, 0.001)
        right = int(size * AIM / took) or 1
        if right < self.size or size >= self.size:
            self.size = max(1, min(right, self.size * 2, LARGEST))

"""How much of the machine's memory the embedded server takes for itself, and counts on."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

MEGABYTE = 2**20
LEAST, MOST = 128, 1024
"""Megabytes that the server keeps pages in, at least and at most."""
LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
"""Where a container is told how much memory it may use."""
UNKNOWN = 2048 * MEGABYTE


def by_memory() -> Mapping[str, str]:
    """Give the settings that depend on the machine: an eighth of its memory, and half of it."""
    megabytes = memory() // MEGABYTE
    return {
        "shared_buffers": f"{min(max(megabytes // 8, LEAST), MOST)}MB",
        "effective_cache_size": f"{max(megabytes // 2, LEAST)}MB",
    }


def memory() -> int:
    """Give the bytes of memory that there are for us."""
    return min(limits(), default=UNKNOWN)


def limits() -> Iterator[int]:
    """Give what the machine has, and what a container may use of it."""
    with suppress(ValueError, OSError, AttributeError):
        yield os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    for place in LIMITS:
        with suppress(ValueError, OSError):  # not there, or "max"
            yield int(place.read_text())

"""The embedded server takes its part of the memory that there is, within bounds."""

from __future__ import annotations

import pytest

from dougong.kernel.postgres import memory

GIGABYTE = 2**30


@pytest.mark.parametrize(
    ("there_is", "kept", "counted_on"),
    [
        (512 * memory.MEGABYTE, "128MB", "256MB"),
        (4 * GIGABYTE, "512MB", "2048MB"),
        (64 * GIGABYTE, "1024MB", "32768MB"),
    ],
)
def test_an_eighth_is_kept_and_half_is_counted_on(
    monkeypatch: pytest.MonkeyPatch, there_is: int, kept: str, counted_on: str
) -> None:
    monkeypatch.setattr(memory, "limits", lambda: [there_is, 128 * GIGABYTE])

    assert memory.by_memory() == {"shared_buffers": kept, "effective_cache_size": counted_on}


def test_where_nobody_says_how_much_there_is_little_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(memory, "limits", list)

    assert memory.by_memory()["shared_buffers"] == "256MB"

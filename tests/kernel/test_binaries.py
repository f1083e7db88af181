"""Where the database's programs lie when its user can't reach the checkout."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dougong.kernel.postgres import binaries
from dougong.kernel.postgres.binaries import programs, programs_for

MANY = 4


def sizes(folder: Path) -> dict[str, int]:
    """Each file below a folder with its size."""
    files = (one for one in folder.rglob("*") if one.is_file())
    return {str(one.relative_to(folder)): one.stat().st_size for one in files}


def test_processes_that_begin_at_once_share_one_whole_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "SHARED_PLACE", tmp_path / "shared")
    monkeypatch.setattr(binaries, "reachable", lambda _account, _path: False)
    said: list[str] = []

    with ThreadPoolExecutor(MANY) as at_once:
        found = set(at_once.map(lambda _: programs_for(None, said.append), range(MANY)))

    [copied] = found
    assert len(said) == 1
    assert sizes(copied.parent) == sizes(programs().parent)

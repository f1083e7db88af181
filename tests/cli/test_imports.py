"""Import and export as a person types them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAPPING = "entity: unit\nkey: code\nfields: {code: code, name: name}\n"


def dougong(url: str, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dougong", *words],
        cwd=cwd,
        env={**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
        text=True,
        capture_output=True,
        check=False,
    )


def test_a_file_goes_in_comes_out_and_is_taken_back(fresh_database: str, tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("code,name\nBOX,Box\n,Nothing\nBAG,Bag\n")
    (tmp_path / "m.yaml").write_text(MAPPING)
    into = ("--company", "clitry", "--mapping", "m.yaml")
    dougong(fresh_database, "company", "create", "clitry", "--name", "Try", cwd=tmp_path)

    previewed = dougong(fresh_database, "import", "units.csv", *into, "--preview", cwd=tmp_path)
    imported = dougong(fresh_database, "import", "units.csv", *into, cwd=tmp_path)
    words = ("export", "unit", "--company", "clitry", "--to", "u.csv", "--fields", "code,name")
    exported = dougong(fresh_database, *words, "--sort", "code", cwd=tmp_path)

    assert (previewed.returncode, previewed.stdout.splitlines()[-1]) == (1, "create: 2, refuse: 1")
    assert imported.returncode == 1
    first, bad = imported.stdout.splitlines()
    assert "2 created, 0 changed, 0 unchanged, 0 steps performed, 1 handed back" in first
    assert bad == "Handed back with reasons: bad-rows/units.bad.csv"
    assert exported.stdout == "u.csv: 2 unit\n"
    assert (tmp_path / "u.csv").read_text("utf-8-sig") == "code,name\nBAG,Bag\nBOX,Box\n"

    batch = first.split()[1].rstrip(":")
    undone = dougong(fresh_database, "import", "--company", "clitry", "--undo", batch, cwd=tmp_path)
    assert (undone.returncode, undone.stdout) == (
        0,
        f"Import {batch}: 2 deleted, 0 given back, 0 reversed, 0 left\n",
    )

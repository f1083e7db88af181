"""Operations as a person types them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from tests.cli.test_imports import dougong

UNIT = '{"code": "BOX", "name": "Box"}'


def test_a_preview_changes_nothing(fresh_database: str, tmp_path: Path) -> None:
    say = partial(dougong, fresh_database, cwd=tmp_path)
    say("company", "create", "clido", "--name", "Try")
    create = ("do", "unit", "create", "--company", "clido", "--with", UNIT)

    looked = say(*create, "--preview")
    made = say(*create)
    nameless = say("do", "unit", "create", "--company", "clido", "--with", "{}", "--preview")

    assert looked.stdout == "unit.create: can be done; nothing was done\n"
    assert made.returncode == 0
    assert made.stdout.startswith("unit.create: done")
    assert (nameless.returncode, nameless.stdout) == (1, "")
    assert "a value is needed" in nameless.stderr

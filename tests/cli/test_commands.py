"""The command line as a person meets it: results, one clear sentence, never a traceback."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dougong.kernel.postgres import Embedded

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="dougong-cli-"))
    place.chmod(0o755)
    yield place
    Embedded(place / "home" / "postgres").discard()
    shutil.rmtree(place)


def dougong(place: Path, *words: str, url: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dougong", "--folder", str(place / "home"), *words],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url},
        text=True,
        capture_output=True,
        check=False,
    )


def test_a_backup_is_written_and_not_restored_over_a_filled_database(place: Path) -> None:
    file = place / "first.backup"

    made = dougong(place, "backup", str(file))
    again = dougong(place, "backup", str(file))
    restored = dougong(place, "restore", str(file))

    assert made.returncode == 0
    assert made.stdout.startswith(f"{file}: 0 tables, ")
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == f"{file} exists already. Name another file, or move that one away.\n"
    assert restored.returncode == 0
    assert restored.stdout.startswith("Restored 0 tables as they were on 20")


def test_a_database_that_is_not_there_is_one_sentence(place: Path) -> None:
    answer = dougong(place, "backup", url="postgresql://erp:s3cret@127.0.0.1:1/shop")

    assert answer.returncode == 1
    assert answer.stdout == ""
    assert len(answer.stderr.splitlines()) == 1
    assert answer.stderr.startswith("No PostgreSQL lets us in at 127.0.0.1:1/shop: ")
    assert "s3cret" not in answer.stderr


def test_a_word_that_is_no_command_shows_how_to_go_on(place: Path) -> None:
    answer = dougong(place, "fly")

    assert answer.returncode == 2
    assert "usage: dougong" in answer.stderr


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 128 + signal.SIGTERM)]
)
def test_a_command_that_is_ended_stops_the_database_in_order(
    place: Path, number: int, code: int
) -> None:
    script = (
        "import argparse, sys, time\n"
        "from pathlib import Path\n"
        "from dougong.cli import frame\n"
        "from dougong.cli.house import House\n"
        "class Wait:\n"
        "    def register(self, commands):\n"
        "        commands.add_parser('wait').set_defaults(run=self.run)\n"
        "    def run(self, args, house):\n"
        "        with house.ground():\n"
        "            print('ready', flush=True)\n"
        "            time.sleep(60)\n"
        "build = lambda folder, url: House(folder=folder)\n"
        "sys.exit(frame.run(sys.argv[1:], commands=[Wait()], build=build))\n"
    )
    waiting = subprocess.Popen(
        [sys.executable, "-c", script, "--folder", str(place / "home"), "wait"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert waiting.stdout is not None
    assert waiting.stdout.readline() == "ready\n"
    assert (place / "home" / "postgres" / "data" / "postmaster.pid").exists()

    waiting.send_signal(number)
    _, said = waiting.communicate(timeout=60)

    assert waiting.returncode == code
    assert said == ""
    assert not (place / "home" / "postgres" / "data" / "postmaster.pid").exists()

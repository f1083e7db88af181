"""Puts the parts together; the only module that knows all of them."""

from __future__ import annotations

import sys
from pathlib import Path

from dougong.cli import backup, frame, restore
from dougong.cli.house import House

COMMANDS: tuple[frame.Command, ...] = (backup, restore)


def run() -> None:
    """Run the command that was typed."""
    sys.exit(frame.run(sys.argv[1:], commands=COMMANDS, build=build_house))


def build_house(folder: Path, database_url: str | None) -> House:
    """Give the commands what they need."""
    return House(folder=folder, database_url=database_url)

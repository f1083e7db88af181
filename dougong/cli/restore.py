"""dougong restore: bring a backup back into an empty database."""

from __future__ import annotations

import argparse
from pathlib import Path

from dougong.cli.frame import Commands
from dougong.cli.house import House
from dougong.cli.progress import Progress
from dougong.kernel.postgres.backup import bring_back


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("restore", help="bring a backup back into an empty database")
    parser.add_argument("file", type=Path, help="what `dougong backup` wrote")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, house: House) -> int:
    """Restore wholly or not at all, while nobody serves from the database."""
    with house.ground(alone=True) as ground, Progress("Restoring tables") as progress:
        contents = bring_back(ground.dsn, args.file, progress)
    print(f"Restored {contents.tables} tables as they were on {contents.made_at}.")
    return 0

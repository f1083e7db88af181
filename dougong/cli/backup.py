"""dougong backup: everything that the database holds, in one file."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

from dougong.cli.frame import Commands
from dougong.cli.house import House
from dougong.cli.progress import Progress
from dougong.kernel.postgres.backup import back_up


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("backup", help="write everything to one file")
    parser.add_argument("file", nargs="?", type=Path, help="default: dougong-<day>-<time>.backup")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, house: House) -> int:
    """Write the backup; people may go on working meanwhile."""
    now = datetime.now().astimezone()
    file: Path = args.file or Path(f"dougong-{now:%Y%m%d-%H%M%S}.backup")
    with house.ground() as ground, Progress("Backing up tables") as progress:
        contents = back_up(ground.dsn, file, progress)
    print(f"{file}: {contents.tables} tables, {file.stat().st_size / 2**20:.1f} MB")
    return 0

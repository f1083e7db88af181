"""dougong demo: make the demo company with a year of history, or remove it."""

from __future__ import annotations

import argparse
from contextlib import closing

from dougong.cli.frame import Commands
from dougong.cli.house import House
from dougong.cli.progress import Progress
from dougong.demo.company import SLUG, hurried, install_demo, wipe_demo
from dougong.demo.people import PASSWORD


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("demo", help="make the demo company, or remove it")
    under = parser.add_subparsers(dest="action", required=True)
    under.add_parser("create", help="make a company with a year of believable history")
    under.add_parser("wipe", help="remove the demo company with everything in it")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, house: House) -> int:
    """Make or remove it."""
    with house.opened() as opened:
        if args.action == "wipe":
            wipe_demo(opened)
            print(f"{SLUG}: removed")
            return 0
        assert house.open_house is not None, "main gives it"
        making = house.open_house(hurried(opened.database.dsn))
        with closing(making), Progress("The demo company") as progress:
            colleagues = install_demo(making, progress)
    print(f"{SLUG}: created. Sign in as:")
    for one in colleagues:
        print(f"  {one.login:<14} {PASSWORD:<18} {one.name}, {one.post}")
    return 0

"""dougong migrate: bring companies to the version of the code that is installed."""

from __future__ import annotations

import argparse

from dougong.cli.frame import Commands
from dougong.cli.house import House, say_aside
from dougong.cli.progress import Progress
from dougong.kernel.store.migrations.migrating import companies_behind, migrate


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("migrate", help="bring companies to this version of Dougong")
    parser.add_argument("--company", help="default: every company")
    parser.add_argument("--list", action="store_true", help="only name those that are behind")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, house: House) -> int:
    """Migrate; exit code 1 where a company stays behind. Killed, it goes on where it was."""
    with house.opened() as opened:
        behind = companies_behind(opened)
        if args.company:
            behind = [company for company in behind if company == args.company]
        if args.list:
            print("\n".join(behind) or "every company is at this version")
            return 0
        left = 0
        with Progress("Migrating") as progress:
            for at, one in enumerate(
                migrate(opened, behind, lambda what: progress(0, len(behind), what)), start=1
            ):
                progress(at, len(behind), one.company)
                if one.refused is not None:
                    left += 1
                    say_aside(house.sentences(one.refused))
                else:
                    print(f"{one.company}: migrated in {one.steps} steps")
        if not behind:
            print("every company is at this version")
    return 1 if left else 0

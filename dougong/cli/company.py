"""dougong company: make a company, or list those that there are."""

from __future__ import annotations

import argparse

from dougong.cli.frame import Commands
from dougong.cli.house import House
from dougong.kernel.store.migrations.migrating import companies_behind


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("company", help="create a company, or list them")
    under = parser.add_subparsers(dest="action", required=True)
    create = under.add_parser("create", help="create an empty company")
    create.add_argument("slug", help="its short name, in small letters")
    create.add_argument("--name", required=True, help="how it is called")
    create.add_argument("--currency", default="CNY")
    create.add_argument("--time-zone", default="Asia/Shanghai")
    under.add_parser("list", help="list the companies")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, house: House) -> int:
    """Create or list."""
    with house.opened() as opened:
        if args.action == "list":
            behind = companies_behind(opened)
            for slug in opened.companies():
                waits = slug in behind
                name = "dougong migrate" if waits else opened.company_state(slug).company.name
                print(f"{slug}: {name}")
            return 0
        opened.create_company(
            args.slug, name=args.name, currency=args.currency, time_zone=args.time_zone
        )
        print(f"{args.slug}: created")
    return 0

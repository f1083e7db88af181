"""dougong verify: prove that the books tie, and name every difference by key and amount."""

from __future__ import annotations

import argparse

from dougong.cli.frame import Commands
from dougong.cli.house import House
from dougong.cli.progress import Progress
from dougong.kernel.verify import published, verify


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("verify", help="prove that stock, ledger and receivables tie")
    parser.add_argument("--company", help="default: every company")
    parser.add_argument("--list", action="store_true", help="only list what is proved")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, house: House) -> int:
    """Recompute every running total; exit code 1 where one differs."""
    with house.opened() as opened:
        if args.list:
            for name, promise in published(opened):
                print(f"{name}: {promise}")
            return 0
        differing = 0
        for company in [args.company] if args.company else opened.companies():
            with Progress(f"Verifying {company}") as progress:
                found = verify(opened, company, progress)
            for one in found:
                print(
                    f"{company}: {one.invariant}: {one.key}: "
                    f"expected {one.expected}, found {one.actual}"
                )
            differing += len(found)
            if not found:
                print(f"{company}: {len(opened.catalogue.invariants)} invariants hold")
    return 1 if differing else 0

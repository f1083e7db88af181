"""dougong trace: what an event, a record or a request set in motion, as a tree."""

from __future__ import annotations

import argparse
from uuid import UUID

from dougong.cli.do import found
from dougong.cli.frame import Commands
from dougong.cli.house import House
from dougong.kernel.house import House as Opened
from dougong.kernel.log.trace import as_text, caused_by
from dougong.kernel.refusals import NotFound, Refused
from dougong.kernel.store.database import quoted


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "trace", help="show what was set in motion: dougong trace SO-2026-00042"
    )
    parser.add_argument(
        "what", help="a number, an id of an event, a record or a request, or entity:code"
    )
    parser.add_argument("--company", default="demo")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, house: House) -> int:
    """Draw the tree."""
    with house.opened() as opened:
        identity = meant(opened, args.company, args.what)
        catalogue = opened.catalogue_of(args.company)
        with opened.database.transaction(args.company) as transaction:
            trees = caused_by(transaction, catalogue, identity)
    if not trees:
        raise Refused(NotFound("event", args.what))
    print(as_text(trees))
    return 0


def meant(opened: Opened, company: str, what: str) -> UUID:
    """Understand an id, ``entity:code``, or a number of whatever bears one."""
    try:
        return UUID(what)
    except ValueError:
        entity, parted, code = what.partition(":")
    return found(opened, company, entity, code) if parted else numbered(opened, company, what)


def numbered(opened: Opened, company: str, number: str) -> UUID:
    """Find the one record that bears a number."""
    bearing = [
        f"SELECT id FROM {quoted(description.name)} WHERE {quoted(field.name)} = %(number)s"
        for description in opened.catalogue_of(company).entities.values()
        if (field := description.number_field) is not None
    ]
    with opened.database.transaction(company) as transaction:
        rows = transaction.rows(" UNION ALL ".join(bearing), {"number": number})
    if len(rows) != 1:
        raise Refused(NotFound("event", number))
    identity: UUID = rows[0][0]
    return identity

"""dougong do: perform any operation from the command line, as the API would."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from dougong.cli.frame import Commands
from dougong.cli.house import House, say_aside
from dougong.kernel.doors import command_for
from dougong.kernel.house import House as Opened
from dougong.kernel.operations import Command
from dougong.kernel.perform import Done
from dougong.kernel.refusals import InvalidField, NotFound, Refused
from dougong.kernel.store.database import quoted


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "do",
        help="perform an operation: dougong do sales_order confirm SO-2026-00042",
    )
    parser.add_argument("entity")
    parser.add_argument("operation")
    parser.add_argument("record", nargs="?", help="its number, code or id")
    parser.add_argument("--company", default="demo")
    parser.add_argument("--with", dest="body", default="{}", help="the arguments as JSON, or @file")
    parser.add_argument("--preview", action="store_true", help="say what would happen")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, house: House) -> int:
    """Perform it as the house itself, and show the record's state."""
    try:
        text = args.body
        body = msgspec.json.decode(Path(text[1:]).read_bytes() if text.startswith("@") else text)
    except msgspec.DecodeError:
        raise Refused(InvalidField("--with", "wrong_type", "JSON")) from None
    if not isinstance(body, dict):
        raise Refused(InvalidField("--with", "wrong_type", "{…}"))
    with house.opened() as opened:
        target = found(opened, args.company, args.entity, args.record) if args.record else None
        name = f"{args.entity}.{args.operation}"
        if args.preview:
            catalogue = opened.catalogue_of(args.company)
            operation = catalogue.operation(args.entity, args.operation)
            command = command_for(catalogue, operation, target, body)
            return foretell(house, opened, args.company, name, command)
        outcome = opened.do(args.company, name, body, id=target)
    if isinstance(outcome, Done):
        print(f"{name}: done ({outcome.entity} {outcome.id})")
        return 0
    print(f"{name}: waits for {outcome.role} ({outcome.parked})")
    return 0


def foretell(house: House, opened: Opened, company: str, name: str, command: Command[Any]) -> int:
    """Say what would happen, and do nothing; exit code 1 where it can't be done."""
    looked = opened.preview(company, command, operation=name)
    if not looked.obstacles:
        print(f"{name}: can be done; nothing was done")
        return 0
    if not looked.waits_for:
        raise Refused(looked.obstacles)
    say_aside(house.sentences(Refused(looked.obstacles)))
    print(f"{name}: would wait for {looked.waits_for}; nothing was done")
    return 0


def found(opened: Opened, company: str, entity: str, text: str) -> UUID:
    """Find a record by id, or by the number, code or name that people call it."""
    try:
        return UUID(text)
    except ValueError:
        pass
    description = opened.catalogue_of(company).entity(entity)
    names = [n for n in ("number", "code", "name", description.title_field) if n in description.own]
    with opened.database.transaction(company) as transaction:
        for name in names:
            rows = transaction.rows(
                f"SELECT id FROM {quoted(entity)} WHERE {quoted(name)} = %s LIMIT 2", [text]
            )
            if len(rows) == 1:
                identity: UUID = rows[0][0]
                return identity
    raise Refused(NotFound(entity, text))

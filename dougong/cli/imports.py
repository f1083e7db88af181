"""dougong import: read CSV and XLSX files into a company by a mapping."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from uuid import UUID

from dougong.cli.frame import Commands
from dougong.cli.house import House
from dougong.cli.progress import Progress
from dougong.kernel.house import House as Opened
from dougong.kernel.imports import (
    PreviewedRow,
    Result,
    SpokenLabels,
    preview_import,
    propose,
    remember,
    resume_import,
    run_import,
    undo_import,
)
from dougong.kernel.messages import Messages
from dougong.kernel.refusals import InvalidField, Refusal, Refused

SHOWN_LEFT = 20
FIRST_ROWS = 20


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("import", help="read CSV and XLSX files by a mapping")
    parser.add_argument("place", nargs="?", type=Path, help="a file, or a folder of files")
    parser.add_argument("--company", default="demo")
    parser.add_argument("--mapping", type=Path, help="YAML: which columns become which fields")
    parser.add_argument("--entity", help="for a file without a mapping: what its rows are")
    parser.add_argument(
        "--preview", action="store_true", help="judge the first rows, write nothing"
    )
    parser.add_argument("--rows", type=int, default=FIRST_ROWS, help="how many rows to preview")
    parser.add_argument("--resume", metavar="BATCH", type=UUID, help="take a stopped import up")
    parser.add_argument("--undo", metavar="BATCH", type=UUID, help="take an import back")
    parser.add_argument(
        "--bad", type=Path, default=Path("bad-rows"), help="where rows are handed back to"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, house: House) -> int:
    """Preview, import, resume or undo; exit code 1 where rows were handed back or something stayed."""
    with house.opened() as opened:
        if args.undo:
            return undo(args, house, opened)
        messages = Messages.load(opened.catalogue.packages)
        if args.resume:
            return resume(args, house, opened, messages)
        if args.place is None:
            raise Refused(InvalidField("place", "required"))
        text = mapping_text(args, house, opened, messages)
        if args.preview:
            return preview(args, house, opened, messages, text)
        return begin(args, house, opened, messages, text)


def mapping_text(args: argparse.Namespace, house: House, opened: Opened, messages: Messages) -> str:
    """Read the mapping, or propose one for the file's headers."""
    if args.mapping:
        return str(args.mapping.read_text(encoding="utf-8"))
    if not args.entity:
        raise Refused(InvalidField("--mapping", "required"))
    text, known = propose(opened, args.company, args.entity, args.place, messages)
    house.say("The mapping used before:" if known else "Proposed mapping:")
    house.say(text)
    return text


def preview(
    args: argparse.Namespace, house: House, opened: Opened, messages: Messages, text: str
) -> int:
    """Say what would become of the first rows."""
    rows = preview_import(
        opened,
        args.company,
        text,
        args.place,
        first=args.rows,
        labels=SpokenLabels(messages),
    )
    for row in rows:
        print(shown(row, house))
    by_fate = Counter(row.would for row in rows)
    print(", ".join(f"{would}: {number}" for would, number in sorted(by_fate.items())))
    return 1 if by_fate["refuse"] else 0


def shown(row: PreviewedRow, house: House) -> str:
    """Write one previewed row."""
    values = ", ".join(
        f"{name}={len(value) if isinstance(value, list) else value}"
        for name, value in row.values.items()
    )
    line = f"{row.sheet} {row.number}: {row.would} {row.entity} ({values})"
    if row.reasons:
        line += f"\n    {house.sentences(Refused(row.reasons))}"
    return line


def begin(
    args: argparse.Namespace, house: House, opened: Opened, messages: Messages, text: str
) -> int:
    """Import from the first row on, and remember the mapping."""
    with Progress("Importing") as progress:
        result = run_import(
            opened,
            args.company,
            text,
            args.place,
            bad_folder=args.bad,
            progress=progress,
            say=lambda refusal, entity: sentence(messages, refusal, entity),
            labels=SpokenLabels(messages),
        )
    remember(opened, args.company, text, args.place)
    return tell(result, house)


def resume(args: argparse.Namespace, house: House, opened: Opened, messages: Messages) -> int:
    """Go on with an import that was stopped."""
    with Progress("Importing") as progress:
        result = resume_import(
            opened,
            args.company,
            args.resume,
            place=args.place,
            bad_folder=args.bad,
            progress=progress,
            say=lambda refusal, entity: sentence(messages, refusal, entity),
            labels=SpokenLabels(messages),
        )
    return tell(result, house)


def sentence(messages: Messages, refusal: Refusal, entity: str) -> str:
    """Say why a row was handed back, in English: it goes into a file that others read too."""
    return messages.refusal(refusal, entity=entity)


def tell(result: Result, house: House) -> int:
    """Say how the import went."""
    counts = result.counts
    print(
        f"Import {result.batch}: {counts.created} created, {counts.changed} changed, "
        f"{counts.unchanged} unchanged, {counts.performed} steps performed, "
        f"{counts.bad} handed back, in {result.seconds:.1f} s"
    )
    for reason in result.loose:
        house.say(reason)
    for file in result.bad_files:
        print(f"Handed back with reasons: {file}")
    return 1 if counts.bad else 0


def undo(args: argparse.Namespace, house: House, opened: Opened) -> int:
    """Take an import back."""
    with Progress("Undoing") as progress:
        undone = undo_import(opened, args.company, args.undo, progress=progress)
    print(
        f"Import {args.undo}: {undone.deleted} deleted, {undone.restored} given back, "
        f"{undone.reversed} reversed, {len(undone.left)} left"
    )
    for left in undone.left[:SHOWN_LEFT]:
        house.say(
            f"{left.entity} {left.record} ({left.operation}): "
            f"{house.sentences(Refused(left.reasons))}"
        )
    if len(undone.left) > SHOWN_LEFT:
        house.say(f"… and {len(undone.left) - SHOWN_LEFT} more")
    return 1 if undone.left else 0

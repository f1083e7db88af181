"""dougong export: write records of an entity into a CSV or XLSX file."""

from __future__ import annotations

import argparse
from pathlib import Path

from dougong.cli.frame import Commands
from dougong.cli.house import House
from dougong.cli.progress import Progress
from dougong.kernel.exports import Format, export
from dougong.kernel.messages import Messages
from dougong.kernel.questions import Question
from dougong.kernel.questions.question import Sort
from dougong.kernel.refusals import InvalidField, Refused


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("export", help="write records into a CSV or XLSX file")
    parser.add_argument("entity")
    parser.add_argument("--to", type=Path, required=True, help="the file: .csv or .xlsx")
    parser.add_argument("--company", default="demo")
    parser.add_argument(
        "--filter", default="", help='a condition: total > 1000 and state == "draft"'
    )
    parser.add_argument("--search", default="")
    parser.add_argument(
        "--fields", default="", help="separated by commas; customer.name is one too"
    )
    parser.add_argument("--sort", default="", help="separated by commas; -day for the latest first")
    parser.add_argument(
        "--labels", metavar="LANGUAGE", help="head the columns in a language: en, zh"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, house: House) -> int:
    """Write the file; it appears under its name once it is whole."""
    form = form_of(args.to)
    question = Question(
        entity=args.entity,
        filter=args.filter or None,
        search=args.search,
        fields=words(args.fields),
        sort=[sort_of(word) for word in words(args.sort)],
    )
    growing = args.to.with_name(f"{args.to.name}.part")
    try:
        with (
            house.opened() as opened,
            Progress("Exporting") as progress,
            growing.open("wb") as target,
        ):
            written = export(
                opened,
                args.company,
                question,
                target,
                form=form,
                messages=Messages.load(opened.catalogue.packages) if args.labels else None,
                locale=args.labels or "en",
                progress=progress,
            )
        growing.replace(args.to)
    finally:
        growing.unlink(missing_ok=True)
    print(f"{args.to}: {written} {args.entity}")
    return 0


def form_of(file: Path) -> Format:
    """Tell by the name what is written."""
    try:
        return Format(file.suffix.lower().removeprefix("."))
    except ValueError:
        raise Refused(InvalidField("--to", "not_a_choice", ".csv, .xlsx")) from None


def words(text: str) -> list[str]:
    """Take a list apart that is separated by commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


def sort_of(word: str) -> Sort:
    """Read one field to sort by."""
    return word.removeprefix("-"), word.startswith("-")

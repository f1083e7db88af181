"""The frame of the command line: read the words, run the command, say in one sentence why not."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Protocol

import psycopg

from dougong.cli.house import House, say_aside
from dougong.kernel.postgres import GroundError
from dougong.kernel.postgres.trouble import trouble_of
from dougong.kernel.refusals import Refused

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  argparse names it nowhere else
else:
    Commands = object

FAILED = 1
INTERRUPTED = 130
ENDED_BY_SIGNAL = 128


class Command(Protocol):
    """A module of one command: it adds itself to the parser, and names what runs it."""

    def register(self, commands: Commands) -> None:
        """Add the command, its arguments, and ``set_defaults(run=run)``."""

    def run(self, args: argparse.Namespace, house: House) -> int:
        """Do it, and give the exit code."""


def parser_of(commands: Iterable[Command]) -> argparse.ArgumentParser:
    """Build the parser of all commands."""
    parser = argparse.ArgumentParser(prog="dougong", description="Sales management in one piece.")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(os.environ.get("DOUGONG_FOLDER", ".dougong")),
        help="where the data is (default: %(default)s; also DOUGONG_FOLDER)",
    )
    found = parser.add_subparsers(title="commands", metavar="command", required=True)
    for command in commands:
        command.register(found)
    return parser


def run(
    words: Sequence[str], *, commands: Iterable[Command], build: Callable[[Path, str | None], House]
) -> int:
    """Run one command; whatever a person can mend is one sentence and exit code 1."""
    args = parser_of(commands).parse_args(words)
    house = build(args.folder.absolute(), os.environ.get("DATABASE_URL") or None)
    try:
        with ended_in_order():
            code: int = args.run(args, house)
            sys.stdout.flush()
            return code
    except Refused as refused:
        say_aside(house.sentences(refused))
    except GroundError as trouble:
        say_aside(str(trouble))
    except psycopg.OperationalError as error:
        say_aside(f"The database went away: {str(error).strip().splitlines()[0]}")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        say_aside(str(trouble_of(error, house.folder)))
    except KeyboardInterrupt:
        return INTERRUPTED
    return FAILED


@contextlib.contextmanager
def ended_in_order() -> Iterator[None]:
    """Let a signal to end unwind the command like Ctrl-C does, so that all is stopped in order."""

    def unwind(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(ENDED_BY_SIGNAL + number)

    before = {number: signal.signal(number, unwind) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

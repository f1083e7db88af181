"""dougong worker: the readers of the event log alone, beside a `serve --no-worker`."""

from __future__ import annotations

import argparse
import logging

from dougong.cli.frame import Commands
from dougong.cli.house import House, say_aside
from dougong.kernel.log.runner import Readers

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("worker", help="do what follows from events, until Ctrl-C")
    parser.add_argument("--once", action="store_true", help="catch up with the log, then end")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, house: House) -> int:
    """Read the logs of all companies until somebody ends it; several workers take turns."""
    logging.basicConfig(level=logging.WARNING, format=FORMAT)
    with house.opened() as opened:
        readers = Readers(opened)
        if args.once:
            readers.catch_up()
            return 0
        readers.start()
        say_aside("Reading the event log (Ctrl-C stops it).")
        try:
            readers.thread.join()
        except KeyboardInterrupt:
            pass
        finally:
            readers.stop()
    say_aside("Stopped.")
    return 0

"""dougong serve: open the door for browsers and programs, with the readers inside."""

from __future__ import annotations

import argparse
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from dougong.cli.frame import Commands
from dougong.cli.house import House, say_aside
from dougong.cli.port import listening
from dougong.kernel.house import House as Opened
from dougong.kernel.log.runner import Readers
from dougong.kernel.refusals import Refused
from dougong.kernel.store.migrations.migrating import companies_behind
from dougong.kernel.store.migrations.refusals import CompanyNotMigrated

PATIENCE = 3
"""Seconds that requests under way get to end when the door is shut."""
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  named only to say how one's own machine is reached


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("serve", help="serve on a port until Ctrl-C")
    parser.add_argument("--host", default="127.0.0.1", help="default: this machine alone")
    parser.add_argument("--port", type=int, default=8000, help="default: %(default)s")
    parser.add_argument(
        "--no-worker", action="store_true", help="leave the readers to `dougong worker`"
    )
    parser.add_argument(
        "--demo", action="store_true", help="make the demo company first, if there is none at all"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, house: House) -> int:
    """Serve until somebody ends it."""
    logging.basicConfig(level=logging.WARNING, format=FORMAT)
    with listening(args.host, args.port) as door, house.opened(alone=True) as opened:
        assert house.open_door is not None, "main gives it"
        if args.demo:
            house.before_serving(opened)
        for company in companies_behind(opened):
            say_aside(house.sentences(Refused(CompanyNotMigrated(company))))
        app = house.open_door(opened)
        with reading(opened, at_all=not args.no_worker):
            welcome(opened, app, args.host, args.port)
            serve(app, door)
    say_aside("Stopped.")
    return 0


def serve(app: Starlette, door: socket.socket) -> None:
    """Answer requests on the door's socket; Ctrl-C ends it in order."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=PATIENCE,
        timeout_keep_alive=30,
    )
    try:
        Door(config).run(sockets=[door])
    except KeyboardInterrupt:
        return


class Door(uvicorn.Server):
    """The server; before it shuts it lets those go who would listen for ever."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let listeners go, then end as always."""
        app = self.config.app
        assert isinstance(app, Starlette), "the door is our own"
        app.state.live.close()
        await super().shutdown(sockets)


@contextmanager
def reading(opened: Opened, *, at_all: bool) -> Iterator[None]:
    """Have the readers of the event log run meanwhile."""
    if not at_all:
        yield
        return
    readers = Readers(opened)
    readers.start()
    try:
        yield
    finally:
        readers.stop()


def welcome(opened: Opened, app: Starlette, host: str, port: int) -> None:
    """Say where it is, and how to sign in."""
    name = "localhost" if host in ("127.0.0.1", *EVERYWHERE) else host
    say_aside(f"Dougong is at http://{name}:{port} (Ctrl-C stops it).")
    people = list(app.state.demo())
    if people:
        say_aside("Sign in to the demo company as:")
        for one in people:
            say_aside(f"  {one.login:<14} {one.password:<18} {one.name}, {one.role}")
    elif not opened.companies():
        say_aside('There is no company yet: dougong company create shop --name "My shop"')

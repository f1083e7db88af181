"""Puts the parts together; the only module that knows all of them."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from dougong.cli import (
    backup,
    company,
    demo,
    do,
    exports,
    frame,
    imports,
    migrate,
    openapi,
    restore,
    serve,
    trace,
    verify,
    worker,
)
from dougong.cli.house import House as Tools
from dougong.cli.progress import Progress
from dougong.demo.company import demo_colleagues, hurried, prepare_demo
from dougong.demo.people import PASSWORD
from dougong.engines.collab.notifying import notifying
from dougong.kernel.access.actor import HOUSE
from dougong.kernel.catalogue import Catalogue, discover
from dougong.kernel.furnishing import furnished
from dougong.kernel.house import House
from dougong.kernel.messages import Messages
from dougong.kernel.refusals import Refused
from dougong.kernel.verbs import VERBS
from dougong.web.app import web_app
from dougong.web.demo import DemoPerson
from dougong.web.openapi import Described

KERNEL = (
    "dougong.kernel.company",
    "dougong.kernel.access",
    "dougong.kernel.approvals",
    "dougong.kernel.changes",
    "dougong.kernel.imports",
    "dougong.kernel.exports",
    "dougong.kernel.files",
)
ENGINES = ("dougong.engines.collab",)
APPS = (
    "dougong.apps.base",
    "dougong.apps.crm",
    "dougong.apps.inventory",
    "dougong.apps.finance",
    "dougong.apps.sales",
)
OBJECTS_BETWEEN_LOOKS = 20_000
COMMANDS: tuple[frame.Command, ...] = (
    serve,
    worker,
    do,
    trace,
    imports,
    exports,
    verify,
    migrate,
    company,
    demo,
    backup,
    restore,
    openapi,
)


def run() -> None:
    """Run the command that was typed."""
    sys.exit(frame.run(sys.argv[1:], commands=COMMANDS, build=build_tools))


def build_tools(folder: Path, database_url: str | None) -> Tools:
    """Give the commands what they need."""
    return Tools(
        folder=folder,
        database_url=database_url,
        sentences=sentences,
        open_house=open_house,
        open_door=open_door,
        describe=describe,
        before_serving=make_demo,
    )


def open_door(house: House) -> Starlette:
    """Put the web application on a house; its first page names the demo company's people."""
    return web_app(house, demo=lambda: demo_people(house))


def describe() -> dict[str, Any]:
    """Describe the API with what every company has."""
    words = Messages.load((*KERNEL, *ENGINES, *APPS, "dougong.web"))
    return Described(catalogue(), HOUSE.rights, words, "en").document()


def demo_people(house: House) -> list[DemoPerson]:
    """Give whom anybody may sign in as."""
    return [
        DemoPerson(name=one.name, role=one.post, login=one.login, password=PASSWORD)
        for one in demo_colleagues(house)
    ]


def make_demo(house: House) -> None:
    """Make the demo company where there is no company yet."""
    making = open_house(hurried(house.database.dsn))
    with closing(making), Progress("Making the demo company, once") as progress:
        prepare_demo(making, progress)


@cache
def messages() -> Messages:
    """Read every word and sentence, once."""
    return Messages.load((*KERNEL, *ENGINES, *APPS))


def sentences(refused: Refused) -> str:
    """Say why not, in the language of the person's terminal."""
    locale = "zh" if os.environ.get("LANG", "").startswith("zh") else "en"
    return "\n".join(messages().refusal(one, locale) for one in refused.refusals)


@cache
def catalogue() -> Catalogue:
    """Read everything that the house declares, once."""
    found = discover((*KERNEL, *ENGINES, *APPS), VERBS)
    leave_alone_what_stays()
    return found


def leave_alone_what_stays() -> None:
    """Keep the garbage collector from what was read at the start, and from looking all too often.

    An order of a thousand lines makes some ten thousand objects, none of them garbage; looking for
    it among them and all code besides took a fifth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_LOOKS, 20, 50)


def open_house(dsn: str, *, size: int = 10) -> House:
    """Put a house together on a database."""
    house = furnished(dsn, catalogue(), size=size)
    house.projections.append(notifying())
    return house

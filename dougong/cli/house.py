"""What every command is given: where the data is, how to open it, how to speak to the person."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from dougong.kernel.house import House as Opened
from dougong.kernel.postgres import Ground, open_ground
from dougong.kernel.refusals import Refused


def say_aside(sentence: str) -> None:
    """Tell the person something that is no result: it goes where results don't."""
    print(sentence, file=sys.stderr, flush=True)


@dataclass(frozen=True, kw_only=True)
class House:
    """The parts that the commands need, put together by ``main``."""

    folder: Path
    database_url: str | None = None
    say: Callable[[str], None] = say_aside
    sentences: Callable[[Refused], str] = str
    """How a refusal reads in the person's language."""

    open_house: Callable[[str], Opened] | None = None
    """How the parts are put together on a database; ``main`` knows."""
    open_door: Callable[[Opened], Starlette] | None = None
    """How the web application is put on them."""
    describe: Callable[[], dict[str, Any]] = dict
    """How the API is described."""
    before_serving: Callable[[Opened], None] = lambda _opened: None
    """What is made ready when the door opens: the demo company, the first time."""

    @contextmanager
    def opened(self, *, alone: bool = False) -> Iterator[Opened]:
        """Open the database and everything on it."""
        assert self.open_house is not None, "main gives it"
        with self.ground(alone=alone) as ground:
            opened = self.open_house(ground.dsn)
            try:
                yield opened
            finally:
                opened.close()

    def ground(self, *, alone: bool = False) -> Ground:
        """Open the database; ``alone`` for the command that serves from it."""
        return open_ground(self.folder / "postgres", self.database_url, alone=alone, say=self.say)

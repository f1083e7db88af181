"""The site of the tests: the door on a real port, with the readers behind it, and a clock that runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import uvicorn

from dougong.cli.port import listening
from dougong.cli.serve import Door
from dougong.kernel.house import House, utc_now
from dougong.kernel.log.runner import Readers
from dougong.main import open_door

OPENING = 9.5
"""The hour of the day, in Shanghai, at which a test's day begins."""


@dataclass
class Site:
    """A company that is open: where, and the house behind it."""

    url: str
    house: House


@contextmanager
def open_site(house: House, today: date) -> Iterator[Site]:
    """Open the door of a house on a day."""
    set_clock(house, today)
    socket = listening("127.0.0.1", 0)
    app = open_door(house)
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    server = Door(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    readers = Readers(house)
    readers.start()
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield Site(f"http://127.0.0.1:{socket.getsockname()[1]}", house)
    server.should_exit = True
    thread.join(10)
    readers.stop()


def set_clock(house: House, today: date) -> None:
    """Let the house's clock run from the morning of a day."""
    morning = datetime(today.year, today.month, today.day, tzinfo=ZoneInfo("Asia/Shanghai"))
    ahead = morning + timedelta(hours=OPENING) - utc_now()
    house.clock = lambda: utc_now() + ahead

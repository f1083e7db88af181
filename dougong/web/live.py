"""Live: browsers hear of what happens in their company, as far as they may see it, within a second.

One feed for each company that somebody listens to; it reads the log when it is called, and every
second besides. Who reconnects says what they heard last, and gets what came since.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import anyio
import anyio.to_thread
import psycopg
from anyio.abc import TaskGroup
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from dougong.kernel.house import House
from dougong.kernel.log.wake import Listener
from dougong.kernel.questions import as_json
from dougong.kernel.refusals import Refused
from dougong.web.answers import ENCODER
from dougong.web.asking import Asking
from dougong.web.bodies import known_parameters
from dougong.web.desk import Desk, Endpoint
from dougong.web.refusals import Busy
from dougong.web.sight import visible
from dougong.web.tail import AT_ONCE, Heard, beginning, between, read_behind, read_place

LOG = logging.getLogger("dougong.web.live")
EVERY = 1.0
"""Seconds after which the log is looked at even if nobody called."""
TOGETHER = 0.03
"""Seconds within which what happens is told together."""
SIGN_OF_LIFE = 15.0
MOST_UNHEARD = 50
"""Batches that may wait for a slow listener; then it is let go, and reconnects."""
HELLO = b"retry: 1000\n"

Batch = list[Heard]


@dataclass
class Feed:
    """What is told to everybody who listens to one company."""

    company: str
    called: anyio.Event = field(default_factory=anyio.Event)
    ears: set[MemoryObjectSendStream[Batch]] = field(default_factory=set)
    place: int = 0

    def tell(self, batch: Batch) -> None:
        """Give a batch to every listener; one that is too slow is let go."""
        for ear in list(self.ears):
            try:
                ear.send_nowait(batch)
            except (anyio.WouldBlock, anyio.BrokenResourceError):
                self.ears.discard(ear)
                ear.close()

    def close(self) -> None:
        """Let every listener go."""
        for ear in list(self.ears):
            ear.close()
        self.ears.clear()


class Live:
    """All feeds of a process."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.feeds: dict[str, Feed] = {}
        self.tasks: TaskGroup | None = None
        self.loop: asyncio.AbstractEventLoop | None = None
        self.closing = False

    @property
    def house(self) -> House:
        """The house whose logs are read."""
        return self.desk.house

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Listen to calls while the door is open."""
        listener = Listener(self.house.database.dsn, self.call)
        self.loop = asyncio.get_running_loop()
        async with anyio.create_task_group() as tasks:
            self.tasks = tasks
            listener.start()
            try:
                yield
            finally:
                self.close()
                await anyio.to_thread.run_sync(listener.stop)
                tasks.cancel_scope.cancel()

    def close(self) -> None:
        """Let every listener go, so that the door can be shut."""
        self.closing = True
        for feed in self.feeds.values():
            feed.close()

    def call(self, company: str) -> None:
        """Have a company's log looked at now; from any thread."""
        if company in self.feeds and not self.closing and self.loop is not None:
            self.loop.call_soon_threadsafe(self.look, company)

    def look(self, company: str) -> None:
        """Wake a feed."""
        feed = self.feeds.get(company)
        if feed is not None:
            feed.called.set()

    async def run(self, feed: Feed) -> None:
        """Read a company's log for as long as somebody listens."""
        while feed.ears:
            feed.called = anyio.Event()
            batch: Batch = []
            try:
                batch, feed.place = await self.in_thread(
                    read_behind, self.house.database, feed.company, feed.place
                )
            except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
                feed.close()  # the company is gone
            except Exception:  # one company's trouble is not the others'
                LOG.warning("the log of %s can't be read just now", feed.company, exc_info=True)
            if batch:
                feed.tell(batch)
            if len(batch) < AT_ONCE:
                with anyio.move_on_after(EVERY):
                    await feed.called.wait()
                await anyio.sleep(TOGETHER)
        if self.feeds.get(feed.company) is feed:
            del self.feeds[feed.company]

    async def in_thread(self, act: Callable[..., Any], *given: Any) -> Any:
        """Do something with the database."""
        return await anyio.to_thread.run_sync(partial(act, *given), limiter=self.desk.limiter)

    async def listen(self, company: str) -> tuple[MemoryObjectReceiveStream[Batch], int]:
        """Begin to listen: what comes behind the place will be told."""
        assert self.tasks is not None, "nobody listens before the door is open"
        ear, stream = anyio.create_memory_object_stream[Batch](MOST_UNHEARD)
        feed = self.feeds.get(company)
        if feed is None:
            place = await self.in_thread(beginning, self.house.database, company)
            feed = self.feeds.get(company)  # somebody else may have begun meanwhile
            if feed is None:
                feed = self.feeds[company] = Feed(company, place=place)
                self.tasks.start_soon(self.run, feed)
        feed.ears.add(ear)
        return stream, feed.place


def listening(live: Live) -> Endpoint:
    """Give the address where browsers listen."""
    desk = live.desk

    async def endpoint(request: Request) -> Response:
        try:
            if live.tasks is None or live.closing:
                raise Refused(Busy())  # noqa: TRY301  it is answered like any other
            known_parameters(request, ())
            asking = await live.in_thread(desk.understand, request, b"")
            company = asking.company
            last = request.headers.get("last-event-id")
            since = read_place(last) if last else None
            stream, place = await live.listen(company)
        except Refused as no:
            return desk.turn_away(request, no.refusals)
        except psycopg.Error:
            LOG.warning("nobody can listen just now", exc_info=True)
            return desk.turn_away(request, (Busy(),))
        told = telling(live, asking, stream, place, since)
        return StreamingResponse(
            told, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
        )

    return endpoint


async def telling(
    live: Live,
    asking: Asking,
    stream: MemoryObjectReceiveStream[Batch],
    place: int,
    since: int | None,
) -> AsyncIterator[bytes]:
    """Tell what was missed, then what comes, until the session ends or the listener leaves."""
    with stream:
        yield HELLO + ready(since or place)
        while since is not None and since < place:
            missed: Batch = await live.in_thread(missed_by, asking, since, place)
            told = await live.in_thread(seen_by, asking, missed)
            if told is None:
                return
            since = missed[-1].place if len(missed) == AT_ONCE else place
            yield told + ready(since)
        while True:
            batch: Batch = []
            with anyio.move_on_after(SIGN_OF_LIFE):
                try:
                    batch = await stream.receive()
                except (anyio.EndOfStream, anyio.ClosedResourceError):
                    return
            told = await live.in_thread(seen_by, asking, batch)
            if told is None:
                return
            yield told + (ready(batch[-1].place) if batch else b": still here\n\n")


def missed_by(asking: Asking, since: int, until: int) -> Batch:
    """Read what came since somebody last heard."""
    with asking.reading() as reading:
        return between(reading.transaction, since, until)


def ready(place: int) -> bytes:
    """Write how far everything was told, so that a reconnecting browser goes on from there."""
    return f"id: {place}\nevent: told\ndata: {place}\n\n".encode()


def seen_by(asking: Asking, batch: Sequence[Heard]) -> bytes | None:
    """Write what the asker may see of a batch; nothing where the session has ended."""
    with asking.house.database.outside() as connection:
        who = asking.desk.asker(asking.request, connection)
    if who is None or who.company != asking.company:
        return None
    try:
        with asking.reading() as reading:
            seen = visible(reading, ((heard.entity, heard.record) for heard in batch))
    except Refused:
        return None
    return b"".join(written(heard) for heard in batch if (heard.entity, heard.record) in seen)


def written(heard: Heard) -> bytes:
    """Write an event for a browser."""
    told = {
        "id": as_json(heard.id),
        "name": heard.name,
        "entity": heard.entity,
        "record": as_json(heard.record),
        "at": as_json(heard.at),
        "recorded_at": as_json(heard.recorded_at),
        "actor": as_json(heard.actor),
        "cause": as_json(heard.cause),
        "trace": as_json(heard.trace),
    }
    return b"event: happened\ndata: " + ENCODER.encode(told) + b"\n\n"

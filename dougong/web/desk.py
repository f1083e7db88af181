"""The front desk: every request is understood here, handed on, and answered in the asker's words."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
import psycopg
import psycopg_pool
from psycopg import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from dougong.kernel.access.veil import hides_nothing
from dougong.kernel.errands import Errands
from dougong.kernel.house import House
from dougong.kernel.identity import STANDARD, Passwords, Who, who, who_by_token
from dougong.kernel.messages import FALLBACK, Messages
from dougong.kernel.messages import language_of as language
from dougong.kernel.refusals import Refusal, Refused
from dougong.kernel.values import new_id
from dougong.web.answers import refused
from dougong.web.asking import Asking
from dougong.web.bodies import LARGEST_BODY, read_body
from dougong.web.demo import DemoPerson
from dougong.web.refusals import (
    Broken,
    Busy,
    ForeignOrigin,
    NoSuchAddress,
    NotThisWay,
    TookTooLong,
)

LOG = logging.getLogger("dougong.web")
COOKIE = "dougong_session"
OWN_HEADER = "dougong-request"
"""A header that a page of another website can't set without being allowed to."""
SAFE = ("GET", "HEAD", "OPTIONS")
BEARER = "bearer "
PASSING = (
    psycopg_pool.PoolTimeout,
    psycopg_pool.TooManyRequests,
    psycopg.OperationalError,
)
Act = Callable[[Asking], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass
class Desk:
    """What all addresses share: the house, its words, and so many threads as connections."""

    house: House
    messages: Messages
    passwords: Passwords = STANDARD
    demo: Callable[[], Iterable[DemoPerson]] = tuple
    """Whom anybody may sign in as, to try things out."""
    limiter: anyio.CapacityLimiter = field(init=False)
    errands: Errands = field(init=False)
    """What takes longer than an answer may."""

    def __post_init__(self) -> None:
        """Have a thread for each connection to the database."""
        self.errands = Errands(self.house.database)
        self.limiter = anyio.CapacityLimiter(self.house.database.pool.max_size)

    def door(self, act: Act, most: int = LARGEST_BODY) -> Endpoint:
        """Give what an address does to the web frame: read the body, then answer in a thread."""

        async def endpoint(request: Request) -> Response:
            try:
                body = b"" if request.method in SAFE else await read_body(request, most)
            except Refused as too_much:
                return self.turn_away(request, too_much.refusals)
            answer = partial(self.answer, act, request, body)
            return await anyio.to_thread.run_sync(answer, limiter=self.limiter)

        return endpoint

    def answer(self, act: Act, request: Request, body: bytes) -> Response:
        """Answer a request, whatever comes of it."""
        asking: Asking | None = None
        try:
            asking = self.understand(request, body)
            return act(asking)
        except Refused as no:
            locale = asking.locale if asking else self.locale(request, None)
            entity = str(request.path_params.get("entity", ""))
            veiled = asking is not None and any(one.reveals for one in no.refusals)
            hides = asking.hides if asking is not None and veiled else hides_nothing
            return refused(no.refusals, self.messages, locale, entity, hides)
        except PASSING:
            LOG.warning("%s %s: the database", request.method, request.url.path, exc_info=True)
            return self.turn_away(request, (Busy(),))
        except psycopg.errors.TransactionTimeout:
            LOG.warning("%s %s took too long", request.method, request.url.path)
            return self.turn_away(request, (TookTooLong(),))
        except Exception:
            mark = str(new_id())
            LOG.exception("%s %s [%s]", request.method, request.url.path, mark)
            return self.turn_away(request, (Broken(mark),))

    def turn_away(self, request: Request, refusals: tuple[Refusal, ...]) -> Response:
        """Answer a request that nobody has looked at closely."""
        return refused(refusals, self.messages, self.locale(request, None))

    def understand(self, request: Request, body: bytes) -> Asking:
        """Find out who asks, and in which language."""
        with self.house.database.outside() as connection:
            asker = self.asker(request, connection)
        return Asking(self, request, body, asker, self.locale(request, asker))

    def asker(self, request: Request, connection: Connection[Any]) -> Who | None:
        """Tell who asks: by a token, or by a session's cookie."""
        shown = request.headers.get("authorization", "")
        now = self.house.clock()
        if shown[: len(BEARER)].lower() == BEARER:
            return who_by_token(connection, shown[len(BEARER) :].strip(), now)
        session = request.cookies.get(COOKIE)
        if not session:
            return None
        if request.method not in SAFE:
            self.refuse_foreign(request, by_cookie=True)
        return who(connection, session, now)

    def refuse_foreign(self, request: Request, *, by_cookie: bool) -> None:
        """Refuse what another website's page sends with the person's cookie."""
        origin = request.headers.get("origin")
        if origin is not None:
            own = request.headers.get("host", "").lower()
            if urlsplit(origin).netloc.lower() != own or not own:
                raise Refused(ForeignOrigin())
        elif by_cookie and not request.headers.get(OWN_HEADER):
            raise Refused(ForeignOrigin())

    def locale(self, request: Request, asker: Who | None) -> str:
        """Choose the language: asked for in the address, by the browser, or the person's own."""
        wanted = [request.query_params.get("lang", "")]
        wanted += accepted(request.headers.get("accept-language", ""))
        wanted.append(asker.locale if asker else "")
        spoken = self.messages.languages
        return next((language(one) for one in wanted if one and language(one) in spoken), FALLBACK)

    async def lost(self, request: Request, error: Exception) -> Response:
        """Answer for an address that isn't there, or not with this method."""
        assert isinstance(error, HTTPException), "only HTTP's own exceptions come here"
        if error.status_code == 405:  # noqa: PLR2004  HTTP's own number
            response = self.turn_away(request, (NotThisWay(request.method),))
            response.headers.update(error.headers or {})
            return response
        return self.turn_away(request, (NoSuchAddress(request.url.path[:200]),))


def accepted(header: str) -> list[str]:
    """Read Accept-Language: the languages, the most wanted first."""
    weighed = []
    for at, part in enumerate(header.split(",")[:20]):
        name, _, weight = part.strip().partition(";q=")
        try:
            weighed.append((-float(weight or 1), at, name.strip()))
        except ValueError:
            continue
    return [name for weight, _, name in sorted(weighed) if name and name != "*" and weight < 0]

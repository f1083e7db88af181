"""What is told again only where it has changed: the description of the house, by its version."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from starlette.responses import Response

from dougong.kernel.values import new_id
from dougong.web.answers import Json
from dougong.web.asking import Asking, Reading

THIS_PROCESS = str(new_id())
"""Words and declarations come with the code: another start may tell otherwise."""
ASK_AGAIN = {"Cache-Control": "private, no-cache", "Vary": "Accept-Language, Cookie, Authorization"}


def unless_known(asking: Asking, reading: Reading, told: Callable[[], Any]) -> Response:
    """Answer what is told, or that the asker has it already; then it isn't put together at all."""
    mark = mark_of(asking, reading)
    known = asking.request.headers.get("if-none-match", "")
    headers = {"ETag": mark, **ASK_AGAIN}
    if mark in (one.strip() for one in known.split(",")):
        return Response(status_code=304, headers=headers)
    return Json(told(), headers=headers)


def mark_of(asking: Asking, reading: Reading) -> str:
    """Name a version of what this asker is told here: nothing else goes into it."""
    asker = asking.signed_in
    parts = (
        THIS_PROCESS,
        asking.request.url.path,
        asking.locale,
        reading.state.slug,
        reading.state.version,
        reading.today,
        reading.actor.person,
        sorted(asker.scopes) if asker.scopes is not None else None,
    )
    return f'W/"{sha256(repr(parts).encode()).hexdigest()[:24]}"'

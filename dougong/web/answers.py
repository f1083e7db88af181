"""What goes back: JSON, exact to the last digit, and problems as RFC 9457 has them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

import msgspec
from starlette.responses import Response

from dougong.kernel.access.veil import Hides, hides_nothing
from dougong.kernel.identity import SignInPaused
from dougong.kernel.messages import Messages
from dougong.kernel.questions import as_json
from dougong.kernel.refusals import Refusal
from dougong.web.refusals import Busy, TookTooLong

ENCODER = msgspec.json.Encoder(decimal_format="string")
PROBLEM = "urn:dougong:refusal:"


class Json(Response):
    """A JSON answer."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Encode it."""
        return ENCODER.encode(content)


class Problem(Json):
    """A refusal as an answer."""

    media_type = "application/problem+json"


def plain(value: object) -> Any:
    """Write a fact as JSON has it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return as_json(value)


def reason(
    refusal: Refusal,
    messages: Messages,
    locale: str,
    entity: str = "",
    hides: Hides = hides_nothing,
) -> dict[str, Any]:
    """Write one refusal: its code, its sentence, its facts and the field it is about."""
    hidden = hides(refusal)
    facts = {name: fact for name, fact in refusal.facts().items() if name not in hidden}
    written: dict[str, Any] = {
        "code": refusal.code,
        "status": refusal.status,
        "detail": messages.refusal(refusal, locale, entity=entity, hidden=hidden),
        "facts": plain(facts),
    }
    field = getattr(refusal, "field", "")
    if field:
        written["field"] = field
    return written


def reasons(
    refusals: Sequence[Refusal],
    messages: Messages,
    locale: str,
    entity: str = "",
    hides: Hides = hides_nothing,
) -> list[dict[str, Any]]:
    """Write several refusals."""
    return [reason(one, messages, locale, entity, hides) for one in refusals]


def problem(
    refusals: Sequence[Refusal],
    messages: Messages,
    locale: str,
    entity: str = "",
    hides: Hides = hides_nothing,
) -> dict[str, Any]:
    """Write why a request was refused; the first reason speaks for all."""
    written = reasons(refusals, messages, locale, entity, hides)
    first = written[0]
    return {
        "type": PROBLEM + first["code"],
        "title": first["code"].replace("_", " ").capitalize(),
        **first,
        **({"problems": written} if len(written) > 1 else {}),
    }


def refused(
    refusals: Sequence[Refusal],
    messages: Messages,
    locale: str,
    entity: str = "",
    hides: Hides = hides_nothing,
    **more: Any,
) -> Problem:
    """Answer that a request was refused."""
    first = refusals[0]
    headers = {"Content-Language": locale}
    if first.status == 401:  # noqa: PLR2004  HTTP's own number
        headers["WWW-Authenticate"] = 'Bearer realm="Dougong"'
    if isinstance(first, SignInPaused):
        headers["Retry-After"] = str(first.seconds)
    if isinstance(first, Busy | TookTooLong):
        headers["Retry-After"] = "1"
    body = problem(refusals, messages, locale, entity, hides) | more
    return Problem(body, status_code=first.status, headers=headers)

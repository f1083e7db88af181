"""What a request carries: its body within bounds, its numbers exact, its parameters known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec
from starlette.requests import Request

from dougong.kernel.refusals import InvalidField, Refused
from dougong.web.refusals import BodyTooLarge, NotJson, PreconditionFailed, UnreadableBody

LARGEST_BODY = 8 * 2**20
LONGEST_KEY = 255
HOUSE_KEYS = "parked:"
MOST_ROWS = 1000
EVERYWHERE = ("lang",)
DECODER = msgspec.json.Decoder(float_hook=Decimal)


async def read_body(request: Request, most: int = LARGEST_BODY) -> bytes:
    """Take the body in; refused as soon as it is larger than allowed."""
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > most:
        raise Refused(BodyTooLarge(most))
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise Refused(BodyTooLarge(most))
        parts.append(part)
    return b"".join(parts)


def decoded(request: Request, body: bytes) -> Any:
    """Read the JSON of a body, numbers exact; an empty body is an empty object."""
    if not body:
        return {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(NotJson())
    try:
        return DECODER.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Refused(UnreadableBody("not_json")) from None


def an_object(value: object) -> dict[str, Any]:
    """See that a body is an object."""
    if not isinstance(value, dict):
        raise Refused(UnreadableBody("wrong_type", "object"))
    return value


def some_rows(value: object) -> list[dict[str, Any]]:
    """See that a body is a list of objects, and not too long."""
    if not isinstance(value, list) or len(value) > MOST_ROWS:
        raise Refused(UnreadableBody("no_list", str(MOST_ROWS)))
    for at, row in enumerate(value):
        if not isinstance(row, dict):
            raise Refused(InvalidField(f"[{at}]", "wrong_type", "object"))
    return value


def known_parameters(request: Request, known: Iterable[str]) -> Mapping[str, str]:
    """Give the query's parameters; one that the address doesn't know is refused by name."""
    given = request.query_params
    unknown = sorted(set(given) - {*known, *EVERYWHERE})
    if unknown:
        raise Refused(InvalidField(name[:100], "unknown_parameter") for name in unknown)
    return given


def whole_number(given: Mapping[str, str], name: str, otherwise: int) -> int:
    """Read a parameter that counts."""
    text = given.get(name)
    if text is None:
        return otherwise
    if not text.isascii() or not text.isdecimal() or len(text) > 9:  # noqa: PLR2004  a billion is no page
        raise Refused(InvalidField(name, "wrong_type", "number"))
    return int(text)


def is_set(given: Mapping[str, str], name: str) -> bool:
    """Read a parameter that is a switch: ``?preview`` and ``?preview=true`` alike."""
    return given.get(name, "false").lower() not in ("false", "0", "no")


def seen_version(request: Request) -> int | None:
    """Read which version of the record the asker saw, from If-Match."""
    tag = request.headers.get("if-match", "").strip()
    if tag in ("", "*"):
        return None
    version = tag.strip('"')
    if tag == f'"{version}"' and version.isascii() and version.isdecimal() and len(version) < 10:  # noqa: PLR2004  as many as the column holds
        return int(version)
    raise Refused(PreconditionFailed(tag[:100]))


def idempotency_key(request: Request) -> str:
    """Read the key by which a request that is sent twice is carried out once."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return ""
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
        raise Refused(InvalidField("Idempotency-Key", "too_long_key", str(LONGEST_KEY)))
    if key.startswith(HOUSE_KEYS):
        raise Refused(InvalidField("Idempotency-Key", "taken_key", HOUSE_KEYS))
    return key

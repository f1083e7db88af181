"""The web client as it was built: its one page, with a fresh nonce each time, and its files."""

from __future__ import annotations

import gzip
import secrets
from functools import cache
from mimetypes import guess_type
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dougong.web.desk import COOKIE

BUILT = Path(__file__).parent / "built"
"""Where ``make client`` puts it."""
PAGE = "index.html"
NONCE = "__NONCE__"
SESSION = "__SESSION__"
FOR_EVER = "public, max-age=31536000, immutable"
SMALL = 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; "
    "style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self' blob:; worker-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Scripts come from our own files alone; a style needs the page's nonce, but for single attributes."""


def is_built() -> bool:
    """Tell whether there is a client to answer with."""
    return (BUILT / PAGE).is_file()


def client_routes() -> list[Route]:
    """Give the client's addresses: its files, and the one page under every address of a page."""
    names = [str(one.relative_to(BUILT)) for one in BUILT.rglob("*") if one.is_file()]
    files = [Route(f"/{name}", show_file, methods=["GET"]) for name in names if name != PAGE]
    missing = Route("/assets/{rest:path}", show_missing, methods=["GET"])
    return [*files, missing, Route("/{page:path}", show_page, methods=["GET"])]


async def show_page(request: Request) -> Response:
    """Answer the page; an address below ``/api`` is no page."""
    if request.url.path.startswith("/api/"):
        raise HTTPException(404)
    nonce = secrets.token_urlsafe(16)
    session = "some" if COOKIE in request.cookies else "none"
    return Response(
        page().replace(NONCE, nonce).replace(SESSION, session),
        media_type="text/html",
        headers={
            "Content-Security-Policy": POLICY.format(nonce=nonce),
            "Cache-Control": "no-store",
        },
    )


async def show_file(request: Request) -> Response:
    """Answer one of the client's files; those under ``assets`` are named by what they hold."""
    name = request.url.path.removeprefix("/")
    content, zipped = file_named(name)
    headers = {"Cache-Control": FOR_EVER if name.startswith("assets/") else "public, max-age=3600"}
    if zipped and "gzip" in request.headers.get("accept-encoding", ""):
        content = zipped
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(content, media_type=guess_type(name)[0], headers=headers)


async def show_missing(_request: Request) -> Response:
    """Say that there is no such file: an old page asks for the files of its own time."""
    return PlainTextResponse("Not found", status_code=404)


@cache
def page() -> str:
    """Read the page."""
    return (BUILT / PAGE).read_text(encoding="utf-8")


@cache
def file_named(name: str) -> tuple[bytes, bytes | None]:
    """Read a file, as it is and compressed."""
    content = (BUILT / name).read_bytes()
    return content, gzip.compress(content, 9) if len(content) > SMALL else None

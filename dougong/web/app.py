"""The web application: every address, and who answers there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager

import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from dougong.kernel.house import House
from dougong.kernel.identity import STANDARD, Passwords
from dougong.kernel.messages import Messages
from dougong.web import (
    chain,
    changes,
    deeds,
    exports,
    files,
    finding,
    gate,
    imports,
    inbox,
    insight,
    meta,
    openapi,
    page,
    past,
    records,
    related,
    together,
    why,
)
from dougong.web.armour import Armour
from dougong.web.bodies import LARGEST_BODY
from dougong.web.client import client_routes, is_built
from dougong.web.demo import DemoPerson
from dougong.web.desk import Act, Desk
from dougong.web.live import Live, listening

API = "/api/v1"
LIVE = f"{API}/live"
ADDRESSES: tuple[tuple[str, str, Act], ...] = (
    ("GET", "/style.css", page.show_style),
    ("GET", "/api", page.show_reference),
    ("GET", "/api/openapi.json", openapi.show_openapi),
    ("GET", f"{API}/welcome", gate.show_welcome),
    ("POST", f"{API}/sign-in", gate.sign_in_here),
    ("POST", f"{API}/sign-out", gate.sign_out_here),
    ("POST", f"{API}/enter", gate.enter),
    ("GET", f"{API}/me", gate.show_me),
    ("GET", f"{API}/tokens", gate.list_tokens),
    ("POST", f"{API}/tokens", gate.make_token),
    ("DELETE", f"{API}/tokens/{{id}}", gate.revoke_token),
    ("GET", f"{API}/meta", meta.show_house),
    ("GET", f"{API}/meta/{{entity}}", meta.show_entity),
    ("GET", f"{API}/search", finding.search),
    ("GET", f"{API}/people", together.show_people),
    ("GET", f"{API}/trace/{{id}}", past.show_trace),
    ("POST", f"{API}/events/{{id}}/undo", past.undo_event),
    ("GET", f"{API}/inbox", inbox.show_inbox),
    ("GET", f"{API}/insight/catalogue", insight.show_catalogue),
    ("POST", f"{API}/insight/ask", insight.ask_measures),
    ("POST", f"{API}/insight/export", insight.export_measures),
    ("POST", f"{API}/file", files.upload),
    ("GET", f"{API}/file/{{id}}/content", files.show_content),
    ("POST", f"{API}/imports", imports.start_import),
    ("GET", f"{API}/imports/{{id}}", imports.show_import),
    ("GET", f"{API}/imports/{{id}}/bad-rows", imports.show_bad_rows),
    ("POST", f"{API}/imports/{{id}}/resume", imports.resume),
    ("POST", f"{API}/imports/{{id}}/undo", imports.undo),
    ("POST", f"{API}/exports", exports.start_export),
    ("GET", f"{API}/exports/{{id}}", exports.show_export),
    ("GET", f"{API}/exports/{{id}}/content", exports.show_content),
    ("GET", f"{API}/change_set/{{id}}/diff", changes.show_diff),
    ("GET", f"{API}/{{entity}}", records.list_records),
    ("POST", f"{API}/{{entity}}", deeds.create_record),
    ("GET", f"{API}/{{entity}}/group", records.group_records),
    ("GET", f"{API}/{{entity}}/question/{{name}}", records.ask_by_name),
    ("POST", f"{API}/{{entity}}/question/{{name}}", records.inquire),
    ("GET", f"{API}/{{entity}}/{{id}}/history", past.show_history),
    ("GET", f"{API}/{{entity}}/{{id}}/why", why.show_why),
    ("GET", f"{API}/{{entity}}/{{id}}/related", related.show_related),
    ("GET", f"{API}/{{entity}}/{{id}}/overview", records.show_overview),
    ("GET", f"{API}/{{entity}}/{{id}}/chain", chain.show_chain),
    ("GET", f"{API}/{{entity}}/{{id}}/timeline", together.show_timeline),
    ("GET", f"{API}/{{entity}}/{{id}}", past.show_now_or_then),
    ("PATCH", f"{API}/{{entity}}/{{id}}", deeds.edit_record),
    ("DELETE", f"{API}/{{entity}}/{{id}}", deeds.delete_record),
    ("POST", f"{API}/{{entity}}/{{operation}}", deeds.operate_anew),
    ("POST", f"{API}/{{entity}}/bulk/{{operation}}", deeds.operate_on_many),
    ("POST", f"{API}/{{entity}}/{{id}}/{{operation}}", deeds.operate),
)
"""Method, path, and what answers; of several paths that fit, the first."""


def pages(desk: Desk) -> list[Route]:
    """Give what a browser's address bar leads to: the client, or a plain page until it is built."""
    if is_built():
        return client_routes()
    return [Route("/", desk.door(page.show_page), methods=["GET"])]


LARGEST: Mapping[Act, int] = {
    files.upload: files.LARGEST_UPLOAD,
    imports.start_import: imports.LARGEST_IMPORT,
}
"""What an address takes in, where that is more than usual."""


def nobody() -> Iterable[DemoPerson]:
    """Know of no demo company."""
    return ()


def web_app(
    house: House,
    *,
    demo: Callable[[], Iterable[DemoPerson]] = nobody,
    passwords: Passwords = STANDARD,
) -> Starlette:
    """Put the door together: all addresses over a house."""
    messages = Messages.load((*house.catalogue.packages, "dougong.web"))
    desk = Desk(house, messages, passwords, demo)
    live = Live(desk)

    @asynccontextmanager
    async def open_hours(_app: Starlette) -> AsyncIterator[None]:
        desk.errands.start()
        try:
            async with live.open():
                yield
        finally:
            await anyio.to_thread.run_sync(desk.errands.stop)

    routes = [
        Route(LIVE, listening(live), methods=["GET"]),
        *(
            Route(path, desk.door(act, LARGEST.get(act, LARGEST_BODY)), methods=[method])
            for method, path, act in ADDRESSES
        ),
        *pages(desk),
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Armour)],
        exception_handlers={HTTPException: desk.lost},
        lifespan=open_hours,
    )
    app.state.live = live
    app.state.errands = desk.errands
    app.state.demo = demo
    return app

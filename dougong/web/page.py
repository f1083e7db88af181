"""The plain page at ``/``: the demo company's people, and the reference of the API."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from starlette.responses import HTMLResponse, PlainTextResponse, Response

from dougong.kernel.access.actor import HOUSE
from dougong.web.asking import Asking
from dougong.web.demo import DemoPerson
from dougong.web.openapi import Described

STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; max-width: 60rem;
  margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8884;
  vertical-align: top; }
code, pre { font: 14px/1.5 ui-monospace, Menlo, Consolas, monospace; }
pre { overflow-x: auto; padding: .8rem; background: #8882; border-radius: 6px; }
summary { cursor: pointer; font-weight: 600; padding: .2rem 0; }
.way { display: inline-block; min-width: 4.5rem; font-weight: 600; }
"""
EXAMPLE = """curl -c jar -H 'Content-Type: application/json' \\
  -d '{{"login": "{login}", "password": "{password}"}}' {base}api/v1/sign-in
curl -b jar {base}api/v1/me
curl -b jar '{base}api/v1/sales_order?sort=-created_at&amp;limit=5'
curl -b jar -H 'Dougong-Request: 1' -X POST '{base}api/v1/sales_order/…/confirm?preview'"""
WAYS = ("get", "post", "patch", "delete")


def show_style(_asking: Asking) -> Response:
    """Answer the style sheet."""
    return PlainTextResponse(STYLE, media_type="text/css")


def show_page(asking: Asking) -> Response:
    """Answer the page that a browser sees first."""
    say = Words(asking)
    people = list(asking.desk.demo())
    base = escape(str(asking.request.base_url))
    parts = [f"<h1>{say('page.title')}</h1><p>{say('page.lead')}</p>"]
    if people:
        parts.append(f"<h2>{say('page.demo')}</h2>{people_table(say, people)}")
        first = people[0]
    else:
        parts.append(f"<p>{say('page.no_demo')}</p>")
        first = DemoPerson("", "", "…", "…")
    example = EXAMPLE.format(base=base, login=escape(first.login), password=escape(first.password))
    parts.append(f"<h2>{say('page.how')}</h2><pre>{example}</pre>")
    parts.append(
        f'<ul><li><a href="/api">{say("page.reference")}</a></li>'
        f'<li><a href="/api/openapi.json">{say("page.openapi")}</a></li></ul>'
    )
    return framed(asking, say("page.title"), "".join(parts))


def people_table(say: Words, people: list[DemoPerson]) -> str:
    """Write who may be signed in as."""
    head = "".join(
        f"<th>{say(f'page.{word}')}</th>" for word in ("name", "role", "login", "password")
    )
    rows = "".join(
        f"<tr><td>{escape(one.name)}</td><td>{escape(one.role)}</td>"
        f"<td><code>{escape(one.login)}</code></td><td><code>{escape(one.password)}</code></td></tr>"
        for one in people
    )
    return f"<table><tr>{head}</tr>{rows}</table>"


def show_reference(asking: Asking) -> Response:
    """Answer the reference of the API: every address, every kind of record."""
    say = Words(asking)
    document = document_for(asking)
    parts = [f"<h1>{say('page.reference')}</h1>"]
    by_tag: dict[str, list[str]] = {}
    for path, ways in document["paths"].items():
        for way in WAYS:
            if way in ways:
                tag = ways[way]["tags"][0]
                by_tag.setdefault(tag, []).append(address(path, way, ways[way]))
    labels = {one["name"]: one["description"] for one in document["tags"]}
    for tag, addresses in by_tag.items():
        schema = document["components"]["schemas"].get(tag)
        fields = fields_table(say, schema) if schema else ""
        title = f"{escape(labels.get(tag, ''))} <code>{escape(tag)}</code>"
        parts.append(
            f"<details><summary>{title}</summary><ul>{''.join(addresses)}</ul>{fields}</details>"
        )
    return framed(asking, say("page.reference"), "".join(parts))


def document_for(asking: Asking) -> dict[str, Any]:
    """Give the API's description as the asker may see it."""
    messages, locale = asking.messages, asking.locale
    if asking.who is None or asking.who.company is None:
        return Described(asking.house.catalogue, HOUSE.rights, messages, locale).document()
    with asking.reading() as reading:
        return Described(reading.state.catalogue, reading.actor.rights, messages, locale).document()


def address(path: str, way: str, described: dict[str, Any]) -> str:
    """Write one address with what it is for and what it takes."""
    summary = escape(described.get("summary") or described.get("description", ""))
    body = described.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = body.get("schema", {}).get("$ref", "").rpartition("/")[2]
    takes = f" ← <code>{escape(name)}</code>" if name else ""
    return f'<li><span class="way">{way.upper()}</span> <code>{escape(path)}</code>{takes} {summary}</li>'


def fields_table(say: Words, schema: dict[str, Any]) -> str:
    """Write the fields of a kind of record."""
    return (
        f"<table><tr><th>{say('page.field')}</th><th></th><th>{say('page.kind')}</th></tr>"
        + "".join(field_rows(schema))
        + "</table>"
    )


def field_rows(schema: dict[str, Any]) -> Iterator[str]:
    """Write each field."""
    for name, one in schema["properties"].items():
        kind = one.get("type", "")
        kind = " | ".join(kind) if isinstance(kind, list) else kind
        more = one.get("format") or ", ".join(str(option) for option in one.get("enum", ()))
        yield (
            f"<tr><td><code>{escape(name)}</code></td><td>{escape(one.get('title', ''))}</td>"
            f"<td>{escape(f'{kind} {more}')}</td></tr>"
        )


def framed(asking: Asking, title: str, body: str) -> Response:
    """Put a page together."""
    return HTMLResponse(
        f'<!doctype html><html lang="{escape(asking.locale)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{title}</title><link rel="stylesheet" href="/style.css"></head>'
        f"<body>{body}</body></html>"
    )


class Words:
    """The page's words in the asker's language, safe to stand in HTML."""

    def __init__(self, asking: Asking) -> None:
        self.asking = asking

    def __call__(self, key: str) -> str:
        """Say one."""
        return escape(self.asking.messages.text(key, self.asking.locale))

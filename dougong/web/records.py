"""Records as they are read: a page of them, one with its offers, some put together."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from starlette.responses import Response

from dougong.kernel.offers import Offer, offers
from dougong.kernel.panels import panels_of
from dougong.kernel.questions import Grouping, Page, Question, ask, group, known_as, one
from dougong.kernel.questions.question import Filter, Sort
from dougong.kernel.questions.reading import Reading as Rows
from dougong.kernel.questions.statements import rows_of
from dougong.kernel.refusals import InvalidField, NotFound, Refused
from dougong.web.answers import Json, plain
from dougong.web.asking import Asking, Reading, as_id
from dougong.web.bodies import is_set, known_parameters, whole_number
from dougong.web.refusals import NoSuchAddress

ASKED = ("filter", "search", "sort", "fields", "limit", "cursor", "count")
GROUPED = ("by", "sums", "count", "having", "filter", "search", "sort", "limit")
OFFERS = "can"


def list_records(asking: Asking) -> Response:
    """Answer a page of records."""
    given = known_parameters(asking.request, ASKED)
    question = Question(
        entity=asking.path("entity"),
        filter=read_filter(given.get("filter", "")),
        search=given.get("search", ""),
        sort=read_sort(given.get("sort", "")),
        fields=listed(given.get("fields", "")),
        limit=whole_number(given, "limit", 50),
        cursor=given.get("cursor", ""),
        counted=is_set(given, "count"),
    )
    with asking.reading() as reading:
        page = ask(reading.transaction, reading.state, reading.actor, question, today=reading.today)
    return Json(page_as_json(page))


def page_as_json(page: Page) -> dict[str, Any]:
    """Write a page, with where the next one begins."""
    written: dict[str, Any] = {"records": page.records, "next_cursor": page.next_cursor or None}
    if page.count is not None:
        written["count"] = {"number": page.count.number, "exact": page.count.exact}
    return written


def group_records(asking: Asking) -> Response:
    """Answer records put together, counted and summed."""
    given = known_parameters(asking.request, GROUPED)
    grouping = Grouping(
        entity=asking.path("entity"),
        filter=read_filter(given.get("filter", "")),
        search=given.get("search", ""),
        by=[read_dimension(one) for one in listed(given.get("by", ""))],
        sums=listed(given.get("sums", "")),
        count="count" not in given or is_set(given, "count"),
        having=given.get("having", ""),
        sort=read_sort(given.get("sort", "")),
        limit=whole_number(given, "limit", 1000),
    )
    with asking.reading() as reading:
        groups = group(
            reading.transaction, reading.state, reading.actor, grouping, today=reading.today
        )
    return Json({"groups": groups.rows, "more": groups.more})


def show_record(asking: Asking) -> Response:
    """Answer one record with its version, and what may be done with it now and why not."""
    given = known_parameters(asking.request, (OFFERS,))
    entity = asking.path("entity")
    with asking.reading() as reading:
        record = one(
            reading.transaction,
            reading.state,
            reading.actor,
            entity,
            asking.path("id"),
            today=reading.today,
        )
        if OFFERS not in given or is_set(given, OFFERS):
            found = offers(
                asking.house, reading.transaction, reading.actor, entity, UUID(record["id"])
            )
            record[OFFERS] = {
                name: offer_as_json(asking, entity, offer) for name, offer in found.items()
            }
    return Json(record, headers=tagged(record))


def offer_as_json(asking: Asking, entity: str, offer: Offer) -> Any:
    """Write an offer: simply true, or why not, or whose approval it would wait for."""
    if not offer.refusals:
        return True
    written: dict[str, Any] = {"refusals": asking.reasons(offer.refusals, entity)}
    if offer.waits_for:
        written["waits_for"] = offer.waits_for
    return written


def ask_by_name(asking: Asking) -> Response:
    """Answer a question that has a name."""
    entity, name = asking.path("entity"), asking.path("name")
    given = {key: text for key, text in asking.request.query_params.items() if key != "lang"}
    with asking.reading() as reading:
        reading.state.catalogue.entity(entity)
        question = reading.state.catalogue.questions.get((entity, name))
        if question is None:
            raise Refused(NoSuchAddress(asking.request.url.path[:200]))
        answer = question.ask(
            reading.transaction, reading.state, reading.actor, reading.today, given
        )
    return Json({"answer": told(answer)})


def inquire(asking: Asking) -> Response:
    """Answer a question whose body says what is asked."""
    known_parameters(asking.request, ())
    entity, name = asking.path("entity"), asking.path("name")
    with asking.reading() as reading:
        reading.state.catalogue.entity(entity)
        inquiry = reading.state.catalogue.inquiries.get((entity, name))
        if inquiry is None:
            raise Refused(NoSuchAddress(asking.request.url.path[:200]))
        answer = inquiry.ask(asking.values(), reading.sight)
    return Json({"answer": told(answer)})


def show_overview(asking: Asking) -> Response:
    """Answer one record with what may be done with it, and with what all apps tell of it."""
    known_parameters(asking.request, ())
    entity, key = asking.path("entity"), asking.path("id")
    with asking.reading() as reading:
        record = one(
            reading.transaction, reading.state, reading.actor, entity, key, today=reading.today
        )
        identity = UUID(record["id"])
        found = offers(asking.house, reading.transaction, reading.actor, entity, identity)
        record[OFFERS] = {
            name: offer_as_json(asking, entity, offer) for name, offer in found.items()
        }
        declared = reading.state.catalogue.panels.get(entity, ())
        panels = panels_of(identity, declared, reading.sight)
    return Json(
        {"record": record, "panels": told(panels), "as_of": plain(reading.today)},
        headers=tagged(record),
    )


def told(value: object) -> Any:
    """Write what was answered, with what follows from it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        derived = [n for n, one in vars(type(value)).items() if isinstance(one, property)]
        names = [one.name for one in dataclasses.fields(value)] + derived
        return {name: told(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(key): told(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [told(one) for one in value]
    return plain(value)


def tagged(record: Mapping[str, Any]) -> dict[str, str]:
    """Give the header that names a record's version."""
    return {"ETag": f'"{record["version"]}"'} if "version" in record else {}


def identity_of(reading: Reading, entity: str, key: str) -> UUID:
    """Find the record that an address means: by its id as it is, else by its number or code."""
    identity = as_id(key)
    if identity is not None:
        return identity
    rows = Rows(reading.state, reading.actor, entity, reading.today, one_by_one=True)
    where = [*rows.permitted(), known_as(rows, key)]  # this joins what the rules name
    statement = sa.select(rows.identity).select_from(rows.tables.source).where(*where).limit(1)
    found = rows_of(reading.transaction, statement)
    if not found:
        raise Refused(NotFound(entity, key[:100]))
    known: UUID = found[0][0]
    return known


def read_filter(text: str) -> Filter:
    """Read a filter: the expression language, or the tree that the visual builder makes."""
    if not text.lstrip().startswith("{"):
        return text or None
    try:
        tree: dict[str, Any] = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        raise Refused(InvalidField("filter", "not_json")) from None
    return tree


def read_sort(text: str) -> list[Sort]:
    """Read fields to sort by; a minus means the largest first."""
    return [(one.removeprefix("-"), one.startswith("-")) for one in listed(text)]


def read_dimension(text: str) -> tuple[str, str | None]:
    """Read a field to put records together by, with its grain: ``day:month``."""
    name, _, grain = text.partition(":")
    return name, grain or None


def listed(text: str) -> list[str]:
    """Read names separated by commas."""
    return [one.strip() for one in text.split(",") if one.strip()]

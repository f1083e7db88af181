"""Exports through the door: asked for, written behind it, fetched by whoever asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

import msgspec
from starlette.responses import Response

from dougong.kernel.access.actor import in_trust
from dougong.kernel.errands import Errand, Tell
from dougong.kernel.exports import Format, export_of, kept_content, refuse_hidden, write_kept
from dougong.kernel.exports.entities import ExportBatch, ExportState
from dougong.kernel.exports.operations.begin import BeginExport
from dougong.kernel.exports.operations.fail import FailExport
from dougong.kernel.files.sniffing import MEDIA_TYPES
from dougong.kernel.perform import Done
from dougong.kernel.questions import Question, as_json, ask
from dougong.kernel.refusals import InvalidField, NotFound, Refused
from dougong.web.answers import Json
from dougong.web.asking import Asking, as_id
from dougong.web.behind import Words, acting, told
from dougong.web.bodies import idempotency_key, known_parameters
from dougong.web.files import handed_out
from dougong.web.records import listed, read_filter, read_sort

ASKED = ("entity", "filter", "search", "sort", "fields", "form", "labels")


def start_export(asking: Asking) -> Response:
    """Begin an export."""
    known_parameters(asking.request, ())
    given = asking.values()
    question, form, labels = understood(given)
    with asking.reading() as reading:
        asking.may(reading.state, question.entity, "read")
        refuse_hidden(reading.state.catalogue.entity(question.entity), question, reading.actor)
        first = replace(question, limit=1)  # whatever is wrong with it is said at once
        ask(reading.transaction, reading.state, reading.actor, first, today=reading.today)
    begun = asking.house.perform(
        asking.company,
        BeginExport(
            name=f"{question.entity}.{form}",
            of=question.entity,
            asked=msgspec.json.encode(given, order="deterministic").decode(),
            form=form,
        ),
        by=in_trust(reading.actor),
        key=idempotency_key(asking.request),
    )
    assert isinstance(begun, Done), "beginning an export needs nobody's approval"
    if not begun.replayed:
        take(asking, read_export(asking, begun.id), question, labels=labels)
    headers = {"Location": f"/api/v1/exports/{begun.id}"}
    return Json(progress(asking, begun.id), status_code=202, headers=headers)


def show_export(asking: Asking) -> Response:
    """Say how far an export is."""
    known_parameters(asking.request, ())
    return Json(progress(asking, own(asking).id))


def show_content(asking: Asking) -> Response:
    """Hand out what was written, to whoever asked for it and still may read such records."""
    known_parameters(asking.request, ())
    batch = own(asking)
    with asking.reading() as reading:
        asking.may(reading.state, batch.entity, "read")
        content = kept_content(reading.transaction, batch)
    media_type = MEDIA_TYPES[PurePosixPath(batch.name).suffix[1:]]
    return handed_out(batch.name, content, media_type)


def own(asking: Asking) -> ExportBatch:
    """Find an export of one's own; of others' nobody is told."""
    key = asking.path("id")
    identity = as_id(key)
    batch = None if identity is None else read_export(asking, identity)
    if batch is None or batch.created_by != asking.signed_in.person:
        raise Refused(NotFound("export_batch", key[:100]))
    return batch


def read_export(asking: Asking, identity: UUID) -> ExportBatch:
    """Read an export."""
    with asking.reading() as reading:
        return export_of(reading.transaction, identity)


# What comes in


def understood(given: Mapping[str, Any]) -> tuple[Question, Format, bool]:
    """Read what is asked for: the question, the form, and whether columns are headed by labels."""
    problems = [InvalidField(name[:100], "unknown_field") for name in sorted(set(given) - {*ASKED})]
    if not given.get("entity"):
        problems.append(InvalidField("entity", "required"))
    problems += [
        InvalidField(name, "wrong_type", "text")
        for name in ("entity", "search", "form")
        if not isinstance(given.get(name, ""), str)
    ]
    if not isinstance(given.get("filter") or "", str | dict):
        problems.append(InvalidField("filter", "wrong_type", "text"))
    if not isinstance(given.get("labels", True), bool):
        problems.append(InvalidField("labels", "wrong_type", "true, false"))
    if given.get("form", Format.CSV) not in list(Format):
        problems.append(InvalidField("form", "not_a_choice", ", ".join(Format)))
    if problems:
        raise Refused(problems)
    asked = given.get("filter") or ""
    question = Question(
        entity=given["entity"],
        filter=read_filter(asked) if isinstance(asked, str) else asked,
        search=given.get("search", ""),
        sort=read_sort(words(given, "sort")),
        fields=listed(words(given, "fields")),
    )
    return question, Format(given.get("form", Format.CSV)), given.get("labels", True)


def words(given: Mapping[str, Any], name: str) -> str:
    """Read names: a list, or separated by commas."""
    value = given.get(name) or []
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ",".join(value)
    if not isinstance(value, str):
        raise Refused(InvalidField(name, "wrong_type", "text"))
    return value


# What is done behind the door, and what goes out


def take(asking: Asking, batch: ExportBatch, question: Question, *, labels: bool) -> None:
    """Have an export written as the asker."""
    spoken = Words(asking.messages, asking.locale)
    house, company = asking.house, asking.company
    act = acting(house, company, asking.signed_in)

    def run(tell: Tell) -> None:
        write_kept(
            house,
            company,
            batch,
            question,
            by=act(),
            messages=spoken.messages if labels else None,
            locale=spoken.locale,
            progress=tell,
        )

    def fail(error: Exception) -> None:
        failed = FailExport(id=batch.id, remarks="\n".join(told(spoken, error)))
        house.perform(company, failed, by=in_trust(act()))

    taken = asking.desk.errands.take(Errand(company, batch.id, "running", run, fail))
    assert taken or asking.desk.errands.stopping.is_set(), "nobody else knows of a new export"


def progress(asking: Asking, identity: UUID) -> dict[str, Any]:
    """Write how far an export is: what runs nowhere and isn't at its end was interrupted."""
    errands = asking.desk.errands
    errand, doing = errands.known.get(identity), errands.state_of(asking.company, identity)
    batch = read_export(asking, identity)
    is_over = batch.state is not ExportState.RUNNING
    return {
        "id": str(batch.id),
        "name": batch.name,
        "entity": batch.entity,
        "state": batch.state.value if is_over else doing or "interrupted",
        "done": int(batch.written) if is_over or errand is None else errand.done,
        "total": int(batch.written) if is_over or errand is None else errand.total,
        "content": f"/api/v1/exports/{batch.id}/content" if batch.file else None,
        "remarks": batch.remarks.splitlines(),
        "begun_at": as_json(batch.created_at),
        "ended_at": as_json(batch.ended_at),
    }

"""Imports through the door: files and a mapping go in, the rest is done behind it and can be watched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from starlette.responses import Response

from dougong.kernel.access.actor import in_trust
from dougong.kernel.access.together import named
from dougong.kernel.errands import Errand, Tell
from dougong.kernel.files.content import content_of
from dougong.kernel.files.sniffing import clean_name
from dougong.kernel.imports import (
    PreviewedRow,
    SpokenLabels,
    Upload,
    batch_of,
    kept_files,
    laid_out,
    preview_import,
    propose,
    read_mapping,
    refuse_unpermitted,
    run_kept,
    undo_import,
)
from dougong.kernel.imports.entities import BatchState, ImportBatch
from dougong.kernel.imports.files import Files
from dougong.kernel.imports.operations.begin import BeginImport
from dougong.kernel.imports.operations.note import NoteImport
from dougong.kernel.imports.refusals import NoSuchBatch, UnderWay
from dougong.kernel.perform import Done
from dougong.kernel.questions import as_json
from dougong.kernel.refusals import InvalidField, NotFound, NotPermitted, Refused, WrongState
from dougong.web.answers import Json, plain
from dougong.web.asking import Asking, as_id
from dougong.web.behind import Words, acting, told
from dougong.web.bodies import idempotency_key, is_set, known_parameters
from dougong.web.files import handed_out
from dougong.web.forms import FORM, all_parts_of, is_form
from dougong.web.refusals import UnreadableBody
from dougong.web.sight import see

LARGEST_IMPORT = 64 * 2**20
MOST_FILES = 40
LONGEST_MAPPING = 100_000
SAID = ("mapping", "entity")
FIRST_ROWS = 20
SHOWN_LEFT = 200
COUNTS = ("total", "done", "created", "changed", "unchanged", "performed", "bad")


@dataclass(frozen=True)
class Brought:
    """What somebody brings to be imported."""

    files: list[Upload]
    mapping: str
    entity: str


def start_import(asking: Asking) -> Response:
    """Begin an import, or with ``?preview`` say what would become of its first rows."""
    given = known_parameters(asking.request, ("preview",))
    house, company = asking.house, asking.company
    brought = from_form(asking)
    with asking.reading() as reading:
        actor = reading.actor
    if not brought.mapping:
        asking.may(reading.state, brought.entity, "create")
    with laid_out(brought.files) as place:
        text, known = brought.mapping, True
        if not text:
            text, known = propose(house, company, brought.entity, place, asking.messages, by=actor)
        mapping = read_mapping(text)
        Files(place).check(mapping)
        refuse_unpermitted(house, company, mapping, actor)
        if is_set(given, "preview"):
            labels = SpokenLabels(asking.messages)
            rows = preview_import(
                house, company, text, place, by=actor, first=FIRST_ROWS, labels=labels
            )
            written = [row_as_json(asking, row) for row in rows]
            return Json({"mapping": text, "known": known, "rows": written})
    name = mapping.name or brought.files[0].name
    begun = house.perform(
        company,
        BeginImport(name=name, source="", mapping=text, files=tuple(brought.files)),
        by=in_trust(actor),
        key=idempotency_key(asking.request),
    )
    assert isinstance(begun, Done), "beginning an import needs nobody's approval"
    if not begun.replayed:
        take(asking, begun.id)
    return accepted(asking, begun.id)


def show_import(asking: Asking) -> Response:
    """Say how far an import is."""
    known_parameters(asking.request, ())
    return Json(progress(asking, found(asking).id))


def show_bad_rows(asking: Asking) -> Response:
    """Hand out the rows that were refused: CSV of the shape that came in, with the reasons."""
    known_parameters(asking.request, ())
    batch = found(asking)
    with asking.reading() as reading:
        identity = named(batch.handed_back)[1] if batch.handed_back else None
        rows = reading.transaction.rows(
            "SELECT name, media_type, sha256 FROM file WHERE id = %s", [identity]
        )
        if not rows:
            raise Refused(NotFound("file", f"imports/{batch.id}/bad-rows"))
        name, media_type, sha256 = rows[0]
        content = content_of(reading.transaction, sha256)
    return handed_out(name, content, media_type)


def resume(asking: Asking) -> Response:
    """Take an import up that was interrupted; what was refused is tried again."""
    known_parameters(asking.request, ())
    batch = found(asking)
    if batch.created_by != asking.signed_in.person:  # what they did is known by their keys
        raise Refused(NotPermitted("import_batch", "resume"))
    if batch.state is BatchState.UNDONE:
        raise Refused(WrongState(batch.state, BatchState.RUNNING))
    kept_files(asking.house, asking.company, batch.id)
    with asking.reading() as reading:
        actor = reading.actor
    refuse_unpermitted(asking.house, asking.company, read_mapping(batch.mapping), actor)
    take(asking, batch.id)
    return accepted(asking, batch.id)


def undo(asking: Asking) -> Response:
    """Take an import back, as far as it can be."""
    known_parameters(asking.request, ())
    batch = found(asking)
    if batch.state is BatchState.UNDONE:
        raise Refused(WrongState(batch.state, BatchState.UNDONE))
    take(asking, batch.id, called="undoing")
    return accepted(asking, batch.id)


# What comes in


def from_form(asking: Asking) -> Brought:
    """Read the form: files, and a mapping or what the rows are."""
    content_type = asking.request.headers.get("content-type", "")
    if not is_form(content_type):
        raise Refused(UnreadableBody("not_a_form", FORM))
    files, said = [], dict.fromkeys(SAID, "")
    for part in all_parts_of(asking.body, content_type, MOST_FILES + len(SAID)):
        if part.file_name:
            files.append(Upload(name=clean_name(part.file_name), content=bytes(part.content)))
        elif part.name in SAID:
            said[part.name] = part.text(LONGEST_MAPPING)
        else:
            raise Refused(InvalidField(part.name[:100], "unknown_field"))
    missing = [] if files else [InvalidField("file", "required")]
    if not any(said.values()):
        missing.append(InvalidField("mapping", "required"))
    names = [one.name for one in files]
    wrong = [name for name in names if not name or names.count(name) > 1]
    missing += [InvalidField("file", "wrong_type", "name") for _ in wrong[:1]]
    if missing:
        raise Refused(missing)
    return Brought(files, said["mapping"], said["entity"])


def found(asking: Asking) -> ImportBatch:
    """Find an import: one's own, or one that one may see among the company's records."""
    key = asking.path("id")
    identity = as_id(key)
    if identity is None:
        raise Refused(NotFound("import_batch", key[:100]))
    try:
        batch = batch_of(asking.house, asking.company, identity)
    except Refused as refused:
        if isinstance(refused.by, NoSuchBatch):
            raise Refused(NotFound("import_batch", key)) from None
        raise
    if batch.created_by != asking.signed_in.person:
        with asking.reading() as reading:
            see(reading, "import_batch", identity, key)
    return batch


# What is done behind the door


def take(asking: Asking, batch: UUID, called: str = "running") -> None:
    """Have an import run, or taken back, as the asker."""
    words = Words(asking.messages, asking.locale)
    house, company, who = asking.house, asking.company, asking.signed_in
    act = acting(house, company, who)

    def note(remarks: Iterable[str]) -> None:
        noted = NoteImport(id=batch, remarks="\n".join(remarks))
        house.perform(company, noted, by=in_trust(act()))

    def run(tell: Tell) -> None:
        run_kept(
            house,
            company,
            batch,
            by=act(),
            progress=tell,
            say=words.sentence,
            labels=SpokenLabels(words.messages),
            reason=words.messages.text("word.reason", words.locale),
        )

    def take_back(tell: Tell) -> None:
        undone = undo_import(house, company, batch, by=act(), progress=tell)
        note(
            f"{words.messages.entity(left.entity, words.locale)} {left.record}: {sentence}"
            for left in islice(undone.left, SHOWN_LEFT)
            for sentence in words.sentences(left.reasons, left.entity)
        )

    errand = Errand(
        company,
        batch,
        called,
        run if called == "running" else take_back,
        lambda error: note(told(words, error)),
    )
    if not asking.desk.errands.take(errand):
        raise Refused(UnderWay(batch))


# What goes out


def accepted(asking: Asking, batch: UUID) -> Response:
    """Answer that it will be done, and where to watch it."""
    headers = {"Location": f"/api/v1/imports/{batch}"}
    return Json(progress(asking, batch), status_code=202, headers=headers)


def progress(asking: Asking, identity: UUID) -> dict[str, Any]:
    """Write how far an import is: what runs nowhere and isn't at its end was interrupted."""
    errands = asking.desk.errands
    errand, doing = errands.known.get(identity), errands.state_of(asking.company, identity)
    batch = batch_of(asking.house, asking.company, identity)
    was_interrupted = not doing and batch.state is BatchState.RUNNING
    written: dict[str, Any] = {
        "id": str(batch.id),
        "name": batch.name,
        "state": "interrupted" if was_interrupted else doing or batch.state.value,
        **{name: int(getattr(batch, name)) for name in COUNTS},
        "bad_rows": f"/api/v1/imports/{batch.id}/bad-rows" if batch.handed_back else None,
        "remarks": batch.remarks.splitlines(),
        "begun_at": as_json(batch.created_at),
        "ended_at": as_json(batch.ended_at),
    }
    if errand is not None and errand.total:
        written |= {"done": errand.done, "total": errand.total}
    return written


def row_as_json(asking: Asking, row: PreviewedRow) -> dict[str, Any]:
    """Write what would become of one row."""
    return {
        "sheet": row.sheet,
        "entity": row.entity,
        "row": row.number,
        "would": row.would,
        "values": plain(row.values),
        "reasons": asking.reasons(row.reasons, row.entity),
        "waits": asking.reasons(row.waits, row.entity),
    }

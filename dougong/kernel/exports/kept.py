"""An export whose file the house keeps until its asker fetches it, for a day."""

from __future__ import annotations

import io
from collections.abc import Callable
from uuid import UUID

from dougong.kernel.access.actor import Actor, in_trust
from dougong.kernel.access.together import named
from dougong.kernel.exports.entities import ExportBatch, ExportState
from dougong.kernel.exports.exporting import Format, export
from dougong.kernel.exports.operations.finish import FinishExport
from dougong.kernel.exports.refusals import ExportGone, ExportNotReady, ExportTooLarge
from dougong.kernel.files.content import content_of
from dougong.kernel.house import House
from dougong.kernel.messages import Messages
from dougong.kernel.operations import Mode
from dougong.kernel.questions import Question
from dougong.kernel.refusals import NotFound, Refused
from dougong.kernel.store.database import Transaction
from dougong.kernel.store.shapes import shape_of

LARGEST = 64 * 2**20


def write_kept(
    house: House,
    company: str,
    batch: ExportBatch,
    question: Question,
    *,
    by: Actor,
    messages: Messages | None,
    locale: str,
    progress: Callable[[int, int, str], None],
) -> None:
    """Write what is asked, as far as the asker may see it, and keep it for them."""
    target = io.BytesIO()

    def within_bounds(done: int, total: int, what: str) -> None:
        if target.tell() > LARGEST:
            raise Refused(ExportTooLarge(LARGEST))
        progress(done, total, what)

    written = export(
        house,
        company,
        question,
        target,
        form=Format(batch.form),
        by=by,
        messages=messages,
        locale=locale,
        progress=within_bounds,
    )
    if target.tell() > LARGEST:
        raise Refused(ExportTooLarge(LARGEST))
    finish = FinishExport(id=batch.id, content=target.getvalue(), written=written)
    house.perform(company, finish, by=in_trust(by))


def export_of(transaction: Transaction, batch: UUID) -> ExportBatch:
    """Read an export as it is."""
    shape = shape_of(ExportBatch.description)
    rows = transaction.rows(shape.where(("id",), (), Mode.READ), [[batch]])
    if not rows:
        raise Refused(NotFound("export_batch", str(batch)))
    record = shape.build(rows[0])
    assert isinstance(record, ExportBatch), "rows of a shape are of its class"
    return record


def kept_content(transaction: Transaction, batch: ExportBatch) -> bytes:
    """Give what was written; refused where it isn't there yet, or no longer."""
    if batch.state is not ExportState.FINISHED or batch.file is None:
        raise Refused(ExportNotReady(batch.id))
    rows = transaction.rows("SELECT sha256 FROM file WHERE id = %s", [named(batch.file)[1]])
    if not rows:
        raise Refused(ExportGone(batch.id))
    return content_of(transaction, rows[0][0])

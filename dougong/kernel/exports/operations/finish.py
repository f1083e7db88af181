"""Finish an export."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from dougong.kernel.exports.entities import EXPORT, ExportBatch, ExportState
from dougong.kernel.exports.events import ExportFinished
from dougong.kernel.files.keeping import keep_file
from dougong.kernel.operations import Command, operation
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class FinishExport(Command[ExportBatch]):
    """What was written (base64 in JSON), and how many records that are."""

    content: bytes
    written: int


def obstacles(batch: ExportBatch, _command: FinishExport, _work: Work) -> Iterator[Refusal]:
    """Refuse to write twice."""
    if not EXPORT.allows(batch.state, ExportState.FINISHED):
        yield WrongState(batch.state, ExportState.FINISHED)


@operation(on=ExportBatch, name="finish", emits=[ExportFinished], unless=obstacles)
def finish_export(batch: ExportBatch, command: FinishExport, work: Work) -> None:
    """Keep the file for whoever asked."""
    batch.file = f"file:{keep_file(work, batch.name, command.content).id}"
    batch.written = Decimal(command.written)
    batch.state = ExportState.FINISHED
    batch.ended_at = work.now
    work.emit(ExportFinished(id=batch.id, written=command.written))

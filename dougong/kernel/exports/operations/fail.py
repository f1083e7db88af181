"""Give an export up."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.kernel.exports.entities import EXPORT, ExportBatch, ExportState
from dougong.kernel.exports.events import ExportFailed
from dougong.kernel.operations import Command, operation
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class FailExport(Command[ExportBatch]):
    """Why."""

    remarks: str


def obstacles(batch: ExportBatch, _command: FailExport, _work: Work) -> Iterator[Refusal]:
    """Refuse where it is over."""
    if not EXPORT.allows(batch.state, ExportState.FAILED):
        yield WrongState(batch.state, ExportState.FAILED)


@operation(on=ExportBatch, name="fail", emits=[ExportFailed], unless=obstacles)
def fail_export(batch: ExportBatch, command: FailExport, work: Work) -> None:
    """Say why there will be no file."""
    batch.state = ExportState.FAILED
    batch.remarks = command.remarks
    batch.ended_at = work.now
    work.emit(ExportFailed(id=batch.id))

"""Note that what an import did was taken back."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.kernel.imports.entities import BatchState, ImportBatch
from dougong.kernel.imports.events import ImportUndone
from dougong.kernel.operations import Command, operation
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class MarkImportUndone(Command[ImportBatch]):
    """How much could not be taken back."""

    left: int = 0


def obstacles(batch: ImportBatch, _command: MarkImportUndone, _work: Work) -> Iterator[Refusal]:
    """Name what is against it."""
    if batch.state is BatchState.UNDONE:
        yield WrongState(batch.state, BatchState.UNDONE)


@operation(on=ImportBatch, name="mark_undone", emits=[ImportUndone], unless=obstacles)
def mark_import_undone(batch: ImportBatch, command: MarkImportUndone, work: Work) -> None:
    """Close the batch for good, unless something is left that can be tried again."""
    if not command.left:
        batch.state = BatchState.UNDONE
    batch.ended_at = work.now
    work.emit(ImportUndone(id=batch.id, left=command.left))

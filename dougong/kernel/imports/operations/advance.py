"""Note how far an import is."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from dougong.kernel.imports.entities import BatchState, ImportBatch
from dougong.kernel.imports.events import ImportAdvanced, ImportEnded
from dougong.kernel.operations import Command, operation
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class AdvanceImport(Command[ImportBatch]):
    """What has come of the rows until now."""

    total: int
    done: int
    created: int
    changed: int
    unchanged: int
    performed: int
    bad: int
    ended: bool = False


def obstacles(batch: ImportBatch, _command: AdvanceImport, _work: Work) -> Iterator[Refusal]:
    """Name what is against it: what was undone goes no further."""
    if batch.state is BatchState.UNDONE:
        yield WrongState(batch.state, BatchState.RUNNING)


@operation(on=ImportBatch, name="advance", emits=[ImportAdvanced, ImportEnded], unless=obstacles)
def advance_import(batch: ImportBatch, command: AdvanceImport, work: Work) -> None:
    """Keep the counts."""
    batch.total, batch.done = Decimal(command.total), Decimal(command.done)
    batch.created, batch.changed = Decimal(command.created), Decimal(command.changed)
    batch.unchanged, batch.performed = Decimal(command.unchanged), Decimal(command.performed)
    batch.bad = Decimal(command.bad)
    batch.state = BatchState.FINISHED if command.ended else BatchState.RUNNING
    batch.ended_at = work.now if command.ended else None
    work.emit(ImportAdvanced(id=batch.id, done=command.done, total=command.total, bad=command.bad))
    if command.ended:
        work.emit(ImportEnded(id=batch.id, bad=command.bad))

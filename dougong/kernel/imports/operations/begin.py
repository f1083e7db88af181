"""Begin an import."""

from dataclasses import dataclass

from dougong.kernel.imports.entities import ImportBatch
from dougong.kernel.imports.events import ImportBegun
from dougong.kernel.operations import Command, operation
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class BeginImport(Command[ImportBatch]):
    """From where, and by which mapping."""

    name: str
    source: str
    mapping: str
    total: int = 0


@operation(on=ImportBatch, name="begin", creates=True, emits=[ImportBegun])
def begin_import(_none: None, command: BeginImport, work: Work) -> ImportBatch:
    """Note that an import begins."""
    batch = ImportBatch(name=command.name, source=command.source, mapping=command.mapping)
    batch.total += command.total
    work.add(batch)
    work.emit(ImportBegun(id=batch.id))
    return batch

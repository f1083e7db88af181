"""Begin an export."""

from dataclasses import dataclass

from dougong.kernel.exports.entities import ExportBatch
from dougong.kernel.exports.events import ExportBegun
from dougong.kernel.exports.exporting import Format
from dougong.kernel.operations import Command, operation
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class BeginExport(Command[ExportBatch]):
    """What is asked, and the form of the answer."""

    name: str
    of: str
    asked: str
    form: Format


@operation(on=ExportBatch, name="begin", creates=True, emits=[ExportBegun])
def begin_export(_none: None, command: BeginExport, work: Work) -> ExportBatch:
    """Note who asks for what."""
    batch = ExportBatch(
        name=command.name, entity=command.of, asked=command.asked, form=command.form
    )
    work.add(batch)
    work.emit(ExportBegun(id=batch.id))
    return batch

"""Note what there is to say of an import, and keep the rows that it hands back."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.kernel.access.together import named
from dougong.kernel.files.entities import File
from dougong.kernel.files.keeping import keep_file
from dougong.kernel.imports.entities import ImportBatch
from dougong.kernel.imports.events import ImportNoted
from dougong.kernel.imports.operations.begin import Upload
from dougong.kernel.operations import Command, Touch, lock, operation
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class NoteImport(Command[ImportBatch]):
    """Sentences, which take the place of earlier ones, and the rows in one file."""

    remarks: str = ""
    hands_back: bool = False
    """Whether rows, or that there are none, take the place of those handed back before."""
    rows: Upload | None = None


def touches(batch: ImportBatch, command: NoteImport, _work: Work) -> Iterator[Touch]:
    """Hold the file that is replaced."""
    if command.hands_back and batch.handed_back is not None:
        yield lock(File, [named(batch.handed_back)[1]])


@operation(on=ImportBatch, name="note", emits=[ImportNoted], touches=touches)
def note_import(batch: ImportBatch, command: NoteImport, work: Work) -> None:
    """Keep it with the batch."""
    batch.remarks = command.remarks
    if command.hands_back:
        hand_back(batch, command.rows, work)
    work.emit(ImportNoted(id=batch.id))


def hand_back(batch: ImportBatch, rows: Upload | None, work: Work) -> None:
    """Keep the file of rows in the place of the one before."""
    before = batch.handed_back and work.maybe(File, named(batch.handed_back)[1])
    if before:
        work.remove(before)
    batch.handed_back = None
    if rows is not None:
        kept = keep_file(work, rows.name, rows.content, record=f"import_batch:{batch.id}")
        batch.handed_back = f"file:{kept.id}"

"""Begin an import."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.kernel.files.keeping import keep_file
from dougong.kernel.files.refusals import FileEmpty, HostileFile
from dougong.kernel.files.sniffing import clean_name, extension_of, hostile
from dougong.kernel.imports.entities import ImportBatch
from dougong.kernel.imports.events import ImportBegun
from dougong.kernel.operations import Command, operation
from dougong.kernel.refusals import InvalidField, Refusal
from dougong.kernel.work import Work

TAKEN = ("csv", "txt", "tsv", "xlsx")
"""What a file of an import may be, by its extension."""


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file as it was brought: its name, and its bytes (base64 in JSON)."""

    name: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class BeginImport(Command[ImportBatch]):
    """From where, by which mapping, and the files that are kept until all is done."""

    name: str
    source: str
    mapping: str
    total: int = 0
    files: tuple[Upload, ...] = ()


def obstacles(_none: None, command: BeginImport, _work: Work) -> Iterator[Refusal]:
    """Name what is wrong with the files."""
    names = [one.name for one in command.files]
    for at, one in enumerate(command.files):
        if one.name != clean_name(one.name) or extension_of(one.name) not in TAKEN:
            yield InvalidField(f"files[{at}].name", "not_a_choice", ", ".join(TAKEN))
        if names.count(one.name) > 1:
            yield InvalidField(f"files[{at}].name", "not_unique")
        if not one.content:
            yield FileEmpty(one.name)
        if kind := hostile(one.content):
            yield HostileFile(one.name, kind)


@operation(on=ImportBatch, name="begin", creates=True, emits=[ImportBegun], unless=obstacles)
def begin_import(_none: None, command: BeginImport, work: Work) -> ImportBatch:
    """Note that an import begins, and keep what it will read."""
    batch = ImportBatch(name=command.name, source=command.source, mapping=command.mapping)
    batch.total += command.total
    work.add(batch)
    for one in command.files:
        keep_file(work, one.name, one.content, record=f"import_batch:{batch.id}")
    work.emit(ImportBegun(id=batch.id))
    return batch

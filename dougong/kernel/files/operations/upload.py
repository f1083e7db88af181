"""Bring a file in, to a record or for one that is yet to be made."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from dougong.kernel.access.together import named
from dougong.kernel.fields import FieldProblem
from dougong.kernel.files.belonging import no_such_record, record_read
from dougong.kernel.files.entities import File
from dougong.kernel.files.events import FileUploaded
from dougong.kernel.files.sniffing import clean_name, media_type_of, problems_of_file
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.refusals import InvalidField, NotPermitted, Refusal, UnknownReference
from dougong.kernel.values import new_id
from dougong.kernel.work import Work

NOT_YET = UUID(int=0)
RECORD = File.description.own["record"]


@dataclass(frozen=True, kw_only=True)
class UploadFile(Command[File]):
    """What it is called, its bytes (base64 in JSON), and what it belongs to: ``product:id``."""

    name: str
    content: bytes
    record: str | None = None


def proposed(command: UploadFile, work: Work) -> File:
    """Describe the file as far as it must be known who may bring it in; it isn't one yet."""
    name = clean_name(command.name)
    made = File(
        id=NOT_YET,
        name=name,
        media_type=media_type_of(name),
        size=Decimal(len(command.content)),
        sha256="",
        record=command.record or None,
    )
    made.created_by = work.actor.person
    return made


def is_record(text: str | None) -> bool:
    """Tell whether something names a record, of whatever entity."""
    try:
        RECORD.parse(text)
    except FieldProblem:
        return False
    return True


def touches(_record: None, command: UploadFile, work: Work) -> Iterator[Touch]:
    """Look at the record that it shall belong to, and at what its rules look at."""
    if is_record(command.record):
        made = proposed(command, work)
        yield from record_read(made, work)
        yield from work.actor.rights.touches(made, "file", "upload", work)


def obstacles(_record: None, command: UploadFile, work: Work) -> Iterator[Refusal]:
    """Name what is wrong with the file, and why it may not be attached there."""
    made = proposed(command, work)
    yield from problems_of_file(made.name, command.content)
    if not is_record(command.record):
        yield InvalidField("record", "not_an_id", "entity:id")
        return
    missing = list(no_such_record(made, work))
    yield from missing
    if made.record is None or missing:
        return
    rights = work.actor.rights
    if not rights.holds(made, "file", "upload", work):
        entity, identity = named(made.record)
        if rights.holds(made, "file", "read", work):
            yield NotPermitted(entity, "edit")
        else:
            yield UnknownReference("record", entity, str(identity))


@operation(
    on=File,
    emits=[FileUploaded],
    creates=True,
    inverse="delete",
    touches=touches,
    unless=obstacles,
)
def upload_file(_record: None, command: UploadFile, work: Work) -> File:
    """Keep a file as it came, once what it says it is agrees with what it is."""
    made = proposed(command, work)
    made.id = new_id()
    made.sha256 = hashlib.sha256(command.content).hexdigest()
    work.keep(made.sha256, command.content)
    work.add(made)
    work.emit(
        FileUploaded(
            id=made.id,
            file_name=made.name,
            media_type=made.media_type,
            size=made.size,
            sha256=made.sha256,
        )
    )
    return made

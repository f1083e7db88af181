"""What a file belongs to: said when it is uploaded, or when a record's field takes it.

A file belongs to one record. A field that takes a file makes it the record's, so that whoever sees
the record sees its picture; nobody comes to see a file by putting its id into a field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dougong.kernel.access.together import leads, named
from dougong.kernel.entities import Entity, lines_of
from dougong.kernel.fields import Field
from dougong.kernel.files.entities import File
from dougong.kernel.files.refusals import FileTaken, MisnamedFile
from dougong.kernel.files.sniffing import (
    clean_name,
    extension_of,
    media_type_of,
    problems_of_name,
)
from dougong.kernel.operations import Settlement, Touch, lock, read, settles
from dougong.kernel.refusals import Refusal, UnknownReference
from dougong.kernel.store.shapes import UNLOADED, shape_of
from dougong.kernel.verbs import Delete
from dougong.kernel.work import Work

EVERY = "*"


def record_read(file: File, work: Work) -> Iterator[Touch]:
    """Look at the record that a file belongs to."""
    if file.record is not None:
        entity, identity = named(file.record)
        if leads(work.catalogue, entity) is not None:
            yield read(entity, [identity], lines=True)


def no_such_record(file: File, work: Work) -> Iterator[Refusal]:
    """Refuse a record that isn't there, or that nothing can be attached to."""
    if file.record is not None:
        entity, identity = named(file.record)
        known = leads(work.catalogue, entity) is not None
        if not known or work.fetch(entity, identity) is None:
            yield UnknownReference("record", entity, str(identity))


# A file that is renamed or attached


def edit_obstacles(file: File, command: Any, work: Work) -> Iterator[Refusal]:
    """Refuse a name that says the file is something else, and a record that isn't there."""
    if isinstance(command, Delete):
        return
    name = clean_name(file.name)
    yield from problems_of_name(name)
    if media_type_of(name) != file.media_type:
        yield MisnamedFile(name, extension_of(name), file.media_type)
    yield from no_such_record(file, work)


@settles(File, touches=lambda file, _command, work: record_read(file, work), unless=edit_obstacles)
def settle_file(file: File, work: Work) -> None:  # noqa: ARG001  a name asks nobody
    """Keep the name clean."""
    file.name = clean_name(file.name)


# A record whose fields take files


def taken(record: Entity | None, work: Work) -> Iterator[tuple[Field, Any]]:
    """Give each file that a record's fields, or its lines', have newly taken."""
    if record is None:
        return
    description = work.catalogue.entities[record.description.name]
    fields = [] if description.seen_with else files_of(description.stored)
    if fields:
        is_new = "_row" not in record.__dict__
        changed = shape_of(description).changes(record)
        for field in fields:
            value = field.get(record)
            if value is not None and (is_new or field.name in changed):
                yield field, value
    for _, lines in lines_of(record, description):
        if lines is not UNLOADED:
            for line in lines:
                yield from taken(line, work)


def files_of(fields: Iterable[Field]) -> list[Field]:
    """Give the fields that hold a file."""
    return [field for field in fields if field.kind.name == "file"]


def taken_touches(record: Entity | None, _command: Any, work: Work) -> Iterator[Touch]:
    """Hold the files that are taken."""
    wanted = [identity for _, identity in taken(record, work)]
    if wanted:
        yield lock(File, wanted)


def taken_obstacles(record: Entity | None, command: Any, work: Work) -> Iterator[Refusal]:
    """Refuse a file that isn't there, or isn't the asker's to attach."""
    if record is None or isinstance(command, Delete):
        return
    for field, identity in taken(record, work):
        file = work.maybe(File, identity)
        if file is None:
            yield UnknownReference(field.name, "file", str(identity))
        elif not may_take(record, file, work):
            yield FileTaken(field.name, str(identity))


def may_take(record: Entity, file: File, work: Work) -> bool:
    """Tell whether a file is this record's already, or nobody's and uploaded by the asker."""
    if file.record is not None:
        return file.record == reference_to(record)
    asker = work.actor.person
    return asker is None or file.created_by == asker


def take(record: Entity, work: Work) -> None:
    """Make the files that a record has taken its own."""
    for _, identity in taken(record, work):
        work.get(File, identity).record = reference_to(record)


def reference_to(record: Entity) -> str:
    """Write a reference to a record of any entity."""
    return f"{record.description.name}:{record.id}"


TAKING = Settlement(EVERY, take, taken_touches, taken_obstacles)

"""Writing the answer to a question into a file, however long it is.

Pages are read by where the one before ended, each in a transaction of its own: a long export
holds nobody up. Only what its reader may see is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, BinaryIO

from dougong.kernel.access.actor import HOUSE, Actor
from dougong.kernel.catalogue import Catalogue
from dougong.kernel.entities import Description
from dougong.kernel.fields import Field
from dougong.kernel.house import House
from dougong.kernel.messages import Messages
from dougong.kernel.questions import Json, Question, ask
from dougong.kernel.refusals import NotPermitted, Refused
from dougong.kernel.sheets import Cell, write_csv, write_xlsx

PAGE = 500
UNASKED = ("id", "version", "created_by", "updated_by", "created_at", "updated_at")
"""What an export leaves out unless it is asked for."""
Progress = Callable[[int, int, str], None]


class Format(StrEnum):
    """What is written."""

    CSV = "csv"
    XLSX = "xlsx"


def export(
    house: House,
    company: str,
    question: Question,
    target: BinaryIO,
    *,
    form: Format = Format.CSV,
    by: Actor = HOUSE,
    messages: Messages | None = None,
    locale: str = "en",
    progress: Progress | None = None,
) -> int:
    """Write all records that answer the question; answers how many. With messages, headers are labels."""
    catalogue = house.catalogue_of(company)
    description = catalogue.entity(question.entity)
    refuse_hidden(description, question, by)
    names = list(question.fields) or every_field(description, by)
    asked = replace(question, fields=names, limit=PAGE, cursor="", counted=True)
    writers = [writer_of(catalogue, description, name) for name in names]
    written = [0]

    def rows() -> Iterator[list[Cell]]:
        for record in records(house, company, asked, by, progress):
            written[0] += 1
            yield [write(record.get(name)) for name, write in zip(names, writers, strict=True)]

    headers = [header_of(catalogue, description, name, messages, locale) for name in names]
    if form is Format.XLSX:
        title = messages.entity(question.entity, locale) if messages else question.entity
        write_xlsx(target, headers, rows(), sheet=title)
    else:
        write_csv(target, headers, rows())
    return written[0]


def refuse_hidden(description: Description, question: Question, by: Actor) -> None:
    """Refuse fields that one may not read: an empty column would look like an answer."""
    hidden = set(question.fields) & set(description.fields) - by.rights.readable(description)
    if hidden:
        raise Refused(NotPermitted(description.name, "read", name) for name in sorted(hidden))


def every_field(description: Description, by: Actor) -> list[str]:
    """Name the fields of an export that doesn't name its own: what may be read, without lines."""
    readable = by.rights.readable(description)
    return [
        known.name
        for known in description.fields.values()
        if known.name in readable and known.kind.name != "lines" and known.name not in UNASKED
    ]


def records(
    house: House, company: str, question: Question, by: Actor, progress: Progress | None
) -> Iterator[Json]:
    """Read all records, page by page."""
    done, total = 0, 0
    while True:
        with house.database.transaction(company) as transaction:
            page = ask(transaction, house.state(transaction), by, question)
        if page.count is not None:
            total = page.count.number
        yield from page.records
        done += len(page.records)
        if progress is not None:
            progress(done, max(total, done), question.entity)
        if not page.next_cursor:
            return
        question = replace(question, cursor=page.next_cursor, counted=False)


# Cells and headers


def as_cell(value: Any) -> Cell:
    """Write what needs no care: text, yes or no, and what several words or parts say."""
    match value:
        case list():
            return ", ".join(str(one) for one in value)
        case dict():
            if "title" in value:
                return str(value["title"] or value["id"])
            return ", ".join(str(part) for part in value.values())
        case int() if not isinstance(value, bool):
            return Decimal(value)
        case _:
            cell: Cell = value
            return cell


def as_number(value: Any) -> Cell:
    """Write a number as one, to the last digit."""
    return None if value is None else Decimal(str(value))


def as_day(value: Any) -> Cell:
    """Write a day as one."""
    return None if value is None else date.fromisoformat(value)


def as_instant(value: Any) -> Cell:
    """Write a moment, in UTC."""
    return None if value is None else datetime.fromisoformat(value)


WRITERS: dict[str, Callable[[Any], Cell]] = {
    "number": as_number,
    "money": as_number,
    "quantity": as_number,
    "percent": as_number,
    "day": as_day,
    "instant": as_instant,
}


def fields_on(
    catalogue: Catalogue, description: Description, path: str
) -> Sequence[tuple[str, Field | None]]:
    """Follow a path over references: each step's entity and field."""
    steps: list[tuple[str, Field | None]] = []
    here: Description | None = description
    for name in path.split("."):
        known = here.fields.get(name) if here else None
        steps.append((here.name if here else "", known))
        here = catalogue.entities.get(known.target) if known else None
    return steps


def writer_of(catalogue: Catalogue, description: Description, path: str) -> Callable[[Any], Cell]:
    """Give what writes a field's values."""
    known = fields_on(catalogue, description, path)[-1][1]
    return WRITERS.get(known.kind.name, as_cell) if known else as_cell


def header_of(
    catalogue: Catalogue,
    description: Description,
    path: str,
    messages: Messages | None,
    locale: str,
) -> str:
    """Name a column: by its field, or as people of a language call it."""
    if messages is None:
        return path
    return " · ".join(
        messages.label(entity, known, locale) if known else path
        for entity, known in fields_on(catalogue, description, path)
    )

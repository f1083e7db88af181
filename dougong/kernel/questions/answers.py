"""Asking: records of any entity, filtered, searched, sorted and paged, as somebody may see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from dougong.kernel.access.actor import Actor
from dougong.kernel.company import State
from dougong.kernel.entities import Entity
from dougong.kernel.fields import Field
from dougong.kernel.questions.columns import Columns
from dougong.kernel.questions.counting import count
from dougong.kernel.questions.ordering import Order
from dougong.kernel.questions.question import Json, Page, Question
from dougong.kernel.questions.reading import Reading, bounded, business_day
from dougong.kernel.questions.render import references_in, render
from dougong.kernel.questions.statements import rows_of
from dougong.kernel.questions.titles import titles_of
from dougong.kernel.refusals import NotFound, NotPermitted, Refused
from dougong.kernel.rules.sql import Condition
from dougong.kernel.store.database import Transaction

LARGEST_PAGE = 1000
LONGEST_NUMBER = 100
KNOWN_BY = ("code",)
"""Besides its human number, a record is known by these, where they are unique."""


def ask(
    transaction: Transaction,
    state: State,
    actor: Actor,
    question: Question,
    *,
    today: date | None = None,
) -> Page:
    """Answer a question by one statement, and one more for each kind of lines that it asks for.

    Sorted by what may be missing, a second statement gives the records without it.
    """
    reading = Reading(state, actor, question.entity, today)
    limit = bounded(question.limit, LARGEST_PAGE)
    where = [*reading.permitted(), *reading.asked(question.filter, question.search)]
    order = Order(reading, question.sort)
    columns = Columns(reading, question.fields)
    selected = sa.select(*columns.labelled(order.columns)).select_from(reading.tables.source)
    rows: list[Any] = []
    for part in order.parts(question.cursor):
        statement = selected.where(*where, *part.where).order_by(*part.by)
        rows += rows_of(transaction, statement.limit(limit + 1 - len(rows)))
        if len(rows) > limit:
            break
    page = rows[:limit]
    records = [columns.record(row) for row in page]
    complete(transaction, reading, columns, records)
    return Page(
        records,
        order.cursor(page[-1][len(columns.selected) :]) if len(rows) > limit else "",
        count(transaction, state, actor, question, today=today) if question.counted else None,
    )


def one(
    transaction: Transaction,
    state: State,
    actor: Actor,
    entity: str,
    key: UUID | str,
    *,
    today: date | None = None,
) -> Json:
    """Answer one record with its lines, found by its id, its human number or its code."""
    reading = Reading(state, actor, entity, today, one_by_one=True)
    where = [*reading.permitted(), known_as(reading, key)]
    every = [f.name for f in reading.description.fields.values()]
    columns = Columns(reading, every)
    statement = (
        sa.select(*columns.labelled()).select_from(reading.tables.source).where(*where).limit(1)
    )
    records = [columns.record(row) for row in rows_of(transaction, statement)]
    if not records and reading.only_granted:
        raise Refused(NotPermitted(entity, "read"))
    if not records:
        raise Refused(NotFound(entity, str(key)))
    complete(transaction, reading, columns, records)
    return records[0]


def show(
    transaction: Transaction,
    state: State,
    actor: Actor,
    record: Entity,
    *,
    today: date | None = None,
) -> Json:
    """Write a record that is in memory as ``one`` would answer it, by at most one statement."""
    titles = titles_of(transaction, state, actor, references_in(record, state))
    return render(record, state, actor, titles, today=today or business_day(state))


def known_as(reading: Reading, key: UUID | str) -> Condition:
    """Give the condition that a record is the one that a key names."""
    text = str(key)
    ways: list[Condition] = []
    with suppress(ValueError):
        ways.append(reading.identity == sa.literal(UUID(text), sa.Uuid()))
    if 0 < len(text) <= LONGEST_NUMBER and "\0" not in text and text.isprintable():
        ways += [
            reading.tables.column((name,)) == sa.literal(text, sa.Text())
            for name in named_by(reading)
        ]
    if not ways:
        raise Refused(NotFound(reading.description.name, text))
    return sa.or_(*ways)


def named_by(reading: Reading) -> Iterator[str]:
    """Name the fields by whose value people mean one record, as far as the asker may read them."""
    number = reading.description.number_field
    if number is not None and number.name in reading.readable:
        yield number.name
    for name in KNOWN_BY:
        field = reading.description.own.get(name)
        if field is not None and field.unique and name in reading.readable:
            yield name


def complete(
    transaction: Transaction, reading: Reading, columns: Columns, records: Sequence[Json]
) -> None:
    """Add what no join gives: lines, and the titles of references to any entity."""
    answered = [(columns, records)]
    for field in columns.lines:
        answered += add_lines(transaction, reading, field, records)
    add_any_titles(transaction, reading, answered)


def add_lines(
    transaction: Transaction, reading: Reading, field: Field, documents: Sequence[Json]
) -> list[tuple[Columns, Sequence[Json]]]:
    """Add the lines of one kind to their documents, by one statement (and theirs, if they have some)."""
    lines = Reading(
        reading.state,
        reading.actor,
        field.target,
        reading.today,
        one_by_one=reading.only_granted,
    )
    every = [f.name for f in lines.description.fields.values() if f.name != "parent"]
    columns = Columns(lines, every)
    parent, position = lines.tables.column(("parent",)), lines.tables.column(("position",))
    ids = sa.literal([UUID(one["id"]) for one in documents], ARRAY(sa.Uuid()))
    statement = (
        sa.select(*columns.labelled([parent]))
        .select_from(lines.tables.source)
        .where(parent == sa.any_(ids))
        .order_by(parent, position)
    )
    by_id = {one["id"]: one for one in documents}
    for document in documents:
        document[field.name] = []
    records = []
    for row in rows_of(transaction, statement) if documents else ():
        record = columns.record(row)
        by_id[str(row[-1])][field.name].append(record)
        records.append(record)
    answered: list[tuple[Columns, Sequence[Json]]] = [(columns, records)]
    for further in columns.lines:
        answered += add_lines(transaction, lines, further, records)
    return answered


def add_any_titles(
    transaction: Transaction,
    reading: Reading,
    answered: Iterable[tuple[Columns, Sequence[Json]]],
) -> None:
    """Add the titles of references to any entity, all by one statement; none where there are none."""
    found: list[dict[str, Any]] = [
        record[name]
        for columns, records in answered
        for name in columns.any_references
        for record in records
        if record[name] is not None
    ]
    if not found:
        return
    wanted = [(one["entity"], UUID(one["id"])) for one in found]
    titles = titles_of(transaction, reading.state, reading.actor, wanted)
    for one_found, key in zip(found, wanted, strict=True):
        one_found["title"] = titles.get(key)

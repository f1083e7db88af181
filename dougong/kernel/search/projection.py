"""Keeping the search index: a reader of the event log that looks again at what was changed.

It writes what the records say now, not what the event said, so that to read an event twice, or
all of them anew, gives the same index.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from dougong.kernel.entities import Description
from dougong.kernel.events import Logged
from dougong.kernel.fields import Field
from dougong.kernel.log.readers import Projection
from dougong.kernel.search.entries import Entry, forget, index
from dougong.kernel.store.database import Transaction, quoted

if TYPE_CHECKING:
    from dougong.kernel.catalogue import Catalogue
    from dougong.kernel.house import House

NAME = "search"
AT_ONCE = 1000
FIRST = UUID(int=0)


def search_projection(house: House) -> Projection:
    """Give the reader that keeps every company's search index."""

    def apply(transaction: Transaction, events: Sequence[Logged]) -> None:
        catalogue = house.state(transaction).catalogue
        for entity, records in changed_by(events).items():
            if entity in catalogue.entities:
                look_again(transaction, Searched(catalogue, entity), records)

    return Projection(NAME, apply)


def changed_by(events: Iterable[Logged]) -> dict[str, set[UUID]]:
    """Name the records that events changed, by entity; a document is changed with its lines."""
    found: dict[str, set[UUID]] = defaultdict(set)
    for event in events:
        found[event.entity].add(event.record)
        for key in event.changes:
            entity, _, identity = key.partition(":")
            found[entity].add(UUID(identity))
    return found


@dataclass(frozen=True)
class Searched:
    """What of a kind of record people search for."""

    catalogue: Catalogue
    entity: str

    @cached_property
    def description(self) -> Description:
        """The kind of record."""
        return self.catalogue.entities[self.entity]

    @cached_property
    def fields(self) -> list[Field]:
        """The title, then the other fields whose words lead to the record."""
        own = self.description.own
        named = [one for one in own.values() if one.searchable and one.stored]
        title = own.get(self.description.title_field)
        if title is None or title.target or not title.stored:
            return named
        return [title, *(one for one in named if one is not title)]

    @cached_property
    def below(self) -> list[tuple[str, Field]]:
        """The fields of lines whose words lead to their document."""
        return [
            (known.target, one)
            for known in self.description.lines
            for one in self.catalogue.entities[known.target].own.values()
            if one.searchable and one.stored
        ]

    @property
    def is_searched(self) -> bool:
        """Whether anybody can find such a record by its words."""
        return not self.description.is_line and any(one.searchable for one in self.fields)


def look_again(transaction: Transaction, searched: Searched, records: Iterable[UUID]) -> None:
    """Bring the index up to date about some records of a kind."""
    if not searched.is_searched:
        return
    ids = list(records)
    entries = list(entries_of(transaction, searched, ids))
    if entries:
        index(transaction.connection, entries)
    gone = set(ids) - {one.record for one in entries}
    if gone:
        forget(transaction.connection, gone)


def entries_of(
    transaction: Transaction, searched: Searched, ids: Sequence[UUID]
) -> Iterator[Entry]:
    """Read the words of records, and of their lines, by one statement each."""
    columns = ", ".join(quoted(one.name) for one in searched.fields)
    rows = transaction.rows(
        f"SELECT id, {columns} FROM {quoted(searched.entity)} WHERE id = ANY(%s)", (ids,)
    )
    more = words_of_lines(transaction, searched, ids)
    for identity, title, *texts in rows:
        found = [str(text) for text in (*texts, *more.get(identity, ())) if text]
        yield Entry(searched.entity, identity, str(title or (found or [""])[0]), found)


def words_of_lines(
    transaction: Transaction, searched: Searched, ids: Sequence[UUID]
) -> dict[UUID, list[str]]:
    """Read the words that stand in lines."""
    words: dict[UUID, list[str]] = defaultdict(list)
    for table, field in searched.below:
        for parent, text in transaction.rows(
            f"SELECT parent, {quoted(field.name)} FROM {quoted(table)} WHERE parent = ANY(%s)",
            (ids,),
        ):
            words[parent].append(text)
    return words


def index_anew(house: House, company: str) -> int:
    """Fill a company's index again from its records; tells how many there are."""
    catalogue, count = house.catalogue_of(company), 0
    for entity in catalogue.entities:
        searched = Searched(catalogue, entity)
        last: UUID | None = FIRST
        while searched.is_searched and last is not None:
            with house.database.transaction(company) as transaction:
                ids = ids_behind(transaction, entity, last)
                look_again(transaction, searched, ids)
            count += len(ids)
            last = ids[-1] if len(ids) == AT_ONCE else None
    return count


def ids_behind(transaction: Transaction, entity: str, last: UUID) -> list[UUID]:
    """Give the next records of a kind."""
    rows = transaction.rows(
        f"SELECT id FROM {quoted(entity)} WHERE id > %s ORDER BY id LIMIT %s", (last, AT_ONCE)
    )
    return [row[0] for row in rows]

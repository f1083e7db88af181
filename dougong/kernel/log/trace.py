"""What did this set in motion: the events that an event, a record or a request caused, as a tree.

A document sets in motion what is done for it later, too: an order's shipment is picked and shipped,
invoiced and paid by requests of their own. Those concern the order, and hang under what was done
last with whatever they name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from dougong.kernel.catalogue import Catalogue
from dougong.kernel.entities import Description
from dougong.kernel.store.database import Transaction, quoted

Row = tuple[Any, ...]

MOST = 2000
"""So many events a tree shows at most."""

CHAIN = """
WITH RECURSIVE chain(id) AS (
    SELECT r.id FROM event r WHERE {roots}
    UNION
    SELECT e.id FROM chain c JOIN event e ON e.cause = c.id
)
SELECT e.id, e.name, e.entity, e.record, e.at, e.actor, e.cause, e.facts
FROM chain JOIN event e ON e.id = chain.id ORDER BY e.seq LIMIT %(most)s
"""
OF_EVENT = CHAIN.format(roots="r.id = %(key)s")
OF_TRACE = CHAIN.format(roots="r.trace = %(key)s")
OF_RECORD = CHAIN.format(
    roots="r.record = %(key)s UNION SELECT l.event FROM event_link l "
    "WHERE l.record = %(key)s AND l.entity = ANY(%(documents)s)"
)


@dataclass(frozen=True, kw_only=True)
class Node:
    """An event, how long it came after its cause, and what it caused."""

    event: UUID
    name: str
    entity: str
    record: UUID
    title: str
    at: datetime
    actor: UUID | None
    waited: timedelta
    children: list[Node] = field(default_factory=list)


def caused_by_event(transaction: Transaction, catalogue: Catalogue, event: UUID) -> list[Node]:
    """Give an event with all that followed from it; empty where there is no such event."""
    return tree(transaction, catalogue, OF_EVENT, event)


def caused_by_record(transaction: Transaction, catalogue: Catalogue, record: UUID) -> list[Node]:
    """Give all that a record set in motion, and what was done for it, if it is a document."""
    return tree(transaction, catalogue, OF_RECORD, record)


def caused_in_trace(transaction: Transaction, catalogue: Catalogue, trace: UUID) -> list[Node]:
    """Give all that one request (and what followed from it) did."""
    return tree(transaction, catalogue, OF_TRACE, trace)


def caused_by(transaction: Transaction, catalogue: Catalogue, identity: UUID) -> list[Node]:
    """Find what an id means in the log: an event, a record or a request; and what it caused."""
    for find in (caused_by_event, caused_by_record, caused_in_trace):
        nodes = find(transaction, catalogue, identity)
        if nodes:
            return nodes
    return []


def tree(transaction: Transaction, catalogue: Catalogue, sql: str, key: UUID) -> list[Node]:
    """Read a chain of causes and hang each event under its cause."""
    documents = [each.name for each in catalogue.entities.values() if is_document(each)]
    rows = transaction.rows(sql, {"key": key, "documents": documents, "most": MOST})
    titles = titles_of(transaction, catalogue, ((row[2], row[3]) for row in rows))
    at = {row[0]: row[4] for row in rows}
    above = causes(rows, key)
    nodes = {}
    for event, name, entity, record, happened, actor, *_ in rows:
        nodes[event] = Node(
            event=event,
            name=name,
            entity=entity,
            record=record,
            title=titles.get(record, ""),
            at=happened,
            actor=actor,
            waited=happened - at.get(above.get(event), happened),
        )
    tops: list[Node] = []
    for event, node in nodes.items():
        parent = nodes.get(above[event]) if event in above else None
        (tops if parent is None else parent.children).append(node)
    return tops


def is_document(description: Description) -> bool:
    """Tell whether records are known by their number: things are done for them."""
    number = description.number_field
    return number is not None and description.title_field == number.name


def causes(rows: Sequence[Row], key: UUID) -> dict[UUID, UUID]:
    """Give each event's cause, if it is there; else what was done last with its record.

    The first event of a record hangs under what was done last with any record that it names.
    What was done with the record that is asked about, by requests of their own, stands on top.
    """
    order = {row[0]: n for n, row in enumerate(rows)}
    last: dict[str, UUID] = {}
    found = {}
    for event, _name, _entity, record, _at, _actor, cause, facts in rows:
        if cause in order:
            found[event] = cause
        elif record != key:
            named = [str(record)] if str(record) in last else sorted(named_in(facts))
            before = [last[one] for one in named if one in last]
            if before:
                found[event] = max(before, key=order.__getitem__)
        last[str(record)] = event
    return found


def named_in(value: Any) -> Iterator[str]:
    """Give the ids that facts name, whatever they call them."""
    match value:
        case str():
            yield value.rpartition(":")[2]
        case dict():
            for each in value.values():
                yield from named_in(each)
        case list():
            for each in value:
                yield from named_in(each)


def titles_of(
    transaction: Transaction, catalogue: Catalogue, records: Iterable[tuple[str, UUID]]
) -> dict[UUID, str]:
    """Read how records are called, by one statement for each kind; deleted ones have no title."""
    by_entity: dict[str, set[UUID]] = defaultdict(set)
    for entity, record in records:
        by_entity[entity].add(record)
    titles: dict[UUID, str] = {}
    for entity, identities in by_entity.items():
        description = catalogue.entities.get(entity)
        if description is None or description.title_field == "id":
            continue
        title = quoted(description.title_field)
        titles |= dict(
            transaction.rows(
                f"SELECT id, {title}::text FROM {quoted(entity)} "
                f"WHERE id = ANY(%s::uuid[]) AND {title} IS NOT NULL",
                (list(identities),),
            )
        )
    return titles


def as_text(nodes: Sequence[Node]) -> str:
    """Draw trees for a terminal."""
    return "\n".join(line for node in nodes for line in drawn(node, "", ""))


def drawn(node: Node, first: str, rest: str) -> Iterator[str]:
    """Draw one event and, indented, what it caused."""
    when = f"+{spoken(node.waited)}" if first else f"{node.at:%Y-%m-%d %H:%M:%S}"
    yield first + " ".join(filter(None, (node.name, node.title, when)))
    for n, child in enumerate(node.children, start=1):
        is_last = n == len(node.children)
        yield from drawn(
            child, rest + ("└─ " if is_last else "├─ "), rest + ("   " if is_last else "│  ")
        )


def spoken(waited: timedelta) -> str:
    """Say how long something took, in the unit that suits it."""
    seconds = waited.total_seconds()
    for unit, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= unit:
            return f"{seconds / unit:.1f} {name}"
    return f"{seconds:.2f} s"

"""Titles: how records are called where others refer to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from dougong.kernel.access.actor import Actor
from dougong.kernel.catalogue import Catalogue
from dougong.kernel.company import State
from dougong.kernel.questions.render import as_json
from dougong.kernel.questions.statements import rows_of
from dougong.kernel.rules import TableScope
from dougong.kernel.scopes import shapes_of
from dougong.kernel.store.database import Transaction

Readable = Callable[[str], frozenset[str]]
FARTHEST = 3


def readable_by(state: State, actor: Actor) -> Readable:
    """Tell which fields of an entity somebody may read."""
    entities = state.catalogue.entities
    return lambda entity: actor.rights.readable(entities[entity])


def title_path(catalogue: Catalogue, entity: str, readable: Readable) -> tuple[str, ...]:
    """Give the way to an entity's title, over references that stand for it; empty where none is."""
    path: list[str] = []
    while len(path) < FARTHEST:
        description = catalogue.entities[entity]
        name = description.title_field
        field = description.fields[name]
        if name == "id" or name not in readable(entity) or not field.stored:
            return ()
        path.append(name)
        if not field.target:
            return tuple(path)
        if field.target not in catalogue.entities:
            return ()
        entity = field.target
    return ()


def title_in_memory(state: State, entity: str, readable: Readable) -> Callable[[UUID], object]:
    """Give what knows the titles of a small table without asking the database."""
    records = state.cached(entity)
    name = state.catalogue.entities[entity].title_field
    field = state.catalogue.entities[entity].fields[name]
    if name == "id" or name not in readable(entity):
        return lambda _identity: None

    def title(identity: UUID) -> object:
        record = records.get(identity)
        return None if record is None else field.get(record)

    return title


def is_in_memory(state: State, entity: str) -> bool:
    """Tell whether an entity's records, and with them their titles, are kept in memory."""
    description = state.catalogue.entities[entity]
    return description.cached and not description.fields[description.title_field].target


def titles_of(
    transaction: Transaction, state: State, actor: Actor, wanted: Iterable[tuple[str, UUID]]
) -> dict[tuple[str, UUID], str | None]:
    """Give the titles of records that a shown record refers to, of any entities, by one statement."""
    readable = readable_by(state, actor)
    titles: dict[tuple[str, UUID], str | None] = {}
    asked: dict[str, set[UUID]] = defaultdict(set)
    for entity, identity in wanted:
        if entity not in state.catalogue.entities:
            continue
        if is_in_memory(state, entity):
            title = title_in_memory(state, entity, readable)(identity)
            titles[entity, identity] = None if title is None else str(as_json(title))
        else:
            asked[entity].add(identity)
    statements = [
        titles_in_table(state.catalogue, entity, path, ids)
        for entity, ids in sorted(asked.items())
        if (path := title_path(state.catalogue, entity, readable))
    ]
    if statements:
        for entity, identity, title in rows_of(transaction, sa.union_all(*statements)):
            titles[entity, identity] = title
    return titles


def titles_in_table(
    catalogue: Catalogue, entity: str, path: tuple[str, ...], ids: Iterable[UUID]
) -> sa.SelectBase:
    """Select the titles of an entity's records."""
    shape = shapes_of(catalogue)(entity)
    tables = TableScope(shape)
    title = sa.cast(tables.column(path), sa.Text)
    identity = tables.column(("id",))
    return (
        sa.select(sa.literal(entity, sa.Text).label("entity"), identity, title.label("title"))
        .select_from(tables.source)
        .where(identity == sa.any_(sa.literal(list(ids), ARRAY(sa.Uuid()))))
    )

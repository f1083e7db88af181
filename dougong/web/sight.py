"""Sight: which records, out of some, the asker may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from dougong.kernel.access.grants import GRANTS, in_force
from dougong.kernel.questions.reading import Reading as Rows
from dougong.kernel.questions.statements import rows_of
from dougong.kernel.refusals import NotFound, Refused
from dougong.web.asking import Reading

Named = tuple[str, UUID]


def visible(reading: Reading, records: Iterable[Named]) -> set[Named]:
    """Give those that the asker may see; of what is gone, only where every row may be seen."""
    by_entity: dict[str, set[UUID]] = defaultdict(set)
    for entity, record in records:
        by_entity[entity].add(record)
    rights = reading.actor.rights
    found: set[Named] = set()
    closed: list[Named] = []
    for entity, some in by_entity.items():
        if entity not in reading.state.catalogue.entities:
            continue
        if not rights.may(entity, "read"):
            if rights.may_if_granted(entity, "read"):
                closed += [(entity, record) for record in some]
            continue
        narrowed = rights.row_rule(entity, "read") is not None
        seen = shown(reading, entity, list(some)) if narrowed else some
        found.update((entity, record) for record in seen)
    return found | granted_among(reading, closed)


def granted_among(reading: Reading, records: Sequence[Named]) -> set[Named]:
    """Give the records that the asker was granted to read, of kinds that no role lets them read."""
    person = reading.actor.person
    if not records or person is None:
        return set()
    names = {f"{entity}:{record}": (entity, record) for entity, record in records}
    wanted = GRANTS.c.record == sa.any_(sa.literal(list(names), ARRAY(sa.Text())))
    statement = sa.select(GRANTS.c.record).where(wanted, *in_force(person))
    return {names[row[0]] for row in rows_of(reading.transaction, statement)}


def shown(reading: Reading, entity: str, records: Sequence[UUID]) -> set[UUID]:
    """Give the records of one kind that are there and that the asker may see."""
    rows = Rows(reading.state, reading.actor, entity, reading.today, one_by_one=True)
    ids = sa.literal(list(records), ARRAY(sa.Uuid()))
    where = [*rows.permitted(), rows.identity == sa.any_(ids)]  # this joins what the rules name
    statement = sa.select(rows.identity).select_from(rows.tables.source).where(*where)
    return {row[0] for row in rows_of(reading.transaction, statement)}


def see(reading: Reading, entity: str, record: UUID, named: str) -> None:
    """Refuse to speak of a record that the asker may not see."""
    reading.state.catalogue.entity(entity)
    if (entity, record) not in visible(reading, [(entity, record)]):
        raise Refused(NotFound(entity, named[:100]))

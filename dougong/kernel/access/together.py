"""Seen together: whoever may read a record may read what belongs to it, whoever may edit it may change it.

What belongs to nothing yet is its maker's alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from dougong.kernel.access.actor import Rights
from dougong.kernel.access.grants import granted, granted_records
from dougong.kernel.catalogue import Catalogue
from dougong.kernel.entities import Description, Entity
from dougong.kernel.operations import Touch, read
from dougong.kernel.rules import TableScope
from dougong.kernel.rules.sql import Condition, SqlScope
from dougong.kernel.scopes import Seen, shapes_of

if TYPE_CHECKING:
    from dougong.kernel.work import Work


def leads(catalogue: Catalogue, entity: str) -> Description | None:
    """Give the entity that something may belong to: neither a line nor what itself belongs."""
    found = catalogue.entities.get(entity)
    return None if found is None or found.is_line or found.seen_with else found


def named(reference: str) -> tuple[str, UUID]:
    """Take a reference to a record of any entity apart."""
    entity, _, identity = reference.partition(":")
    return entity, UUID(identity)


@dataclass(frozen=True)
class WithRecord:
    """The row rule of what belongs to another record, for one person and one operation."""

    rights: Rights
    catalogue: Catalogue
    person: UUID
    field: str
    """Where the record stands that it belongs to."""
    wanted: str
    """What one must be allowed to do with the record."""

    def evaluate(self, seen: Seen, today: date | None = None) -> bool:  # noqa: ARG002  the record's own rule asks the work
        """Ask for the record's own rights; a record that isn't there allows nothing."""
        belongs = getattr(seen.record, self.field)
        if belongs is None:
            return seen.record.created_by == self.person
        entity, identity = named(belongs)
        if leads(self.catalogue, entity) is None:
            return False
        record = seen.work.fetch(entity, identity)
        return record is not None and self.rights.holds(record, entity, self.wanted, seen.work)

    def touches(self, record: Entity, work: Work) -> Iterator[Touch]:
        """Look at the record that it belongs to, and at what that one's rules look at."""
        belongs = getattr(record, self.field)
        if belongs is None:
            return
        entity, identity = named(belongs)
        if leads(self.catalogue, entity) is None:
            return
        yield read(entity, [identity], lines=True)
        found = work.fetch(entity, identity)
        if found is not None:
            yield from self.rights.touches(found, entity, self.wanted, work)

    def where(self, tables: SqlScope, today: date | None = None) -> Condition:
        """Write it as a condition: one sub-select for each entity whose rows are narrowed."""
        assert self.wanted == "read", "statements only read"
        belongs = tables.column((self.field,))
        kind = sa.func.split_part(belongs, ":", 1, type_=sa.Text())
        identity = sa.cast(sa.func.split_part(belongs, ":", 2, type_=sa.Text()), sa.Uuid)
        ways = [
            sa.and_(belongs.is_(sa.null()), tables.column(("created_by",)) == self.person),
        ]
        whole = []
        for entity in self.catalogue.entities:
            if leads(self.catalogue, entity) is None or not self.rights.may(entity, "read"):
                continue
            rule = self.rights.row_rule(entity, "read")
            if rule is None:
                whole.append(entity)
                continue
            below = TableScope(shapes_of(self.catalogue)(entity))
            own = below.column(("id",))
            allowed = rule.where(below, today)
            if "record_grant" in self.catalogue.entities:
                allowed = sa.or_(allowed, granted(self.person, entity, own))
            ids = sa.select(own).select_from(below.source).where(allowed).correlate(None)
            ways.append(sa.and_(kind == entity, identity.in_(ids)))
        ways.append(kind == sa.any_(sa.literal(whole, ARRAY(sa.Text()))))
        if "record_grant" in self.catalogue.entities:
            ways.append(belongs == sa.any_(granted_records(self.person)))
        return sa.or_(*ways)

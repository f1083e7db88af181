"""Grants on one record, as a statement asks for them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from dougong.kernel.rules.sql import Condition

GRANTS = sa.table(
    "record_grant",
    sa.column("record", sa.Text()),
    sa.column("person", sa.Uuid()),
    sa.column("allows", sa.Text()),
    sa.column("until", sa.DateTime(timezone=True)),
)


def granted(person: UUID, entity: str, identity: sa.ColumnElement[Any]) -> Condition:
    """Give the records of an entity that somebody was granted to read, one by one.

    As an array, which the server reads once beforehand: beside a rule that an index answers, it
    looks them up by the index of the ids, where a subquery would have it look through the table.
    """
    ids = sa.select(sa.cast(sa.func.substr(GRANTS.c.record, len(entity) + 2), sa.Uuid)).where(
        GRANTS.c.record.startswith(f"{entity}:", autoescape=True), *in_force(person)
    )
    return identity == sa.any_(sa.func.array(ids.scalar_subquery(), type_=ARRAY(sa.Uuid())))


def granted_records(person: UUID) -> sa.ColumnElement[Any]:
    """Give all that somebody was granted to read one by one, each as ``entity:id``, as an array."""
    records = sa.select(GRANTS.c.record).where(*in_force(person))
    return sa.func.array(records.scalar_subquery(), type_=ARRAY(sa.Text()))


def in_force(person: UUID) -> list[Condition]:
    """Give the conditions that a grant lets a person read by now."""
    return [
        GRANTS.c.person == person,
        sa.literal("read")
        == sa.any_(sa.func.string_to_array(GRANTS.c.allows, ",", type_=ARRAY(sa.Text()))),
        sa.or_(GRANTS.c.until.is_(sa.null()), GRANTS.c.until > sa.func.now()),
    ]

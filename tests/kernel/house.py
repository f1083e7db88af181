"""A house on the small trade, for tests of the kernel."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from dougong.kernel.access.actor import Actor
from dougong.kernel.access.rights import actor_of
from dougong.kernel.catalogue import discover
from dougong.kernel.furnishing import furnished
from dougong.kernel.house import House
from dougong.kernel.perform import Done
from dougong.kernel.refusals import Refusal, Refused
from dougong.kernel.store.shapes import as_json, shape_of
from dougong.kernel.verbs import VERBS, Create

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PACKAGES = (
    "dougong.kernel.company",
    "dougong.kernel.access",
    "dougong.kernel.approvals",
    "dougong.kernel.changes",
    "tests.kernel.mini",
)
CATALOGUE = discover(PACKAGES, VERBS)


def mini_house(dsn: str, company: str = "mini") -> House:
    """Open a house on the small trade with one empty company."""
    house = furnished(dsn, CATALOGUE, size=24, clock=lambda: MONDAY)
    if company not in house.companies():
        house.create_company(company, name="小店")
    return house


def published(house: House, company: str, *records: object) -> None:
    """Put configuration into a company as a published change set would."""
    with house.database.outside() as connection, connection.transaction():
        connection.execute(f"SET LOCAL search_path = c_{company}, public".encode())
        for record in records:
            shape = shape_of(record.description)
            record.created_at = record.updated_at = MONDAY
            row = dict(zip(shape.names, shape.row(record), strict=True))
            connection.execute(shape.insert.encode(), [as_json([row])])
            for field in record.description.lines:
                for at, line in enumerate(field.get(record), start=1):
                    line.parent, line.position = record.id, at
                    below = shape_of(line.description)
                    row = dict(zip(below.names, below.row(line), strict=True))
                    connection.execute(below.insert.encode(), [as_json([row])])
        connection.execute("UPDATE company_state SET version = version + 1")


def client(house: House, company: str, code: str, **values: object) -> Done:
    """Make a client."""
    made = house.perform(
        company, Create(entity="client", values={"code": code, "name": f"客户 {code}", **values})
    )
    assert isinstance(made, Done)
    return made


def person(house: House, company: str, name: str, *roles: object, **values: object) -> Actor:
    """Make somebody who plays some roles, and act as them."""
    lines = [{"role": str(role.id)} for role in roles]
    made = house.perform(
        company, Create(entity="person", values={"name": name, "roles": lines, **values})
    )
    assert isinstance(made, Done)
    return actor_of(house.company_state(company), made.id)


def fingerprint(house: House, company: str) -> str:
    """Sum up every table of a company."""
    with house.database.transaction(company) as transaction:
        tables = transaction.rows(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename "
            "NOT IN ('number_series') AND tablename !~ '^event(_link)?_(2|default)' ORDER BY 1",
            [f"c_{company}"],
        )
        parts = []
        for (table,) in tables:
            rows = transaction.rows(
                f"SELECT coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') FROM {table} t"
            )
            parts.append(f"{table}:{rows[0][0]}")
    return hashlib.sha256("".join(parts).encode()).hexdigest()


class Caught:
    """What was refused."""

    by: Refusal
    refusals: tuple[Refusal, ...]


@contextmanager
def nothing_changes(house: House, company: str) -> Iterator[Caught]:
    """Expect a refusal, and that every table is as it was."""
    before = fingerprint(house, company)
    caught = Caught()
    with pytest.raises(Refused) as refused:
        yield caught
    caught.by = refused.value.by
    caught.refusals = refused.value.refusals
    assert fingerprint(house, company) == before

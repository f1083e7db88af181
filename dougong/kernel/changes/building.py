"""Building what was published: columns, tables and indexes, without making anybody wait.

Each statement runs under a lock time-out of at most 50 ms. While a long reader or a backup holds
a table, the field stays waiting and is tried again, with growing pauses. A field goes live in the
transaction that makes its column, so that nobody ever sees one without the other.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg

from dougong.kernel.changes.entities import CompanyField, CompanyObject, Liveness
from dougong.kernel.changes.overlay import description_of, field_of
from dougong.kernel.entities import Description
from dougong.kernel.fields import Field
from dougong.kernel.store.build import create_table, field_indexes, foreign_keys, named, rights
from dougong.kernel.store.database import quoted, schema_of
from dougong.kernel.store.shapes import column_type

if TYPE_CHECKING:
    from dougong.kernel.company import State
    from dougong.kernel.house import Committed, House

LOCK_TIMEOUT = "50ms"


@dataclass(frozen=True)
class Waiting:
    """A field or object that could not be built yet, because somebody holds its table."""

    entity: str
    name: str


def build_waiting(house: House, company: str) -> list[Waiting]:
    """Build everything that waits; give what still does."""
    state = house.company_state(company)
    still: list[Waiting] = []
    for one in state.cached("company_object").values():
        assert isinstance(one, CompanyObject)
        if one.liveness is Liveness.WAITING and not build_object(house, state, one):
            still.append(Waiting(one.name, ""))
    if not still:
        state = house.company_state(company)
        for own in state.cached("company_field").values():
            assert isinstance(own, CompanyField)
            if own.liveness is Liveness.WAITING and not build_field(house, state, own):
                still.append(Waiting(own.entity, own.name))
    if not still:
        still += build_indexes(house, house.company_state(company))
    return still


def fields_of(state: State, entity: str) -> list[CompanyField]:
    """Give the waiting fields of an entity."""
    found = []
    for own in state.cached("company_field").values():
        assert isinstance(own, CompanyField)
        if own.entity == entity and own.liveness is Liveness.WAITING:
            found.append(own)
    return found


def build_object(house: House, state: State, made: CompanyObject) -> bool:
    """Make an object's table with all its fields; both go live together."""
    own_fields = fields_of(state, made.name)
    description = description_of(made, [field_of(own) for own in own_fields])
    catalogue = dataclasses.replace(
        state.catalogue, entities={**state.catalogue.entities, made.name: description}
    )
    role = schema_of(state.slug)
    statements = [*create_table(description, catalogue), *rights(description, role)]
    statements += foreign_keys(description, catalogue)
    live = [
        (
            "UPDATE company_object SET liveness = 'live', version = version + 1 WHERE id = %s",
            made.id,
        )
    ]
    live += [
        ("UPDATE company_field SET liveness = 'live', version = version + 1 WHERE id = %s", own.id)
        for own in own_fields
    ]
    return run_briefly(house, state.slug, statements, live)


def build_field(house: House, state: State, own: CompanyField) -> bool:
    """Make a field's column; a field of lines or a formula needs none."""
    description = state.catalogue.entities.get(own.entity)
    if description is None:
        return False
    field = field_of(own)
    statements = list(add_column(description, field, state))
    if field.kind.name == "lines":
        statements += list(tie_lines(description, field))
    live = [
        ("UPDATE company_field SET liveness = 'live', version = version + 1 WHERE id = %s", own.id)
    ]
    return run_briefly(house, state.slug, statements, live)


def add_column(description: Description, field: Field, state: State) -> Iterator[str]:
    """Write the statements that add a column: no rewrite, no scan of the rows that are there."""
    if not field.stored:
        return
    table = quoted(description.name)
    yield f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {quoted(field.name)} {column_type(field)}"
    if field.target in state.catalogue.entities and field.kind.name in ("reference", "file"):
        constraint = quoted(named("fk", description.name, field.name))
        yield (
            f"ALTER TABLE {table} ADD CONSTRAINT {constraint} FOREIGN KEY ({quoted(field.name)}) "
            f"REFERENCES {quoted(field.target)} (id) NOT VALID"
        )


def tie_lines(description: Description, field: Field) -> Iterator[str]:
    """Tie the lines of an object to the document whose lines field now holds them."""
    constraint = quoted(named("fk", field.target, "parent"))
    yield (
        f"ALTER TABLE {quoted(field.target)} ADD CONSTRAINT {constraint} FOREIGN KEY (parent) "
        f"REFERENCES {quoted(description.name)} (id) ON DELETE CASCADE"
    )


def run_briefly(
    house: House, company: str, statements: list[str], live: list[tuple[str, Any]]
) -> bool:
    """Run statements in one transaction that waits for no lock longer than the time-out."""
    schema = quoted(schema_of(company))
    try:
        with house.database.outside() as connection, connection.transaction():
            connection.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'".encode())
            connection.execute(f"SET LOCAL search_path = {schema}, public".encode())
            for statement in statements:
                connection.execute(statement.encode())
            for statement, identity in live:
                connection.execute(statement.encode(), [identity])
            connection.execute("UPDATE company_state SET version = version + 1")
    except psycopg.errors.LockNotAvailable:
        return False
    return True


def build_indexes(house: House, state: State) -> list[Waiting]:
    """Make the indexes that live fields ask for, concurrently; an interrupted one is made anew."""
    still = []
    for own in state.cached("company_field").values():
        assert isinstance(own, CompanyField)
        description = state.catalogue.entities.get(own.entity)
        if own.liveness is not Liveness.LIVE or description is None or description.custom:
            continue
        field = description.fields.get(own.name)
        wanted = field is not None and field.stored and (field.indexed or field.unique)
        if field is None or not wanted:
            continue
        made = [
            build_index(house, state.slug, name, statement)
            for name, statement in field_indexes(description, field, schema_of(state.slug))
        ]
        if not all(made):
            still.append(Waiting(own.entity, own.name))
    return still


def build_index(house: House, company: str, name: str, statement: str) -> bool:
    """Make one index concurrently, unless it is there and whole."""
    schema = schema_of(company)
    with house.database.outside() as connection:
        row = connection.execute(
            "SELECT i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relname = %s",
            (schema, name),
        ).fetchone()
        if row is not None and row[0]:
            return True
        try:
            connection.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'".encode())
            if row is not None:
                drop = f"DROP INDEX CONCURRENTLY {quoted(schema)}.{quoted(name)}"
                connection.execute(drop.encode())
            connection.execute(statement.encode())
        except psycopg.errors.LockNotAvailable:
            return False
        finally:
            connection.execute("RESET lock_timeout")
    return True


class Builder:
    """Builds what companies published, and comes back to what had to wait."""

    def __init__(self, house: House) -> None:
        """Nothing waits yet, as far as this process knows."""
        self.house = house
        self.unfinished: set[str] = set()

    def build(self, company: str) -> bool:
        """Build what waits; tells whether something still does."""
        state = self.house.states.get(company)
        if state is None:
            return False
        if company not in self.unfinished and not anything_waits(state):
            return False
        still = build_waiting(self.house, company)
        (self.unfinished.add if still else self.unfinished.discard)(company)
        return bool(still)

    def hear(self, committed: Committed) -> None:
        """Build what a commit published, if it goes at once."""
        if any(getattr(one.event, "builds", False) for one in committed.work.events):
            self.unfinished.add(committed.company)
            self.house.company_state(committed.company)
            self.build(committed.company)


def anything_waits(state: State) -> bool:
    """Tell whether a field or an object is published and not built."""
    own = (*state.cached("company_object").values(), *state.cached("company_field").values())
    return any(getattr(one, "liveness", None) is Liveness.WAITING for one in own)

"""Building: the tables, laws and rights of a company, from the catalogue's descriptions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dougong.kernel.catalogue import Catalogue
from dougong.kernel.entities import Description
from dougong.kernel.fields import Field
from dougong.kernel.files.content import FILE_CONTENT_SQL
from dougong.kernel.rollups import ROLLED_UP_TABLE, roll_up_laws
from dougong.kernel.search.entries import SEARCH_TABLE_SQL
from dougong.kernel.search.sorting import SORT_KEY
from dougong.kernel.store.database import quoted, schema_of
from dougong.kernel.store.shapes import column_type

LONGEST_NAME = 63

OWN_TABLES = """
CREATE TABLE company_state (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    version bigint NOT NULL DEFAULT 1,
    schema text NOT NULL DEFAULT ''
);
INSERT INTO company_state DEFAULT VALUES;
CREATE TABLE migration (
    step text,
    part integer,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (step, part)
);
CREATE SEQUENCE event_seq;
CREATE TABLE event (
    txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    seq bigint NOT NULL DEFAULT nextval('event_seq'),
    id uuid NOT NULL,
    name text NOT NULL,
    entity text NOT NULL,
    record uuid NOT NULL,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor uuid,
    cause uuid,
    trace uuid NOT NULL,
    facts jsonb NOT NULL,
    changes jsonb NOT NULL,
    PRIMARY KEY (id, recorded_at)
) PARTITION BY RANGE (recorded_at);
CREATE INDEX event_seq_order ON event (seq);
CREATE INDEX event_cause ON event (cause) WHERE cause IS NOT NULL;
CREATE INDEX event_trace ON event (trace);
CREATE INDEX event_record ON event (record, seq);
CREATE TABLE event_default PARTITION OF event DEFAULT;
CREATE TABLE event_link (
    record uuid NOT NULL,
    entity text NOT NULL,
    event uuid NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (record, event, recorded_at)
) PARTITION BY RANGE (recorded_at);
CREATE TABLE event_link_default PARTITION OF event_link DEFAULT;
CREATE TABLE reader (
    name text PRIMARY KEY,
    seq bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE reader_failure (
    reader text NOT NULL,
    event uuid NOT NULL,
    problem text NOT NULL,
    facts jsonb NOT NULL DEFAULT '{}',
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (reader, event)
);
CREATE TABLE idempotency (
    actor uuid NOT NULL,
    key text NOT NULL,
    request text NOT NULL,
    outcome jsonb NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (actor, key)
);
CREATE TABLE number_series (
    series text PRIMARY KEY,
    next bigint NOT NULL DEFAULT 1
);
"""

APPEND_ONLY_OWN = ("event", "event_link")


def named(*parts: str) -> str:
    """Name a constraint or index within PostgreSQL's limit."""
    return "_".join(parts)[:LONGEST_NAME]


def column_of(field: Field) -> str:
    """Write a column's definition."""
    needed = field.required or field.name in ("version", "created_at", "position")
    return f"{quoted(field.name)} {column_type(field)}" + (" NOT NULL" if needed else "")


def create_table(description: Description, catalogue: Catalogue) -> Iterator[str]:
    """Write the statements that make an entity's table, its keys and its indexes."""
    name = description.name
    table = quoted(name)
    columns = ", ".join(column_of(f) for f in description.stored)
    yield f"CREATE TABLE {table} ({columns}, PRIMARY KEY (id))"
    for field in description.stored:
        yield from field_laws(description, field)
    if description.is_line:
        parent = catalogue.parent_of.get(name)
        if parent:
            yield (
                f"ALTER TABLE {table} ADD CONSTRAINT {quoted(named('fk', name, 'parent'))} "
                f"FOREIGN KEY (parent) REFERENCES {quoted(parent)} (id) ON DELETE CASCADE"
            )
        yield f"CREATE INDEX {quoted(named('ix', name, 'parent'))} ON {table} (parent, position)"
    for fields in description.uniques:
        columns = ", ".join(quoted(f) for f in fields)
        yield (
            f"ALTER TABLE {table} ADD CONSTRAINT {quoted(named('uq', name, *fields))} "
            f"UNIQUE NULLS NOT DISTINCT ({columns})"
        )
    for fields in description.indexes:
        columns = ", ".join(quoted(f) for f in fields)
        yield f"CREATE INDEX {quoted(named('ix', name, *fields))} ON {table} ({columns})"
    for check, condition in description.checks.items():
        yield f"ALTER TABLE {table} ADD CONSTRAINT {quoted(named('ck', name, check))} CHECK ({condition})"
    if description.lifecycle is not None:
        states = ", ".join(f"'{s}'" for s in description.lifecycle.states)
        state = description.state_field
        yield (
            f"ALTER TABLE {table} ADD CONSTRAINT {quoted(named('ck', name, state))} "
            f"CHECK ({quoted(state)} IN ({states}))"
        )
    for _, index, on in sorting_indexes(description):
        yield f"CREATE INDEX {index} ON {table} {on}"
    if "created_at" in description.fields:
        yield f"CREATE INDEX {quoted(named('ix', name, 'created'))} ON {table} (created_at, id)"
    yield from roll_up_laws(description)


def sorting_indexes(description: Description) -> Iterator[tuple[Field, str, str]]:
    """Name the indexes in which texts stand in their order, and write what each is made on."""
    for field in description.stored:
        if sorts_by_key(description, field):
            name = quoted(named("ix", description.name, field.name, "order"))
            yield field, name, f"({SORT_KEY}({quoted(field.name)}), id)"


def sorts_by_key(description: Description, field: Field) -> bool:
    """Tell whether a text is sorted by its sound: what names records, and what has an index.

    Whatever is unique is a code, which sorts as it is written.
    """
    if field.kind.name != "text" or field.unique:
        return False
    return field.indexed or field.name == description.title_field


def field_laws(description: Description, field: Field) -> Iterator[str]:
    """Write a field's own constraint and index."""
    name, table = description.name, quoted(description.name)
    if field.gapless:
        yield from gapless_laws(description, field)
    elif field.unique:
        yield (
            f"ALTER TABLE {table} ADD CONSTRAINT {quoted(named('uq', name, field.name))} "
            f"UNIQUE ({quoted(field.name)})"
        )
    elif field.indexed:
        yield (
            f"CREATE INDEX {quoted(named('ix', name, field.name))} ON {table} "
            f"({quoted(field.name)})"
        )


def gapless_laws(description: Description, field: Field) -> Iterator[str]:
    """Write the indexes of a number that is given later.

    Partial, so that the number is no key that a row referring to the record would hold.
    """
    name, table, number = description.name, quoted(description.name), quoted(field.name)
    yield (
        f"CREATE UNIQUE INDEX {quoted(named('uq', name, field.name))} ON {table} ({number}) "
        f"WHERE {number} IS NOT NULL"
    )
    yield (
        f"CREATE INDEX {quoted(named('ix', name, 'unnumbered'))} ON {table} (created_at, id) "
        f"WHERE {number} IS NULL"
    )


def field_indexes(description: Description, field: Field, schema: str) -> Iterator[tuple[str, str]]:
    """Name the indexes of a company's own field, and write the statements that make them."""
    yield field_index(description, field, schema)
    for one, _, on in sorting_indexes(description):
        if one.name == field.name:
            name = named("ix", description.name, field.name, "order")
            yield (
                name,
                (
                    f"CREATE INDEX CONCURRENTLY {quoted(name)} "
                    f"ON {quoted(schema)}.{quoted(description.name)} {on}"
                ),
            )


def field_index(description: Description, field: Field, schema: str) -> tuple[str, str]:
    """Name the index by a company's own field's value, and write the statement that makes it."""
    name = named("uq" if field.unique else "ix", description.name, field.name)
    unique = "UNIQUE " if field.unique else ""
    return name, (
        f"CREATE {unique}INDEX CONCURRENTLY {quoted(name)} "
        f"ON {quoted(schema)}.{quoted(description.name)} ({quoted(field.name)})"
    )


def foreign_keys(description: Description, catalogue: Catalogue) -> Iterator[str]:
    """Write the references as foreign keys; who made a record is kept without one."""
    for field in description.references:
        if field.name in ("created_by", "updated_by") or field.target not in catalogue.entities:
            continue
        yield (
            f"ALTER TABLE {quoted(description.name)} "
            f"ADD CONSTRAINT {quoted(named('fk', description.name, field.name))} "
            f"FOREIGN KEY ({quoted(field.name)}) REFERENCES {quoted(field.target)} (id)"
        )


def forbid_changes(description: Description) -> Iterator[str]:
    """Write the law that what is posted is never changed; only a number may be given, once."""
    number = description.number_field
    spared = f" WHEN (OLD.{quoted(number.name)} IS NOT NULL)" if number else ""
    table = quoted(description.name)
    yield (
        f"CREATE TRIGGER stays BEFORE UPDATE ON {table} FOR EACH ROW{spared} "
        "EXECUTE FUNCTION refuse_change()"
    )
    yield (
        f"CREATE TRIGGER remains BEFORE DELETE ON {table} FOR EACH ROW "
        "EXECUTE FUNCTION refuse_change()"
    )


REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'what is posted is never changed'; END $$
"""


CREATE_ROLE = """
DO $$ BEGIN CREATE ROLE {role} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
"""
"""Roles belong to the cluster, companies to a database: a namesake elsewhere may have made it."""


def rights(description: Description, role: str) -> Iterator[str]:
    """Write what the company's role may do with an entity's table."""
    table = quoted(description.name)
    if description.rolled_up:
        sums = quoted(description.rolled_up.table(description.name))
        yield f"GRANT SELECT, INSERT, UPDATE ON {sums} TO {quoted(role)}"
    if not description.append_only:
        yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {quoted(role)}"
        return
    yield f"GRANT SELECT, INSERT ON {table} TO {quoted(role)}"
    if description.number_field:
        yield f"GRANT UPDATE ({quoted(description.number_field.name)}) ON {table} TO {quoted(role)}"


def event_partition(month: date) -> Iterator[str]:
    """Write the partitions of the event log for a month."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    for table in APPEND_ONLY_OWN:
        yield (
            f"CREATE TABLE IF NOT EXISTS {table}_{month:%Y_%m} PARTITION OF {table} "
            f"FOR VALUES FROM ('{month:%Y-%m-01} 00:00+00') TO ('{following:%Y-%m-01} 00:00+00')"
        )


def build_company(catalogue: Catalogue, company: str, this_month: date) -> Iterator[str]:
    """Write all statements that make an empty company, in order."""
    role = schema_of(company)
    yield CREATE_ROLE.format(role=quoted(role))
    yield f"GRANT {quoted(role)} TO CURRENT_USER"
    yield f"CREATE SCHEMA {quoted(role)}"
    yield f"SET LOCAL search_path = {quoted(role)}, public"
    yield OWN_TABLES
    yield SEARCH_TABLE_SQL
    yield FILE_CONTENT_SQL
    yield ROLLED_UP_TABLE
    yield REFUSE_CHANGE
    following = date(this_month.year + this_month.month // 12, this_month.month % 12 + 1, 1)
    yield from event_partition(this_month)
    yield from event_partition(following)
    described = [catalogue.entities[name] for name in catalogue.order]
    for description in described:
        yield from create_table(description, catalogue)
    for description in described:
        yield from foreign_keys(description, catalogue)
        if description.append_only:
            yield from forbid_changes(description)
        yield from description.laws
    yield f"GRANT USAGE ON SCHEMA {quoted(role)} TO {quoted(role)}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON reader, reader_failure, idempotency, number_series, company_state TO {quoted(role)}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON search_entry, file_content TO {quoted(role)}"
    yield f"GRANT SELECT, INSERT, UPDATE ON rolled_up TO {quoted(role)}"
    yield f"GRANT SELECT, INSERT ON event, event_link TO {quoted(role)}"
    yield f"GRANT SELECT ON migration TO {quoted(role)}"
    yield f"GRANT USAGE ON SEQUENCE event_seq TO {quoted(role)}"
    for description in described:
        yield from rights(description, role)

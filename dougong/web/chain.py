"""The chain bar: what followed from the documents that a record is about, stage by stage.

Composed of what the apps declare, by a handful of statements whatever the size.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from starlette.responses import Response

from dougong.kernel.chains import Stage, Tally
from dougong.kernel.questions import as_json
from dougong.kernel.questions.reading import Reading as Rows
from dougong.kernel.questions.statements import rows_of
from dougong.kernel.values import ZERO, digits_of
from dougong.web.answers import Json
from dougong.web.asking import Asking, Reading, as_id
from dougong.web.bodies import known_parameters
from dougong.web.meta import label_of, may_read
from dougong.web.records import identity_of
from dougong.web.sight import see, visible

MOST = 1000
"""So many records of a stage are looked for."""
NAMED = 50
"""So many of them are named."""


@dataclass
class Standing:
    """What is found of a stage: its records, as far as they may be seen, and how far it has come."""

    there: set[UUID] = field(default_factory=set)
    seen: list[tuple[UUID, str | None, str | None]] = field(default_factory=list)
    done: Decimal | None = None
    whole: Decimal | None = None


def show_chain(asking: Asking) -> Response:
    """Answer the stages of the chain that a record stands in; none where it stands in none."""
    known_parameters(asking.request, ())
    entity, key = asking.path("entity"), asking.path("id")
    with asking.reading() as reading:
        identity = identity_of(reading, entity, key)
        see(reading, entity, identity, key)
        stages = [
            stage
            for stage in reading.state.catalogue.chain_of(entity)
            if may_read(reading, reading.state.catalogue.entities[stage.on])
        ]
        roots = roots_of(reading, entity, identity)
        found = standings(reading, stages, roots) if roots else {}
        written = [
            stage_as_json(asking, reading, stage, found[stage.on], identity)
            for stage in stages
            if stage.on in found
        ]
    return Json({"chain": written})


def roots_of(reading: Reading, entity: str, identity: UUID) -> list[str]:
    """Find the documents that a record follows from, as far as the asker may see them."""
    chain = reading.state.catalogue.chain_of(entity)
    if not chain:
        return []
    root, own = chain[0].on, reading.state.catalogue.stages[entity]
    statement = sa.text(own.documents).bindparams(sa.bindparam("id", identity, sa.Uuid()))
    documents = (
        str(row[0] or "").partition(":") for row in rows_of(reading.transaction, statement)
    )
    ids = {one for kind, _, text in documents if kind == root and (one := as_id(text))}
    return [f"{root}:{one}" for one in sorted(visible_of(reading, root, ids))[:MOST]]


def visible_of(reading: Reading, entity: str, ids: Iterable[UUID]) -> set[UUID]:
    """Give those that the asker may see."""
    return {one for _, one in visible(reading, ((entity, each) for each in ids))}


def standings(reading: Reading, stages: Sequence[Stage], roots: list[str]) -> dict[str, Standing]:
    """Find each stage's records and amounts."""
    found = {stage.on: Standing() for stage in stages}
    bound = bindings(reading, roots)
    there = [members(stage, at, bound) for at, stage in enumerate(stages)]
    for at, identity in rows_of(reading.transaction, sa.union_all(*there)):
        found[stages[at].on].there.add(identity)
    named = [
        named_records(reading, stage.on, at, found[stage.on].there)
        for at, stage in enumerate(stages)
    ]
    for at, identity, title, state in rows_of(reading.transaction, sa.union_all(*named)):
        found[stages[at].on].seen.append((identity, title, state))
    tell_amounts(reading, found, bound)
    return found


def bindings(reading: Reading, roots: list[str]) -> dict[str, sa.BindParameter[Any]]:
    """Give what the declared SQL may name."""
    ids = [UUID(one.partition(":")[2]) for one in roots]
    return {
        "ids": sa.bindparam("ids", ids, ARRAY(sa.Uuid())),
        "documents": sa.bindparam("documents", roots, ARRAY(sa.Text())),
        "digits": sa.bindparam("digits", digits_of(reading.state.currency), sa.Integer()),
    }


def declared(sql: str, bound: Mapping[str, sa.BindParameter[Any]]) -> sa.TextClause:
    """Bind what a declaration names."""
    return sa.text(sql).bindparams(*(one for name, one in bound.items() if f":{name}" in sql))


def members(
    stage: Stage, at: int, bound: Mapping[str, sa.BindParameter[Any]]
) -> sa.Select[tuple[int, UUID]]:
    """Ask for the ids of a stage's records, whoever may see them."""
    one = sa.column("id", sa.Uuid())
    some = declared(stage.records, bound).columns(one).subquery(f"there_{at}")
    return sa.select(sa.literal(at), some.c.id).limit(MOST)


def named_records(
    reading: Reading, entity: str, at: int, ids: Iterable[UUID]
) -> sa.Select[tuple[int, UUID, str | None, str | None]]:
    """Ask what the records are called and how they stand, as far as the asker may see them."""
    rows = Rows(reading.state, reading.actor, entity, reading.today)
    wanted = sa.literal(list(ids), ARRAY(sa.Uuid()))
    where = [*rows.permitted(), rows.identity == sa.any_(wanted)]  # this joins what the rules name
    shown = (rows.description.title_field, rows.description.state_field)
    texts = [as_text(rows, name) for name in shown]
    return (
        sa.select(sa.literal(at), rows.identity, *texts)
        .select_from(rows.tables.source)
        .where(*where)
    )


def as_text(rows: Rows, name: str) -> sa.ColumnElement[Any]:
    """Give a field as text; nothing where the asker may not read it."""
    if name not in rows.readable:
        return sa.cast(sa.null(), sa.Text())
    return sa.cast(rows.tables.column((name,)), sa.Text())


def tell_amounts(
    reading: Reading, found: Mapping[str, Standing], bound: Mapping[str, sa.BindParameter[Any]]
) -> None:
    """Say how far each stage has come, where the asker sees all that it is made of."""
    tallies = reading.state.catalogue.tallies
    told = [
        tallies[on]
        for on, one in found.items()
        if on in tallies and len(one.seen) == len(one.there) and may_be_told(reading, tallies[on])
    ]
    if not told:
        return
    columns = (sa.column("done", sa.Numeric()), sa.column("whole", sa.Numeric()))
    parts = [declared(one.sql, bound).columns(*columns).subquery(one.on) for one in told]
    asked = [sa.select(sa.literal(at), *part.c) for at, part in enumerate(parts)]
    for at, done, whole in rows_of(reading.transaction, sa.union_all(*asked)):
        found[told[at].on].done, found[told[at].on].whole = done or ZERO, whole


def may_be_told(reading: Reading, tally: Tally) -> bool:
    """Tell whether the asker may read every field that an amount is made of."""
    for path in tally.shows:
        entity, _, name = path.partition(".")
        description = reading.state.catalogue.entities[entity]
        if not may_read(reading, description):
            return False
        if name not in reading.actor.rights.readable(description):
            return False
    return True


def stage_as_json(
    asking: Asking, reading: Reading, stage: Stage, standing: Standing, identity: UUID
) -> dict[str, Any]:
    """Write a stage: how many records, how far it has come, and the records themselves."""
    description = reading.state.catalogue.entities[stage.on]
    ordered = sorted(standing.seen, key=lambda record: (record[1] or "", record[0]))
    return {
        "entity": stage.on,
        "label": label_of(asking, description),
        "here": any(one == identity for one, _, _ in ordered),
        "count": len(ordered),
        "more": len(standing.there) == MOST,
        "done": as_json(standing.done),
        "whole": as_json(standing.whole),
        "records": [
            {
                "id": str(one),
                "title": title,
                "state": state,
                "state_label": state
                and asking.messages.option(stage.on, description.state_field, state, asking.locale),
            }
            for one, title, state in ordered[:NAMED]
        ],
    }

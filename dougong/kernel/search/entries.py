"""The index that search boxes and pickers look into: one row for each record of a company.

The keys stand in a ``tsvector`` under a GIN index, which finds whole keys and keys that begin in a
given way, and intersects them; what was typed from the start of a title is found in a btree. The
index is a projection: it can be dropped and filled again from the records. Over 300,000 records and
35 kinds of question the slowest took 34 ms; the same keys as text under trigrams up to 180 ms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID

import msgspec
from psycopg import Connection
from psycopg.rows import tuple_row

from dougong.kernel.search.keys import Wanted, query_keys, search_keys, start_of

SEARCH_TABLE_SQL: LiteralString = """
CREATE TABLE search_entry (
    record uuid PRIMARY KEY,
    entity text COLLATE "C" NOT NULL,
    title text COLLATE "C" NOT NULL,
    start text COLLATE "C" NOT NULL,
    keys tsvector NOT NULL
);
COMMENT ON TABLE search_entry IS 'What search boxes look into; filled from the records';
CREATE INDEX search_entry_keys ON search_entry USING gin (keys)
    WITH (gin_pending_list_limit = 512);
CREATE INDEX search_entry_start ON search_entry (start, entity);
"""

INDEX_STATEMENT: LiteralString = """
INSERT INTO search_entry AS kept (record, entity, title, start, keys)
SELECT record, entity, title, start, array_to_tsvector(keys)
FROM jsonb_to_recordset(%(entries)s::jsonb)
     AS entry (record uuid, entity text, title text, start text, keys text[])
ON CONFLICT (record) DO UPDATE
SET entity = excluded.entity, title = excluded.title, start = excluded.start, keys = excluded.keys
WHERE (kept.entity, kept.title, kept.start, kept.keys)
      IS DISTINCT FROM (excluded.entity, excluded.title, excluded.start, excluded.keys)
"""

FORGET_STATEMENT: LiteralString = "DELETE FROM search_entry WHERE record = ANY(%(records)s)"

_LAST = "\U0010ffff"
"""No text goes on with a later character than this one."""
_TO_JUDGE = 20
"""So many times more candidates than hits are looked at, to show the best of them first."""
_LEAST_TO_JUDGE = 200

_FROM_THE_START: LiteralString = """
WITH same AS MATERIALIZED (
    SELECT entity, record, title FROM search_entry WHERE keys @@ %(same)s::tsquery
),
candidate AS (
    (SELECT entity, record, title, 1.0::float8 AS score FROM same LIMIT %(judged)s)
    UNION ALL
    (SELECT entity, record, title, 0.8::float8 AS score FROM search_entry
     WHERE start >= %(start)s AND start < %(end)s
       AND (%(entities)s::text[] IS NULL OR entity = ANY(%(entities)s))
     ORDER BY start LIMIT %(judged)s)
)
SELECT entity, record, title, max(score) AS score FROM candidate
GROUP BY entity, record, title
ORDER BY score DESC, length(title), record DESC
LIMIT %(limit)s
"""

_ANYWHERE: LiteralString = """
WITH holding AS MATERIALIZED (
    SELECT entity, record, title FROM search_entry WHERE keys @@ %(holds)s::tsquery
),
candidate AS (SELECT entity, record, title FROM holding LIMIT %(judged)s)
SELECT entity, record, title, 0.5::float8 AS score FROM candidate
WHERE record <> ALL(%(found)s)
ORDER BY length(title), record DESC
LIMIT %(limit)s
"""


_MANY: LiteralString = """
SELECT asked.at - 1, hit.record, hit.title, hit.score
FROM unnest(%(same)s::text[], %(starts)s::text[], %(ends)s::text[], %(holds)s::text[])
     WITH ORDINALITY AS asked(same, start, "end", holds, at)
CROSS JOIN LATERAL (
    SELECT record, title, max(score) AS score FROM (
        (SELECT record, title, 1.0::float8 AS score FROM search_entry
         WHERE keys @@ asked.same::tsquery LIMIT %(judged)s)
        UNION ALL
        (SELECT record, title, 0.8::float8 FROM search_entry
         WHERE start >= asked.start AND start < asked."end" AND entity = %(entity)s
         ORDER BY start LIMIT %(judged)s)
        UNION ALL
        (SELECT record, title, 0.5::float8 FROM search_entry
         WHERE keys @@ asked.holds::tsquery LIMIT %(judged)s)
    ) AS candidate
    GROUP BY record, title
    ORDER BY score DESC, length(title), record DESC
    LIMIT %(limit)s
) AS hit
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as it is to be found: its title, and all texts that lead to it."""

    entity: str
    record: UUID
    title: str
    texts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that answers what was typed; the score tells the same, begins so, holds it."""

    entity: str
    record: UUID
    title: str
    score: float


def index_parameters(entries: Iterable[Entry]) -> dict[str, str]:
    """Give the one parameter of INDEX_STATEMENT for any number of records, each named once."""
    rows = [
        {
            "record": entry.record,
            "entity": entry.entity,
            "title": entry.title,
            "start": start_of(entry.title),
            "keys": [f"@{entry.entity}", *search_keys([entry.title, *entry.texts])],
        }
        for entry in entries
    ]
    return {"entries": msgspec.json.encode(rows).decode()}


def index(connection: Connection[Any], entries: Iterable[Entry]) -> None:
    """Make these records findable under their present texts, in one statement."""
    connection.execute(INDEX_STATEMENT, index_parameters(entries))


def forget(connection: Connection[Any], records: Iterable[UUID]) -> None:
    """Make these records unfindable."""
    connection.execute(FORGET_STATEMENT, {"records": list(records)})


def find(
    connection: Connection[Any],
    text: str,
    entities: Sequence[str] | None = None,
    limit: int = 20,
) -> list[Hit]:
    """Find the records that answer a text, best first: the same, then what begins so, then the rest.

    Of what is equally good the shorter title comes first, then the newer record. Where very many
    answer, the best of some hundreds of them are shown.
    """
    asked = query_keys(text)
    if not asked or (entities is not None and not entities):
        return []
    whole = _key(Wanted("^" + asked.start))
    readings = [_all_of(map(_key, reading)) for reading in asked.readings]
    parameters: dict[str, Any] = {
        "same": _all_of([whole, *_of_entities(entities)]),
        "start": asked.start,
        "end": asked.start + _LAST,
        "holds": _all_of([_any_of(readings), *_of_entities(entities)]),
        "entities": None if entities is None else list(entities),
        "judged": max(limit * _TO_JUDGE, _LEAST_TO_JUDGE),
        "limit": limit,
    }
    hits = _hits(connection, _FROM_THE_START, parameters)
    if len(hits) < limit:
        parameters["found"] = [hit.record for hit in hits]
        hits += _hits(connection, _ANYWHERE, parameters)
    return hits[:limit]


def find_each(
    connection: Connection[Any], texts: Sequence[str], entity: str, limit: int = 8
) -> list[list[Hit]]:
    """Find the records of one kind that answer each of several texts, by one statement."""
    asked = {at: keys for at, text in enumerate(texts) if (keys := query_keys(text))}
    of_kind = _of_entities([entity])
    parameters: dict[str, Any] = {
        "same": [_all_of([_key(Wanted("^" + one.start)), *of_kind]) for one in asked.values()],
        "starts": [one.start for one in asked.values()],
        "ends": [one.start + _LAST for one in asked.values()],
        "holds": [
            _all_of([_any_of([_all_of(map(_key, reading)) for reading in one.readings]), *of_kind])
            for one in asked.values()
        ],
        "entity": entity,
        "judged": _LEAST_TO_JUDGE,
        "limit": limit,
    }
    found: list[list[Hit]] = [[] for _ in texts]
    if not asked:
        return found
    places = list(asked)
    cursor = connection.cursor(row_factory=tuple_row)
    for at, record, title, score in cursor.execute(_MANY, parameters, prepare=False):
        found[places[at]].append(Hit(entity, record, title, score))
    for hits in found:
        hits.sort(key=lambda hit: -hit.score)
    return found


def _hits(
    connection: Connection[Any], statement: LiteralString, parameters: dict[str, Any]
) -> list[Hit]:
    """Ask with a plan for just this text: one that fits a rare key would be slow for a common one."""
    cursor = connection.cursor(row_factory=tuple_row)
    return [Hit(*row) for row in cursor.execute(statement, parameters, prepare=False)]


def _of_entities(entities: Sequence[str] | None) -> list[str]:
    return [] if entities is None else [_any_of(_key(Wanted(f"@{name}")) for name in entities)]


def _key(wanted: Wanted) -> str:
    quoted = wanted.key.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}':*" if wanted.goes_on else f"'{quoted}'"


def _all_of(parts: Iterable[str]) -> str:
    return "(" + " & ".join(parts) + ")"


def _any_of(parts: Iterable[str]) -> str:
    return "(" + " | ".join(parts) + ")"

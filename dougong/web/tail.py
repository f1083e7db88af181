"""The end of a company's event log, read so that no event is ever passed over.

Events are told in the order of their numbers, up to one below which nobody can write any more; so
the changes of a record come in their order, as the readers of the log meet them too.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dougong.kernel.log.runner import IS_COMPLETE
from dougong.kernel.refusals import InvalidField, Refused
from dougong.kernel.store.database import Database, Transaction, schema_of

AT_ONCE = 500
LARGEST = 2**63 - 1
PATIENCE = 0.25
"""Seconds for which a look waits until whoever took a number has committed or given up."""

HEAD = "SELECT coalesce(pg_sequence_last_value(%s::regclass), 0)"
NEXT_TRANSACTION = "SELECT pg_current_xact_id()::text"
BEHIND = """
SELECT seq, id, name, entity, record, at, recorded_at, actor, cause, trace
FROM event WHERE seq > %s AND seq <= %s ORDER BY seq LIMIT %s
"""
SETTLED = """
SELECT seq FROM event WHERE recorded_at < clock_timestamp() - interval '10 seconds'
ORDER BY seq DESC LIMIT 1
"""
"""The last event that is older than any transaction may be; all before it are over too."""


@dataclass(frozen=True)
class Heard:
    """An event as listeners hear of it: what happened to which record, and why; not its facts."""

    place: int
    id: UUID
    name: str
    entity: str
    record: UUID
    at: datetime
    recorded_at: datetime
    actor: UUID | None
    cause: UUID | None
    trace: UUID


def read_place(text: str) -> int:
    """Read the number of the event that was heard last; refused where it is none."""
    if not (text.isascii() and text.isdecimal()):
        raise Refused(InvalidField("Last-Event-ID", "wrong_type", "number"))
    if int(text[:30]) > LARGEST:
        raise Refused(InvalidField("Last-Event-ID", "too_large", str(LARGEST)))
    return int(text)


def end_of_log(database: Database, company: str, place: int) -> int | None:
    """Give the number up to which the log is complete; None where somebody behind still writes."""
    with database.outside() as connection:
        sequence = f"{schema_of(company)}.event_seq"
        row = connection.execute(HEAD, (sequence,)).fetchone()
        assert row is not None, "a sequence has a last value"
        head: int = row[0]
        if head <= place:
            return place
        later = connection.execute(NEXT_TRANSACTION).fetchone()
        until = time.monotonic() + PATIENCE
        while connection.execute(IS_COMPLETE, later).fetchone() != (True,):
            if time.monotonic() > until:
                return None
            time.sleep(0.002)
    return head


def beginning(database: Database, company: str) -> int:
    """Give the place behind which everything will stand that is not over yet."""
    head = end_of_log(database, company, 0)
    if head is not None:
        return head
    with database.transaction(company) as transaction:
        rows = transaction.rows(SETTLED)
    return rows[0][0] if rows else 0


def read_behind(database: Database, company: str, place: int) -> tuple[list[Heard], int]:
    """Read the events behind a place, in order, with the place where the reading ended."""
    head = end_of_log(database, company, place)
    if head is None or head == place:
        return [], place
    with database.transaction(company) as transaction:
        found = between(transaction, place, head)
    return found, found[-1].place if len(found) == AT_ONCE else head


def between(transaction: Transaction, place: int, until: int) -> list[Heard]:
    """Read the next events behind a place, up to another."""
    return [Heard(*row) for row in transaction.rows(BEHIND, (place, until, AT_ONCE))]

"""The end of a company's event log, read so that no event is ever passed over.

Events are taken in the order of their transactions, and only those whose transaction no longer
runs and began before every one that does: what comes later always sorts behind what was taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dougong.kernel.refusals import InvalidField, Refused
from dougong.kernel.store.database import Database, Transaction

REACH = 20_000
"""So many numbers below the last one, events of transactions that still run may stand."""
AT_ONCE = 500
LARGEST = 2**63 - 1

NEW = """
SELECT txid::text::bigint, seq, id, name, entity, record, at, recorded_at, actor, cause, trace
FROM event
WHERE seq > %s AND txid < pg_snapshot_xmin(pg_current_snapshot())
  AND (txid, seq) > (%s::text::xid8, %s)
ORDER BY txid, seq LIMIT %s
"""
HERE = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
       coalesce(pg_sequence_last_value('event_seq'), 0)
"""


@dataclass(frozen=True, order=True)
class Place:
    """A place in the log: behind this event, in the order of transactions."""

    txid: int
    seq: int

    def __str__(self) -> str:
        return f"{self.txid}-{self.seq}"

    @classmethod
    def read(cls, text: str) -> Place:
        """Read a place that was written; refused where it is none."""
        txid, _, seq = text.partition("-")
        if not (txid.isascii() and txid.isdecimal() and seq.isascii() and seq.isdecimal()):
            raise Refused(InvalidField("Last-Event-ID", "wrong_type", "number-number"))
        if max(int(txid[:30]), int(seq[:30])) > LARGEST:
            raise Refused(InvalidField("Last-Event-ID", "too_large", str(LARGEST)))
        return cls(int(txid), int(seq))


@dataclass(frozen=True)
class Heard:
    """An event as listeners hear of it: what happened to which record, and why; not its facts."""

    place: Place
    id: UUID
    name: str
    entity: str
    record: UUID
    at: datetime
    recorded_at: datetime
    actor: UUID | None
    cause: UUID | None
    trace: UUID


def end_of_log(transaction: Transaction) -> Place:
    """Give the place behind which everything will stand that is not over yet."""
    [(txid, last)] = transaction.rows(HERE)
    return Place(txid - 1, last)


def read_behind(database: Database, company: str, place: Place | None) -> tuple[list[Heard], Place]:
    """Read the events behind a place, in order; without one, only find where the log ends."""
    with database.transaction(company) as transaction:
        if place is None:
            return [], end_of_log(transaction)
        found = behind(transaction, place)
    return found, found[-1].place if found else place


def behind(transaction: Transaction, place: Place) -> list[Heard]:
    """Read some events behind a place."""
    rows = transaction.rows(NEW, (place.seq - REACH, str(place.txid), place.seq, AT_ONCE))
    return [Heard(Place(row[0], row[1]), *row[2:]) for row in rows]

"""What readers could not do: kept by reader and event, to be looked at, replayed or dismissed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from dougong.kernel.refusals import Refused

if TYPE_CHECKING:
    from dougong.kernel.house import House

WRITE_FAILURE = (
    "INSERT INTO reader_failure (reader, event, problem, facts) VALUES (%s, %s, %s, %s::jsonb) "
    "ON CONFLICT (reader, event) DO UPDATE "
    "SET problem = excluded.problem, facts = excluded.facts, at = now()"
)


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One event that one reader could not answer."""

    reader: str
    event: UUID
    name: str
    """The event's name."""
    entity: str
    record: UUID
    problem: str
    """The refusal's code, or the name of the error."""
    facts: dict[str, Any]
    at: datetime


def failure_of(error: Exception) -> tuple[str, str]:
    """Give what is kept of an error: its code and its facts."""
    if isinstance(error, Refused):
        facts = {"refusals": [{"code": r.code, **r.facts()} for r in error.refusals]}
        return error.by.code, msgspec.json.encode(facts, enc_hook=str).decode()
    facts = {"message": [{"text": str(error)}]}
    return type(error).__name__, msgspec.json.encode(facts).decode()


def failures(house: House, company: str) -> list[Failure]:
    """Give what readers could not do, oldest first."""
    with house.database.transaction(company) as transaction:
        rows = transaction.rows(
            "SELECT f.reader, f.event, e.name, e.entity, e.record, f.problem, f.facts, f.at "
            "FROM reader_failure f JOIN event e ON e.id = f.event ORDER BY f.at, f.reader"
        )
    names = ("reader", "event", "name", "entity", "record", "problem", "facts", "at")
    return [Failure(**dict(zip(names, row, strict=True))) for row in rows]


def dismiss(house: House, company: str, reader: str, event: UUID) -> bool:
    """Forget a failure that needs no answer any more; tells whether there was one."""
    with house.database.transaction(company) as transaction:
        return bool(
            transaction.run(
                "DELETE FROM reader_failure WHERE reader = %s AND event = %s", (reader, event)
            )
        )

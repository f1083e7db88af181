"""How far behind the readers are: what ``verify`` and the health page show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dougong.kernel.house import House

LAGS = """
SELECT r.name,
       (SELECT count(*) FROM event e WHERE e.seq > r.seq),
       clock_timestamp() - (SELECT e.recorded_at FROM event e WHERE e.seq > r.seq
                            ORDER BY e.seq LIMIT 1),
       (SELECT count(*) FROM reader_failure f WHERE f.reader = r.name)
FROM reader r ORDER BY r.name
"""


@dataclass(frozen=True)
class Lag:
    """One reader's place: events it hasn't looked at, how old the oldest is, what failed."""

    reader: str
    events: int
    age: timedelta
    failures: int


def lags(house: House, company: str) -> list[Lag]:
    """Tell how far each reader of a company is behind."""
    with house.database.transaction(company) as transaction:
        rows = transaction.rows(LAGS)
    return [Lag(name, events, age or timedelta(), failed) for name, events, age, failed in rows]

"""Forgetting: the keys of requests that nobody will send again.

What an import did is remembered for good, for it may be taken up or undone at any time; so is what
was approved. A reader's keys stay while one of its events waits to be replayed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dougong.kernel.house import House

KEPT_FOR = timedelta(days=30)
AT_ONCE = 5000
"""So many keys are forgotten by one transaction."""

FORGET = """
DELETE FROM idempotency WHERE (actor, key) IN (
    SELECT i.actor, i.key FROM idempotency i
    WHERE i.at < %s AND NOT starts_with(i.key, 'import:') AND NOT starts_with(i.key, 'parked:')
      AND NOT EXISTS (SELECT 1 FROM reader_failure f
                      WHERE starts_with(i.key, 'reader:' || f.reader || ':' || f.event || ':'))
    LIMIT %s)
"""


def forget_keys(house: House, company: str) -> int:
    """Forget the keys of requests that are a month old; tells how many."""
    before = house.clock() - KEPT_FOR
    forgotten = 0
    while True:
        with house.database.transaction(company) as transaction:
            some = transaction.run(FORGET, (before, AT_ONCE))
        forgotten += some
        if some < AT_ONCE:
            return forgotten

"""Rolling up: the readers' runner moves facts into the sums by month, some thousand at a time.

Ids rise with time, and no transaction that writes facts lasts longer than some seconds; so below an
id of a minute ago nothing will ever be added. What stands above it is read as it is.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from dougong.kernel.entities import Description
from dougong.kernel.store.database import Transaction, quoted

if TYPE_CHECKING:
    from dougong.kernel.house import House

AT_ONCE = 20_000
"""So many facts are moved by one transaction; fewer are left where they are."""
SETTLED = 60.0
"""Seconds after which nobody writes a fact with an id of then any more."""
EVERY = 30.0
"""Seconds after which a company's facts are counted again."""
FIRST = UUID(int=0)

NEXT = "SELECT id FROM {facts} WHERE id >= %s AND id < %s ORDER BY id OFFSET %s LIMIT 1"
ADD = """
INSERT INTO {sums} AS s (month, {by}, {summed}, facts)
SELECT date_trunc('month', {day}::timestamp)::date, {by}, {totals}, count(*)
FROM {facts} WHERE id >= %s AND id < %s GROUP BY 1, {by}
ON CONFLICT (month, {by}) DO UPDATE SET {raised}, facts = s.facts + excluded.facts
"""
MOVE = """
INSERT INTO rolled_up (entity, until) VALUES (%s, %s)
ON CONFLICT (entity) DO UPDATE SET until = excluded.until
"""


@dataclass
class Rolling:
    """Rolls up the facts of each company; a chore of the readers' runner, which holds the company."""

    house: House
    at_once: int = AT_ONCE
    settled: float = SETTLED
    due: dict[str, float] = field(default_factory=dict)

    def roll(self, company: str) -> bool:
        """Move what is due of a company's facts; tells whether more remains."""
        state = self.house.states.get(company)
        if state is None or time.monotonic() < self.due.get(company, 0.0):
            return False
        described = [one for one in state.catalogue.entities.values() if one.rolled_up]
        more = False
        for description in described:
            with self.house.database.transaction(company) as transaction:
                more |= self.move_some(transaction, description)
        if not more:
            self.due[company] = time.monotonic() + EVERY
        return more

    def move_some(self, transaction: Transaction, description: Description) -> bool:
        """Move some thousand facts, if there are as many; tells whether it did."""
        facts = quoted(description.name)
        until = until_of(transaction, description.name)
        settled = id_of(time.time() - self.settled)
        found = transaction.rows(NEXT.format(facts=facts), [until, settled, self.at_once])
        if not found:
            return False
        ((upto,),) = found
        transaction.run(added(description), [until, upto])
        transaction.run(MOVE, [description.name, upto])
        return True


def until_of(transaction: Transaction, entity: str) -> UUID:
    """Give the id below which the facts of an entity are rolled up."""
    rows = transaction.rows("SELECT until FROM rolled_up WHERE entity = %s", [entity])
    until: UUID = rows[0][0] if rows else FIRST
    return until


def id_of(moment: float) -> UUID:
    """Give the least id of a moment, in seconds since 1970."""
    return UUID(int=int(moment * 1000) << 80)


def added(description: Description) -> str:
    """Write the statement that adds facts to the sums."""
    rolled = description.rolled_up
    assert rolled is not None, f"{description.name} is not rolled up"
    names = [quoted(one) for one in rolled.sums]
    return ADD.format(
        sums=quoted(rolled.table(description.name)),
        facts=quoted(description.name),
        day=quoted(rolled.day),
        by=", ".join(quoted(one) for one in rolled.by),
        summed=", ".join(names),
        totals=", ".join(f"sum({one})" for one in names),
        raised=", ".join(f"{one} = s.{one} + excluded.{one}" for one in names),
    )

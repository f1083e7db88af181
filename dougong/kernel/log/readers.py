"""Readers of the event log: what follows soon from events, each reader with a cursor of its own.

Events are read in the order of their numbers, up to one below which nobody can write any more. A
change of a record that waited for another change of it has the higher number, so each reader meets
the changes of a record in their order.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import psycopg

from dougong.kernel.events import Follower, Logged
from dougong.kernel.log.failures import WRITE_FAILURE, failure_of
from dougong.kernel.refusals import Refused
from dougong.kernel.store.database import Transaction

if TYPE_CHECKING:
    from dougong.kernel.house import House

CHUNK = 200
"""So many events are worked before the cursors move."""

COLUMNS = tuple(one.name for one in dataclasses.fields(Logged))
EVENTS = f"SELECT {', '.join(COLUMNS)} FROM event"
READ_EVENTS = (
    f"{EVENTS} WHERE seq > %s AND seq <= %s AND (%s::text[] IS NULL OR name = ANY(%s)) "
    "ORDER BY seq LIMIT %s"
)
MOVE_FOLLOWERS = (
    "UPDATE reader SET seq = %s, at = clock_timestamp() WHERE name = ANY(%s) AND seq < %s"
)
MOVE_PROJECTION = (
    "UPDATE reader SET seq = %s, at = clock_timestamp() WHERE name = %s AND seq = %s RETURNING seq"
)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Projection:
    """A reader that keeps something in the database which could be made anew from the log.

    Its cursor moves in the transaction of its effect, so that each event counts exactly once.
    """

    name: str
    apply: Callable[[Transaction, Sequence[Logged]], None]
    events: tuple[str, ...] = ()
    """The names of the events that it wants; none named are all."""


Reader = Follower | Projection


@dataclass
class Reading:
    """One pass of all readers of a company over what is new in its log."""

    house: House
    company: str
    until: int
    """The number below which, itself included, the log is complete."""
    goes_on: Callable[[], bool] = lambda: True
    stuck: set[str] = field(default_factory=set)
    """The projections that could not be brought up to date."""
    worked: int = 0

    def run(self) -> None:
        """Bring every reader up to date that can be."""
        cursors = self.cursors()
        while self.goes_on():
            behind = [r for r in self.readers if cursors[r.name] < self.until]
            behind = [r for r in behind if r.name not in self.stuck]
            if not behind:
                return
            start = min(cursors[reader.name] for reader in behind)
            events = self.events(start, behind)
            end = events[-1].seq if len(events) == CHUNK else self.until
            self.work_chunk(behind, events, cursors, end)

    def work_chunk(
        self, behind: Sequence[Reader], events: Sequence[Logged], cursors: dict[str, int], end: int
    ) -> None:
        """Let every reader that hasn't seen them work some events, then move the cursors."""
        moved = []
        for reader in behind:
            after = cursors[reader.name]
            if after >= end:
                continue
            new = [event for event in events if event.seq > after and wants(reader, event)]
            if isinstance(reader, Projection):
                if not self.project(reader, new, after, end):
                    self.stuck.add(reader.name)
                    continue
            else:
                for event in new:
                    self.answer(reader, event)
                moved.append(reader.name)
            self.worked += len(new)
            cursors[reader.name] = end
        if moved:
            with self.house.database.transaction(self.company) as transaction:
                transaction.run(MOVE_FOLLOWERS, (end, moved, end))

    @cached_property
    def readers(self) -> tuple[Reader, ...]:
        """Everybody who reads the company's log."""
        return (*followers_of(self.house, self.company), *self.house.projections)

    def cursors(self) -> dict[str, int]:
        """Tell how far each reader is.

        A projection that is new begins with the first event; a follower that is new to a company
        answers what happens from now on.
        """
        with self.house.database.transaction(self.company) as transaction:
            known: dict[str, int] = dict(transaction.rows("SELECT name, seq FROM reader"))
            for reader in self.readers:
                if reader.name not in known:
                    known[reader.name] = 0 if isinstance(reader, Projection) else self.until
                    transaction.run(
                        "INSERT INTO reader (name, seq) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                        (reader.name, known[reader.name]),
                    )
        return known

    def events(self, after: int, readers: Iterable[Reader]) -> list[Logged]:
        """Read the next events that anybody wants."""
        wanted = [reader.events for reader in readers]
        names = None if () in wanted else list({name for events in wanted for name in events})
        with self.house.database.transaction(self.company) as transaction:
            rows = transaction.rows(READ_EVENTS, (after, self.until, names, names, CHUNK))
        return [logged(row) for row in rows]

    def project(
        self, projection: Projection, events: Sequence[Logged], after: int, end: int
    ) -> bool:
        """Bring a projection up to date; tells whether that was possible."""
        try:
            with self.house.database.transaction(self.company) as transaction:
                if not transaction.rows(MOVE_PROJECTION, (end, projection.name, after)):
                    return False  # another process is at it
                if events:
                    projection.apply(transaction, events)
                transaction.run("DELETE FROM reader_failure WHERE reader = %s", (projection.name,))
        except Exception as error:
            if is_passing(error) or not events:
                raise
            log.exception("%s of %s stands still", projection.name, self.company)
            self.fail(projection.name, events[0], error)
            return False
        return True

    def answer(self, follower: Follower, event: Logged) -> None:
        """Perform what a follower answers; what can't be done waits as a failure to be replayed."""
        try:
            answer_event(self.house, self.company, follower, event)
        except Exception as error:  # one reader's mistake must not hold up the others
            if is_passing(error):
                raise
            if not isinstance(error, Refused):
                log.exception("%s of %s failed", follower.name, self.company)
            self.fail(follower.name, event, error)

    def fail(self, reader: str, event: Logged, error: Exception) -> None:
        """Keep what went wrong."""
        problem, facts = failure_of(error)
        with self.house.database.transaction(self.company) as transaction:
            transaction.run(WRITE_FAILURE, (reader, event.id, problem, facts))


def followers_of(house: House, company: str) -> tuple[Follower, ...]:
    """Give all who answer a company's events."""
    return (*house.catalogue_of(company).followers, *house.followers)


def answer_event(house: House, company: str, follower: Follower, event: Logged) -> None:
    """Perform the commands with which a follower answers an event, each once for ever."""
    state = house.company_state(company)
    for n, command in enumerate(follower.answer(event, state)):
        try:
            house.perform(
                company,
                command,
                key=f"reader:{follower.name}:{event.id}:{n}",
                cause=event.id,
                trace=event.trace,
            )
        except Refused as refused:
            if not {one.code for one in refused.refusals} <= follower.settled:
                raise


def wants(reader: Reader, event: Logged) -> bool:
    """Tell whether a reader asked for such events."""
    return not reader.events or event.name in reader.events


def logged(row: tuple[object, ...]) -> Logged:
    """Make an event of its row."""
    facts: Mapping[str, Any] = dict(zip(COLUMNS, row, strict=True))
    return Logged(**facts)


def is_passing(error: Exception) -> bool:
    """Tell whether the database was out of reach, so that the same will work later."""
    if not isinstance(error, psycopg.OperationalError):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(("08", "57P"))

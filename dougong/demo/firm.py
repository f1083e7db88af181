"""The demo company at work: its clock, its people, its masters, and the way in to its operations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import Any
from uuid import UUID

from dougong.apps.base.demo import BaseDemo, DemoProduct
from dougong.demo.buyers import Buyer
from dougong.demo.calendar import moment, next_working
from dougong.demo.people import People
from dougong.kernel.access.actor import Actor
from dougong.kernel.house import House
from dougong.kernel.operations import Command
from dougong.kernel.perform import Done, Outcome, Waiting
from dougong.kernel.refusals import Refused

Task = Callable[[], None]


@dataclass(kw_only=True)
class Firm:
    """The company while its year is told."""

    house: House
    company: str
    people: People
    masters: BaseDemo
    buyers: Sequence[Buyer]
    warehouse: UUID
    campaigns: Mapping[str, UUID]
    dice: Random
    last: date
    """Yesterday: what would happen later has not happened yet."""
    now: datetime
    agenda: dict[tuple[date, int], list[Task]] = field(default_factory=lambda: defaultdict(list))
    """What is to be done on a day, by the hour."""
    actors: dict[str, Actor] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """How often what was done, for those who are told."""

    def __post_init__(self) -> None:
        """Know customers and products by their ids."""
        self.buyer_of = {one.customer.id: one for one in self.buyers}
        self.product_of: dict[UUID, DemoProduct] = {one.id: one for one in self.masters.products}
        self.product_by_code = {one.code: one for one in self.masters.products}

    @property
    def today(self) -> date:
        """The day that is being told."""
        return moment(self.now.date(), 9).date()

    # Who acts

    def actor(self, login: str) -> Actor:
        """Act as somebody."""
        if login not in self.actors:
            self.actors[login] = self.people.actor(login)
        return self.actors[login]

    def rep_of(self, buyer: Buyer) -> str:
        """Give who looks after a customer."""
        owners = self.people.in_charge
        return owners[buyer.customer.region]

    def superior_of(self, buyer: Buyer) -> str:
        """Give whose approval the customer's orders need."""
        return "david.miller" if buyer.is_foreign else "wang.wei"

    # What is done

    def plan(self, day: date, hour: int, task: Task) -> None:
        """Put something on the agenda, on the next working day; what lies ahead of us is left."""
        on = next_working(day)
        if on <= self.last:
            self.agenda[on, hour].append(task)

    def due(self, day: date, hour: int) -> list[Task]:
        """Take what is to be done in an hour of a day off the agenda."""
        return self.agenda.pop((day, hour), [])

    def perform(self, login: str, command: Command[Any]) -> Outcome:
        """Let somebody do something."""
        [outcome] = self.perform_many(login, [command])
        return outcome

    def perform_many(self, login: str, commands: Sequence[Command[Any]]) -> list[Outcome]:
        """Let somebody do several things at once."""
        if not commands:
            return []
        for command in commands:
            self.counts[type(command).__name__] += 1
        return self.house.perform_many(self.company, commands, by=self.actor(login), now=self.now)

    def done(self, login: str, command: Command[Any]) -> Done:
        """Let somebody do what nothing stands in the way of."""
        outcome = self.perform(login, command)
        assert isinstance(outcome, Done), (command, outcome)
        return outcome

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Look at the company's records."""
        with self.house.database.transaction(self.company) as transaction:
            return transaction.rows(sql, parameters)

    def at(self, day: date, hour: int, minute: int = 0) -> None:
        """Set the clock."""
        self.now = moment(day, hour, minute)


def waiting(outcomes: Iterable[Outcome]) -> list[Waiting]:
    """Give what waits for somebody's approval."""
    return [one for one in outcomes if isinstance(one, Waiting)]


def expected(outcome: Outcome, *codes: str) -> None:
    """Make sure that nothing was refused but for the reasons that a year has its share of."""
    if isinstance(outcome, Refused):
        surprising = [one for one in outcome.refusals if one.code not in codes]
        if surprising:
            raise outcome

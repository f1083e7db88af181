"""A company with books and a counter, and short words for what happens to its money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from dougong.apps.finance.books import set_up_books
from dougong.apps.finance.entities import CreditPosition
from dougong.apps.finance.operations.draft_invoice import DraftInvoice
from dougong.apps.finance.operations.receive_payment import ReceivePayment
from dougong.apps.finance.operations.set_credit_limit import SetCreditLimit
from dougong.kernel.catalogue import discover
from dougong.kernel.house import House
from dougong.kernel.operations import Command
from dougong.kernel.perform import Done
from dougong.kernel.refusals import Refusal, Refused
from dougong.kernel.store.database import Database
from dougong.kernel.verbs import VERBS, Create
from tests.apps.finance.counter import (
    ChangeDeal,
    ConfirmDeal,
    Deal,
    ReceiveConsignment,
    ReturnDeal,
    ShipConsignment,
    UnshipConsignment,
)

PACKAGES = (
    "dougong.kernel.company",
    "dougong.apps.base",
    "dougong.apps.inventory.events",
    "dougong.apps.finance",
    "tests.apps.finance.counter",
)
COMPANY = "counting_house"
NOW = datetime(2026, 3, 9, 2, tzinfo=UTC)
TODAY = date(2026, 3, 9)
UNPOSTED = "inventory_control"
"""The counter keeps no stock positions, so that the stock account has nothing to agree with."""


@dataclass
class Refusals:
    """What was refused, once it was."""

    found: tuple[Refusal, ...] = ()

    @property
    def by(self) -> Refusal:
        assert len(self.found) == 1, self.found
        return self.found[0]


@dataclass
class CountingHouse:
    """One company."""

    house: House
    company: str = COMPANY
    now: datetime = NOW
    made: dict[str, UUID] = field(default_factory=dict)
    count: int = 0

    def perform(self, command: Command[Any], **how: Any) -> Any:
        done = self.house.perform(self.company, command, **{"now": self.now, **how})
        assert isinstance(done, Done)
        return done.record

    def create(self, entity: str, **values: Any) -> Any:
        return self.perform(Create(entity=entity, values=values))

    def customer(self, *, limit: int | None = None) -> UUID:
        self.count += 1
        customer: UUID = self.create("customer", name=f"客户{self.count}").id
        if limit is not None:
            self.perform(SetCreditLimit(customer=customer, credit_limit=Decimal(limit)))
        return customer

    def deal(
        self,
        customer: UUID,
        *lines: dict[str, Any] | int | str,
        confirm: bool = True,
        **values: Any,
    ) -> Deal:
        said = [line if isinstance(line, dict) else {"net": line} for line in lines]
        deal: Deal = self.create("deal", customer=str(customer), lines=said, **values)
        if confirm:
            self.perform(ConfirmDeal(id=deal.id))
        return deal

    def change(self, deal: Deal, ordered: Any = None, net: Any = 0, tax: Any = 0) -> None:
        wanted = None if ordered is None else Decimal(ordered)
        self.perform(ChangeDeal(id=deal.id, ordered=wanted, net=Decimal(net), tax=Decimal(tax)))

    def consignment(self, deal: Deal, *quantities: Any, cost: Any = 0) -> Any:
        lines = [
            {"purpose": str(line.id), "picked": str(many), "cost": str(cost)}
            for line, many in zip(deal.lines, quantities, strict=False)
        ]
        return self.create("consignment", customer=str(deal.customer), lines=lines)

    def deliver(self, deal: Deal, *quantities: Any, cost: Any = 0) -> Any:
        whole = quantities or [line.ordered for line in deal.lines]
        return self.perform(ShipConsignment(id=self.consignment(deal, *whole, cost=cost).id))

    def undo(self, consignment: Any) -> None:
        self.perform(UnshipConsignment(id=consignment.id))

    def receive(self, cost: Any, **values: Any) -> Any:
        made = self.create("consignment", lines=[{"cost": str(cost)}], **values)
        return self.perform(ReceiveConsignment(id=made.id))

    def take_back(self, deal: Deal, quantity: Any) -> None:
        self.perform(ReturnDeal(id=deal.id, quantity=Decimal(quantity)))

    def invoice(self, *deals: Deal, **how: Any) -> Any:
        documents = tuple(deal.address for deal in deals)
        return self.perform(DraftInvoice(**{"documents": documents, "issue": True, **how}))

    def pay(self, customer: UUID, amount: Any, **how: Any) -> Any:
        return self.perform(ReceivePayment(customer=customer, amount=Decimal(amount), **how))

    def credit(self, customer: UUID) -> CreditPosition:
        return self.one(CreditPosition, "customer", customer)

    def one(self, entity: Any, by: str, value: Any) -> Any:
        (found,) = self.all(entity, by, value)
        return found

    def all(self, entity: Any, by: str, value: Any) -> list[Any]:
        described = entity.description
        names = ", ".join(f'"{stored.name}"' for stored in described.stored)
        rows = self.rows(
            f'SELECT {names} FROM "{described.name}" WHERE "{by}" = %s ORDER BY id', [value]
        )
        found = []
        for row in rows:
            record = object.__new__(described.cls)
            record.__dict__ |= dict(zip([f.name for f in described.stored], row, strict=True))
            found.append(record)
        return found

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self.house.database.transaction(self.company) as transaction:
            return transaction.rows(sql, parameters)

    def account(self, role: str) -> UUID:
        ((identity,),) = self.rows("SELECT id FROM account WHERE role = %s", [role])
        return identity

    def posted(self, document: str) -> dict[str, Decimal]:
        """What a document moved in the ledger, debit less credit, by role."""
        rows = self.rows(
            "SELECT a.role, sum(l.debit - l.credit) FROM journal_entry e "
            "JOIN journal_line l ON l.parent = e.id JOIN account a ON a.id = l.account "
            "WHERE e.document = %s GROUP BY a.role",
            [document],
        )
        return {role: amount for role, amount in rows if amount}

    def verify(self) -> list[tuple[str, tuple[Any, ...]]]:
        """Every law that doesn't hold, with the differences."""
        return [
            (law.name, row)
            for law in self.house.catalogue.invariants
            if law.name != UNPOSTED
            for row in self.rows(law.sql)
        ]

    @contextmanager
    def nothing_changes(self) -> Iterator[Refusals]:
        """Expect a refusal that leaves every table as it was, and every law in force."""
        refusals, before = Refusals(), self.everything()
        with pytest.raises(Refused) as raised:
            yield refusals
        refusals.found = raised.value.refusals
        assert self.everything() == before

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        tables = [*self.house.catalogue.entities, "event", "event_link"]
        return {table: self.rows(f'SELECT * FROM "{table}" ORDER BY 1, 2') for table in tables}


@contextmanager
def counting_house_in(database_url: str) -> Iterator[CountingHouse]:
    """Have a company with books for one module's tests."""
    house = House(Database(database_url, size=4), discover(PACKAGES, VERBS), clock=lambda: NOW)
    house.create_company(COMPANY, name="恒达紧固件", currency="CNY")
    found = CountingHouse(house)
    set_up_books(house, COMPANY, "small_business_cn", now=NOW)
    found.create("currency", code="CNY", name="人民币")
    found.create("currency", code="USD", name="美元")
    yield found
    house.close()

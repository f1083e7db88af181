"""Applying money: payments and credit notes settle what is owed, to the last cent in both currencies.

Each takes its share of the company-currency amounts; who is settled whole leaves nothing over, and
where the rates differ the difference is realised then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.finance.entities import Allocation, Payment, Receivable, Role
from dougong.apps.finance.posting import Posting, credit, debit
from dougong.apps.finance.progress import share
from dougong.apps.finance.refusals import (
    MoreThanOpen,
    NotPositive,
    OtherCurrency,
    OtherCustomer,
    UnknownReceivable,
)
from dougong.apps.finance.settling import Funds, OpenItem, settle
from dougong.kernel.operations import Touch, lock
from dougong.kernel.refusals import Refusal
from dougong.kernel.values import ZERO, digits_of, round_money
from dougong.kernel.work import Work

Parts = Sequence[tuple[Receivable, Decimal]]
"""Which receivables are settled, with how much each."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What was applied, and what it was in the company's currency on either side."""

    amount: Decimal
    company_amount: Decimal
    payer_company_amount: Decimal
    receivables: tuple[Receivable, ...]

    @property
    def gain(self) -> Decimal:
        """What we gained (or, negative, lost) because rates had changed in between."""
        return self.payer_company_amount - self.company_amount

    @property
    def invoices(self) -> tuple[UUID, ...]:
        """The invoices that were settled, in whole or in part."""
        return tuple(dict.fromkeys(each.invoice for each in self.receivables))

    @property
    def settled(self) -> tuple[UUID, ...]:
        """The receivables of which nothing is open any more."""
        return tuple(each.id for each in self.receivables if not each.is_open)

    @property
    def documents(self) -> tuple[str, ...]:
        """The documents that the receivables come from."""
        return tuple(dict.fromkeys(name for each in self.receivables for name in each.documents))


def receivables_of(allocations: Mapping[UUID, Decimal], customer: UUID | None) -> list[Touch]:
    """Hold the receivables that are named, or else everything open of the customer."""
    if allocations:
        return [lock(Receivable, allocations)]
    return [lock(Receivable, [customer], by="customer", only={"is_open": [True]})]


def owed(work: Work, customer: UUID, currency: str) -> list[Receivable]:
    """Give what a customer owes in a currency, among what was touched."""
    return [
        each
        for each in work.all(Receivable)
        if each.customer == customer and each.currency == currency and each.open > 0
    ]


def named_parts(work: Work, allocations: Mapping[UUID, Decimal]) -> Parts:
    """Give the receivables that somebody named."""
    return [(work.get(Receivable, one), amount) for one, amount in allocations.items()]


def automatic_parts(
    funds: Funds, receivables: Iterable[Receivable], invoices: Iterable[UUID] = ()
) -> Parts:
    """Choose what money settles: what it refers to, then the oldest due, then the nearest."""
    by_id = {each.id: each for each in receivables}
    meant = set(invoices)
    referred = frozenset(each.id for each in by_id.values() if each.invoice in meant)
    named = Funds(
        amount=funds.amount,
        references=funds.references | referred,
        deposit_for=funds.deposit_for,
    )
    items = [open_item(each) for each in by_id.values()]
    return [(by_id[part.document], part.amount) for part in settle(named, items)]


def open_item(receivable: Receivable) -> OpenItem:
    """Give a receivable as settling judges it."""
    return OpenItem(
        document=receivable.id,
        document_date=receivable.day,
        due_date=receivable.due,
        balance=receivable.open,
        orders=frozenset(UUID(name.partition(":")[2]) for name in receivable.documents),
    )


def allocation_obstacles(
    work: Work, allocations: Mapping[UUID, Decimal], customer: UUID, currency: str
) -> Iterator[Refusal]:
    """Name what is wrong with the receivables that somebody named."""
    for identity, amount in allocations.items():
        receivable = work.maybe(Receivable, identity)
        if receivable is None:
            yield UnknownReceivable(identity)
        elif receivable.customer != customer:
            yield OtherCustomer(identity)
        elif receivable.currency != currency:
            yield OtherCurrency(identity, receivable.currency, currency)
        elif amount > receivable.open:
            yield MoreThanOpen(identity, amount, receivable.open)
        yield from amount_obstacles(f"allocations.{identity}", amount, currency)


def amount_obstacles(field: str, amount: Decimal, currency: str) -> Iterator[Refusal]:
    """Say whether an amount is none, or has more digits than its currency."""
    if amount <= 0 or round_money(amount, currency) != amount:
        yield NotPositive(field, amount)


def apply(work: Work, payer: Payment | Receivable, parts: Parts, day: date) -> Applied:
    """Let a payment, or a credit note, settle receivables."""
    digits = digits_of(work.currency)
    total = company_total = payer_total = ZERO
    for receivable, amount in parts:
        company = share(receivable.company_open, amount, receivable.open, digits)
        receivable.open -= amount
        receivable.company_open -= company
        receivable.is_open = receivable.open != 0
        theirs = take(payer, amount, digits)
        work.add(allocation(payer, receivable, day, amounts=(amount, company, theirs)))
        total += amount
        company_total += company
        payer_total += theirs
    return Applied(total, company_total, payer_total, tuple(each for each, _ in parts))


def take(payer: Payment | Receivable, amount: Decimal, digits: int) -> Decimal:
    """Take money out of what a payer has left; answers what that is in the company's currency."""
    if isinstance(payer, Payment):
        company = share(payer.company_unapplied, amount, payer.unapplied, digits)
        payer.unapplied -= amount
        payer.company_unapplied -= company
        return company
    company = share(-payer.company_open, amount, -payer.open, digits)
    payer.open += amount
    payer.company_open += company
    payer.is_open = payer.open != 0
    return company


def allocation(
    payer: Payment | Receivable,
    receivable: Receivable,
    day: date,
    *,
    amounts: tuple[Decimal, Decimal, Decimal],
) -> Allocation:
    """Write down what settled what."""
    amount, company, theirs = amounts
    return Allocation(
        receivable=receivable.id,
        payment=payer.id if isinstance(payer, Payment) else None,
        credit=payer.id if isinstance(payer, Receivable) else None,
        day=day,
        amount=amount,
        company_amount=company,
        payer_company_amount=theirs,
    )


def gain_postings(customer: UUID, gain: Decimal) -> list[Posting]:
    """Post what changed rates gained: the receivable is what it was booked at, no more."""
    if not gain:
        return []
    return [
        debit(Role.RECEIVABLE, gain, customer=customer),
        credit(Role.EXCHANGE_DIFFERENCE, gain),
    ]

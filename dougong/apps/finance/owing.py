"""Owing: how a supplier's bill comes into the books, is posted, and leaves them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from dougong.apps.base.api import exchange_rate, in_company_currency, rate_obstacles
from dougong.apps.finance.applying import amount_obstacles
from dougong.apps.finance.entities import Bill, BillKind, Role
from dougong.apps.finance.posting import Entry, Posting, credit, debit, post
from dougong.apps.finance.refusals import NotPositive
from dougong.kernel.refusals import InvalidField, Refusal
from dougong.kernel.work import Work

OWING_ROLES = (Role.PAYABLE, Role.OPENING, Role.RECEIVED_NOT_BILLED, Role.INPUT_TAX)


def money_obstacles(
    work: Work, amount: Decimal, currency: str, rate: Decimal | None, day: date
) -> Iterator[Refusal]:
    """Say whether an amount is none, or no rate is known for it."""
    yield from amount_obstacles("amount", amount, currency)
    if rate is None:
        yield from rate_obstacles(work, currency, day)
    elif rate <= 0:
        yield NotPositive("rate", rate)


def due_obstacles(day: date, due: date) -> Iterator[Refusal]:
    """Say whether it would be due before it was written."""
    if due < day:
        yield InvalidField("due", "too_small", day.isoformat())


def bill_of(bill: Bill, work: Work, rate: Decimal | None) -> Bill:
    """Work out what a bill is in company currency; all of it is open."""
    bill.rate = rate or exchange_rate(work, bill.currency, bill.day)
    bill.company_amount = in_company_currency(work, bill.amount, bill.rate)
    bill.company_tax = in_company_currency(work, bill.tax_amount, bill.rate)
    bill.open, bill.company_open = bill.amount, bill.company_amount
    return work.add(bill)


def sides_of(bill: Bill) -> Sequence[Posting]:
    """Give the sides of a bill's entry: it is owed for what came in, or was owed before."""
    net = bill.company_amount - bill.company_tax
    owed = credit(Role.PAYABLE, bill.company_amount, supplier=bill.supplier)
    if bill.kind is BillKind.OPENING:
        return [debit(Role.OPENING, net), owed]
    came = debit(Role.RECEIVED_NOT_BILLED, net, supplier=bill.supplier)
    return [came, debit(Role.INPUT_TAX, bill.company_tax), owed]


def book(work: Work, bill: Bill) -> None:
    """Post that we owe a bill."""
    post(work, [Entry(day=bill.day, document=bill.as_document, lines=sides_of(bill))])


def unbook(work: Work, bill: Bill, day: date) -> None:
    """Post that we don't owe a bill after all."""
    opposite = [
        Posting(account=one.account, amount=-one.amount, supplier=one.supplier)
        for one in sides_of(bill)
    ]
    post(work, [Entry(day=day, document=bill.as_document, lines=opposite)])

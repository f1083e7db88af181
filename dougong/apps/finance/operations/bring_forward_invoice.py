"""Bring forward a receivable: what a customer owed in the books before these."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.base.api import (
    AmountDue,
    exchange_rate,
    in_company_currency,
    rate_obstacles,
)
from dougong.apps.finance.credit import positions_of
from dougong.apps.finance.entities import Invoice, InvoiceKind, InvoiceLine, Role
from dougong.apps.finance.events import InvoiceIssued, ReceivableBroughtForward
from dougong.apps.finance.exposure import Exposure
from dougong.apps.finance.invoicing import issue, sum_up, write_amounts
from dougong.apps.finance.posting import posting_obstacles, posting_touches
from dougong.apps.finance.progress import Amounts
from dougong.apps.finance.refusals import NotPositive
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.refusals import Refusal
from dougong.kernel.values import ONE, round_money
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class BringForwardInvoice(Command[Invoice]):
    """An open item of the books before: negative for what the customer has to their credit."""

    customer: UUID
    amount: Decimal
    due: date
    day: date | None = None
    """The day of the old document; its age is counted from it. It is posted there, too."""
    number: str = ""
    currency: str = ""
    rate: Decimal | None = None


def touches(_record: None, command: BringForwardInvoice, work: Work) -> Iterator[Touch]:
    """Hold the customer's credit; rely on the month being open."""
    yield from positions_of([command.customer])
    yield from posting_touches(command.day or work.today)


def obstacles(_record: None, command: BringForwardInvoice, work: Work) -> Iterator[Refusal]:
    """Name all that keeps it from being brought forward."""
    currency = command.currency or work.currency
    if not command.amount or round_money(command.amount, currency) != command.amount:
        yield NotPositive("amount", command.amount)
    if command.rate is None:
        yield from rate_obstacles(work, currency, command.day or work.today)
    elif command.rate <= 0:
        yield NotPositive("rate", command.rate)
    roles = (Role.RECEIVABLE, Role.OPENING)
    yield from posting_obstacles(work, [command.day or work.today], roles)


@operation(
    on=Invoice,
    touches=touches,
    unless=obstacles,
    emits=[ReceivableBroughtForward, InvoiceIssued],
    creates=True,
)
def bring_forward_invoice(_record: None, command: BringForwardInvoice, work: Work) -> Invoice:
    """Let the customer owe here what they owed before, due when it was due."""
    day, currency = command.day or work.today, command.currency or work.currency
    rate = command.rate or exchange_rate(work, currency, day)
    company = in_company_currency(work, command.amount, rate)
    amounts = Amounts(
        net=command.amount, gross=command.amount, company_net=company, company_gross=company
    )
    line = InvoiceLine(wording=command.number, quantity=ONE)
    write_amounts(line, amounts)
    invoice = Invoice(
        kind=InvoiceKind.OPENING,
        customer=command.customer,
        their_number=command.number,
        currency=currency,
        rate=rate,
        day=day,
        lines=[line],
    )
    sum_up(invoice)
    work.add(invoice)
    work.emit(
        ReceivableBroughtForward(
            id=invoice.id,
            customer=command.customer,
            currency=currency,
            gross=command.amount,
            due=command.due,
        )
    )
    due = [AmountDue(command.due, command.amount)]
    issue(work, invoice, Exposure(), due=due, against=Role.OPENING)
    return invoice

"""Issue an invoice: from here on the customer owes it, and it is never changed again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.finance.billing import billables_of, by_source
from dougong.apps.finance.credit import positions_of
from dougong.apps.finance.entities import INVOICE_LIFECYCLE, Invoice, InvoiceState
from dougong.apps.finance.events import InvoiceIssued
from dougong.apps.finance.invoicing import SALE_ROLES, count_as_invoiced, issue
from dougong.apps.finance.posting import posting_obstacles, posting_touches
from dougong.apps.finance.progress import may_be_invoiced
from dougong.apps.finance.refusals import MoreThanBillable, UnknownBillable
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.values import ZERO
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class IssueInvoice(Command[Invoice]):
    """The day of the invoice, where it isn't the draft's."""

    day: date | None = None


def touches(invoice: Invoice, command: IssueInvoice, _work: Work) -> Iterator[Touch]:
    """Hold what is invoiced and the customer's credit; rely on the month being open."""
    yield from billables_of(line.source for line in invoice.lines if line.source is not None)
    yield from positions_of([invoice.customer])
    yield from posting_touches(command.day or invoice.day)


def obstacles(invoice: Invoice, command: IssueInvoice, work: Work) -> Iterator[Refusal]:
    """Name all that keeps it from being issued."""
    if not INVOICE_LIFECYCLE.allows(invoice.state, InvoiceState.ISSUED):
        yield WrongState(invoice.state, InvoiceState.ISSUED)
        return
    known = by_source(work)
    wanted: dict[UUID, Decimal] = {}
    for line in invoice.lines:
        if line.source is not None:
            wanted[line.source] = wanted.get(line.source, ZERO) + line.quantity
    for source, quantity in wanted.items():
        billable = known.get(source)
        if billable is None:
            yield UnknownBillable(source)
        elif quantity > may_be_invoiced(billable):
            yield MoreThanBillable(billable.wording, quantity, may_be_invoiced(billable))
    yield from posting_obstacles(work, [command.day or invoice.day], SALE_ROLES)


@operation(
    on=Invoice,
    touches=touches,
    unless=obstacles,
    emits=[InvoiceIssued],
    inverse="credit",
    inverse_with={"to_invoice_again": True},
)
def issue_invoice(invoice: Invoice, command: IssueInvoice, work: Work) -> None:
    """Let the customer owe what the invoice says, by the terms of payment.

    What was delivered and not invoiced becomes receivable, and revenue and tax are posted.
    """
    invoice.day = command.day or invoice.day
    issue(work, invoice, count_as_invoiced(work, invoice, by_source(work)))

"""Draft an invoice: of everything that can be invoiced of a customer or an order, or of parts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.finance.billing import by_source
from dougong.apps.finance.credit import positions_of
from dougong.apps.finance.entities import Billable, Invoice
from dougong.apps.finance.events import InvoiceDrafted, InvoiceIssued
from dougong.apps.finance.invoicing import SALE_ROLES, count_as_invoiced, issue, line_of, sum_up
from dougong.apps.finance.posting import posting_obstacles, posting_touches
from dougong.apps.finance.progress import may_be_invoiced, part_to_invoice
from dougong.apps.finance.refusals import (
    MixedInvoice,
    MoreThanBillable,
    NothingToInvoice,
    NotPositive,
    UnknownBillable,
)
from dougong.kernel.operations import Command, Touch, lock, operation, read
from dougong.kernel.refusals import Refusal
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class DraftInvoice(Command[Invoice]):
    """What to invoice: given quantities, or all that is ready of documents or of a customer.

    Several orders of a customer make one invoice. Goods are ready once they are delivered,
    services once they are ordered.
    """

    customer: UUID | None = None
    documents: tuple[str, ...] = ()
    quantities: Mapping[UUID, Decimal] = field(default_factory=dict)
    """How much of which order line, where it isn't all."""
    day: date | None = None
    payment_term: UUID | None = None
    issue: bool = False
    """Whether it is issued at once."""


def touches(_record: None, command: DraftInvoice, work: Work) -> Iterator[Touch]:
    """Look at what can be invoiced; hold it where the invoice is issued at once."""
    hold = lock if command.issue else read
    ready = {"to_invoice": [True]}
    if command.quantities:
        yield hold(Billable, command.quantities, by="source")
    elif command.documents:
        yield hold(Billable, command.documents, by="document", only=ready)
    elif command.customer is not None:
        yield hold(Billable, [command.customer], by="customer", only=ready)
    if command.issue:
        yield from positions_of({billable.customer for billable in chosen(command, work)})
        yield from posting_touches(command.day or work.today)


def chosen(command: DraftInvoice, work: Work) -> list[Billable]:
    """Give the billables that the command means, in the order of their documents."""
    found: Iterable[Billable]
    if command.quantities:
        known = by_source(work)
        found = (known[source] for source in command.quantities if source in known)
    elif command.documents:
        wanted = set(command.documents)
        found = (b for b in work.all(Billable) if b.to_invoice and b.document in wanted)
    else:
        customer = command.customer
        found = (b for b in work.all(Billable) if b.to_invoice and b.customer == customer)
    return sorted(found, key=lambda billable: billable.id)


def quantity_of(command: DraftInvoice, billable: Billable) -> Decimal:
    """Tell how much of a billable is invoiced."""
    return command.quantities.get(billable.source, may_be_invoiced(billable))


def obstacles(_record: None, command: DraftInvoice, work: Work) -> Iterator[Refusal]:
    """Name all that keeps it from being drafted."""
    billables = chosen(command, work)
    if not billables and not command.quantities:
        yield NothingToInvoice()
    there = {billable.source for billable in billables}
    for source in command.quantities:
        if source not in there:
            yield UnknownBillable(source)
    for billable in billables:
        wanted, ready = quantity_of(command, billable), may_be_invoiced(billable)
        if wanted <= 0:
            yield NotPositive(f"quantities.{billable.source}", wanted)
        elif wanted > ready:
            yield MoreThanBillable(billable.wording, wanted, ready)
    customers = {billable.customer for billable in billables} | (
        {command.customer} if command.customer is not None else set()
    )
    currencies = {billable.currency for billable in billables}
    if len(customers) > 1 or len(currencies) > 1:
        yield MixedInvoice(len(customers), tuple(sorted(currencies)))
    if command.issue:
        yield from posting_obstacles(work, [command.day or work.today], SALE_ROLES)


@operation(
    on=Invoice,
    touches=touches,
    unless=obstacles,
    emits=[InvoiceDrafted, InvoiceIssued],
    creates=True,
    inverse="cancel",
)
def draft_invoice(_record: None, command: DraftInvoice, work: Work) -> Invoice:
    """Write an invoice of what was delivered, or agreed as a service, and isn't invoiced yet."""
    billables = chosen(command, work)
    first = billables[0]
    invoice = Invoice(
        customer=first.customer,
        currency=first.currency,
        rate=first.rate,
        day=command.day or work.today,
        payment_term=command.payment_term or first.payment_term,
        lines=[
            line_of(each, quantity, part_to_invoice(each, quantity, work.currency))
            for each in billables
            for quantity in [quantity_of(command, each)]
        ],
    )
    sum_up(invoice)
    work.add(invoice)
    work.emit(
        InvoiceDrafted(
            id=invoice.id,
            customer=invoice.customer,
            currency=invoice.currency,
            gross=invoice.gross,
            documents=tuple(invoice.documents),
        )
    )
    if command.issue:
        issue(work, invoice, count_as_invoiced(work, invoice, by_source(work)))
    return invoice

"""Credit an invoice, in whole or in part: what is issued is answered, never changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.finance.billing import billables_of, by_source
from dougong.apps.finance.credit import positions_of
from dougong.apps.finance.entities import (
    Billable,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    Receivable,
)
from dougong.apps.finance.events import InvoiceCredited, InvoiceIssued
from dougong.apps.finance.exposure import Exposure
from dougong.apps.finance.invoicing import (
    SALE_ROLES,
    amounts_in,
    due_at_once,
    issue,
    line_of,
    sum_up,
)
from dougong.apps.finance.netting import apply_credit
from dougong.apps.finance.posting import posting_obstacles, posting_touches
from dougong.apps.finance.progress import (
    Amounts,
    add_credited,
    add_invoiced,
    advance,
    share_of,
)
from dougong.apps.finance.refusals import (
    MoreThanInvoiced,
    NotAnInvoice,
    NothingToCredit,
    NotPositive,
)
from dougong.kernel.operations import Command, Touch, lock, operation, read
from dougong.kernel.refusals import InvalidField, Refusal, WrongState
from dougong.kernel.values import ZERO, digits_of
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class CreditInvoice(Command[Invoice]):
    """How much of which line of the invoice, or all that isn't credited yet."""

    quantities: Mapping[UUID, Decimal] = field(default_factory=dict)
    day: date | None = None
    reason: str = ""
    to_invoice_again: bool = False
    """Whether the invoice was wrong and its lines shall be invoiced anew."""


def touches(invoice: Invoice, command: CreditInvoice, work: Work) -> Iterator[Touch]:
    """Hold what was invoiced and what is open of it; look at earlier credit notes."""
    yield read(Invoice, [invoice.id], by="credits", lines=True)
    yield lock(Receivable, [invoice.id], by="invoice")
    yield from billables_of(line.source for line in invoice.lines if line.source is not None)
    yield from positions_of([invoice.customer])
    yield from posting_touches(command.day or work.today)


def credited_before(invoice: Invoice, work: Work) -> dict[UUID | None, tuple[Decimal, Amounts]]:
    """Sum what earlier credit notes took off the lines of an invoice."""
    sums: dict[UUID | None, tuple[Decimal, Amounts]] = {}
    for note in work.all(Invoice):
        if note.credits == invoice.id:
            for line in note.lines:
                quantity, amounts = sums.get(line.source, (ZERO, Amounts()))
                sums[line.source] = (quantity - line.quantity, amounts - amounts_in(line))
    return sums


def creditable(invoice: Invoice, work: Work) -> dict[UUID, Decimal]:
    """Tell how much of each line can still be credited."""
    before, known = credited_before(invoice, work), by_source(work)
    left = {}
    for line in invoice.lines:
        of_line = line.quantity - before.get(line.source, (ZERO, Amounts()))[0]
        billable = known.get(line.source) if line.source else None
        of_order = billable.invoiced - billable.credited if billable else ZERO
        left[line.id] = min(of_line, of_order)
    return left


def wanted(invoice: Invoice, command: CreditInvoice, work: Work) -> dict[UUID, Decimal]:
    """Tell how much of each line is credited."""
    if command.quantities:
        return dict(command.quantities)
    return {line: left for line, left in creditable(invoice, work).items() if left > 0}


def obstacles(invoice: Invoice, command: CreditInvoice, work: Work) -> Iterator[Refusal]:
    """Name all that keeps it from being credited."""
    if invoice.state is not InvoiceState.ISSUED:
        yield WrongState(invoice.state, "credited")
        return
    if invoice.kind is not InvoiceKind.INVOICE:
        yield NotAnInvoice(invoice.kind)
        return
    left = creditable(invoice, work)
    lines = {line.id: line for line in invoice.lines}
    if not wanted(invoice, command, work):
        yield NothingToCredit()
    for line, quantity in command.quantities.items():
        if line not in left:
            yield InvalidField(f"quantities.{line}", "unknown_line")
        elif quantity <= 0:
            yield NotPositive(f"quantities.{line}", quantity)
        elif quantity > left[line]:
            yield MoreThanInvoiced(lines[line].wording, quantity, left[line])
    yield from posting_obstacles(work, [command.day or work.today], SALE_ROLES)


@operation(on=Invoice, touches=touches, unless=obstacles, emits=[InvoiceCredited, InvoiceIssued])
def credit_invoice(invoice: Invoice, command: CreditInvoice, work: Work) -> None:
    """Issue a credit note over lines of the invoice, and let it settle what is open of it.

    Crediting everything leaves nothing over. What the invoice was paid already stays with the
    credit note, to be applied to something else.
    """
    before, known = credited_before(invoice, work), by_source(work)
    quantities = wanted(invoice, command, work)
    lines, moved = [], Exposure()
    for line in invoice.lines:
        if line.source is None or line.id not in quantities:
            continue
        billable, quantity = known[line.source], quantities[line.id]
        earlier = before.get(line.source, (ZERO, Amounts()))
        amounts = part_of(line, quantity, earlier, billable, work)
        lines.append(line_of(billable, -quantity, -amounts))
        if command.to_invoice_again:
            add_invoiced(billable, -quantity, -amounts)
            moved += advance(billable, work.currency)
        else:
            add_credited(billable, quantity, amounts)
    note = credit_note(work, invoice, command, lines)
    receivables = issue(
        work,
        note,
        moved,
        due=due_at_once(note),
        to_invoice_again=command.to_invoice_again,
    )
    theirs = [each for each in work.all(Receivable) if each.invoice == invoice.id]
    for receivable in receivables:
        apply_credit(work, receivable, theirs, note.day, [invoice.id])


def part_of(
    line: InvoiceLine,
    quantity: Decimal,
    earlier: tuple[Decimal, Amounts],
    billable: Billable,
    work: Work,
) -> Amounts:
    """Tell what a part of an invoice's line comes to, after what was credited of it before."""
    before, amounts = earlier
    until = share_of(
        amounts_in(line),
        before + quantity,
        line.quantity,
        tax_included=billable.tax_included,
        digits=(digits_of(billable.currency), digits_of(work.currency)),
    )
    return until - amounts


def credit_note(
    work: Work, invoice: Invoice, command: CreditInvoice, lines: list[InvoiceLine]
) -> Invoice:
    """Write the credit note, and tell whose answer it is."""
    note = Invoice(
        kind=InvoiceKind.CREDIT_NOTE,
        customer=invoice.customer,
        credits=invoice.id,
        their_number=command.reason,
        currency=invoice.currency,
        rate=invoice.rate,
        day=command.day or work.today,
        lines=lines,
    )
    sum_up(note)
    work.add(note)
    work.emit(InvoiceCredited(id=invoice.id, credit_note=note.id, gross=-note.gross))
    return note

"""Invoicing: what is made of billables, and what an issued invoice sets in motion."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from dougong.apps.base.api import AmountDue, amounts_due
from dougong.apps.finance.credit import move_exposure
from dougong.apps.finance.entities import (
    Billable,
    Invoice,
    InvoiceLine,
    InvoiceState,
    Receivable,
    Role,
)
from dougong.apps.finance.events import InvoicedLine, InvoiceIssued
from dougong.apps.finance.exposure import Exposure
from dougong.apps.finance.posting import Entry, credit, debit, post
from dougong.apps.finance.progress import Amounts, add_invoiced, advance, part_to_invoice
from dougong.kernel.values import allocate, digits_of
from dougong.kernel.work import Work

SALE_ROLES = (Role.RECEIVABLE, Role.REVENUE, Role.OUTPUT_TAX)


def line_of(billable: Billable, quantity: Decimal, amounts: Amounts) -> InvoiceLine:
    """Write an invoice's line for a part of a billable."""
    line = InvoiceLine(
        source=billable.source,
        document=billable.document,
        product=billable.product,
        wording=billable.wording,
        quantity=quantity,
        unit_price=billable.unit_price,
        discounts=billable.discounts,
        tax=billable.tax,
        tax_rate=billable.tax_rate,
    )
    write_amounts(line, amounts)
    return line


def write_amounts(line: InvoiceLine | Invoice, amounts: Amounts) -> None:
    """Write what a line, or an invoice, comes to."""
    line.net, line.gross, line.tax_amount = amounts.net, amounts.gross, amounts.tax
    line.company_net, line.company_gross = amounts.company_net, amounts.company_gross


def amounts_in(line: InvoiceLine | Invoice) -> Amounts:
    """Read what a line, or an invoice, comes to."""
    return Amounts(
        net=line.net,
        gross=line.gross,
        company_net=line.company_net,
        company_gross=line.company_gross,
    )


def sum_up(invoice: Invoice) -> None:
    """Sum an invoice's lines, and name the documents that they come from."""
    write_amounts(invoice, sum((amounts_in(line) for line in invoice.lines), Amounts()))
    documents = dict.fromkeys(line.document for line in invoice.lines if line.document)
    invoice.documents = list(documents)


def count_as_invoiced(work: Work, invoice: Invoice, billables: dict[UUID, Billable]) -> Exposure:
    """Let the billables of an invoice's lines advance, with the amounts that hold now."""
    moved = Exposure()
    for line in invoice.lines:
        if line.source is None:
            continue
        billable = billables[line.source]
        amounts = part_to_invoice(billable, line.quantity, work.currency)
        write_amounts(line, amounts)
        add_invoiced(billable, line.quantity, amounts)
        moved += advance(billable, work.currency)
    sum_up(invoice)
    return moved


def issue(
    work: Work,
    invoice: Invoice,
    moved: Exposure,
    *,
    due: Sequence[AmountDue] = (),
    against: Role = Role.REVENUE,
    to_invoice_again: bool = False,
) -> list[Receivable]:
    """Make an invoice or credit note a fact: owed, counted in the exposure, posted, told."""
    invoice.state = InvoiceState.ISSUED
    receivables = owed_for(work, invoice, due)
    change = moved + Exposure(receivable=invoice.company_gross)
    move_exposure(work, invoice.customer, change)
    post(work, [entry_of(invoice, against)])
    work.emit(issued(invoice, to_invoice_again=to_invoice_again))
    return receivables


def entry_of(invoice: Invoice, against: Role) -> Entry:
    """Post an invoice: the customer owes it, we earned it, and the tax is the state's."""
    tax = invoice.company_gross - invoice.company_net
    return Entry(
        day=invoice.day,
        document=f"invoice:{invoice.id}",
        lines=[
            debit(Role.RECEIVABLE, invoice.company_gross, customer=invoice.customer),
            credit(against, invoice.company_net),
            *([credit(Role.OUTPUT_TAX, tax)] if tax else []),
        ],
    )


def owed_for(work: Work, invoice: Invoice, due: Sequence[AmountDue]) -> list[Receivable]:
    """Make a receivable of each instalment of an invoice."""
    parts = [part for part in due or terms_of(work, invoice) if part.amount]
    digits = digits_of(work.currency)
    weights = [abs(part.amount) for part in parts]
    company = allocate(invoice.company_gross, weights, digits) if parts else []
    return [
        work.add(
            Receivable(
                invoice=invoice.id,
                customer=invoice.customer,
                documents=invoice.documents,
                day=invoice.day,
                due=part.due,
                currency=invoice.currency,
                rate=invoice.rate,
                amount=part.amount,
                open=part.amount,
                company_amount=amount,
                company_open=amount,
            )
        )
        for part, amount in zip(parts, company, strict=True)
    ]


def terms_of(work: Work, invoice: Invoice) -> list[AmountDue]:
    """Tell when which part of an invoice is due."""
    return amounts_due(work, invoice.payment_term, invoice.gross, invoice.day, invoice.currency)


def due_at_once(invoice: Invoice) -> list[AmountDue]:
    """Let all of a credit note be there to be applied on its day."""
    return [AmountDue(invoice.day, invoice.gross)]


def issued(invoice: Invoice, *, to_invoice_again: bool) -> InvoiceIssued:
    """Tell of an issued invoice."""
    return InvoiceIssued(
        id=invoice.id,
        customer=invoice.customer,
        kind=str(invoice.kind),
        day=invoice.day,
        currency=invoice.currency,
        net=invoice.net,
        tax_amount=invoice.tax_amount,
        gross=invoice.gross,
        company_net=invoice.company_net,
        company_gross=invoice.company_gross,
        lines=tuple(told(line) for line in invoice.lines),
        documents=tuple(invoice.documents),
        to_invoice_again=to_invoice_again,
    )


def told(line: InvoiceLine) -> InvoicedLine:
    """Tell of one line."""
    return InvoicedLine(
        source=line.source,
        document=line.document,
        product=line.product,
        quantity=line.quantity,
        net=line.net,
        tax_amount=line.tax_amount,
        gross=line.gross,
        company_net=line.company_net,
        company_gross=line.company_gross,
    )

"""Returning: goods that came back are credited, or no longer billed if they weren't invoiced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from dougong.apps.finance.applying import owed, receivables_of
from dougong.apps.finance.billing import billables_of, by_source
from dougong.apps.finance.credit import move_exposure, positions_of
from dougong.apps.finance.entities import Billable, Invoice, InvoiceKind, InvoiceLine, Receivable
from dougong.apps.finance.exposure import Exposure
from dougong.apps.finance.invoicing import SALE_ROLES, due_at_once, issue, line_of, sum_up
from dougong.apps.finance.netting import apply_credit
from dougong.apps.finance.posting import posting_obstacles, posting_touches
from dougong.apps.finance.progress import (
    add_credited,
    advance,
    part_to_credit,
    reached,
    set_whole,
)
from dougong.apps.finance.refusals import MoreThanInvoiced, UnknownBillable
from dougong.kernel.operations import Touch
from dougong.kernel.refusals import Refusal
from dougong.kernel.values import ZERO
from dougong.kernel.work import Work


@dataclass(frozen=True, slots=True)
class Returned:
    """So much of what was delivered of an order line came back."""

    source: UUID
    quantity: Decimal


def return_touches(
    returned: Iterable[Returned], customer: UUID | None, day: date
) -> Iterator[Touch]:
    """Hold what crediting a return touches: also what the customer owes, which it may settle."""
    if customer is not None:
        yield from receivables_of({}, customer)
    yield from billables_of(each.source for each in returned)
    if customer is not None:
        yield from positions_of([customer])
    yield from posting_touches(day)


def return_obstacles(work: Work, returned: Iterable[Returned], day: date) -> Iterator[Refusal]:
    """Name what keeps a return from being credited."""
    known = by_source(work)
    for each in returned:
        billable = known.get(each.source)
        if billable is None:
            yield UnknownBillable(each.source)
        elif each.quantity > returnable(billable):
            yield MoreThanInvoiced(billable.wording, each.quantity, returnable(billable))
    yield from posting_obstacles(work, [day], SALE_ROLES)


def returnable(billable: Billable) -> Decimal:
    """Tell how much of a line may come back: delivered, whether invoiced or not, not credited."""
    return not_invoiced(billable) + billable.invoiced - billable.credited


def not_invoiced(billable: Billable) -> Decimal:
    """Tell how much was delivered and isn't invoiced."""
    return max(billable.delivered - billable.invoiced, ZERO)


def credit_returns(
    work: Work, returned: Sequence[Returned], day: date, *, reason: str = ""
) -> Invoice | None:
    """Credit goods that came back; answers the credit note, if one was needed.

    What of them was delivered and not invoiced yet is no longer billed; the rest is credited with
    what it was invoiced for, so that a full return leaves nothing. The credit note settles what is
    open of the same documents; what is left of it stays with the customer.
    """
    known = by_source(work)
    lines = []
    for each in returned:
        billable = known[each.source]
        free = min(each.quantity, not_invoiced(billable))
        if free:
            unbill(work, billable, free)
        if each.quantity > free:
            lines.append(credited_line(work, billable, each.quantity - free))
    if not lines:
        return None
    return credit_note_of(work, lines, known[returned[0].source], day, reason)


def unbill(work: Work, billable: Billable, quantity: Decimal) -> None:
    """Take delivered goods that weren't invoiced out of what is billed."""
    kept = billable.ordered - quantity
    left = reached(billable, kept, work.currency)
    set_whole(billable, left)
    billable.ordered = kept
    billable.delivered -= quantity
    move_exposure(work, billable.customer, advance(billable, work.currency))


def credited_line(work: Work, billable: Billable, quantity: Decimal) -> InvoiceLine:
    """Credit a part of what was invoiced."""
    amounts = part_to_credit(billable, quantity, work.currency)
    add_credited(billable, quantity, amounts)
    return line_of(billable, -quantity, -amounts)


def credit_note_of(
    work: Work, lines: list[InvoiceLine], like: Billable, day: date, reason: str
) -> Invoice:
    """Issue a credit note."""
    note = Invoice(
        kind=InvoiceKind.CREDIT_NOTE,
        customer=like.customer,
        currency=like.currency,
        rate=like.rate,
        day=day,
        their_number=reason,
        lines=lines,
    )
    sum_up(note)
    work.add(note)
    for receivable in issue(work, note, Exposure(), due=due_at_once(note)):
        apply_credit(work, receivable, owed_for(work, note), day)
    return note


def owed_for(work: Work, note: Invoice) -> list[Receivable]:
    """Give what is open of the documents that a credit note is for."""
    return [
        each
        for each in owed(work, note.customer, note.currency)
        if set(each.documents) & set(note.documents)
    ]


def documents_of(record: Any, command: Any) -> tuple[str, ...]:
    """Name the documents whose lines an invoice operation is about, as far as it says so.

    For the touches of those who answer ``InvoiceIssued``: the record is the invoice to be issued
    or credited; a draft that is issued at once names its documents in the command.
    """
    if isinstance(record, Invoice):
        return tuple(record.documents)
    return tuple(getattr(command, "documents", ()))

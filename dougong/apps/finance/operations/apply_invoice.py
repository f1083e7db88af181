"""Apply a credit note: what we owe the customer settles what they owe us."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from dougong.apps.finance.applying import owed, receivables_of
from dougong.apps.finance.credit import positions_of
from dougong.apps.finance.entities import Invoice, Receivable, Role
from dougong.apps.finance.events import InvoiceApplied
from dougong.apps.finance.netting import apply_credit
from dougong.apps.finance.posting import posting_obstacles, posting_touches
from dougong.apps.finance.refusals import NothingToApply
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.refusals import Refusal
from dougong.kernel.values import ZERO
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class ApplyInvoice(Command[Invoice]):
    """The day on which it settles."""

    day: date | None = None


def touches(invoice: Invoice, command: ApplyInvoice, work: Work) -> Iterator[Touch]:
    """Hold everything open of the customer."""
    yield from receivables_of({}, invoice.customer)
    yield from positions_of([invoice.customer])
    yield from posting_touches(command.day or work.today)


def left_of(invoice: Invoice, work: Work) -> list[Receivable]:
    """Give what of a credit note isn't applied yet."""
    return [each for each in work.all(Receivable) if each.invoice == invoice.id and each.open < 0]


def obstacles(invoice: Invoice, command: ApplyInvoice, work: Work) -> Iterator[Refusal]:
    """Say whether there is nothing to apply, or nothing to apply it to."""
    if not left_of(invoice, work) or not owed(work, invoice.customer, invoice.currency):
        yield NothingToApply()
    yield from posting_obstacles(work, [command.day or work.today], [Role.EXCHANGE_DIFFERENCE])


@operation(on=Invoice, touches=touches, unless=obstacles, emits=[InvoiceApplied])
def apply_invoice(invoice: Invoice, command: ApplyInvoice, work: Work) -> None:
    """Let what is left of a credit note settle what the customer owes, the oldest first."""
    amount, receivables = ZERO, []
    for each in left_of(invoice, work):
        applied = apply_credit(
            work,
            each,
            owed(work, invoice.customer, invoice.currency),
            command.day or work.today,
        )
        amount += applied.amount
        receivables += [settled.id for settled in applied.receivables]
    work.emit(
        InvoiceApplied(
            id=invoice.id,
            customer=invoice.customer,
            amount=amount,
            receivables=tuple(receivables),
        )
    )

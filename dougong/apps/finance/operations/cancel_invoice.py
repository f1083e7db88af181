"""Cancel a draft invoice; one that was issued is credited instead."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.apps.finance.entities import INVOICE_LIFECYCLE, Invoice, InvoiceState
from dougong.apps.finance.events import InvoiceCancelled
from dougong.kernel.operations import Command, operation
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class CancelInvoice(Command[Invoice]):
    """Nothing more needs to be said."""


def obstacles(invoice: Invoice, _command: CancelInvoice, _work: Work) -> Iterator[Refusal]:
    """Say whether it is a draft."""
    if not INVOICE_LIFECYCLE.allows(invoice.state, InvoiceState.CANCELLED):
        yield WrongState(invoice.state, InvoiceState.CANCELLED)


@operation(on=Invoice, unless=obstacles, emits=[InvoiceCancelled])
def cancel_invoice(invoice: Invoice, _command: CancelInvoice, work: Work) -> None:
    """Throw a draft away; what it was for can be invoiced by another."""
    invoice.state = InvoiceState.CANCELLED
    work.emit(
        InvoiceCancelled(
            id=invoice.id, customer=invoice.customer, documents=tuple(invoice.documents)
        )
    )

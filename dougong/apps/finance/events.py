"""What happens to money: it is held, billed, invoiced, paid, applied, posted and closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.kernel.events import Event

CUSTOMER = {"customer": "customer"}
PAID = {**CUSTOMER, "invoices": "invoice"}


def record_of(document: str) -> tuple[str, UUID]:
    """Read ``entity:id``."""
    entity, _, identity = document.partition(":")
    return entity, UUID(identity)


@dataclass(frozen=True, kw_only=True)
class OnDocuments(Event):
    """A fact that also concerns the documents, of whatever kind, that it came from."""

    documents: tuple[str, ...] = ()

    def concerns(self) -> list[tuple[str, UUID]]:
        """Give its own record, those that it links, and the documents."""
        return [*super().concerns(), *(record_of(document) for document in self.documents)]


@dataclass(frozen=True)
class InvoicedLine:
    """What of one order line was invoiced; negative where it was credited."""

    source: UUID | None
    document: str | None
    product: UUID | None
    quantity: Decimal
    net: Decimal
    tax_amount: Decimal
    gross: Decimal
    company_net: Decimal
    company_gross: Decimal


@dataclass(frozen=True, kw_only=True)
class InvoiceDrafted(OnDocuments, of="invoice", verb="drafted", links=CUSTOMER):
    """An invoice was written and not yet issued."""

    customer: UUID
    currency: str
    gross: Decimal


@dataclass(frozen=True, kw_only=True)
class InvoiceIssued(OnDocuments, of="invoice", verb="issued", links=CUSTOMER):
    """The customer owes us the invoice, or we owe them the credit note (negative amounts)."""

    customer: UUID
    kind: str
    day: date
    currency: str
    net: Decimal
    tax_amount: Decimal
    gross: Decimal
    company_net: Decimal
    company_gross: Decimal
    lines: tuple[InvoicedLine, ...]
    to_invoice_again: bool = False
    """Whether a credit note takes the invoice back, so that its lines can be invoiced anew."""


@dataclass(frozen=True, kw_only=True)
class InvoiceCredited(Event, of="invoice", verb="credited", links={"credit_note": "invoice"}):
    """An invoice was answered by a credit note."""

    credit_note: UUID
    gross: Decimal


@dataclass(frozen=True, kw_only=True)
class InvoiceCancelled(OnDocuments, of="invoice", verb="cancelled", links=CUSTOMER):
    """A draft was thrown away."""

    customer: UUID


@dataclass(frozen=True, kw_only=True)
class InvoiceApplied(Event, of="invoice", verb="applied", links=CUSTOMER):
    """A credit note settled other invoices of the customer."""

    customer: UUID
    amount: Decimal
    receivables: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class ReceivableBroughtForward(Event, of="invoice", verb="brought_forward", links=CUSTOMER):
    """What a customer owed before these books began is owed here now."""

    customer: UUID
    currency: str
    gross: Decimal
    due: date


@dataclass(frozen=True, kw_only=True)
class PaymentReceived(OnDocuments, of="payment", verb="received", links=PAID):
    """A customer paid us."""

    customer: UUID
    day: date
    currency: str
    amount: Decimal
    company_amount: Decimal
    applied: Decimal
    invoices: tuple[UUID, ...]
    settled: tuple[UUID, ...]
    """The receivables of which nothing is open any more."""


@dataclass(frozen=True, kw_only=True)
class PaymentAllocated(OnDocuments, of="payment", verb="allocated", links=PAID):
    """Money that a customer had paid before was applied to what is owed."""

    customer: UUID
    day: date
    amount: Decimal
    invoices: tuple[UUID, ...]
    settled: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class PaymentReversed(OnDocuments, of="payment", verb="reversed", links=PAID):
    """A payment was taken back; what it had settled is open again."""

    customer: UUID
    day: date
    amount: Decimal
    invoices: tuple[UUID, ...]


SUPPLIER = {"supplier": "supplier"}


@dataclass(frozen=True, kw_only=True)
class BillEntered(Event, of="bill", verb="entered", links=SUPPLIER):
    """A supplier billed us."""

    supplier: UUID
    currency: str
    amount: Decimal
    due: date


@dataclass(frozen=True, kw_only=True)
class PayableBroughtForward(Event, of="bill", verb="brought_forward", links=SUPPLIER):
    """What we owed a supplier before these books began is owed here now."""

    supplier: UUID
    currency: str
    amount: Decimal
    due: date


@dataclass(frozen=True, kw_only=True)
class BillPaid(Event, of="bill", verb="paid", links=SUPPLIER):
    """We paid a bill, or a part of it."""

    supplier: UUID
    payment: UUID
    day: date
    amount: Decimal
    open: Decimal


@dataclass(frozen=True, kw_only=True)
class BillPaymentTakenBack(Event, of="bill", verb="payment_taken_back", links=SUPPLIER):
    """The money did not go after all; it is owed again."""

    supplier: UUID
    payment: UUID
    day: date
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class BillCancelled(Event, of="bill", verb="cancelled", links=SUPPLIER):
    """We don't owe it after all."""

    supplier: UUID
    day: date
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class JournalEntryPosted(OnDocuments, of="journal_entry", verb="posted"):
    """The ledger moved."""

    day: date
    kind: str
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class JournalEntryReversed(
    Event, of="journal_entry", verb="reversed", links={"reversal": "journal_entry"}
):
    """An entry was answered by its opposite."""

    reversal: UUID
    day: date


@dataclass(frozen=True, kw_only=True)
class FiscalPeriodLocked(Event, of="fiscal_period", verb="locked"):
    """The books of a month were closed."""

    month: str


@dataclass(frozen=True, kw_only=True)
class FiscalPeriodUnlocked(Event, of="fiscal_period", verb="unlocked"):
    """The books of a month were opened again."""

    month: str


@dataclass(frozen=True, kw_only=True)
class CreditLimitSet(Event, of="credit_position", verb="limit_set", links=CUSTOMER):
    """How much a customer may owe was decided."""

    customer: UUID
    limit_before: Decimal | None
    credit_limit: Decimal | None
    temporary: Decimal
    temporary_until: date | None


@dataclass(frozen=True, kw_only=True)
class CreditHeld(Event, of="credit_position", verb="held", links=CUSTOMER):
    """A binding order raised what a customer could cost us."""

    customer: UUID
    amount: Decimal
    exposure: Decimal


@dataclass(frozen=True, kw_only=True)
class CreditReleased(Event, of="credit_position", verb="released", links=CUSTOMER):
    """What was taken off an order no longer counts against the customer's limit."""

    customer: UUID
    amount: Decimal
    exposure: Decimal

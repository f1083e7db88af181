"""What finance keeps: the ledger, what can be billed, invoices, receivables, payments, credit."""

from dougong.apps.finance.entities.billing import (
    INVOICE_LIFECYCLE,
    Billable,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
)
from dougong.apps.finance.entities.ledger import (
    Account,
    AccountType,
    EntryKind,
    FiscalPeriod,
    JournalEntry,
    JournalLine,
    Role,
    month_of,
)
from dougong.apps.finance.entities.settlement import (
    PAYMENT_LIFECYCLE,
    Allocation,
    CreditPosition,
    Direction,
    Payment,
    PaymentState,
    Receivable,
)

__all__ = [
    "INVOICE_LIFECYCLE",
    "PAYMENT_LIFECYCLE",
    "Account",
    "AccountType",
    "Allocation",
    "Billable",
    "CreditPosition",
    "Direction",
    "EntryKind",
    "FiscalPeriod",
    "Invoice",
    "InvoiceKind",
    "InvoiceLine",
    "InvoiceState",
    "JournalEntry",
    "JournalLine",
    "Payment",
    "PaymentState",
    "Receivable",
    "Role",
    "month_of",
]

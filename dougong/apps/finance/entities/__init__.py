"""What finance keeps: the ledger, billables, invoices, receivables, payments, bills, credit."""

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
from dougong.apps.finance.entities.payables import (
    BILL_LIFECYCLE,
    Bill,
    BillKind,
    BillPayment,
    BillState,
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
    "BILL_LIFECYCLE",
    "INVOICE_LIFECYCLE",
    "PAYMENT_LIFECYCLE",
    "Account",
    "AccountType",
    "Allocation",
    "Bill",
    "BillKind",
    "BillPayment",
    "BillState",
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

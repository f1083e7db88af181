"""What higher apps may ask of finance: credit, billing, crediting returns, and postings.

An order's confirmation holds credit and bills its lines::

    touches: credit_of(claims)
    unless:  credit_obstacles(work, claims)
    body:    hold_credit(work, claims); bill(work, lines)

with ``claims = claims_of(work, lines)``. A change holds ``claims_of_change(work, changes)`` and then
asks ``change_billables(work, changes)``; a cancellation does so with ``closing_changes``. Shipping,
invoicing and paying then move the money on by themselves.
"""

from __future__ import annotations

from dougong.apps.finance.billing import (
    BillableChange,
    BillableLine,
    bill,
    billables_of,
    billing_obstacles,
    change_billables,
    claims_of,
    claims_of_change,
    closing_changes,
)
from dougong.apps.finance.credit import (
    Claim,
    credit_obstacles,
    credit_of,
    hold_credit,
    over_limit,
    release_credit,
)
from dougong.apps.finance.entities import (
    Account,
    AccountType,
    Billable,
    CreditPosition,
    EntryKind,
    Invoice,
    InvoiceKind,
    JournalEntry,
    Payment,
    Receivable,
    Role,
)
from dougong.apps.finance.posting import (
    Entry,
    Posting,
    credit,
    debit,
    post,
    posting_obstacles,
    posting_touches,
)
from dougong.apps.finance.questions.customers_money import CreditUse, credit_use
from dougong.apps.finance.refusals import CreditExceeded, NoAccount, PeriodLocked
from dougong.apps.finance.returning import (
    Returned,
    credit_returns,
    documents_of,
    return_obstacles,
    return_touches,
)

__all__ = [
    "Account",
    "AccountType",
    "Billable",
    "BillableChange",
    "BillableLine",
    "Claim",
    "CreditExceeded",
    "CreditPosition",
    "CreditUse",
    "Entry",
    "EntryKind",
    "Invoice",
    "InvoiceKind",
    "JournalEntry",
    "NoAccount",
    "Payment",
    "PeriodLocked",
    "Posting",
    "Receivable",
    "Returned",
    "Role",
    "bill",
    "billables_of",
    "billing_obstacles",
    "change_billables",
    "claims_of",
    "claims_of_change",
    "closing_changes",
    "credit",
    "credit_obstacles",
    "credit_of",
    "credit_returns",
    "credit_use",
    "debit",
    "documents_of",
    "hold_credit",
    "over_limit",
    "post",
    "posting_obstacles",
    "posting_touches",
    "release_credit",
    "return_obstacles",
    "return_touches",
]

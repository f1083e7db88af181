"""Payables: what we owe suppliers, bill by bill, and what we paid of it."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from dougong.kernel.entities import Entity
from dougong.kernel.fields import (
    auto_number,
    choice,
    day,
    money,
    reference,
    text,
    yes_no,
)
from dougong.kernel.fields import number as rate_number
from dougong.kernel.lifecycle import Lifecycle
from dougong.kernel.values import ONE, ZERO


class BillKind(StrEnum):
    """Whether a supplier billed what came in, or we owed it in the books before."""

    BILL = "bill"
    OPENING = "opening"


class BillState(StrEnum):
    """Whether we owe it, or it was taken back."""

    POSTED = "posted"
    CANCELLED = "cancelled"


BILL_LIFECYCLE = Lifecycle.of({BillState.POSTED: [BillState.CANCELLED]})


class Bill(
    Entity,
    name="bill",
    rank=29,
    operations=(),
    indexes=[("supplier", "is_open"), ("is_open", "due")],
    checks={
        "open_within_amount": "open BETWEEN 0 AND amount",
        "nothing_left_over": "open <> 0 OR company_open = 0",
        "is_open": "is_open = (open <> 0)",
    },
):
    """What a supplier charges us, and what of it is still to be paid."""

    number: str = auto_number("BILL-{year}-{n:05}")
    their_number: str = text(default="", longest=100, searchable=True, kept=True)
    kind: BillKind = choice(BillKind, default=BillKind.BILL, kept=True)
    supplier: UUID = reference("supplier", indexed=False, kept=True)
    currency: str = text(longest=3, kept=True)
    rate: Decimal = rate_number(default=ONE, digits=10, kept=True)
    due: date = day(kept=True)
    cancelled_on: date | None = day(default=None, kept=True)
    day: date = day(kept=True)
    tax_amount: Decimal = money(default=ZERO, currency="currency", kept=True)
    """The input tax that the amount includes."""
    amount: Decimal = money(currency="currency", kept=True)
    open: Decimal = money(currency="currency", kept=True)
    company_tax: Decimal = money(default=ZERO, kept=True)
    company_amount: Decimal = money(kept=True)
    company_open: Decimal = money(kept=True)
    is_open: bool = yes_no(default=True, kept=True)
    state: BillState = choice(BillState, default=BillState.POSTED, lifecycle=BILL_LIFECYCLE)

    @property
    def as_document(self) -> str:
        """How the ledger refers to it."""
        return f"bill:{self.id}"

    @property
    def is_untouched(self) -> bool:
        """Whether nothing of it is paid."""
        return self.open == self.amount

    def owe(self, amount: Decimal, company_amount: Decimal) -> None:
        """Owe so much more of it, or (negative) less."""
        self.open += amount
        self.company_open += company_amount
        self.is_open = self.open != 0


class BillPayment(Entity, name="bill_payment", rank=33, append_only=True):
    """So much of a bill was paid on this day; negative where that was taken back."""

    bill: UUID = reference("bill")
    day: date = day()
    bank: UUID = reference("account", indexed=False)
    amount: Decimal = money()
    company_amount: Decimal = money()
    """What it takes off the bill, at the bill's rate."""
    paid: Decimal = money()
    """What left the account, at the day's rate."""
    takes_back: UUID | None = reference("bill_payment", default=None, unique=True)

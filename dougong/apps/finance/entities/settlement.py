"""Settlement: what is receivable, what was paid, which paid which, and each customer's credit."""

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
    reference_any,
    tags,
    text,
    yes_no,
)
from dougong.kernel.fields import number as rate_number
from dougong.kernel.lifecycle import Lifecycle
from dougong.kernel.values import ONE, ZERO


class Receivable(
    Entity,
    name="receivable",
    rank=31,
    operations=(),
    history=False,
    indexes=[("customer", "is_open"), ("is_open", "due")],
    checks={
        "open_within_amount": "open * sign(amount) BETWEEN 0 AND abs(amount)",
        "nothing_left_over": "open <> 0 OR company_open = 0",
        "is_open": "is_open = (open <> 0)",
    },
):
    """One instalment of an invoice, and what is still open of it; negative for a credit note."""

    invoice: UUID = reference("invoice")
    customer: UUID = reference("customer", indexed=False)
    documents: list[str] = tags(default_factory=list)
    due: date = day()
    day: date = day()
    currency: str = text(longest=3)
    rate: Decimal = rate_number(default=ONE, digits=10)
    amount: Decimal = money(currency="currency")
    open: Decimal = money(currency="currency")
    company_amount: Decimal = money()
    company_open: Decimal = money()
    is_open: bool = yes_no(default=True)


class Direction(StrEnum):
    """Whether money came to us or went from us."""

    IN = "in"
    OUT = "out"


class PaymentState(StrEnum):
    """Whether a payment stands or was taken back, as a bounced cheque is."""

    POSTED = "posted"
    REVERSED = "reversed"


PAYMENT_LIFECYCLE = Lifecycle.of({PaymentState.POSTED: [PaymentState.REVERSED]})


class Payment(
    Entity,
    name="payment",
    rank=26,
    operations=(),
    indexes=[("customer", "state"), ("day",)],
    checks={
        "unapplied_within_amount": "unapplied BETWEEN 0 AND amount",
        "nothing_left_over": "unapplied <> 0 OR company_unapplied = 0",
    },
):
    """Money that a customer paid us, and what of it is not yet applied to anything."""

    number: str = auto_number("PAY-{year}-{n:05}")
    direction: Direction = choice(Direction, default=Direction.IN, kept=True)
    customer: UUID = reference("customer", indexed=False)
    currency: str = text(longest=3, kept=True)
    rate: Decimal = rate_number(default=ONE, digits=10, kept=True)
    amount: Decimal = money(currency="currency", kept=True)
    unapplied: Decimal = money(currency="currency", kept=True)
    company_amount: Decimal = money(kept=True)
    company_unapplied: Decimal = money(kept=True)
    reversed_on: date | None = day(default=None, kept=True)
    day: date = day(kept=True)
    bank: UUID = reference("account", kept=True)
    deposit_for: str | None = reference_any(default=None, kept=True)
    """The one document that the money is a deposit for."""
    remittance: str = text(default="", searchable=True)
    """What the payer wrote."""
    state: PaymentState = choice(
        PaymentState, default=PaymentState.POSTED, lifecycle=PAYMENT_LIFECYCLE
    )


class Allocation(
    Entity,
    name="allocation",
    rank=32,
    append_only=True,
    checks={"one_payer": "(payment IS NULL) <> (credit IS NULL)"},
):
    """So much of a payment, or of a credit note, settled so much of a receivable on this day."""

    receivable: UUID = reference("receivable")
    payment: UUID | None = reference("payment", default=None)
    credit: UUID | None = reference("receivable", default=None)
    """The receivable of the credit note that settled it, where no payment did."""
    day: date = day()
    amount: Decimal = money()
    company_amount: Decimal = money()
    """What it takes off the receivable, at the receivable's rate."""
    payer_company_amount: Decimal = money()
    """What it takes off the payment or credit note, at that one's rate."""


class CreditPosition(
    Entity,
    name="credit_position",
    rank=70,
    operations=(),
    history=False,
    unique=[("customer",)],
):
    """What a customer could cost us, by where the money is, and how much we let it be.

    All in company currency and with tax. Without a limit there is none.
    """

    customer: UUID = reference("customer", indexed=False)
    credit_limit: Decimal | None = money(default=None, kept=True)
    limit_expires: date | None = day(default=None, kept=True)
    temporary: Decimal = money(default=ZERO, kept=True)
    temporary_until: date | None = day(default=None, kept=True)
    open_orders: Decimal = money(default=ZERO, kept=True)
    delivered_not_invoiced: Decimal = money(default=ZERO, kept=True)
    receivable: Decimal = money(default=ZERO, kept=True)
    unapplied: Decimal = money(default=ZERO, kept=True)

    @property
    def exposure(self) -> Decimal:
        """What is at stake."""
        return self.open_orders + self.delivered_not_invoiced + self.receivable - self.unapplied

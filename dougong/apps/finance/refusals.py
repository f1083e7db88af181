"""Why money can't be moved, owed or booked as it was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from dougong.kernel.refusals import Refusal


@dataclass(frozen=True)
class CreditExceeded(Refusal):
    """The customer would owe us more than we let them: ``exposure`` is what it would come to."""

    liftable = True
    reveals: ClassVar[Mapping[str, str]] = {
        "limit": "credit_position.credit_limit",
        "exposure": "credit_position.receivable",
        "short_by": "credit_position.receivable",
    }

    limit: Decimal
    exposure: Decimal
    short_by: Decimal


@dataclass(frozen=True)
class PeriodLocked(Refusal):
    """The books of the month are closed."""

    month: str
    day: date


@dataclass(frozen=True)
class PeriodIs(Refusal):
    """The month is locked, or open, already."""

    month: str
    locked: bool


@dataclass(frozen=True)
class NoAccount(Refusal):
    """The chart of accounts has no account for this; the books were not set up."""

    role: str


@dataclass(frozen=True)
class Unbalanced(Refusal):
    """Debits and credits of an entry differ."""

    debit: Decimal
    credit: Decimal


@dataclass(frozen=True)
class NothingPosted(Refusal):
    """The entry moves nothing."""


@dataclass(frozen=True)
class OneSidedLine(Refusal):
    """A line of an entry is debit or credit, positive, and in whole cents."""

    line: int


@dataclass(frozen=True)
class AccountClosed(Refusal):
    """The account is no longer posted to."""

    account: str


@dataclass(frozen=True)
class UnknownAccount(Refusal):
    """There is no such account."""

    status = 422
    account: UUID


@dataclass(frozen=True)
class AlreadyReversed(Refusal):
    """What was reversed once can't be reversed again."""

    by: UUID


@dataclass(frozen=True)
class PostedByDocument(Refusal):
    """The entry stands for a document, which must be undone itself."""

    document: str


@dataclass(frozen=True)
class NothingToInvoice(Refusal):
    """Nothing was delivered, or agreed as a service, that isn't invoiced yet."""


@dataclass(frozen=True)
class MoreThanBillable(Refusal):
    """More would be invoiced than was delivered and isn't invoiced yet."""

    line: str
    wanted: Decimal
    billable: Decimal


@dataclass(frozen=True)
class MixedInvoice(Refusal):
    """One invoice is for one customer, in one currency."""

    customers: int
    currencies: tuple[str, ...]


@dataclass(frozen=True)
class UnknownBillable(Refusal):
    """Nothing that can be invoiced has this source."""

    status = 422
    source: UUID


@dataclass(frozen=True)
class AlreadyInvoiced(Refusal):
    """A delivery can't be undone once its goods are invoiced; credit the invoice first."""

    line: str
    delivered: Decimal
    invoiced: Decimal


@dataclass(frozen=True)
class MoreThanInvoiced(Refusal):
    """More would be credited than was invoiced and isn't credited yet."""

    line: str
    wanted: Decimal
    creditable: Decimal


@dataclass(frozen=True)
class NothingToCredit(Refusal):
    """No line is left that could be credited."""


@dataclass(frozen=True)
class NotAnInvoice(Refusal):
    """Only an issued invoice of these books can be credited."""

    kind: str


@dataclass(frozen=True)
class BelowBilled(Refusal):
    """What was delivered or invoiced already can't be ordered away."""

    line: str
    wanted: Decimal
    reached: Decimal


@dataclass(frozen=True)
class PaidAlready(Refusal):
    """Some of a bill is paid, so that it can't be cancelled."""

    paid: Decimal


@dataclass(frozen=True)
class NotPaidByThat(Refusal):
    """No such payment of the bill stands."""

    status = 422
    payment: UUID


@dataclass(frozen=True)
class NotPositive(Refusal):
    """An amount must be greater than zero, in whole cents of its currency."""

    status = 422
    field: str
    amount: Decimal


@dataclass(frozen=True)
class MoreThanOpen(Refusal):
    """More would be applied than is open on the receivable."""

    receivable: UUID
    wanted: Decimal
    open: Decimal


@dataclass(frozen=True)
class MoreThanUnapplied(Refusal):
    """More would be applied than the payment, or the credit note, has left."""

    wanted: Decimal
    unapplied: Decimal


@dataclass(frozen=True)
class NothingToApply(Refusal):
    """There is nothing open that the money could be applied to, or no money left."""


@dataclass(frozen=True)
class OtherCustomer(Refusal):
    """The receivable is another customer's."""

    receivable: UUID


@dataclass(frozen=True)
class OtherCurrency(Refusal):
    """Money settles what is owed in its own currency."""

    receivable: UUID
    owed_in: str
    paid_in: str


@dataclass(frozen=True)
class UnknownReceivable(Refusal):
    """There is no such receivable."""

    status = 422
    receivable: UUID


@dataclass(frozen=True)
class NoMoneyAccount(Refusal):
    """Money is received on an account of assets."""

    account: str


@dataclass(frozen=True)
class ControlAccount(Refusal):
    """The account is the sum of documents (receivables, stock) and is moved only by them."""

    account: str
    role: str

"""Reverse a payment: the money did not come after all, and what it had settled is owed again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.finance.credit import move_exposure, positions_of
from dougong.apps.finance.entities import (
    PAYMENT_LIFECYCLE,
    Allocation,
    Payment,
    PaymentState,
    Receivable,
    Role,
)
from dougong.apps.finance.events import PaymentReversed
from dougong.apps.finance.exposure import Exposure
from dougong.apps.finance.posting import (
    Entry,
    credit,
    debit,
    post,
    posting_obstacles,
    posting_touches,
)
from dougong.kernel.operations import Command, Touch, lock, operation, read
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.values import ZERO
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class ReversePayment(Command[Payment]):
    """The day on which it is taken back."""

    day: date | None = None


def touches(payment: Payment, command: ReversePayment, work: Work) -> Iterator[Touch]:
    """Look at what it settled, and hold that."""
    yield read(Allocation, [payment.id], by="payment")
    yield lock(Receivable, [each.receivable for each in allocations_of(payment, work)])
    yield from positions_of([payment.customer])
    yield from posting_touches(command.day or work.today)


def allocations_of(payment: Payment, work: Work) -> list[Allocation]:
    """Give what a payment was applied to."""
    return [each for each in work.all(Allocation) if each.payment == payment.id]


def obstacles(payment: Payment, command: ReversePayment, work: Work) -> Iterator[Refusal]:
    """Name all that keeps it from being reversed."""
    if not PAYMENT_LIFECYCLE.allows(payment.state, PaymentState.REVERSED):
        yield WrongState(payment.state, PaymentState.REVERSED)
    days, roles = [command.day or work.today], [Role.RECEIVABLE, Role.EXCHANGE_DIFFERENCE]
    yield from posting_obstacles(work, days, roles)


@operation(on=Payment, touches=touches, unless=obstacles, emits=[PaymentReversed])
def reverse_payment(payment: Payment, command: ReversePayment, work: Work) -> None:
    """Take a payment back: its receivables are open again, its entry is answered by its opposite."""
    day = command.day or work.today
    company = theirs = ZERO
    reopened: dict[UUID, Receivable] = {}
    for each in allocations_of(payment, work):
        receivable = work.get(Receivable, each.receivable)
        reopened[receivable.id] = receivable
        reopen(receivable, each.amount, each.company_amount)
        work.add(opposite(each, day))
        company += each.company_amount
        theirs += each.payer_company_amount
    change = Exposure(receivable=company, unapplied=-payment.company_unapplied)
    move_exposure(work, payment.customer, change)
    post(work, [entry_of(payment, day, theirs - company)])
    payment.state, payment.reversed_on = PaymentState.REVERSED, day
    payment.unapplied = payment.company_unapplied = ZERO
    work.emit(
        PaymentReversed(
            id=payment.id,
            customer=payment.customer,
            day=day,
            amount=payment.amount,
            invoices=tuple(dict.fromkeys(each.invoice for each in reopened.values())),
            documents=tuple(
                dict.fromkeys(name for each in reopened.values() for name in each.documents)
            ),
        )
    )


def reopen(receivable: Receivable, amount: Decimal, company: Decimal) -> None:
    """Let it be owed again."""
    receivable.open += amount
    receivable.company_open += company
    receivable.is_open = receivable.open != 0


def opposite(allocation: Allocation, day: date) -> Allocation:
    """Answer an allocation by its opposite."""
    return Allocation(
        receivable=allocation.receivable,
        payment=allocation.payment,
        day=day,
        amount=-allocation.amount,
        company_amount=-allocation.company_amount,
        payer_company_amount=-allocation.payer_company_amount,
    )


def entry_of(payment: Payment, day: date, gain: Decimal) -> Entry:
    """Post the money out again, with what rates had gained."""
    return Entry(
        day=day,
        document=f"payment:{payment.id}",
        lines=[
            credit(payment.bank, payment.company_amount),
            debit(Role.RECEIVABLE, payment.company_amount - gain, customer=payment.customer),
            *([debit(Role.EXCHANGE_DIFFERENCE, gain)] if gain else []),
        ],
    )

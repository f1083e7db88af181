"""Take back a payment of a bill: the money did not go after all, and is owed again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dougong.apps.finance.entities import Bill, BillPayment, Role
from dougong.apps.finance.events import BillPaymentTakenBack
from dougong.apps.finance.posting import (
    Entry,
    credit,
    debit,
    post,
    posting_obstacles,
    posting_touches,
)
from dougong.apps.finance.refusals import NotPaidByThat
from dougong.kernel.operations import Command, Touch, operation, read
from dougong.kernel.refusals import Refusal
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class TakeBackPaymentBill(Command[Bill]):
    """Which payment, and on which day it is taken back."""

    payment: UUID
    day: date | None = None


def touches(bill: Bill, command: TakeBackPaymentBill, work: Work) -> Iterator[Touch]:
    """Look at what was paid; rely on the month being open."""
    yield read(BillPayment, [bill.id], by="bill")
    yield from posting_touches(command.day or work.today)


def obstacles(bill: Bill, command: TakeBackPaymentBill, work: Work) -> Iterator[Refusal]:
    """Only what paid this bill, and still does, can be taken back."""
    payment = work.maybe(BillPayment, command.payment)
    taken_back = {one.takes_back for one in work.all(BillPayment)}
    if (
        payment is None
        or payment.bill != bill.id
        or payment.takes_back is not None
        or payment.id in taken_back
    ):
        yield NotPaidByThat(command.payment)
    days, roles = [command.day or work.today], [Role.PAYABLE, Role.EXCHANGE_DIFFERENCE]
    yield from posting_obstacles(work, days, roles)


@operation(on=Bill, touches=touches, unless=obstacles, emits=[BillPaymentTakenBack])
def take_back_payment_bill(bill: Bill, command: TakeBackPaymentBill, work: Work) -> None:
    """Owe again what was paid; the payment's entry is answered by its opposite."""
    day = command.day or work.today
    payment = work.get(BillPayment, command.payment)
    bill.owe(payment.amount, payment.company_amount)
    work.add(
        BillPayment(
            bill=bill.id,
            day=day,
            bank=payment.bank,
            amount=-payment.amount,
            company_amount=-payment.company_amount,
            paid=-payment.paid,
            takes_back=payment.id,
        )
    )
    entry = Entry(
        day=day,
        document=bill.as_document,
        lines=[
            credit(Role.PAYABLE, payment.company_amount, supplier=bill.supplier),
            debit(payment.bank, payment.paid),
            debit(Role.EXCHANGE_DIFFERENCE, payment.company_amount - payment.paid),
        ],
    )
    post(work, [entry])
    work.emit(
        BillPaymentTakenBack(
            id=bill.id,
            supplier=bill.supplier,
            payment=payment.id,
            day=day,
            amount=payment.amount,
        )
    )

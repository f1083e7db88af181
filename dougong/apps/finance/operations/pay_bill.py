"""Pay a bill: the money leaves the bank, and so much less is owed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.base.api import exchange_rate, in_company_currency
from dougong.apps.finance.entities import Bill, BillPayment, BillState, Role
from dougong.apps.finance.events import BillPaid
from dougong.apps.finance.operations.receive_payment import bank_obstacles
from dougong.apps.finance.owing import money_obstacles
from dougong.apps.finance.posting import (
    Entry,
    accounts_by_role,
    credit,
    debit,
    post,
    posting_obstacles,
    posting_touches,
)
from dougong.apps.finance.progress import share
from dougong.apps.finance.refusals import MoreThanOpen
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.values import digits_of
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class PayBill(Command[Bill]):
    """How much of it is paid (without an amount all that is open), at which rate, from where."""

    amount: Decimal | None = None
    day: date | None = None
    rate: Decimal | None = None
    bank: UUID | None = None


def touches(_bill: Bill, command: PayBill, work: Work) -> Iterator[Touch]:
    """Rely on the month being open."""
    yield from posting_touches(command.day or work.today)


def obstacles(bill: Bill, command: PayBill, work: Work) -> Iterator[Refusal]:
    """Name all that keeps it from being paid."""
    day = command.day or work.today
    if bill.state is not BillState.POSTED or not bill.is_open:
        yield WrongState(bill.state, "paid")
        return
    amount = bill.open if command.amount is None else command.amount
    yield from money_obstacles(work, amount, bill.currency, command.rate, day)
    if amount > bill.open:
        yield MoreThanOpen(bill.id, amount, bill.open)
    yield from bank_obstacles(work, command.bank)
    roles = [Role.PAYABLE, Role.EXCHANGE_DIFFERENCE]
    yield from posting_obstacles(work, [day], roles if command.bank else [*roles, Role.BANK])


@operation(on=Bill, touches=touches, unless=obstacles, emits=[BillPaid])
def pay_bill(bill: Bill, command: PayBill, work: Work) -> None:
    """Let money settle what we owe; what rates changed in between is realised now."""
    day = command.day or work.today
    amount = bill.open if command.amount is None else command.amount
    rate = command.rate or exchange_rate(work, bill.currency, day)
    bank = command.bank or accounts_by_role(work)[Role.BANK]
    owed = share(bill.company_open, amount, bill.open, digits_of(work.currency))
    paid = in_company_currency(work, amount, rate)
    bill.owe(-amount, -owed)
    payment = work.add(
        BillPayment(bill=bill.id, day=day, bank=bank, amount=amount, company_amount=owed, paid=paid)
    )
    entry = Entry(
        day=day,
        document=bill.as_document,
        lines=[
            debit(Role.PAYABLE, owed, supplier=bill.supplier),
            credit(bank, paid),
            credit(Role.EXCHANGE_DIFFERENCE, owed - paid),
        ],
    )
    post(work, [entry])
    work.emit(
        BillPaid(
            id=bill.id,
            supplier=bill.supplier,
            payment=payment.id,
            day=day,
            amount=amount,
            open=bill.open,
        )
    )

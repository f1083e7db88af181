"""Bring forward a payable: what we owed a supplier in the books before these."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.finance.entities import Bill, BillKind
from dougong.apps.finance.events import PayableBroughtForward
from dougong.apps.finance.owing import OWING_ROLES, bill_of, book, money_obstacles
from dougong.apps.finance.posting import posting_obstacles, posting_touches
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.refusals import Refusal
from dougong.kernel.values import ZERO
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class BringForwardBill(Command[Bill]):
    """An open item of the books before."""

    supplier: UUID
    amount: Decimal
    due: date
    day: date | None = None
    """The day of the old document; its age is counted from it. It is posted there, too."""
    their_number: str = ""
    currency: str = ""
    rate: Decimal | None = None


def touches(_record: None, command: BringForwardBill, work: Work) -> Iterator[Touch]:
    """Rely on the month being open."""
    yield from posting_touches(command.day or work.today)


def obstacles(_record: None, command: BringForwardBill, work: Work) -> Iterator[Refusal]:
    """Name all that keeps it from being brought forward."""
    day, currency = command.day or work.today, command.currency or work.currency
    yield from money_obstacles(work, command.amount, currency, command.rate, day)
    yield from posting_obstacles(work, [day], OWING_ROLES)


@operation(
    on=Bill,
    touches=touches,
    unless=obstacles,
    emits=[PayableBroughtForward],
    creates=True,
    inverse="cancel",
)
def bring_forward_bill(_record: None, command: BringForwardBill, work: Work) -> Bill:
    """Owe here what we owed before, due when it was due."""
    bill = Bill(
        kind=BillKind.OPENING,
        supplier=command.supplier,
        their_number=command.their_number,
        currency=command.currency or work.currency,
        day=command.day or work.today,
        due=command.due,
        amount=command.amount,
        open=ZERO,
        company_amount=ZERO,
        company_open=ZERO,
    )
    bill_of(bill, work, command.rate)
    book(work, bill)
    work.emit(
        PayableBroughtForward(
            id=bill.id,
            supplier=bill.supplier,
            currency=bill.currency,
            amount=bill.amount,
            due=bill.due,
        )
    )
    return bill

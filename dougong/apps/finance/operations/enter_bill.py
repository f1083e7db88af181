"""Enter a supplier's bill: what came in and was not billed yet is owed from here on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.finance.entities import Bill
from dougong.apps.finance.events import BillEntered
from dougong.apps.finance.owing import OWING_ROLES, bill_of, book, due_obstacles, money_obstacles
from dougong.apps.finance.posting import posting_obstacles, posting_touches
from dougong.apps.finance.refusals import NotPositive
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.refusals import Refusal
from dougong.kernel.values import ZERO, round_money
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class EnterBill(Command[Bill]):
    """What the supplier charges in all, and the input tax in it."""

    supplier: UUID
    amount: Decimal
    due: date
    tax_amount: Decimal = ZERO
    day: date | None = None
    their_number: str = ""
    currency: str = ""
    rate: Decimal | None = None


def touches(_record: None, command: EnterBill, work: Work) -> Iterator[Touch]:
    """Rely on the month being open."""
    yield from posting_touches(command.day or work.today)


def obstacles(_record: None, command: EnterBill, work: Work) -> Iterator[Refusal]:
    """Name all that keeps it from being entered."""
    day, currency = command.day or work.today, command.currency or work.currency
    yield from money_obstacles(work, command.amount, currency, command.rate, day)
    tax = command.tax_amount
    if not 0 <= tax <= max(command.amount, ZERO) or round_money(tax, currency) != tax:
        yield NotPositive("tax_amount", tax)
    yield from due_obstacles(day, command.due)
    yield from posting_obstacles(work, [day], OWING_ROLES)


@operation(
    on=Bill,
    touches=touches,
    unless=obstacles,
    emits=[BillEntered],
    creates=True,
    inverse="cancel",
)
def enter_bill(_record: None, command: EnterBill, work: Work) -> Bill:
    """Owe the supplier what they charge for goods that came in."""
    bill = Bill(
        supplier=command.supplier,
        their_number=command.their_number,
        currency=command.currency or work.currency,
        day=command.day or work.today,
        due=command.due,
        tax_amount=command.tax_amount,
        amount=command.amount,
        open=ZERO,
        company_amount=ZERO,
        company_open=ZERO,
    )
    bill_of(bill, work, command.rate)
    book(work, bill)
    work.emit(
        BillEntered(
            id=bill.id,
            supplier=bill.supplier,
            currency=bill.currency,
            amount=bill.amount,
            due=bill.due,
        )
    )
    return bill

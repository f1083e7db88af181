"""Cancel a bill: it was entered by mistake, and nothing of it is paid."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from dougong.apps.finance.entities import BILL_LIFECYCLE, Bill, BillState
from dougong.apps.finance.events import BillCancelled
from dougong.apps.finance.owing import OWING_ROLES, unbook
from dougong.apps.finance.posting import posting_obstacles, posting_touches
from dougong.apps.finance.refusals import PaidAlready
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class CancelBill(Command[Bill]):
    """The day on which it is taken out of the books."""

    day: date | None = None


def touches(_bill: Bill, command: CancelBill, work: Work) -> Iterator[Touch]:
    """Rely on the month being open."""
    yield from posting_touches(command.day or work.today)


def obstacles(bill: Bill, command: CancelBill, work: Work) -> Iterator[Refusal]:
    """Name all that keeps it from being cancelled."""
    if not BILL_LIFECYCLE.allows(bill.state, BillState.CANCELLED):
        yield WrongState(bill.state, BillState.CANCELLED)
    elif not bill.is_untouched:
        yield PaidAlready(bill.amount - bill.open)
    yield from posting_obstacles(work, [command.day or work.today], OWING_ROLES)


@operation(on=Bill, touches=touches, unless=obstacles, emits=[BillCancelled])
def cancel_bill(bill: Bill, command: CancelBill, work: Work) -> None:
    """Owe it no longer; its entry is answered by its opposite."""
    day = command.day or work.today
    unbook(work, bill, day)
    bill.owe(-bill.open, -bill.company_open)
    bill.state, bill.cancelled_on = BillState.CANCELLED, day
    work.emit(BillCancelled(id=bill.id, supplier=bill.supplier, day=day, amount=bill.amount))

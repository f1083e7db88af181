"""Receive a return: the goods are ours again, at what their delivery had cost, and credited."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.apps.finance.api import credit_returns, return_obstacles, return_touches
from dougong.apps.finance.events import InvoiceIssued
from dougong.apps.inventory.api import take_back, take_back_obstacles, take_back_touches
from dougong.apps.inventory.events import GoodsTakenBack
from dougong.apps.sales.entities import SalesOrder, SalesReturn
from dougong.apps.sales.entries import enter
from dougong.apps.sales.events import SalesReturnReceived
from dougong.apps.sales.lifecycles import EntryKind
from dougong.apps.sales.returns import facts_of_return, obstacles_to_coming_back
from dougong.kernel.operations import Command, Touch, lock, operation
from dougong.kernel.refusals import Refusal
from dougong.kernel.values import ZERO
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class ReceiveSalesReturn(Command[SalesReturn]):
    """Receive what came back, as the draft says."""


def touches(returned: SalesReturn, _command: ReceiveSalesReturn, work: Work) -> Iterator[Touch]:
    """Hold the order, the stock that it goes to, and what finance credits."""
    yield lock(SalesOrder, [returned.order], lines=True)
    yield from take_back_touches(returned.to_take_back)
    yield from return_touches(returned.to_credit, returned.customer, work.today)


def obstacles(returned: SalesReturn, _command: object, work: Work) -> Iterator[Refusal]:
    """Name all that keeps it from being received."""
    yield from returned.obstacles_to_receiving()
    yield from obstacles_to_coming_back(returned, work.get(SalesOrder, returned.order))
    yield from take_back_obstacles(work, returned.to_take_back)
    yield from return_obstacles(work, returned.to_credit, work.today)


@operation(
    on=SalesReturn,
    touches=touches,
    unless=obstacles,
    emits=[SalesReturnReceived, GoodsTakenBack, InvoiceIssued],
)
def receive_sales_return(returned: SalesReturn, _command: ReceiveSalesReturn, work: Work) -> None:
    """Put the goods back into stock and credit the customer.

    What was not invoiced yet is no longer billed; the rest is credited by a credit note. The
    goods are worth what their delivery had cost, whatever the average is now.
    """
    order = work.get(SalesOrder, returned.order)
    costs = take_back(work, returned.to_take_back, document=returned.as_document)
    note = credit_returns(work, returned.to_credit, work.today, reason=returned.reason)

    returned.receive(costs, note)
    facts = facts_of_return(work, order, returned)
    enter(work, EntryKind.RETURNED, order, facts, document=returned.as_document)
    work.emit(SalesReturnReceived.of_return(returned, sum(costs.values(), ZERO)))

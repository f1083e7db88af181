"""What follows from a return's given values, and what can come back at all."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from uuid import UUID

from dougong.apps.sales.entities import SalesOrder, SalesOrderLine, SalesReturn
from dougong.apps.sales.entries import Fact, earned
from dougong.apps.sales.lifecycles import ReturnState
from dougong.apps.sales.refusals import MoreThanDelivered, UnknownLine
from dougong.kernel.operations import Touch, read, settles
from dougong.kernel.refusals import Refusal, UnknownReference, WrongState
from dougong.kernel.values import ZERO
from dougong.kernel.verbs import Delete
from dougong.kernel.work import Work


def touches_of_returning(returned: SalesReturn, command: object, _work: Work) -> Iterable[Touch]:
    """Look at the order."""
    if not isinstance(command, Delete):
        yield read("sales_order", [returned.order], lines=True)


def obstacles_to_keeping(returned: SalesReturn, command: object, work: Work) -> Iterator[Refusal]:
    """Name all that is wrong with a draft; what was received stays as it is."""
    if returned.state is not ReturnState.DRAFT:
        yield WrongState(returned.state, ReturnState.DRAFT)
    if isinstance(command, Delete):
        return
    order = work.maybe(SalesOrder, returned.order)
    if order is None:
        yield UnknownReference("order", "sales_order", str(returned.order))
        return
    yield from obstacles_to_coming_back(returned, order)


def obstacles_to_coming_back(returned: SalesReturn, order: SalesOrder) -> Iterator[Refusal]:
    """Name each line of which more would come back than the customer has."""
    lines = {line.id: line for line in order.lines}
    wanted: dict[UUID, Decimal] = defaultdict(Decimal)
    for each in returned.lines:
        if each.order_line not in lines:
            yield UnknownLine(each.order_line)
        wanted[each.order_line] += each.quantity
    for identity, quantity in wanted.items():
        line = lines.get(identity)
        if line is not None and quantity > returnable(line):
            yield MoreThanDelivered(line.position, quantity, returnable(line))


def returnable(line: SalesOrderLine) -> Decimal:
    """Tell how much of a line the customer has."""
    return line.delivered - line.returned if line.goods else ZERO


@settles(SalesReturn, touches=touches_of_returning, unless=obstacles_to_keeping)
def settle_sales_return(returned: SalesReturn, work: Work) -> None:
    """Take from the order whose goods they are and where they go."""
    order = work.get(SalesOrder, returned.order)
    lines = {line.id: line for line in order.lines}
    returned.customer = order.customer
    returned.warehouse = returned.warehouse or order.warehouse
    returned.day = returned.day or work.today
    for each in returned.lines:
        each.product = lines[each.order_line].product


def facts_of_return(work: Work, order: SalesOrder, returned: SalesReturn) -> list[Fact]:
    """Count on the order's lines what came back, and give what that was worth and cost."""
    lines = {line.id: line for line in order.lines}
    facts = []
    for each in returned.lines:
        line = lines[each.order_line]
        before = line.returned
        line.returned += each.quantity
        net = earned(work, line.revenue, before, line.returned, line.stock_quantity)
        facts.append(Fact(line=line, quantity=-each.quantity, net=-net, cost=-each.cost))
    return facts

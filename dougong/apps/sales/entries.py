"""Sales entries: the facts that every figure about sales sums, written as things happen.

One signed row per line and change, in the company's currency and without tax, with what it may be
grouped by as it was then: who moves to another region doesn't rewrite last year.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dougong.apps.sales.entities import SalesEntry, SalesOrder, SalesOrderLine
from dougong.apps.sales.lifecycles import EntryKind
from dougong.kernel.values import EXACT, ZERO, round_money
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What happened to one line: so much more or less of it, worth and costing so much."""

    line: SalesOrderLine
    quantity: Decimal = ZERO
    net: Decimal = ZERO
    cost: Decimal = ZERO

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to count."""
        return not (self.quantity or self.net or self.cost)


def enter(
    work: Work,
    kind: EntryKind,
    order: SalesOrder,
    facts: Iterable[Fact],
    *,
    day: date | None = None,
    document: str = "",
) -> None:
    """Write facts about an order's lines; ``document`` is what they come from, if not the order."""
    for fact in facts:
        if fact.is_nothing:
            continue
        work.add(
            SalesEntry(
                kind=kind,
                day=day or work.today,
                order=order.id,
                order_line=fact.line.id,
                customer=order.customer,
                product=fact.line.product,
                category=fact.line.category,
                region=order.region,
                channel=order.channel,
                salesperson=order.salesperson,
                campaign=order.campaign,
                document=document or f"sales_order:{order.id}",
                quantity=fact.quantity,
                net=fact.net,
                cost=fact.cost,
            )
        )


def whole(order: SalesOrder) -> Iterable[Fact]:
    """Give everything that an order asks for, as facts."""
    return (
        Fact(line=line, quantity=line.stock_quantity, net=line.revenue, cost=line.cost)
        for line in order.lines
    )


def undone(facts: Iterable[Fact]) -> Iterable[Fact]:
    """Turn facts into those that take them back."""
    return (
        Fact(line=fact.line, quantity=-fact.quantity, net=-fact.net, cost=-fact.cost)
        for fact in facts
    )


def earned(work: Work, total: Decimal, before: Decimal, now: Decimal, whole_of: Decimal) -> Decimal:
    """Give what an amount earns when a quantity moves on; all parts together are the amount."""

    def reached(quantity: Decimal) -> Decimal:
        part = EXACT.divide(EXACT.multiply(total, quantity), whole_of)
        return round_money(part, work.currency)

    return reached(now) - reached(before) if whole_of else ZERO

"""Changing a binding order: the order as it shall be, and by how much each line differs from now."""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.finance.api import BillableChange
from dougong.apps.sales.entities import SalesOrder, SalesOrderLine
from dougong.apps.sales.entries import Fact
from dougong.apps.sales.refusals import PriceIsBilled, UnknownLine
from dougong.kernel.refusals import Refusal
from dougong.kernel.values import ZERO


@dataclass(frozen=True, kw_only=True)
class LineChange:
    """What one line shall be; what isn't said stays. Without ``line`` it is a new one."""

    line: UUID | None = None
    product: UUID | None = None
    wording: str | None = None
    unit: UUID | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    discounts: str | None = None
    tax: UUID | None = None
    promised: date | None = None

    @property
    def touches_price(self) -> bool:
        """Whether the price, a discount or the tax shall be another."""
        return not (self.unit_price is None and self.discounts is None and self.tax is None)

    def said(self) -> Iterator[tuple[str, object]]:
        """Give each field that it says something about."""
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name != "line" and value is not None:
                yield each.name, value


@dataclass(frozen=True, kw_only=True)
class Difference:
    """By how much a line differs from what it was; a new line was nothing."""

    was: SalesOrderLine | None
    line: SalesOrderLine

    @property
    def quantity(self) -> Decimal:
        """How much more (or, negative, less) of it is ordered."""
        return self.line.stock_quantity - (self.was.stock_quantity if self.was else ZERO)

    @property
    def fact(self) -> Fact:
        """What the figures count."""
        revenue, cost = (self.was.revenue, self.was.cost) if self.was else (ZERO, ZERO)
        return Fact(
            line=self.line,
            quantity=self.quantity,
            net=self.line.revenue - revenue,
            cost=self.line.cost - cost,
        )

    @property
    def as_billed(self) -> BillableChange:
        """What invoicing needs to know of a line that it knew before."""
        return BillableChange(
            source=self.line.id,
            ordered=self.line.stock_quantity,
            net=self.line.net,
            tax_amount=self.line.tax_amount,
            unit_price=self.line.stock_unit_price,
            discounts=self.line.discounts,
            description=self.line.wording,
            promised=self.line.promised,
        )


def revised(order: SalesOrder, changes: Sequence[LineChange]) -> SalesOrder:
    """Give a copy of the order as it shall be, before anything is computed; unknown lines are left out."""
    again = copy(order)
    lines = {line.id: copy(line) for line in order.lines}
    for change in changes:
        if change.line is None:
            added = SalesOrderLine(quantity=ZERO, parent=order.id)
            lines[added.id] = added
        line = lines.get(change.line or added.id)
        for name, value in change.said() if line else ():
            setattr(line, name, value)
    again.lines = list(lines.values())
    return again


def differences(order: SalesOrder, again: SalesOrder) -> list[Difference]:
    """Give each line with what it was; lines keep their identity."""
    were = {line.id: line for line in order.lines}
    return [Difference(was=were.get(line.id), line=line) for line in again.lines]


def obstacles_in_lines(order: SalesOrder, changes: Sequence[LineChange]) -> Iterator[Refusal]:
    """Name what can't be asked of a line."""
    lines = {line.id: line for line in order.lines}
    for change in changes:
        if change.line is None:
            continue
        line = lines.get(change.line)
        if line is None:
            yield UnknownLine(change.line)
        elif change.touches_price and (line.delivered or line.invoiced):
            yield PriceIsBilled(line.position)


def take_over(order: SalesOrder, again: SalesOrder) -> None:
    """Make the order what its revision is."""
    lines = {line.id: line for line in order.lines}
    for now in again.lines:
        line = lines.get(now.id)
        if line is None:
            order.lines.append(now)
            continue
        for name in SalesOrderLine.description.own:
            setattr(line, name, getattr(now, name))
    for name in SalesOrder.description.own:
        if name != "lines":
            setattr(order, name, getattr(again, name))

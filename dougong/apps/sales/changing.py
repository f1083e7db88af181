"""Changing a binding order: the order as it shall be, and by how much each line differs from now."""

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Self
from uuid import UUID, uuid5

from dougong.apps.base.api import in_company_currency
from dougong.apps.finance.api import (
    BillableChange,
    BillableLine,
    Claim,
    claims_of,
    claims_of_change,
)
from dougong.apps.inventory.api import Demand
from dougong.apps.sales.entities import SalesOrder, SalesOrderLine
from dougong.apps.sales.entries import Fact
from dougong.apps.sales.refusals import PriceIsBilled, UnknownLine
from dougong.apps.sales.settlement import sum_lines
from dougong.kernel.entities import Entity
from dougong.kernel.refusals import InvalidField, Refusal
from dougong.kernel.values import EXACT, ONE, ZERO, rounded
from dougong.kernel.work import Work

QUANTITY_DIGITS = 6


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


@dataclass(frozen=True, kw_only=True)
class Revision:
    """An order as it is, beside the same order as it shall be."""

    was: SalesOrder
    again: SalesOrder
    lines: Sequence[SalesOrderLine]
    """The lines, as they shall be, that may differ; the others are what they were."""

    @classmethod
    def of(
        cls, order: SalesOrder, again: SalesOrder, lines: Sequence[SalesOrderLine] | None = None
    ) -> Self:
        """Keep the order as it is now, so that the differences stay when it has changed."""
        return cls(was=snapshot(order), again=again, lines=again.lines if lines is None else lines)

    @cached_property
    def differences(self) -> list[Difference]:
        """Each line that may differ with what it was; lines keep their identity."""
        were = {line.id: line for line in self.was.lines}
        return [Difference(was=were.get(line.id), line=line) for line in self.lines]

    @property
    def is_nothing(self) -> bool:
        """Whether it changes nothing that anybody has said."""
        lines = [(each.was, each.line) for each in self.differences]
        return says_the_same(self.was, self.again) and all(
            was is not None and says_the_same(was, now) for was, now in lines
        )

    @property
    def facts(self) -> list[Fact]:
        """What the figures count."""
        return [each.fact for each in self.differences]

    @property
    def billed(self) -> list[BillableChange]:
        """What invoicing needs to know of the lines that it knows."""
        return [
            self.again.billable_change_of(each.line)
            for each in self.differences
            if each.was is not None
        ]

    @property
    def newly_billed(self) -> list[BillableLine]:
        """The lines that invoicing hears of for the first time."""
        return [self.again.billable_of(each.line) for each in self.differences if each.was is None]

    @property
    def more(self) -> list[Demand]:
        """The goods that it takes beside those that it took."""
        return [
            self.again.demand_of(each.line, each.quantity)
            for each in self.differences
            if each.line.goods and each.quantity > ZERO
        ]

    @property
    def less(self) -> list[Demand]:
        """The goods that it doesn't take any more."""
        return [
            self.was.demand_of(each.line, -each.quantity)
            for each in self.differences
            if each.line.goods and each.quantity < ZERO
        ]

    def claims(self, work: Work) -> list[Claim]:
        """How much more, or less, the customer will owe us."""
        return [*claims_of_change(work, self.billed), *claims_of(work, self.newly_billed)]


def revised(order: SalesOrder, changes: Sequence[LineChange], **header: object) -> SalesOrder:
    """Give a copy of the order as it shall be, before anything is computed.

    What isn't said (None) stays; lines that the order doesn't have are left out.
    """
    again = snapshot(order)
    for name, value in header.items():
        if value is not None:
            setattr(again, name, value)
    lines = {line.id: line for line in again.lines}
    for at, change in enumerate(changes):
        line = lines.get(change.line) if change.line else added_to(lines, order, at)
        for name, value in change.said() if line else ():
            setattr(line, name, value)
    again.lines = list(lines.values())
    return again


def concerned(
    again: SalesOrder, changes: Iterable[LineChange], *, as_a_whole: bool
) -> list[SalesOrderLine]:
    """Give the lines that a change may make otherwise, of the order as it shall be.

    They are those that it names, unless something holds for the order as a whole: then one line's
    amount is the others' concern, too.
    """
    if as_a_whole or again.header_discounts or again.header_discount:
        return again.lines
    named = {change.line for change in changes}
    return [line for line in again.lines if line.id in named or is_new(line)]


def is_new(line: SalesOrderLine) -> bool:
    """Tell whether a line isn't stored yet."""
    return "_row" not in line.__dict__


def snapshot(order: SalesOrder) -> SalesOrder:
    """Give a copy of an order and its lines that what happens to the order doesn't change."""
    taken = copy(order)
    taken.lines = [likeness(line) for line in order.lines]
    return taken


def likeness(line: SalesOrderLine) -> SalesOrderLine:
    """Give a copy of a line; of a thousand lines it is made eight thousand times."""
    taken = SalesOrderLine.__new__(SalesOrderLine)
    taken.__dict__.update(line.__dict__)
    return taken


def added_to(lines: dict[UUID, SalesOrderLine], order: SalesOrder, at: int) -> SalesOrderLine:
    """Begin a new line; asked again for the same change, it is the same line."""
    identity = uuid5(order.id, f"line {at} of version {order.version}")
    line = SalesOrderLine(id=identity, quantity=ZERO, parent=order.id)
    lines[line.id] = line
    return line


def says_the_same(was: Entity, now: Entity) -> bool:
    """Tell whether everything that people may write is the same in two records."""
    return all(
        field.get(was) == field.get(now)
        for field in was.description.writable
        if field.kind.name != "lines"
    )


def obstacles_in_changes(order: SalesOrder, changes: Sequence[LineChange]) -> Iterator[Refusal]:
    """Name what can't be asked of a line."""
    lines = {line.id: line for line in order.lines}
    for at, change in enumerate(changes):
        line = lines.get(change.line) if change.line else None
        if change.line is None:
            if change.quantity is None:
                yield InvalidField(f"lines[{at}].quantity", "required")
            continue
        if line is None:
            yield UnknownLine(change.line)
            continue
        if change.product is not None and change.product != line.product:
            yield InvalidField(f"lines[{at}].product", "read_only")
        if change.touches_price and (line.delivered or line.invoiced):
            yield PriceIsBilled(line.position)
    for at, change in enumerate(changes):
        if change.quantity is not None and change.quantity < ZERO:
            yield InvalidField(f"lines[{at}].quantity", "too_small", "0")


def take_over(order: SalesOrder, change: Revision) -> None:
    """Make the order what its revision is."""
    lines = {line.id: line for line in order.lines}
    for now in change.lines:
        line = lines.get(now.id)
        if line is None:
            order.lines.append(now)
        else:
            copy_fields(now, line)
    copy_fields(change.again, order)


def copy_fields(source: Entity, target: Entity) -> None:
    """Give a record the values of another, but not its lines."""
    for field in target.description.own.values():
        if field.kind.name != "lines":
            field.set(target, field.get(source))


def closed(order: SalesOrder, left: Iterable[BillableChange], work: Work) -> SalesOrder:
    """Give a copy of the order with only what was delivered or invoiced of each line."""
    again = snapshot(order)
    by_line = {change.source: change for change in left}
    for line in again.lines:
        change = by_line[line.id]
        kept = EXACT.divide(change.ordered, line.stock_quantity) if line.stock_quantity else ONE
        line.cost = (
            line.delivered_cost if line.goods else in_company_currency(work, line.cost, kept)
        )
        line.quantity = rounded(EXACT.multiply(line.quantity, kept), QUANTITY_DIGITS)
        line.stock_quantity = change.ordered
        line.reserved = min(line.reserved, line.stock_quantity)
        line.net, line.tax_amount = change.net, change.tax_amount
        line.gross = change.net + change.tax_amount
    sum_lines(again, work)
    return again

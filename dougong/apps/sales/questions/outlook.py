"""What is worth knowing while an order is typed: stock and promise, why a price, room for credit.

All lines are answered together, by a number of statements that doesn't depend on how many they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast
from uuid import UUID

from dougong.apps.base.api import Customer
from dougong.apps.finance.api import CreditUse, credit_use
from dougong.apps.inventory.api import Availability, availabilities
from dougong.apps.sales.entities import PriceList, PriceListItem, SalesOrder, SalesOrderLine
from dougong.apps.sales.lifecycles import OrderState
from dougong.apps.sales.pricing import ActiveItem, active_items, in_order, price_among
from dougong.kernel.panels import Outlook
from dougong.kernel.sight import Sight
from dougong.kernel.store.shapes import shape_of
from dougong.kernel.values import ZERO

STOCK = ("stock_position", "expected_movement")


@dataclass(frozen=True, kw_only=True)
class StockOutlook:
    """What is there of a line's goods, in the product's own unit."""

    free: Decimal
    """What nobody else has set aside, less what the lines above take."""
    short: Decimal
    """How much of the line can't be set aside now."""
    promise: date | None
    """The first day for which all of it can be promised."""
    late: bool
    """Whether that is later than the line is promised."""


@dataclass(frozen=True, kw_only=True)
class PriceOutlook:
    """Where a line's list price comes from, and what more would bring."""

    price_list: str | None
    """The list that it stands in; none where it is the product's own."""
    audience: str | None
    """For whom it holds: customer, group, channel, region, everyone."""
    from_quantity: Decimal
    valid_to: date | None
    next_quantity: Decimal | None
    """From how much on it would be cheaper, in the product's own unit."""
    next_price: Decimal | None


@dataclass(frozen=True, kw_only=True)
class LineOutlook:
    """What is worth knowing of one line."""

    stock: StockOutlook | None
    price: PriceOutlook | None


@dataclass(frozen=True, kw_only=True)
class CreditOutlook:
    """The customer's credit, and what the order makes of it; an order that counts already adds nothing."""

    use: CreditUse
    order: Decimal

    @property
    def after(self) -> Decimal:
        """What the customer will owe."""
        return self.use.used + self.order

    @property
    def over(self) -> Decimal:
        """By how much the limit would be exceeded."""
        return ZERO if self.use.limit is None else max(self.after - self.use.limit, ZERO)


def lines_ahead(order: SalesOrder, sight: Sight) -> list[LineOutlook]:
    """Tell of each line what is there of it and why it costs what it costs."""
    stock = stock_ahead(order, sight)
    prices = prices_explained(order, sight)
    return [
        LineOutlook(stock=stock.get(at), price=prices.get(at)) for at in range(len(order.lines))
    ]


def stock_ahead(order: SalesOrder, sight: Sight) -> dict[int, StockOutlook]:
    """Tell what is there for each line of goods; several lines of one product share it."""
    goods = [(at, line) for at, line in enumerate(order.lines) if line.goods and line.product]
    if order.warehouse is None or not all(map(sight.sees_all, STOCK)):
        return {}
    products = {cast("UUID", line.product) for _, line in goods}
    found = availabilities(sight.transaction, products, order.warehouse, today=sight.today)
    taken: dict[UUID, Decimal] = defaultdict(lambda: ZERO)
    ahead = {}
    for at, line in goods:
        product = cast("UUID", line.product)
        ahead[at] = stock_of_line(order, line, found[product], taken[product])
        taken[product] += line.stock_quantity
    return ahead


def stock_of_line(
    order: SalesOrder, line: SalesOrderLine, there: Availability, taken: Decimal
) -> StockOutlook:
    """Tell what is there for a line, after what the lines above take."""
    free = max(there.free - taken, ZERO)
    promise = there.promise.earliest(taken + line.stock_quantity)
    return StockOutlook(
        free=free,
        short=max(line.stock_quantity - free, ZERO),
        promise=promise,
        late=promise is None or promise > order.promised_for(line),
    )


def prices_explained(order: SalesOrder, sight: Sight) -> dict[int, PriceOutlook]:
    """Tell where the list price of each line with a product comes from."""
    if not sight.sees_all("price_list_item") or not sight.sees_all("price_list", "name"):
        return {}
    asked = [(at, line) for at, line in enumerate(order.lines) if line.product is not None]
    products = {cast("UUID", line.product) for _, line in asked}
    customer = customer_of(order, sight)
    items = items_of(products, sight)
    return {
        at: price_explained(order, line, customer, items[cast("UUID", line.product)])
        for at, line in asked
    }


def price_explained(
    order: SalesOrder, line: SalesOrderLine, customer: Customer, items: Sequence[ActiveItem]
) -> PriceOutlook:
    """Tell where one line's list price comes from, and from how much on it would be lower."""
    prices = [in_order(item, of_list, order, line.tax_rate) for item, of_list in items]
    found = price_among(
        items, order, customer, quantity=line.stock_quantity, tax_rate=line.tax_rate
    )
    if found is None:
        return PriceOutlook(
            price_list=None, audience=None, from_quantity=ZERO, valid_to=None,
            next_quantity=None, next_price=None,
        )  # fmt: skip
    name = next(
        of_list.name for (_, of_list), price in zip(items, prices, strict=True)
        if price == found.winner
    )  # fmt: skip
    further = next_break(order, line, customer, items, found.unit_price)
    return PriceOutlook(
        price_list=name,
        audience=found.winner.audience.name.lower(),
        from_quantity=found.winner.from_quantity,
        valid_to=None if found.winner.valid_to == date.max else found.winner.valid_to,
        next_quantity=further and further[0],
        next_price=further and further[1],
    )


def next_break(
    order: SalesOrder,
    line: SalesOrderLine,
    customer: Customer,
    items: Sequence[ActiveItem],
    now: Decimal,
) -> tuple[Decimal, Decimal] | None:
    """Find the next quantity from which on it costs less."""
    breaks = {item.min_quantity for item, _ in items}
    above = sorted(each for each in breaks if each > line.stock_quantity)
    for quantity in above:
        found = price_among(items, order, customer, quantity=quantity, tax_rate=line.tax_rate)
        if found is not None and found.unit_price < now:
            return quantity, found.unit_price
    return None


def items_of(products: set[UUID], sight: Sight) -> dict[UUID, list[ActiveItem]]:
    """Give the prices of some products that stand in active lists."""
    shape = shape_of(sight.state.catalogue.entity("price_list_item"))
    rows = sight.transaction.rows(f"{shape.select} WHERE product = ANY(%s)", [list(products)])
    items = [cast("PriceListItem", shape.build(row)) for row in rows]
    lists = cast("dict[UUID, PriceList]", sight.state.cached("price_list"))
    found: dict[UUID, list[ActiveItem]] = defaultdict(list)
    for item, of_list in active_items(items, lists.__getitem__):
        found[item.product].append((item, of_list))
    return found


def customer_of(order: SalesOrder, sight: Sight) -> Customer:
    """Give the order's customer."""
    shape = shape_of(sight.state.catalogue.entity("customer"))
    [row] = sight.transaction.rows(f"{shape.select} WHERE id = %s", [order.customer])
    return cast("Customer", shape.build(row))


def credit_ahead(order: SalesOrder, sight: Sight) -> CreditOutlook | None:
    """Tell what the order makes of its customer's credit."""
    use = credit_use(order.customer, sight)
    if use is None:
        return None
    return CreditOutlook(use=use, order=order.owed if order.state is OrderState.DRAFT else ZERO)


LINES = Outlook("sales_order", "lines", lines_ahead, reads=("product",))
CREDIT = Outlook("sales_order", "credit", credit_ahead, reads=("credit_position",))

"""What a customer's page shows of selling: revenue, orders, returns, what they buy and stopped buying."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from dougong.apps.sales.lifecycles import PROMISED, EntryKind, OrderState
from dougong.kernel.panels import Panel
from dougong.kernel.questions import Grouping, Json, Question
from dougong.kernel.sight import Sight
from dougong.kernel.values import EXACT, ZERO, rounded

MONTHS = 12
A_YEAR = timedelta(days=365)
ORDER_SHOWN = ("number", "day", "state", "gross", "net", "currency", "promised")
MOST_ORDERS = 200
LATEST = 10
OPEN_SHOWN = 12
PRODUCTS_SHOWN = 8
AGREEMENTS_SHOWN = 20
REGULARLY = 3
"""Bought in so many orders, a product is usual."""
OVERDUE = Decimal("1.5")
"""After so many of its usual intervals it is missed."""


@dataclass(frozen=True, kw_only=True)
class Month:
    """What was ordered in a month and still stands, and in the same month the year before."""

    month: date
    net: Decimal
    before: Decimal
    margin: Decimal | None
    """Only for who may see what it cost."""


@dataclass(frozen=True, kw_only=True)
class Revenue:
    """Twelve months of orders, the running one last, beside the twelve before."""

    months: list[Month]

    @property
    def net(self) -> Decimal:
        """All of it."""
        return sum((one.net for one in self.months), ZERO)

    @property
    def before(self) -> Decimal:
        """All of the year before."""
        return sum((one.before for one in self.months), ZERO)

    @property
    def margin(self) -> Decimal | None:
        """What was left of it."""
        margins = [one.margin for one in self.months]
        return None if None in margins else sum((one or ZERO for one in margins), ZERO)


def revenue_from(customer: UUID, sight: Sight) -> Revenue | None:
    """Sum what a customer ordered by month, this year beside the last."""
    if not sight.sees("sales_entry", "customer", "kind", "day", "net"):
        return None
    since = months_back(sight.today, 2 * MONTHS - 1)
    costs = sight.sees("sales_entry", "cost")
    rows = sight.group(
        Grouping(
            entity="sales_entry",
            filter={
                "all": [
                    of(customer),
                    {"field": "kind", "op": "in", "value": [str(kind) for kind in PROMISED]},
                    {"field": "day", "op": "ge", "value": since.isoformat()},
                ]
            },
            by=[("day", "month")],
            sums=["net", "cost"] if costs else ["net"],
        )
    )
    net = {one["day"]: Decimal(one["net"]) for one in rows}
    cost = {one["day"]: Decimal(one["cost"]) for one in rows} if costs else {}
    months = []
    for back in reversed(range(MONTHS)):
        month = months_back(sight.today, back)
        key, last_year = month.isoformat(), months_back(month, MONTHS).isoformat()
        amount = net.get(key, ZERO)
        margin = amount - cost.get(key, ZERO) if costs else None
        months.append(
            Month(month=month, net=amount, before=net.get(last_year, ZERO), margin=margin)
        )
    return Revenue(months=months)


def months_back(day: date, months: int) -> date:
    """Give the first day of the month so many months before a day's."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


@dataclass(frozen=True, kw_only=True)
class Orders:
    """A customer's orders: the open ones with how far they are, the latest, and the next one."""

    open: list[Json]
    latest: list[Json]
    count: int
    """How many there were in the last twelve months."""
    every_days: Decimal | None
    """How many days lie between two days with orders, on average."""
    next: date | None
    """When the next one is to be expected."""


def orders_of(customer: UUID, sight: Sight) -> Orders | None:
    """Tell of a customer's orders."""
    if not sight.sees("sales_order", "customer", "state", "day"):
        return None
    found = sight.ask(
        Question(
            entity="sales_order",
            filter={
                "all": [
                    of(customer),
                    {
                        "any": [
                            {"field": "state", "op": "eq", "value": str(OrderState.CONFIRMED)},
                            {"field": "day", "op": "ge", "value": {"today": -A_YEAR.days}},
                        ]
                    },
                ]
            },
            fields=["day", *sight.only("sales_order", ORDER_SHOWN)],
            sort=[("day", True), ("id", True)],
            limit=MOST_ORDERS,
        )
    )
    standing = [one for one in found if one["state"] in ("confirmed", "shipped")]
    a_year = [one for one in standing if date.fromisoformat(one["day"]) >= sight.today - A_YEAR]
    days = sorted({date.fromisoformat(one["day"]) for one in a_year})
    interval = between(days)
    open_ones = [one for one in standing if one["state"] == OrderState.CONFIRMED][:OPEN_SHOWN]
    return Orders(
        open=with_progress(open_ones, sight),
        latest=[one for one in found if one["state"] != OrderState.CANCELLED][:LATEST],
        count=len(a_year),
        every_days=interval,
        next=days[-1] + timedelta(days=int(interval)) if interval is not None else None,
    )


def between(days: Sequence[date]) -> Decimal | None:
    """Tell how many days lie between two of some days, on average."""
    if len(days) < REGULARLY:
        return None
    return rounded(EXACT.divide(Decimal((days[-1] - days[0]).days), Decimal(len(days) - 1)), 1)


def with_progress(orders: Sequence[Json], sight: Sight) -> list[Json]:
    """Add how much of each order was delivered and invoiced, as shares of what was ordered."""
    sums = ("stock_quantity", "delivered", "invoiced")
    if not orders or not sight.sees("sales_order_line", *sums):
        return list(orders)
    rows = sight.group(
        Grouping(
            entity="sales_order_line",
            filter={"field": "parent", "op": "in", "value": [one["id"] for one in orders]},
            by=[("parent", None)],
            sums=sums,
        )
    )
    lines = {one["parent"]["id"]: one for one in rows}
    return [one | progress_of(lines.get(one["id"])) for one in orders]


def progress_of(sums: Json | None) -> Json:
    """Say as shares how far an order is."""
    ordered = Decimal(sums["stock_quantity"]) if sums else ZERO
    if not sums or not ordered:
        return {"delivered": ZERO, "invoiced": ZERO}
    return {
        name: rounded(EXACT.divide(Decimal(sums[name]), ordered), 4)
        for name in ("delivered", "invoiced")
    }


@dataclass(frozen=True, kw_only=True)
class Usual:
    """A product that a customer buys."""

    product: UUID
    name: str
    net: Decimal
    """Over the last twelve months."""
    quantity: Decimal
    times: int
    last: date
    every_days: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Products:
    """What a customer buys most, and what they usually buy and haven't lately."""

    top: list[Usual]
    missed: list[Usual]


def products_of(customer: UUID, sight: Sight) -> Products | None:
    """Tell what a customer buys, and what they stopped buying."""
    if not sight.sees("sales_entry", "customer", "product", "kind", "day", "net", "quantity"):
        return None
    reading, names = sight.reading("sales_entry"), sight.reading("product")
    permitted = [*reading.permitted(), *names.permitted()]
    column, name = reading.tables.column, names.tables.column(("name",))
    net, quantity = (sa.func.sum(column((one,)), type_=sa.Numeric()) for one in ("net", "quantity"))
    ordered = column(("kind",)) == sa.literal(str(EntryKind.ORDERED), sa.Text())
    day: sa.ColumnElement[date] = sa.type_coerce(column(("day",)), sa.Date())
    statement = (
        sa.select(
            names.identity, name, net, quantity,
            sa.func.count(sa.distinct(column(("order",)))).filter(ordered),
            sa.func.min(day).filter(ordered), sa.func.max(day).filter(ordered),
        )
        .select_from(
            reading.tables.source.join(names.tables.source, column(("product",)) == names.identity)
        )
        .where(
            *permitted,
            column(("customer",)) == sa.literal(customer, sa.Uuid()),
            column(("kind",)).in_([sa.literal(str(one), sa.Text()) for one in PROMISED]),
            day >= sa.literal(sight.today - A_YEAR, sa.Date()),
        )
        .group_by(names.identity, name)
        .order_by(net.desc(), names.identity)
    )  # fmt: skip
    bought = [usual(row) for row in sight.rows(statement) if row[4]]
    missed = [one for one in bought if is_missed(one, sight.today)]
    return Products(
        top=bought[:PRODUCTS_SHOWN],
        missed=sorted(missed, key=lambda one: -one.times)[:PRODUCTS_SHOWN],
    )


def usual(row: Sequence[Any]) -> Usual:
    """Say how a product is bought."""
    product, name, net, quantity, times, first, last = row
    interval = None
    if times >= REGULARLY:
        interval = rounded(EXACT.divide(Decimal((last - first).days), Decimal(times - 1)), 1)
    return Usual(
        product=product,
        name=name,
        net=net,
        quantity=quantity,
        times=times,
        last=last,
        every_days=interval,
    )


def is_missed(one: Usual, today: date) -> bool:
    """Tell whether a usual product should have been bought again long since."""
    return one.every_days is not None and Decimal((today - one.last).days) > max(
        EXACT.multiply(one.every_days, OVERDUE), Decimal(7)
    )


def returns_of(customer: UUID, sight: Sight) -> list[Json]:
    """Give a customer's latest returns."""
    shown = ("number", "order", "day", "state", "reason")
    return sight.ask(
        Question(
            entity="sales_return",
            filter=of(customer),
            fields=sight.only("sales_return", shown),
            limit=5,
        )
    )


def agreements_with(customer: UUID, sight: Sight) -> list[Json]:
    """Give the prices that hold for a customer alone today."""
    shown = ("product", "price_list", "min_quantity", "price", "valid_from", "valid_to")
    return sight.ask(
        Question(
            entity="price_list_item",
            filter={
                "all": [
                    of(customer),
                    {"any": [
                        {"field": "valid_to", "op": "missing"},
                        {"field": "valid_to", "op": "ge", "value": "today"},
                    ]},
                ]
            },
            fields=sight.only("price_list_item", shown),
            limit=AGREEMENTS_SHOWN,
        )
    )  # fmt: skip


def of(customer: UUID) -> Json:
    """Say whose records are asked for."""
    return {"field": "customer", "op": "eq", "value": str(customer)}


REVENUE = Panel("customer", "revenue", revenue_from, reads=("sales_entry",))
ORDERS = Panel("customer", "orders", orders_of, reads=("sales_order",))
PRODUCTS = Panel("customer", "products", products_of, reads=("sales_entry", "product"))
RETURNS = Panel("customer", "returns", returns_of, reads=("sales_return",))
AGREEMENTS = Panel("customer", "agreements", agreements_with, reads=("price_list_item",))

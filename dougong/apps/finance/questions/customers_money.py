"""What a customer's page shows of the books: credit and what it is used for, what is due, how they pay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa

from dougong.apps.finance.ageing import Item, age_by_due_date
from dougong.apps.finance.exposure import CreditLimit, Exposure
from dougong.kernel.panels import Panel
from dougong.kernel.questions import Json, Question
from dougong.kernel.rules.functions import Column
from dougong.kernel.sight import Sight
from dougong.kernel.values import EXACT, ZERO, rounded

A_YEAR = timedelta(days=365)
MOST_OPEN = 1000
LATEST = 5
POSITION = (
    "credit_limit", "limit_expires", "temporary", "temporary_until",
    "open_orders", "delivered_not_invoiced", "receivable", "unapplied",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CreditUse:
    """A customer's credit on a day: the limit, and what uses it; without a limit there is none."""

    limit: Decimal | None
    expires: date | None
    exposure: Exposure

    @property
    def used(self) -> Decimal:
        """How much of it is used."""
        return self.exposure.total

    @property
    def room(self) -> Decimal | None:
        """How much more the customer may owe; negative where it is too much already."""
        return None if self.limit is None else self.limit - self.used


def credit_use(customer: UUID, sight: Sight) -> CreditUse | None:
    """Tell a customer's credit; nothing where the reader may not see all that it is made of."""
    if not sight.sees("credit_position", *POSITION):
        return None
    found = sight.ask(
        Question(entity="credit_position", filter=of(customer), fields=POSITION, limit=1)
    )
    if not found:
        return CreditUse(limit=None, expires=None, exposure=Exposure())
    position = found[0]
    limit = CreditLimit(
        amount=None if position["credit_limit"] is None else Decimal(position["credit_limit"]),
        expires=as_day(position["limit_expires"]),
        temporary=Decimal(position["temporary"]),
        temporary_until=as_day(position["temporary_until"]),
    )
    exposure = Exposure(
        on_order=Decimal(position["open_orders"]),
        delivered_not_invoiced=Decimal(position["delivered_not_invoiced"]),
        receivable=Decimal(position["receivable"]),
        unapplied=Decimal(position["unapplied"]),
    )
    return CreditUse(limit=limit.on(sight.today), expires=limit.expires, exposure=exposure)


@dataclass(frozen=True, kw_only=True)
class Due:
    """What a customer owes now, by how long it is overdue, in company currency."""

    buckets: dict[str, Decimal]
    total: Decimal
    overdue: Decimal
    oldest: date | None
    """The oldest due date among what is overdue."""
    unapplied: Decimal
    """Their money that isn't applied to anything yet; what is due is not lessened by it."""


def due_from(customer: UUID, sight: Sight) -> Due | None:
    """Sort what a customer owes by age."""
    asked = ("due", "day", "company_open")
    if not sight.sees("receivable", *asked):
        return None
    found = sight.ask(
        Question(
            entity="receivable",
            filter=both(of(customer), {"field": "is_open", "op": "eq", "value": True}),
            fields=asked,
            limit=MOST_OPEN,
        )
    )
    items = [
        Item(
            document_date=date.fromisoformat(one["day"]),
            due_date=date.fromisoformat(one["due"]),
            amount=Decimal(one["company_open"]),
        )
        for one in found
    ]
    owed = [item for item in items if item.amount > 0]
    aged = age_by_due_date(owed, sight.today)
    late = [item for item in owed if item.due_date < sight.today]
    return Due(
        buckets={bucket.code: amount for bucket, amount in aged.amounts},
        total=aged.total,
        overdue=sum((item.amount for item in late), ZERO),
        oldest=min((item.due_date for item in late), default=None),
        unapplied=-sum((item.amount for item in items if item.amount < 0), ZERO),
    )


@dataclass(frozen=True, kw_only=True)
class Habit:
    """How a customer paid in the last twelve months."""

    days_late: Decimal | None
    """The average over what was paid, each amount counting by its size; negative is early."""
    on_time: Decimal | None
    """The share of the money that came by its due date."""
    latest: list[Json]


def paying_habit(customer: UUID, sight: Sight) -> Habit | None:
    """Tell how late a customer pays, and which payments came last."""
    shown = ("number", "day", "amount", "currency", "unapplied", "state")
    if not sight.sees("payment", "day", *shown) or not sight.sees("receivable", "due"):
        return None
    paid, late, on_time = paid_since(customer, sight.today - A_YEAR, sight)
    latest = sight.ask(
        Question(
            entity="payment",
            filter=of(customer),
            fields=shown,
            sort=[("day", True)],
            limit=LATEST,
        )
    )
    return Habit(
        days_late=rounded(EXACT.divide(late, paid), 1) if paid else None,
        on_time=rounded(EXACT.divide(on_time, paid), 4) if paid else None,
        latest=latest,
    )


def paid_since(customer: UUID, since: date, sight: Sight) -> tuple[Decimal, Decimal, Decimal]:
    """Sum what payments settled since a day: the money, its days late, and what came on time."""
    reading = sight.reading("receivable")
    payments = sight.reading("payment")
    settled = sa.table(
        "allocation", sa.column("receivable"), sa.column("payment"), sa.column("company_amount")
    )
    permitted = [*reading.permitted(), *payments.permitted()]
    due, paid_on = reading.tables.column(("due",)), payments.tables.column(("day",))
    amount: Column = sa.type_coerce(settled.c.company_amount, sa.Numeric())
    days = sa.cast(paid_on - due, sa.Numeric())
    in_time = sa.case((paid_on <= due, amount), else_=sa.literal_column("0"))
    sums = [
        sa.func.coalesce(sa.func.sum(one), sa.literal_column("0"), type_=sa.Numeric())
        for one in (amount, amount * days, in_time)
    ]
    source = reading.tables.source.join(settled, settled.c.receivable == reading.identity).join(
        payments.tables.source, settled.c.payment == payments.identity
    )
    statement = (
        sa.select(*sums)
        .select_from(source)
        .where(
            *permitted,
            reading.tables.column(("customer",)) == sa.literal(customer, sa.Uuid()),
            paid_on >= sa.literal(since, sa.Date()),
            payments.tables.column(("state",)) == sa.literal("posted", sa.Text()),
        )
    )
    [[paid, late, on_time]] = sight.rows(statement)
    return paid, late, on_time


def of(customer: UUID) -> Json:
    """Say whose records are asked for."""
    return {"field": "customer", "op": "eq", "value": str(customer)}


def both(one: Json, other: Json) -> Json:
    """Say that two conditions hold."""
    return {"all": [one, other]}


def as_day(text: str | None) -> date | None:
    """Read a day that may be missing."""
    return None if text is None else date.fromisoformat(text)


CREDIT = Panel("customer", "credit", credit_use, reads=("credit_position",))
DUE = Panel("customer", "due", due_from, reads=("receivable",))
HABIT = Panel("customer", "paying", paying_habit, reads=("payment", "receivable"))

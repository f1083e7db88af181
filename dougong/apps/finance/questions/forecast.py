"""Cash expected from customers, week by week: what is owed, and what will be once invoiced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from dougong.apps.base.api import Instalment, PaymentTerm, due_dates
from dougong.kernel.company import State
from dougong.kernel.store.database import Transaction
from dougong.kernel.values import ZERO

OWED = """
SELECT due, sum(company_open) FROM receivable WHERE is_open GROUP BY due
"""

TO_COME = """
SELECT promised, payment_term, sum(on_order + not_invoiced) FROM billable
WHERE on_order + not_invoiced <> 0 GROUP BY promised, payment_term
"""

HELD = "SELECT coalesce(sum(company_unapplied), 0) FROM payment"

AT_ONCE = (Instalment(),)
Terms = Mapping[UUID, Sequence[Instalment]]


@dataclass(frozen=True, slots=True)
class ExpectedWeek:
    """The cash that a week should bring, from its first day (a Monday) on."""

    monday: date
    invoiced: Decimal
    to_be_invoiced: Decimal

    @property
    def total(self) -> Decimal:
        """All that the week should bring."""
        return self.invoiced + self.to_be_invoiced


@dataclass(frozen=True, slots=True)
class CashForecast:
    """Cash expected by week in company currency; what is due already is ``overdue``.

    ``already_here`` is money of customers that we hold and that will settle part of it.
    """

    today: date
    overdue: Decimal
    weeks: tuple[ExpectedWeek, ...]
    later: Decimal
    already_here: Decimal


def cash_forecast(
    transaction: Transaction, state: State, today: date, *, weeks: int = 13
) -> CashForecast:
    """Forecast what customers will pay, each instalment in the week in which it is due.

    What isn't invoiced yet is taken to be invoiced on the day promised for its delivery (today,
    where that has passed or nothing was promised), and due by its terms of payment.
    """
    owed = [(due, amount) for due, amount in transaction.rows(OWED)]
    coming = list(to_come(transaction, terms_of(state), today, state.currency))
    mondays = [monday_of(today) + timedelta(weeks=at) for at in range(weeks)]
    end = monday_of(today) + timedelta(weeks=weeks)
    expected = tuple(
        ExpectedWeek(monday, in_week(owed, monday, today), in_week(coming, monday, today))
        for monday in mondays
    )
    return CashForecast(
        today=today,
        overdue=sum((amount for due, amount in owed if due < today), ZERO),
        weeks=expected,
        later=sum((amount for due, amount in [*owed, *coming] if due >= end), ZERO),
        already_here=transaction.rows(HELD)[0][0],
    )


def to_come(
    transaction: Transaction, terms: Terms, today: date, currency: str
) -> Iterator[tuple[date, Decimal]]:
    """Tell when what is not invoiced yet will be due, and how much."""
    for promised, term, amount in transaction.rows(TO_COME):
        invoiced_on = max(promised or today, today)
        for part in due_dates(terms.get(term) or AT_ONCE, amount, invoiced_on, currency):
            yield max(part.due, today), part.amount


def terms_of(state: State) -> Terms:
    """Give every payment term's instalments."""
    return {
        identity: tuple(term.values())
        for identity, term in state.cached("payment_term").items()
        if isinstance(term, PaymentTerm)
    }


def monday_of(day: date) -> date:
    """Give the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def in_week(amounts: Iterable[tuple[date, Decimal]], monday: date, today: date) -> Decimal:
    """Sum what is due in a week, from today on."""
    first, following = max(monday, today), monday + timedelta(weeks=1)
    return sum((amount for due, amount in amounts if first <= due < following), ZERO)

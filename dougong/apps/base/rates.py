"""What is in force on a day: the rate of a tax, the worth of a currency, the days money is due."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.base.entities import ExchangeRate, PaymentTerm, Tax
from dougong.apps.base.payment_terms import AmountDue, Instalment, due_dates
from dougong.apps.base.refusals import NoExchangeRate, TaxNotInForce
from dougong.kernel.company import State
from dougong.kernel.refusals import Refusal
from dougong.kernel.values import EXACT, ONE, ZERO, round_money
from dougong.kernel.work import Work

Worths = Mapping[str, tuple[list[date], list[Decimal]]]
AT_ONCE = (Instalment(),)


def rate_of(work: Work, tax: UUID | None, day: date) -> Decimal:
    """Give a tax's rate on a day; what has no tax has rate zero. See ``tax_obstacles``."""
    if tax is None:
        return ZERO
    found = work.get(Tax, tax).rate_on(day)
    assert found is not None, f"tax {tax} has no rate on {day}: tax_obstacles was not asked"
    return found


def tax_obstacles(
    work: Work, tax: UUID | None, day: date, *, field: str = "tax"
) -> Iterator[Refusal]:
    """Say whether a tax is without a rate on a day."""
    known = work.maybe(Tax, tax)
    if known is not None and known.rate_on(day) is None:
        yield TaxNotInForce(field, known.code, day)


def exchange_rate(work: Work, currency: str, day: date) -> Decimal:
    """Say what one of a currency is worth in the company's own on a day; see ``rate_obstacles``."""
    found = worth(work, currency, day)
    assert found is not None, f"{currency} has no rate on {day}: rate_obstacles was not asked"
    return found


def rate_obstacles(
    work: Work, currency: str, day: date, *, field: str = "currency"
) -> Iterator[Refusal]:
    """Say whether nobody knows what a currency is worth on a day."""
    if worth(work, currency, day) is None:
        yield NoExchangeRate(field, currency, day)


def in_company_currency(work: Work, amount: Decimal, rate: Decimal) -> Decimal:
    """Say an amount in the company's currency at a rate, rounded."""
    return round_money(EXACT.multiply(amount, rate), work.currency)


def worth(work: Work, currency: str, day: date) -> Decimal | None:
    """Find the last rate on or before a day; the company's own currency is worth one."""
    if not currency or currency == work.currency:
        return ONE
    days, rates = worths_of(work.state).get(currency, ([], []))
    at = bisect_right(days, day)
    return rates[at - 1] if at else None


def worths_of(state: State) -> Worths:
    """Order the exchange rates by currency and day, once for each version of the company."""
    known: Worths | None = state.extras.get("base.worths")
    if known is not None:
        return known
    by_currency: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for each in state.cached("exchange_rate").values():
        assert isinstance(each, ExchangeRate)
        by_currency[each.currency].append((each.day, each.rate))
    found = {}
    for currency, pairs in by_currency.items():
        pairs.sort()
        found[currency] = ([day for day, _ in pairs], [rate for _, rate in pairs])
    state.extras["base.worths"] = found
    return found


def amounts_due(
    work: Work, payment_term: UUID | None, gross: Decimal, day: date, currency: str
) -> list[AmountDue]:
    """Split an amount by a payment term; without a term all of it is due on the document's day."""
    term = work.maybe(PaymentTerm, payment_term)
    instalments = AT_ONCE if term is None else tuple(term.values())
    return due_dates(instalments, gross, day, currency)

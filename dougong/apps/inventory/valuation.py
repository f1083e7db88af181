"""Valuation: what stock is worth at moving average, and what each movement costs.

A pool is the stock of one item that shares one average. It is kept as quantity and value, never
as a unit cost, so that nothing is left over when the last piece goes. Goods that are issued before
they came in leave at a provisional cost; when they come, the difference is a variance.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from dougong.kernel.values import EXACT, ZERO, round_money, rounded

COST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Pool:
    """Stock of one item under one average: how much, worth how much, and its last cost known.

    With a negative quantity the value is negative too: what was issued at provisional cost.
    """

    quantity: Decimal = ZERO
    value: Decimal = ZERO
    last_cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """What a movement makes of a pool, and the amounts it posts, each positive as a debit.

    Whatever the movement brings in from elsewhere (a receipt's price, a bill's difference)
    is the sum of the three. ``cost_unknown`` asks for attention: goods left for nothing.
    """

    pool: Pool
    stock: Decimal
    cogs: Decimal = ZERO
    variance: Decimal = ZERO
    cost_unknown: bool = False


def receive(pool: Pool, quantity: Decimal, value: Decimal, *, currency: str) -> Posting:
    """Take goods in for what they cost in all; a deficit is settled first, by a variance."""
    taken = _take_in(pool, quantity, value, currency)
    last_cost = rounded(EXACT.divide(value, quantity), COST_DIGITS)
    return replace(taken, pool=replace(taken.pool, last_cost=last_cost))


def issue(
    pool: Pool, quantity: Decimal, *, currency: str, standard_cost: Decimal | None = None
) -> Posting:
    """Let goods go at the average; the last piece takes all the value that is left.

    What is not there goes at provisional cost: the last cost, else the standard cost, else
    nothing, and then the posting says so.
    """
    assert quantity > 0, "an issue has a quantity"
    there = min(quantity, max(pool.quantity, ZERO))
    missing = quantity - there
    provisional = pool.last_cost if pool.last_cost is not None else standard_cost
    cost = cost_at_average(pool, there, currency=currency) + round_money(
        EXACT.multiply(missing, provisional or ZERO), currency
    )
    return Posting(
        pool=replace(pool, quantity=pool.quantity - quantity, value=pool.value - cost),
        stock=-cost,
        cogs=cost,
        cost_unknown=bool(missing) and provisional is None,
    )


def take_back(pool: Pool, quantity: Decimal, cost: Decimal, *, currency: str) -> Posting:
    """Take goods back from a customer at what they cost when they left (`cost_of_return`)."""
    taken = _take_in(pool, quantity, cost, currency)
    return replace(taken, cogs=-cost)


def give_back(pool: Pool, quantity: Decimal, value: Decimal) -> Posting:
    """Take goods out again that had not come in after all, at what they were received for.

    Goods of the same average may have left since: then the pool can be worth less than that, or
    hold more than nothing when it is empty, and the difference is a variance.
    """
    assert quantity <= pool.quantity, "goods that are gone are not given back"
    taken = pool.value if quantity == pool.quantity else min(value, pool.value)
    return Posting(
        pool=replace(pool, quantity=pool.quantity - quantity, value=pool.value - taken),
        stock=-taken,
        variance=taken - value,
    )


def adjust_to_bill(
    pool: Pool, difference: Decimal, *, issued_since: Decimal, currency: str
) -> Posting:
    """Spread what a bill differs from its receipt over what is in stock and what has left.

    In a pool nobody can tell which pieces left, so they left in proportion: of all that has been
    in the pool since the receipt, ``issued_since`` is gone. For a lot with a pool of its own the
    same split is exact. Stock never becomes worth less than nothing.
    """
    there = max(pool.quantity, ZERO)
    to_stock = ZERO
    if there:
        share = EXACT.divide(EXACT.multiply(difference, there), there + issued_since)
        to_stock = max(round_money(share, currency), -pool.value)
    return Posting(
        pool=replace(pool, value=pool.value + to_stock), stock=to_stock, cogs=difference - to_stock
    )


def cost_at_average(pool: Pool, quantity: Decimal, *, currency: str) -> Decimal:
    """Tell what a quantity that is in the pool would cost if it left now."""
    assert quantity <= max(pool.quantity, ZERO), "the pool does not hold so much"
    if quantity == pool.quantity:
        return pool.value
    if not quantity:
        return ZERO
    return round_money(EXACT.divide(EXACT.multiply(pool.value, quantity), pool.quantity), currency)


def unit_cost(pool: Pool, standard_cost: Decimal | None = None) -> Decimal | None:
    """Tell what one costs, to show it and to estimate a margin; nothing is ever valued by it."""
    if pool.quantity > 0:
        return rounded(EXACT.divide(pool.value, pool.quantity), COST_DIGITS)
    return pool.last_cost if pool.last_cost is not None else standard_cost


def cost_of_return(
    issued: Decimal, cost: Decimal, *, returned_before: Decimal, quantity: Decimal, currency: str
) -> Decimal:
    """Tell the original cost of goods that come back; all parts together cost what was issued."""
    assert returned_before + quantity <= issued, "more comes back than was issued"
    return _part(cost, returned_before + quantity, issued, currency) - _part(
        cost, returned_before, issued, currency
    )


def _take_in(pool: Pool, quantity: Decimal, value: Decimal, currency: str) -> Posting:
    assert quantity > 0, "a receipt has a quantity"
    assert value >= 0, "goods are not worth less than nothing"
    settled = min(quantity, max(-pool.quantity, ZERO))
    variance = ZERO
    if settled:
        at_cost = _part(value, settled, quantity, currency)
        at_provisional_cost = _part(-pool.value, settled, -pool.quantity, currency)
        variance = at_cost - at_provisional_cost
    stock = value - variance
    return Posting(
        pool=replace(pool, quantity=pool.quantity + quantity, value=pool.value + stock),
        stock=stock,
        variance=variance,
    )


def _part(amount: Decimal, quantity: Decimal, of: Decimal, currency: str) -> Decimal:
    return round_money(EXACT.divide(EXACT.multiply(amount, quantity), of), currency)

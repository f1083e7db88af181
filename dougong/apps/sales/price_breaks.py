"""List prices: which price a buyer gets for a quantity on a day, and why not another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum
from itertools import combinations
from uuid import UUID

from dougong.kernel.values import EXACT, ONE, ZERO, rounded

PRICE_DIGITS = 6


class Audience(IntEnum):
    """For whom a price is meant; the narrower, the greater."""

    EVERYONE = 0
    REGION = 1
    CHANNEL = 2
    GROUP = 3
    CUSTOMER = 4


class BreakKind(StrEnum):
    """What a quantity break means: its price for all units, or for those from the break on."""

    ALL_UNITS = "all_units"
    INCREMENTAL = "incremental"


class Loss(StrEnum):
    """Why a price was not the one."""

    OTHER_CURRENCY = "other_currency"
    NOT_VALID_YET = "not_valid_yet"
    NO_LONGER_VALID = "no_longer_valid"
    OTHER_AUDIENCE = "other_audience"
    QUANTITY_TOO_SMALL = "quantity_too_small"
    WIDER_AUDIENCE = "wider_audience"
    LOWER_BREAK = "lower_break"
    OLDER = "older"
    LOWER_PRIORITY = "lower_priority"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPrice:
    """One price of a product: for whom, from which quantity in base units, between which days.

    ``keeps_wider_breaks``: a list for a narrower audience replaces the wider one only for the
    breaks that it defines; the wider list's higher breaks still hold.
    """

    price: Decimal
    currency: str
    audience: Audience = Audience.EVERYONE
    audience_id: UUID | None = None
    from_quantity: Decimal = ZERO
    valid_from: date = date.min
    valid_to: date = date.max
    priority: int = 0
    keeps_wider_breaks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who buys how much (in base units), when, in which currency."""

    quantity: Decimal
    day: date
    currency: str
    audiences: dict[Audience, UUID] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tranche:
    """So many units at this price."""

    quantity: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True)
class Priced:
    """The price that was found, the units it is made of, and each other price with its reason.

    ``unit_price`` is rounded where several tranches make it up; their exact sum is ``amount``.
    """

    winner: ListPrice
    tranches: tuple[Tranche, ...]
    losers: tuple[tuple[ListPrice, Loss], ...]

    @property
    def amount(self) -> Decimal:
        """What the whole quantity costs before any discount."""
        parts = (EXACT.multiply(each.quantity, each.price) for each in self.tranches)
        return sum(parts, ZERO)

    @property
    def unit_price(self) -> Decimal:
        """What one unit costs on average."""
        if len(self.tranches) == 1:
            return self.tranches[0].price
        quantity = sum((each.quantity for each in self.tranches), ZERO)
        return rounded(EXACT.divide(self.amount, quantity), PRICE_DIGITS)


def list_price(
    prices: Sequence[ListPrice],
    asked: Asked,
    *,
    breaks: BreakKind = BreakKind.ALL_UNITS,
    step: Decimal = ONE,
) -> Priced | None:
    """Find the price of one product, or none.

    The narrowest audience wins, then the highest break, then the latest to become valid, then
    the greatest priority. With incremental breaks each tranche is priced so for itself; ``step`` is
    the least that can be counted: in pieces, a break at 100 leaves 99 below it. Goods that come
    back are priced as they would be sold.
    """
    quantity = abs(asked.quantity)
    barred = {at: loss for at, each in enumerate(prices) if (loss := _bar(each, asked))}
    fitting = [each for at, each in enumerate(prices) if at not in barred]
    winner = _best(fitting, quantity)
    if winner is None:
        return None
    tranches = [Tranche(asked.quantity, winner.price)]
    if breaks is BreakKind.INCREMENTAL:
        sign = ONE.copy_sign(asked.quantity)
        tranches = [
            Tranche(sign * units, price) for units, price in _tranches(fitting, quantity, step)
        ]
    losers = [
        (each, barred.get(at) or _why_not(each, winner, quantity))
        for at, each in enumerate(prices)
        if each is not winner
    ]
    return Priced(winner, tuple(tranches), tuple(losers))


def ties(prices: Iterable[ListPrice]) -> list[tuple[ListPrice, ListPrice]]:
    """Find each two prices of one product that nothing tells apart on a day that both are valid."""
    return [
        (one, other)
        for one, other in combinations(prices, 2)
        if (one.currency, one.audience_id) == (other.currency, other.audience_id)
        and _rank(one) == _rank(other)
        and one.valid_from <= other.valid_to
        and other.valid_from <= one.valid_to
    ]


def _bar(price: ListPrice, asked: Asked) -> Loss | None:
    """Tell what bars a price from being asked at all, whatever the quantity."""
    wide = price.audience is Audience.EVERYONE
    if price.currency != asked.currency:
        return Loss.OTHER_CURRENCY
    if asked.day < price.valid_from:
        return Loss.NOT_VALID_YET
    if asked.day > price.valid_to:
        return Loss.NO_LONGER_VALID
    if not wide and asked.audiences.get(price.audience) != price.audience_id:
        return Loss.OTHER_AUDIENCE
    return None


def _best(fitting: Sequence[ListPrice], quantity: Decimal) -> ListPrice | None:
    reached = [each for each in fitting if each.from_quantity <= quantity]
    if not reached:
        return None
    best = max(reached, key=_rank)
    while best.keeps_wider_breaks:
        wider = [
            each
            for each in reached
            if each.audience < best.audience and each.from_quantity > best.from_quantity
        ]
        if not wider:
            break
        best = max(wider, key=_rank)
    return best


def _rank(price: ListPrice) -> tuple[Audience, Decimal, date, int]:
    return price.audience, price.from_quantity, price.valid_from, price.priority


def _tranches(
    fitting: Sequence[ListPrice], quantity: Decimal, step: Decimal
) -> list[tuple[Decimal, Decimal]]:
    """Cut a quantity at the breaks it passes, each part at the price that its last unit gets."""
    starts = sorted(
        {each.from_quantity for each in fitting if step < each.from_quantity <= quantity}
    )
    ends = [*(start - step for start in starts), quantity]
    tranches: list[tuple[Decimal, Decimal]] = []
    priced_up_to = ZERO
    for end in ends:
        best = _best(fitting, end)
        if best is not None and (end > priced_up_to or not tranches):
            tranches.append((end - priced_up_to, best.price))
            priced_up_to = end
    return _joined(tranches)


def _joined(tranches: Sequence[tuple[Decimal, Decimal]]) -> list[tuple[Decimal, Decimal]]:
    """Join neighbours of one price: a break that changed nothing is none."""
    joined: list[tuple[Decimal, Decimal]] = []
    for units, price in tranches:
        if joined and joined[-1][1] == price:
            joined[-1] = (joined[-1][0] + units, price)
        else:
            joined.append((units, price))
    return joined


def _why_not(price: ListPrice, winner: ListPrice, quantity: Decimal) -> Loss:
    """Tell by which question a price that might have been asked lost."""
    if price.from_quantity > quantity:
        return Loss.QUANTITY_TOO_SMALL
    if price.audience > winner.audience:
        return Loss.LOWER_BREAK
    if price.audience < winner.audience:
        return Loss.WIDER_AUDIENCE
    if price.from_quantity != winner.from_quantity:
        return Loss.LOWER_BREAK
    return Loss.OLDER if price.valid_from != winner.valid_from else Loss.LOWER_PRIORITY

"""How each customer of the demo buys and pays: how often, how much, what, and how soon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from random import Random

from dougong.apps.base.demo import DemoCustomer, DemoProduct

LINES = (1, 2, 2, 3, 3, 4, 4, 5, 6, 8)
SIZES: Mapping[str, float] = {
    "FACTORY": 8.0,
    "DEALER": 12.0,
    "PROJECT": 14.0,
    "RETAIL": 3.5,
    "EXPORT": 22.0,
}
"""How many times a product's usual quantity a group's customers order."""
OFTEN: Mapping[str, float] = {"A": 1.3, "B": 1.2, "C": 0.8, "D": 0.35, "E": 0.3}
SMALLER: Mapping[str, float] = {"A": 1.2, "B": 1.0, "C": 0.8, "D": 0.4, "E": 0.3}
MONTHLY = ("EOM30", "EOM60", "NEXT25")
"""The terms of customers who get one invoice a month."""
STEEPNESS = 0.75
"""Few customers order most: the n-th best orders so much less often."""
FACTORY_FAVOURITES = ("BOLT-C", "BOLT-S", "NUT", "WASHER", "SCREW", "ANCHOR", "RIVET")
PACK = 50


class Pays(Enum):
    """How somebody pays."""

    ON_TIME = "on time"
    LATE = "late"
    VERY_LATE = "very late"


@dataclass(frozen=True, kw_only=True)
class Buyer:
    """A customer, with habits."""

    customer: DemoCustomer
    weight: float
    size: float
    pays: Pays
    favourites: Sequence[DemoProduct]
    weights: Sequence[float]

    @property
    def monthly(self) -> bool:
        """Whether everything of a month comes on one invoice."""
        return self.customer.payment_term in MONTHLY

    @property
    def prepays(self) -> bool:
        """Whether nothing is owed to us at any time: the grade without any credit."""
        return self.customer.grade == "E"

    @property
    def is_foreign(self) -> bool:
        """Whether the customer pays in another currency."""
        return self.customer.currency != "CNY"

    def wants(self, dice: Random) -> list[tuple[DemoProduct, Decimal]]:
        """Choose what to order: products, each once, with quantities."""
        wanted: dict[str, tuple[DemoProduct, Decimal]] = {}
        for product in dice.choices(self.favourites, self.weights, k=dice.choice(LINES)):
            much = product.popularity * self.size * dice.lognormvariate(0, 0.5)
            wanted[product.code] = (product, in_packs(much, product))
        return list(wanted.values())

    def expected(self) -> dict[str, Decimal]:
        """Tell how much of each product an order has on average."""
        lines = sum(LINES) / len(LINES)
        total = sum(self.weights)
        return {
            product.code: Decimal(str(lines * weight / total * product.popularity * self.size))
            for product, weight in zip(self.favourites, self.weights, strict=True)
        }


def in_packs(much: float, product: DemoProduct) -> Decimal:
    """Round a quantity as people order: fasteners by the fifty, tools by the piece."""
    step = PACK if product.list_price < 10 and product.popularity >= PACK else 1
    return Decimal(max(step, round(much / step) * step))


def buyers(
    customers: Sequence[DemoCustomer], products: Sequence[DemoProduct], dice: Random
) -> list[Buyer]:
    """Give every customer habits; the best first."""
    goods = [product for product in products if product.is_goods]
    ranked = sorted(customers, key=lambda one: OFTEN[one.grade] + dice.random(), reverse=True)
    return [buyer(one, at, goods, dice) for at, one in enumerate(ranked)]


def buyer(customer: DemoCustomer, at: int, goods: Sequence[DemoProduct], dice: Random) -> Buyer:
    """Give one customer habits."""
    is_factory = customer.group in ("FACTORY", "EXPORT", "PROJECT")
    liked = [one for one in goods if not is_factory or one.category in FACTORY_FAVOURITES]
    favourites = dice.sample(liked, min(len(liked), dice.randint(7, 16)))
    if is_factory:
        tools = [one for one in goods if one.category not in FACTORY_FAVOURITES]
        favourites += dice.sample(tools, dice.randint(0, 3))
    pays = dice.choices((Pays.ON_TIME, Pays.LATE, Pays.VERY_LATE), (66, 25, 9))[0]
    return Buyer(
        customer=customer,
        weight=OFTEN[customer.grade] / (at + 2) ** STEEPNESS,
        size=SIZES[customer.group] * SMALLER[customer.grade] * dice.uniform(0.7, 1.4),
        pays=pays,
        favourites=favourites,
        weights=[1 / (place + 1) for place in range(len(favourites))],
    )


def daily_demand(everybody: Sequence[Buyer], orders_a_day: float) -> dict[str, Decimal]:
    """Tell how much of each product goes on an ordinary day, by its code."""
    total = sum(one.weight for one in everybody)
    demand: dict[str, Decimal] = {}
    for one in everybody:
        share = Decimal(str(one.weight / total * orders_a_day))
        for code, quantity in one.expected().items():
            demand[code] = demand.get(code, Decimal(0)) + share * quantity
    return demand

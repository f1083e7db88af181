"""Figures about sales: what was ordered, delivered or invoiced, by whatever it is grouped by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from dougong.apps.sales.lifecycles import DELIVERED, PROMISED, EntryKind
from dougong.kernel.store.database import Transaction
from dougong.kernel.values import EXACT, ZERO, rounded

Dimension = Literal[
    "customer", "product", "category", "region", "channel", "salesperson", "campaign", "order"
]
Grain = Literal["day", "month", "quarter", "year"]

COUNTED: dict[str, tuple[EntryKind, ...]] = {
    "ordered": PROMISED,
    "delivered": DELIVERED,
    "invoiced": (EntryKind.INVOICED,),
}

FIGURES = """
SELECT {key}, sum(quantity), sum(net), sum(cost)
FROM sales_entry
WHERE kind = ANY(%s) AND day >= coalesce(%s, '-infinity'::date)
  AND day <= coalesce(%s, 'infinity'::date) {goods_only}
GROUP BY 1
ORDER BY 3 DESC, 1
"""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One row: a dimension's value (or the first day of a period), with its sums."""

    key: UUID | date | None
    quantity: Decimal
    net: Decimal
    cost: Decimal

    @property
    def margin(self) -> Decimal:
        """What is left of the net when the goods are paid."""
        return self.net - self.cost

    @property
    def margin_rate(self) -> Decimal:
        """The margin's share of the net; of nothing it is zero."""
        return rounded(EXACT.divide(self.margin, self.net), 4) if self.net else ZERO


def figures(
    transaction: Transaction,
    by: Dimension | Grain,
    *,
    of: Literal["ordered", "delivered", "invoiced"] = "ordered",
    since: date | None = None,
    until: date | None = None,
    products_only: bool = False,
) -> list[Figures]:
    """Sum sales by a dimension or by periods, the greatest net first.

    ``products_only`` leaves out freight and other lines without a product.
    """
    periods: Sequence[str] = ("month", "quarter", "year")
    key = f"date_trunc('{by}', day)::date" if by in periods else f'"{by}"'
    sql = FIGURES.format(key=key, goods_only="AND product IS NOT NULL" if products_only else "")
    kinds = [str(kind) for kind in COUNTED[of]]
    return [
        Figures(key=row[0], quantity=row[1], net=row[2], cost=row[3])
        for row in transaction.rows(sql, [kinds, since, until])
    ]

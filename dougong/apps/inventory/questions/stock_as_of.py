"""What lay where on any past day, and what it was worth: the sum of the moves until then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from dougong.kernel.store.database import Transaction

STOCK_AS_OF = """
SELECT product, warehouse, sum(quantity), sum(value) FROM stock_move
WHERE day <= %(day)s
  AND (%(known)s::timestamptz IS NULL OR created_at <= %(known)s)
  AND (%(product)s::uuid IS NULL OR product = %(product)s)
GROUP BY product, warehouse HAVING sum(quantity) <> 0 OR sum(value) <> 0
ORDER BY product, warehouse
"""


@dataclass(frozen=True)
class StockThen:
    """A product in a warehouse at the end of a day."""

    product: UUID
    warehouse: UUID
    quantity: Decimal
    value: Decimal


def stock_as_of(
    transaction: Transaction,
    day: date,
    *,
    product: UUID | None = None,
    known_at: datetime | None = None,
) -> list[StockThen]:
    """Tell the stock at the end of a day; ``known_at`` leaves out what was recorded later."""
    parameters = {"day": day, "known": known_at, "product": product}
    return [StockThen(*row) for row in transaction.rows(STOCK_AS_OF, parameters)]

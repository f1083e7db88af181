"""How much can be promised when: available to promise, with look-ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.inventory.availability import (
    DayAvailability,
    ExpectedMovement,
    available_to_promise,
    earliest_promise,
    promise_on,
)
from dougong.kernel.store.database import Transaction
from dougong.kernel.values import ZERO

EXPECTED = """
SELECT due, sum(quantity) FROM expected_movement
WHERE product = %s AND warehouse = %s GROUP BY due ORDER BY due
"""
ON_HAND = "SELECT on_hand FROM stock_position WHERE product = %s AND warehouse = %s"


@dataclass(frozen=True)
class Promise:
    """What of a product can be promised in a warehouse, day by day."""

    today: date
    days: tuple[DayAvailability, ...]

    def on(self, day: date) -> Decimal:
        """Tell how much can be promised for a day."""
        return promise_on(self.days, day)

    def earliest(self, quantity: Decimal) -> date | None:
        """Tell the first day for which so much can be promised; None where there is none."""
        return earliest_promise(self.days, quantity, not_before=self.today)


def promise(transaction: Transaction, product: UUID, warehouse: UUID, *, today: date) -> Promise:
    """Tell what can be promised, from what lies there and what is expected to come and to go."""
    row = transaction.rows(ON_HAND, [product, warehouse])
    on_hand: Decimal = row[0][0] if row else ZERO
    expected = [
        ExpectedMovement(due, quantity)
        for due, quantity in transaction.rows(EXPECTED, [product, warehouse])
    ]
    return Promise(today, tuple(available_to_promise(on_hand, expected, today=today)))

"""How much can be promised when: available to promise, with look-ahead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
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
SELECT product, due, sum(quantity) FROM expected_movement
WHERE product = ANY(%s) AND warehouse = %s GROUP BY product, due ORDER BY due
"""
POSITIONS = """
SELECT product, on_hand, reserved FROM stock_position WHERE product = ANY(%s) AND warehouse = %s
"""


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


@dataclass(frozen=True)
class Availability:
    """What of a product can be set aside now, and what can be promised later."""

    free: Decimal
    promise: Promise


def promise(transaction: Transaction, product: UUID, warehouse: UUID, *, today: date) -> Promise:
    """Tell what can be promised, from what lies there and what is expected to come and to go."""
    return availabilities(transaction, [product], warehouse, today=today)[product].promise


def availabilities(
    transaction: Transaction, products: Collection[UUID], warehouse: UUID, *, today: date
) -> dict[UUID, Availability]:
    """Tell it of any number of products in a warehouse, by two statements."""
    asked = [list(products), warehouse]
    lying = {row[0]: row[1:] for row in transaction.rows(POSITIONS, asked)}
    expected: dict[UUID, list[ExpectedMovement]] = defaultdict(list)
    for product, due, quantity in transaction.rows(EXPECTED, asked):
        expected[product].append(ExpectedMovement(due, quantity))
    found = {}
    for product in products:
        on_hand, reserved = lying.get(product, (ZERO, ZERO))
        days = available_to_promise(on_hand, expected[product], today=today)
        found[product] = Availability(on_hand - reserved, Promise(today, tuple(days)))
    return found

"""Exposure: what customers could cost us, and how much room their limits leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.finance.exposure import CreditLimit, Exposure
from dougong.kernel.store.database import Transaction

POSITIONS = """
SELECT customer, open_orders, delivered_not_invoiced, receivable, unapplied,
    credit_limit, limit_expires, temporary, temporary_until
FROM credit_position WHERE customer = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class CustomerCredit:
    """A customer's exposure and limit on a day; without a limit, ``room`` is without end."""

    exposure: Exposure
    limit: Decimal | None

    @property
    def room(self) -> Decimal | None:
        """How much more the customer may owe; negative where it is too much already."""
        return None if self.limit is None else self.limit - self.exposure.total


NO_CREDIT_USED = CustomerCredit(Exposure(), None)


def exposures(
    transaction: Transaction, customers: list[UUID], today: date
) -> dict[UUID, CustomerCredit]:
    """Give what each of some customers could cost us, with their limits of the day."""
    found = dict.fromkeys(customers, NO_CREDIT_USED)
    for customer, on_order, delivered, receivable, unapplied, *limit in transaction.rows(
        POSITIONS, [customers]
    ):
        amount, expires, temporary, until = limit
        found[customer] = CustomerCredit(
            Exposure(
                on_order=on_order,
                delivered_not_invoiced=delivered,
                receivable=receivable,
                unapplied=unapplied,
            ),
            CreditLimit(
                amount=amount, expires=expires, temporary=temporary, temporary_until=until
            ).on(today),
        )
    return found

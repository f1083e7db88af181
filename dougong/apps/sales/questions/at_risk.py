"""Orders at risk: what we promised and will not keep unless somebody acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.kernel.store.database import Transaction

AT_RISK = """
SELECT o.id, o.number, o.customer, min(due), sum(missing), sum(lacking), bool_or(due < %(today)s)
FROM (
    SELECT l.parent, coalesce(l.promised, p.promised, p.day) AS due,
           l.stock_quantity - l.delivered AS missing,
           greatest(l.stock_quantity - l.delivered - coalesce(r.quantity, 0), 0) AS lacking
    FROM sales_order_line l
    JOIN sales_order p ON p.id = l.parent
    LEFT JOIN reservation r ON r.purpose = l.id
    WHERE p.state = 'confirmed' AND l.goods AND l.delivered < l.stock_quantity
) AS awaited
JOIN sales_order o ON o.id = awaited.parent
WHERE due < %(today)s OR (lacking > 0 AND due <= %(until)s)
GROUP BY o.id, o.number, o.customer
ORDER BY 4, 2
"""


@dataclass(frozen=True, kw_only=True)
class OrderAtRisk:
    """An order whose promise is broken already, or will be for want of goods."""

    order: UUID
    number: str
    customer: UUID
    due: date
    missing: Decimal
    """What is still to be delivered."""
    lacking: Decimal
    """What of it isn't even set aside."""
    is_late: bool


def orders_at_risk(transaction: Transaction, *, today: date, until: date) -> list[OrderAtRisk]:
    """Name the orders that are late, or due by a day with goods that aren't there; most urgent first."""
    return [
        OrderAtRisk(
            order=row[0],
            number=row[1],
            customer=row[2],
            due=row[3],
            missing=row[4],
            lacking=row[5],
            is_late=row[6],
        )
        for row in transaction.rows(AT_RISK, {"today": today, "until": until})
    ]

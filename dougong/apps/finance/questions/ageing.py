"""Ageing of receivables and payables, as of any day: by due date, or by document for providing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from dougong.apps.finance.ageing import Ageing, Item, age_by_document_date, age_by_due_date
from dougong.kernel.store.database import Transaction
from dougong.kernel.values import ZERO

OPEN_ITEMS = """
WITH applied AS (
    SELECT id, sum(amount) AS amount FROM (
        SELECT receivable AS id, company_amount AS amount FROM allocation WHERE day <= %(as_of)s
        UNION ALL
        SELECT credit, -payer_company_amount FROM allocation
        WHERE credit IS NOT NULL AND day <= %(as_of)s
    ) AS both_sides GROUP BY id
), spent AS (
    SELECT payment AS id, sum(payer_company_amount) AS amount FROM allocation
    WHERE payment IS NOT NULL AND day <= %(as_of)s GROUP BY payment
), items AS (
    SELECT r.customer, r.day, r.due, r.company_amount - coalesce(a.amount, 0) AS balance
    FROM receivable r LEFT JOIN applied a USING (id) WHERE r.day <= %(as_of)s
    UNION ALL
    SELECT p.customer, p.day, p.day, coalesce(s.amount, 0) - p.company_amount
    FROM payment p LEFT JOIN spent s USING (id)
    WHERE p.day <= %(as_of)s AND (p.reversed_on IS NULL OR p.reversed_on > %(as_of)s)
)
SELECT customer, day, due, balance FROM items
WHERE balance <> 0 AND (%(customer)s::uuid IS NULL OR customer = %(customer)s)
ORDER BY customer, due, day
"""

OPEN_BILLS = """
WITH paid AS (
    SELECT bill AS id, sum(company_amount) AS amount FROM bill_payment
    WHERE day <= %(as_of)s GROUP BY bill
)
SELECT b.supplier, b.day, b.due, b.company_amount - coalesce(p.amount, 0) AS balance
FROM bill b LEFT JOIN paid p USING (id)
WHERE b.day <= %(as_of)s AND (b.cancelled_on IS NULL OR b.cancelled_on > %(as_of)s)
    AND b.company_amount <> coalesce(p.amount, 0)
    AND (%(supplier)s::uuid IS NULL OR b.supplier = %(supplier)s)
ORDER BY b.supplier, b.due, b.day
"""


@dataclass(frozen=True, slots=True)
class AgedReceivables:
    """What each customer owed at the end of a day, by age, in company currency."""

    as_of: date
    customers: dict[UUID, Ageing]
    all: Ageing

    @property
    def total(self) -> Decimal:
        """What the receivables account said that day."""
        return sum((each.total for each in self.customers.values()), ZERO)


def aged_receivables(
    transaction: Transaction,
    as_of: date,
    *,
    by: Literal["due", "document"] = "due",
    customer: UUID | None = None,
) -> AgedReceivables:
    """Sort what was open at the end of a day by age, for each customer and for all."""
    items: dict[UUID, list[Item]] = defaultdict(list)
    parameters = {"as_of": as_of, "customer": customer}
    for owner, day, due, balance in transaction.rows(OPEN_ITEMS, parameters):
        items[owner].append(Item(document_date=day, due_date=due, amount=balance))
    age = age_by_due_date if by == "due" else age_by_document_date
    everything = [item for of_customer in items.values() for item in of_customer]
    return AgedReceivables(
        as_of=as_of,
        customers={owner: age(found, as_of) for owner, found in items.items()},
        all=age(everything, as_of),
    )


@dataclass(frozen=True, slots=True)
class AgedPayables:
    """What we owed each supplier at the end of a day, by age, in company currency."""

    as_of: date
    suppliers: dict[UUID, Ageing]
    all: Ageing

    @property
    def total(self) -> Decimal:
        """What the payables account said that day."""
        return self.all.total


def aged_payables(
    transaction: Transaction,
    as_of: date,
    *,
    by: Literal["due", "document"] = "due",
    supplier: UUID | None = None,
) -> AgedPayables:
    """Sort what was open at the end of a day by age, for each supplier and for all."""
    items: dict[UUID, list[Item]] = defaultdict(list)
    parameters = {"as_of": as_of, "supplier": supplier}
    for whom, day, due, balance in transaction.rows(OPEN_BILLS, parameters):
        items[whom].append(Item(document_date=day, due_date=due, amount=balance))
    age = age_by_due_date if by == "due" else age_by_document_date
    everything = [item for to_supplier in items.values() for item in to_supplier]
    return AgedPayables(
        as_of=as_of,
        suppliers={whom: age(found, as_of) for whom, found in items.items()},
        all=age(everything, as_of),
    )

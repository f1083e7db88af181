"""Is this customer, or supplier, there already under another name? A warning, never a refusal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from dougong.apps.base.duplicates import (
    Party,
    Reason,
    match_score,
    normalised_company_name,
    normalised_email,
    normalised_phone,
)
from dougong.apps.base.tax_numbers import normalised_tax_number
from dougong.kernel.store.database import Transaction, quoted

LIKELY = 50
"""From so many points on, people should look."""
MOST_LOOKED_AT = 300
SAME_BEGINNING = 3
"""Names that share so many first characters are compared."""

LOOK = """
SELECT id, number, name, coalesce(tax_number, ''), phone, email FROM {table}
WHERE id IS DISTINCT FROM %(apart)s AND (
    tax_number = %(tax_number)s
    OR (normalised_name >= %(beginning)s AND normalised_name < %(beyond)s)
    OR normalised_phone = %(phone)s
    OR normalised_email = %(email)s
)
ORDER BY tax_number = %(tax_number)s DESC NULLS LAST, normalised_name = %(name)s DESC,
    abs(length(normalised_name) - length(%(name)s::text)), id
LIMIT %(most)s
"""


@dataclass(frozen=True)
class Similar:
    """Somebody who may be the one asked for, how likely in percent, and why."""

    id: UUID
    number: str
    name: str
    points: int
    reasons: tuple[Reason, ...]


def similar_customers(
    transaction: Transaction, party: Party, *, apart: UUID | None = None
) -> list[Similar]:
    """Give the customers that may be this one, the likeliest first; ``apart`` is left out."""
    return similar_in("customer", transaction, party, apart)


def similar_suppliers(
    transaction: Transaction, party: Party, *, apart: UUID | None = None
) -> list[Similar]:
    """Give the suppliers that may be this one, the likeliest first; ``apart`` is left out."""
    return similar_in("supplier", transaction, party, apart)


def similar_in(
    table: str, transaction: Transaction, party: Party, apart: UUID | None
) -> list[Similar]:
    """Look for likely doubles in a table by what an index finds, then judge each."""
    name = normalised_company_name(party.name)
    beginning = name[:SAME_BEGINNING]
    rows = transaction.rows(
        LOOK.format(table=quoted(table)),
        {
            "apart": apart,
            "tax_number": normalised_tax_number(party.tax_number) or None,
            "name": name,
            "beginning": beginning or None,
            "beyond": beginning + "\U0010ffff",
            "phone": first(normalised_phone(each) for each in party.phones),
            "email": first(normalised_email(each) for each in party.emails),
            "most": MOST_LOOKED_AT,
        },
    )
    found = [judged(party, row) for row in rows]
    likely = [each for each in found if each.points >= LIKELY]
    return sorted(likely, key=lambda each: (-each.points, each.number))


def judged(party: Party, row: tuple[UUID, str, str, str, str, str]) -> Similar:
    """Judge one candidate."""
    identity, number, name, tax_number, phone, email = row
    other = Party(
        name=name,
        tax_number=tax_number,
        phones=(phone,) if phone else (),
        emails=(email,) if email else (),
    )
    score = match_score(party, other)
    return Similar(identity, number, name, score.points, score.reasons)


def first(values: Iterable[str]) -> str | None:
    """Give the first value that says something."""
    return next((value for value in values if value), None)

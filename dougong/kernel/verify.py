"""Proving the books: each published invariant is recomputed from its source, in one snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dougong.kernel.invariants import Invariant

if TYPE_CHECKING:
    from dougong.kernel.house import House

LONGEST = "30min"
MOST_SHOWN = 100


@dataclass(frozen=True)
class Difference:
    """One place where the books don't tie: which law, which key, what was expected and found."""

    invariant: str
    key: str
    expected: str
    actual: str


def verify(
    house: House, company: str, tell: Callable[[int, int, str], None] = lambda *_: None
) -> list[Difference]:
    """Recompute everything that must hold; give each difference by key and amount."""
    house.company_state(company)  # refused where the company isn't at the code's version
    invariants = house.catalogue.invariants
    found: list[Difference] = []
    with house.database.transaction(company, timeout=LONGEST, snapshot=True) as transaction:
        for at, invariant in enumerate(invariants):
            tell(at, len(invariants), invariant.name)
            rows = transaction.rows(bounded(invariant))
            found += (Difference(invariant.name, *map(shown, row)) for row in rows)
    tell(len(invariants), len(invariants), "")
    return found


def bounded(invariant: Invariant) -> str:
    """Ask for the first differences only: one is enough to be alarmed."""
    sql = invariant.sql.strip().rstrip(";").replace("%", "%%")
    return f"SELECT * FROM ({sql}) AS difference LIMIT {MOST_SHOWN}"


def shown(value: object) -> str:
    """Write a key or an amount for people."""
    return "—" if value is None else str(value)


def published(house: House) -> Iterator[tuple[str, str]]:
    """Give the published list: each invariant's name with its promise."""
    for invariant in house.catalogue.invariants:
        yield invariant.name, invariant.promise

"""Settling: which open items a payment settles, and in which order, when nobody says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from dougong.kernel.values import ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """What is still owed on one document, and the orders that it is for."""

    document: UUID
    document_date: date
    due_date: date
    balance: Decimal
    orders: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Funds:
    """Money to be applied: with the documents it names, or the one order it is a deposit for."""

    amount: Decimal
    references: frozenset[UUID] = frozenset()
    deposit_for: UUID | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """So much of the money goes to this document."""

    document: UUID
    amount: Decimal


def settle(funds: Funds, items: Sequence[OpenItem]) -> list[Application]:
    """Apply money to open items until it is spent; what is not applied stays the payer's.

    First the documents that it names, then the oldest due, and among those due on one day the
    one whose balance is nearest to what is left. A deposit goes to its own order and no other.
    """
    left = funds.amount
    applications = []
    for waiting in _in_order(funds, items):
        while waiting and left > 0:
            nearest = min(waiting, key=lambda item: _nearness(item, left))
            waiting.remove(nearest)
            amount = min(nearest.balance, left)
            left -= amount
            applications.append(Application(nearest.document, amount))
    return applications


def unapplied(funds: Funds, applications: Sequence[Application]) -> Decimal:
    """Tell what of the money was not applied."""
    return funds.amount - sum((each.amount for each in applications), ZERO)


def _in_order(funds: Funds, items: Sequence[OpenItem]) -> list[list[OpenItem]]:
    """Group what may be settled by rank: named before unnamed, then by due date."""

    def rank(item: OpenItem) -> tuple[bool, date]:
        return item.document not in funds.references, item.due_date

    eligible = [item for item in items if item.balance > 0 and _may_settle(funds, item)]
    return [list(batch) for _, batch in groupby(sorted(eligible, key=rank), key=rank)]


def _may_settle(funds: Funds, item: OpenItem) -> bool:
    return funds.deposit_for is None or funds.deposit_for in item.orders


def _nearness(item: OpenItem, left: Decimal) -> tuple[Decimal, date, UUID]:
    return abs(item.balance - left), item.document_date, item.document

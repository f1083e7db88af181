"""Credit: what each customer could cost us, held against what we let it be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.finance.entities import CreditPosition
from dougong.apps.finance.events import CreditHeld, CreditReleased
from dougong.apps.finance.exposure import CreditLimit, Exposure, check_credit
from dougong.apps.finance.refusals import CreditExceeded
from dougong.kernel.operations import Touch, lock
from dougong.kernel.refusals import Refusal
from dougong.kernel.values import ZERO
from dougong.kernel.work import Work


@dataclass(frozen=True, slots=True)
class Claim:
    """So much more (or, negative, less) a customer will owe us; company currency, with tax."""

    customer: UUID
    amount: Decimal


def credit_of(claims: Iterable[Claim]) -> list[Touch]:
    """Hold the credit positions that claims are made against."""
    return positions_of({claim.customer for claim in claims})


def positions_of(customers: Iterable[UUID]) -> list[Touch]:
    """Hold customers' credit positions; who has none yet gets one."""
    return [lock(CreditPosition, customers, by="customer", ensure=True)]


def credit_obstacles(work: Work, claims: Iterable[Claim]) -> Iterator[Refusal]:
    """Name the customers for whom there is not enough room."""
    for customer, amount in summed(claims).items():
        position = position_of(work, customer)
        check = check_credit(position.exposure, amount, limit_on(position, work.today))
        if check.limit is not None and not check.allowed:
            yield CreditExceeded(check.limit, check.after, check.short_by)


def over_limit(work: Work, customer: UUID) -> Iterator[Refusal]:
    """Say whether a customer owes us more than allowed already."""
    position = position_of(work, customer)
    limit = limit_on(position, work.today)
    if limit is not None and position.exposure > limit:
        yield CreditExceeded(limit, position.exposure, position.exposure - limit)


def hold_credit(work: Work, claims: Iterable[Claim]) -> None:
    """Count what was ordered against the limit. Negative claims give it back."""
    for customer, amount in summed(claims).items():
        if not amount:
            continue
        position = move_exposure(work, customer, Exposure(on_order=amount))
        kind = CreditHeld if amount > 0 else CreditReleased
        work.emit(
            kind(
                id=position.id,
                customer=customer,
                amount=abs(amount),
                exposure=position.exposure,
            )
        )


def release_credit(work: Work, claims: Iterable[Claim]) -> None:
    """Give back what was held for what is no longer ordered."""
    hold_credit(work, [Claim(claim.customer, -claim.amount) for claim in claims])


def move_exposure(work: Work, customer: UUID, change: Exposure) -> CreditPosition:
    """Move a customer's money from one place to another."""
    position = position_of(work, customer)
    position.open_orders += change.on_order
    position.delivered_not_invoiced += change.delivered_not_invoiced
    position.receivable += change.receivable
    position.unapplied += change.unapplied
    return position


def position_of(work: Work, customer: UUID) -> CreditPosition:
    """Give a customer's credit position, which was touched."""
    found = work.at(CreditPosition, "customer", customer)
    assert found is not None, f"the credit of customer {customer} was not touched"
    return found


def limit_on(position: CreditPosition, day: date) -> Decimal | None:
    """Tell how much a customer may owe on a day."""
    return CreditLimit(
        amount=position.credit_limit,
        expires=position.limit_expires,
        temporary=position.temporary,
        temporary_until=position.temporary_until,
    ).on(day)


def summed(claims: Iterable[Claim]) -> dict[UUID, Decimal]:
    """Sum claims by customer."""
    sums: dict[UUID, Decimal] = {}
    for claim in claims:
        sums[claim.customer] = sums.get(claim.customer, ZERO) + claim.amount
    return sums

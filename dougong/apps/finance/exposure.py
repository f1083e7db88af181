"""Exposure: what a customer could cost us if they never paid, and whether there is room for more.

An order's money is at each moment in one place only: on order, delivered and not yet invoiced, or
invoiced and not yet paid. All amounts include tax and are in the company's currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dougong.kernel.values import ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """The parts of what a customer owes or will owe; ``unapplied`` is money of theirs we hold."""

    on_order: Decimal = ZERO
    delivered_not_invoiced: Decimal = ZERO
    receivable: Decimal = ZERO
    bills_not_matured: Decimal = ZERO
    unapplied: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """What is at stake."""
        return (
            self.on_order
            + self.delivered_not_invoiced
            + self.receivable
            + self.bills_not_matured
            - self.unapplied
        )

    def __add__(self, other: Exposure) -> Exposure:
        """Put two exposures of one customer together."""
        return Exposure(
            on_order=self.on_order + other.on_order,
            delivered_not_invoiced=self.delivered_not_invoiced + other.delivered_not_invoiced,
            receivable=self.receivable + other.receivable,
            bills_not_matured=self.bills_not_matured + other.bills_not_matured,
            unapplied=self.unapplied + other.unapplied,
        )

    def __neg__(self) -> Exposure:
        """Turn an exposure, so that a change is what is minus what was."""
        return Exposure(
            on_order=-self.on_order,
            delivered_not_invoiced=-self.delivered_not_invoiced,
            receivable=-self.receivable,
            bills_not_matured=-self.bills_not_matured,
            unapplied=-self.unapplied,
        )

    def __sub__(self, other: Exposure) -> Exposure:
        """Tell what an exposure changed by."""
        return self + -other


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a line of an order has come; what was cancelled is not ordered any more.

    Lines are judged one by one: one delivered ahead of its invoice and one invoiced ahead of its
    delivery would hide each other in a sum. Where payments are known by invoice only, ``paid``
    stays zero here and the receivable is taken from the invoices.
    """

    ordered: Decimal
    delivered: Decimal = ZERO
    invoiced: Decimal = ZERO
    paid: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditLimit:
    """How much a customer may owe; without an amount there is no limit, once expired no credit."""

    amount: Decimal | None
    expires: date | None = None
    temporary: Decimal = ZERO
    temporary_until: date | None = None

    def on(self, day: date) -> Decimal | None:
        """Tell the limit of a day, with what was granted for a time."""
        if self.amount is None:
            return None
        lasting = ZERO if self.expires and day > self.expires else self.amount
        extra = ZERO if self.temporary_until and day > self.temporary_until else self.temporary
        return lasting + extra


@dataclass(frozen=True, slots=True)
class CreditCheck:
    """Whether there is room: the exposure before and after, the limit, and what is missing."""

    before: Decimal
    after: Decimal
    limit: Decimal | None
    short_by: Decimal

    @property
    def allowed(self) -> bool:
        """Tell whether the limit holds."""
        return not self.short_by


def exposure_of(progress: Progress) -> Exposure:
    """Tell where the money of an order is: nothing counts twice, nothing vanishes.

    What was invoiced ahead of its delivery is receivable and no longer on order; what was paid
    ahead of its invoice lessens the exposure as money that we hold.
    """
    accounted = max(progress.delivered, progress.invoiced)
    return Exposure(
        on_order=max(progress.ordered - accounted, ZERO),
        delivered_not_invoiced=accounted - progress.invoiced,
        receivable=max(progress.invoiced - progress.paid, ZERO),
        unapplied=max(progress.paid - progress.invoiced, ZERO),
    )


def check_credit(before: Decimal, increase: Decimal, limit: Decimal | None) -> CreditCheck:
    """Judge whether an exposure may rise; what does not raise it is never refused."""
    after = before + increase
    if limit is None or increase <= 0:
        return CreditCheck(before, after, limit, ZERO)
    return CreditCheck(before, after, limit, max(after - limit, ZERO))

"""Progress of a billable: what its parts come to, so that they sum to the whole to the cent.

What a part comes to is the share of what is reached with it less what was reached before it. A
part's share is taken of what is not invoiced yet, so that what was invoiced stands even where the
order changed afterwards, and the last part takes exactly what is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from dougong.apps.finance.entities import Billable
from dougong.apps.finance.exposure import Exposure
from dougong.kernel.values import EXACT, ZERO, digits_of, rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """What a quantity comes to, in the order's currency and in the company's."""

    net: Decimal = ZERO
    gross: Decimal = ZERO
    company_net: Decimal = ZERO
    company_gross: Decimal = ZERO

    @property
    def tax(self) -> Decimal:
        """The tax in the order's currency."""
        return self.gross - self.net

    def __add__(self, other: Amounts) -> Amounts:
        """Put two parts together."""
        return Amounts(
            net=self.net + other.net,
            gross=self.gross + other.gross,
            company_net=self.company_net + other.company_net,
            company_gross=self.company_gross + other.company_gross,
        )

    def __neg__(self) -> Amounts:
        """Turn a part round."""
        return Amounts(
            net=-self.net,
            gross=-self.gross,
            company_net=-self.company_net,
            company_gross=-self.company_gross,
        )

    def __sub__(self, other: Amounts) -> Amounts:
        """Take a part off."""
        return self + -other


def share(total: Decimal, part: Decimal, whole: Decimal, digits: int) -> Decimal:
    """Give a part's rounded share of a total; the whole's share is the total itself."""
    if part == whole:
        return total
    return rounded(EXACT.divide(EXACT.multiply(total, part), whole), digits)


def whole_of(billable: Billable) -> Amounts:
    """Give what all that is ordered comes to."""
    return Amounts(
        net=billable.net,
        gross=billable.gross,
        company_net=billable.company_net,
        company_gross=billable.company_gross,
    )


def invoiced_of(billable: Billable) -> Amounts:
    """Give what was invoiced."""
    return Amounts(
        net=billable.invoiced_net,
        gross=billable.invoiced_gross,
        company_net=billable.invoiced_company_net,
        company_gross=billable.invoiced_company_gross,
    )


def credited_of(billable: Billable) -> Amounts:
    """Give what was credited of what was invoiced."""
    return Amounts(
        net=billable.credited_net,
        gross=billable.credited_gross,
        company_net=billable.credited_company_net,
        company_gross=billable.credited_company_gross,
    )


def share_of(
    amounts: Amounts, part: Decimal, whole: Decimal, *, tax_included: bool, digits: tuple[int, int]
) -> Amounts:
    """Give a part's share of amounts: the side that was agreed is shared, the other follows."""
    if part == whole:
        return amounts
    theirs, ours = digits
    net = share(amounts.net, part, whole, theirs)
    company_net = share(amounts.company_net, part, whole, ours)
    if tax_included:
        gross = share(amounts.gross, part, whole, theirs)
        company_gross = share(amounts.company_gross, part, whole, ours)
    else:
        gross = net + share(amounts.tax, part, whole, theirs)
        company_tax = amounts.company_gross - amounts.company_net
        company_gross = company_net + share(company_tax, part, whole, ours)
    return Amounts(net=net, gross=gross, company_net=company_net, company_gross=company_gross)


def reached(billable: Billable, quantity: Decimal, company_currency: str) -> Amounts:
    """Give what a quantity comes to that is not below what was invoiced already."""
    done = invoiced_of(billable)
    if quantity == billable.invoiced:
        return done
    left = share_of(
        whole_of(billable) - done,
        quantity - billable.invoiced,
        billable.ordered - billable.invoiced,
        tax_included=billable.tax_included,
        digits=(digits_of(billable.currency), digits_of(company_currency)),
    )
    return done + left


def part_to_invoice(billable: Billable, quantity: Decimal, company_currency: str) -> Amounts:
    """Give what the next part to be invoiced comes to."""
    until = reached(billable, billable.invoiced + quantity, company_currency)
    return until - invoiced_of(billable)


def part_to_credit(billable: Billable, quantity: Decimal, company_currency: str) -> Amounts:
    """Give what the next part to be credited comes to, of what was invoiced; positive."""
    until = share_of(
        invoiced_of(billable),
        billable.credited + quantity,
        billable.invoiced,
        tax_included=billable.tax_included,
        digits=(digits_of(billable.currency), digits_of(company_currency)),
    )
    return until - credited_of(billable)


def may_be_invoiced(billable: Billable) -> Decimal:
    """Tell how much can be invoiced now: goods once delivered, services once ordered."""
    ready = billable.delivered if billable.goods else billable.ordered
    return max(min(ready, billable.ordered) - billable.invoiced, ZERO)


def accounted(billable: Billable) -> Decimal:
    """Tell how much is no longer on order: delivered, or invoiced ahead of its delivery."""
    done = max(billable.delivered, billable.invoiced) if billable.goods else billable.invoiced
    return min(done, billable.ordered)


def advance(billable: Billable, company_currency: str) -> Exposure:
    """Bring a billable's exposure up to date; answers what changed, in company currency."""
    before = exposed(billable)
    done = reached(billable, accounted(billable), company_currency)
    billable.on_order = billable.company_gross - done.company_gross
    billable.not_invoiced = done.company_gross - billable.invoiced_company_gross
    billable.to_invoice = may_be_invoiced(billable) > 0
    return exposed(billable) - before


def exposed(billable: Billable) -> Exposure:
    """Give what a billable adds to its customer's exposure."""
    return Exposure(on_order=billable.on_order, delivered_not_invoiced=billable.not_invoiced)


def set_whole(billable: Billable, amounts: Amounts) -> None:
    """Say what all that is ordered comes to."""
    billable.net, billable.gross = amounts.net, amounts.gross
    billable.tax_amount = amounts.tax
    billable.company_net, billable.company_gross = amounts.company_net, amounts.company_gross


def add_invoiced(billable: Billable, quantity: Decimal, amounts: Amounts) -> None:
    """Count a part as invoiced (or, negative, as no longer invoiced)."""
    total = invoiced_of(billable) + amounts
    billable.invoiced += quantity
    billable.invoiced_net, billable.invoiced_gross = total.net, total.gross
    billable.invoiced_company_net = total.company_net
    billable.invoiced_company_gross = total.company_gross


def add_credited(billable: Billable, quantity: Decimal, amounts: Amounts) -> None:
    """Count a part of what was invoiced as credited."""
    total = credited_of(billable) + amounts
    billable.credited += quantity
    billable.credited_net, billable.credited_gross = total.net, total.gross
    billable.credited_company_net = total.company_net
    billable.credited_company_gross = total.company_gross

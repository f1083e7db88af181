"""Totals of a document: line amounts, header discount, net, tax and gross, one way for everyone.

The order of computation is fixed: quantity × price × the chain of line discounts, rounded; the
header discount shared among the lines; tax on what is then left. List, form, print, invoice and
ledger all ask here, so that no two of them can differ by a cent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import partial
from typing import Literal

from dougong.kernel.values import EXACT, ONE, ZERO, allocate, digits_of, rounded

TaxRounding = Literal["line", "document"]
"""Whether tax is rounded on each line, or once for all lines of one rate."""


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """What one line says; a negative quantity or price is goods coming back or a deduction.

    Discounts are fractions, each taken from what the one before has left. A line that does not
    bear the header discount (freight, a deposit deducted) keeps its own amount.
    """

    quantity: Decimal
    unit_price: Decimal
    discounts: tuple[Decimal, ...] = ()
    tax_rate: Decimal = ZERO
    bears_header_discount: bool = True


@dataclass(frozen=True, slots=True)
class LineTotals:
    """What one line comes to; ``header_share`` is its part of the header discount."""

    amount_before_header: Decimal
    header_share: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal


@dataclass(frozen=True, slots=True)
class RateTotals:
    """What all lines of one tax rate come to."""

    tax_rate: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal


@dataclass(frozen=True, slots=True)
class DocumentTotals:
    """What a document comes to: its lines in their order, its sums, and its sums by tax rate."""

    lines: tuple[LineTotals, ...]
    header_discount: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal
    by_rate: tuple[RateTotals, ...]


def totals(
    lines: Sequence[DocumentLine],
    *,
    currency: str,
    tax_included: bool = False,
    tax_rounding: TaxRounding = "document",
    header_discounts: Sequence[Decimal] = (),
    header_amount: Decimal = ZERO,
) -> DocumentTotals:
    """Compute a document; the sums of the lines are exactly the sums of the document.

    The header discount is a chain of fractions, then an amount, both in the terms of the prices
    (with tax where prices include it). The amount is borne by the lines of its own sign. A
    document with all signs turned comes to the same figures with all signs turned.
    """
    digits = digits_of(currency)
    with localcontext(EXACT):
        amounts = [_line_amount(line, digits) for line in lines]
        shares = _header_shares(lines, amounts, header_discounts, header_amount, digits)
        priced = [amount - share for amount, share in zip(amounts, shares, strict=True)]
        split = _tax_inside if tax_included else _tax_on_top
        nets, taxes = split(priced, [line.tax_rate for line in lines], tax_rounding, digits)
        return _document(lines, amounts, shares, nets, taxes)


def after_discounts(discounts: Sequence[Decimal]) -> Decimal:
    """Tell which fraction a chain of discounts leaves: 10 % and then 5 % leave 0.855."""
    left = ONE
    for discount in discounts:
        left = EXACT.multiply(left, ONE - discount)
    return left


def _line_amount(line: DocumentLine, digits: int) -> Decimal:
    return rounded(line.quantity * line.unit_price * after_discounts(line.discounts), digits)


def _header_shares(
    lines: Sequence[DocumentLine],
    amounts: Sequence[Decimal],
    discounts: Sequence[Decimal],
    amount: Decimal,
    digits: int,
) -> list[Decimal]:
    shares = [ZERO] * len(lines)
    if not lines or not (discounts or amount):
        return shares
    bearing = [at for at, line in enumerate(lines) if line.bears_header_discount]
    # An amount that was granted is granted, even where every line is of the kind spared from it.
    bearing = bearing or list(range(len(lines)))
    left = after_discounts(discounts)
    by_chain = _spread(
        [amounts[at] for at in bearing], lambda a: a - rounded(a * left, digits), digits
    )
    by_amount = _share_amount(
        rounded(amount, digits),
        [amounts[at] - share for at, share in zip(bearing, by_chain, strict=True)],
        digits,
    )
    for at, first, second in zip(bearing, by_chain, by_amount, strict=True):
        shares[at] = first + second
    return shares


def _share_amount(amount: Decimal, among: Sequence[Decimal], digits: int) -> list[Decimal]:
    """Share a header amount among the lines of its own sign, or among all where there is none."""
    same_sign = [max(each if amount > 0 else -each, ZERO) for each in among]
    weights = same_sign if any(same_sign) else [abs(each) for each in among]
    return allocate(amount, weights, digits)


def _tax_on_top(
    priced: Sequence[Decimal], rates: Sequence[Decimal], rounding: TaxRounding, digits: int
) -> tuple[list[Decimal], list[Decimal]]:
    taxes = _by_rate(priced, rates, rounding, lambda rate, net: rounded(net * rate, digits), digits)
    return list(priced), taxes


def _tax_inside(
    priced: Sequence[Decimal], rates: Sequence[Decimal], rounding: TaxRounding, digits: int
) -> tuple[list[Decimal], list[Decimal]]:
    """Find the net, and the tax as what remains: the gross that was agreed is never touched."""
    nets = _by_rate(
        priced, rates, rounding, lambda rate, gross: rounded(gross / (ONE + rate), digits), digits
    )
    return nets, [gross - net for gross, net in zip(priced, nets, strict=True)]


def _by_rate(
    amounts: Sequence[Decimal],
    rates: Sequence[Decimal],
    rounding: TaxRounding,
    part: Callable[[Decimal, Decimal], Decimal],
    digits: int,
) -> list[Decimal]:
    """Take the part that the tax rate makes of each amount, rounded by line or by document."""
    if rounding == "line":
        return [part(rate, amount) for amount, rate in zip(amounts, rates, strict=True)]
    positions: dict[Decimal, list[int]] = {}
    for at, rate in enumerate(rates):
        positions.setdefault(rate, []).append(at)
    parts = [ZERO] * len(amounts)
    for rate, places in positions.items():
        of_rate = _spread([amounts[at] for at in places], partial(part, rate), digits)
        for at, found in zip(places, of_rate, strict=True):
            parts[at] = found
    return parts


def _spread(
    amounts: Sequence[Decimal], part: Callable[[Decimal], Decimal], digits: int
) -> list[Decimal]:
    """Spread the rounded part of a sum over the amounts that make up the sum.

    Where amounts of both signs meet, the weightier side gets its own rounded part and the other
    side the rest, so that turning all signs turns every share.
    """
    up = [max(amount, ZERO) for amount in amounts]
    down = [max(-amount, ZERO) for amount in amounts]
    up_sum, down_sum = sum(up, ZERO), sum(down, ZERO)
    whole = part(up_sum - down_sum)
    if up_sum >= down_sum:
        for_up = part(up_sum)
        for_down = for_up - whole
    else:
        for_down = part(down_sum)
        for_up = for_down + whole
    if not down_sum:
        return allocate(for_up, up, digits)
    shares = zip(allocate(for_up, up, digits), allocate(for_down, down, digits), strict=True)
    return [share_up - share_down for share_up, share_down in shares]


def _document(
    lines: Sequence[DocumentLine],
    amounts: Sequence[Decimal],
    shares: Sequence[Decimal],
    nets: Sequence[Decimal],
    taxes: Sequence[Decimal],
) -> DocumentTotals:
    net_of: dict[Decimal, Decimal] = {}
    tax_of: dict[Decimal, Decimal] = {}
    for line, net, tax in zip(lines, nets, taxes, strict=True):
        net_of[line.tax_rate] = net_of.get(line.tax_rate, ZERO) + net
        tax_of[line.tax_rate] = tax_of.get(line.tax_rate, ZERO) + tax
    net, tax = sum(nets, ZERO), sum(taxes, ZERO)
    return DocumentTotals(
        lines=tuple(
            LineTotals(amount, share, line_net, line_tax, line_net + line_tax)
            for amount, share, line_net, line_tax in zip(amounts, shares, nets, taxes, strict=True)
        ),
        header_discount=sum(shares, ZERO),
        net=net,
        tax=tax,
        gross=net + tax,
        by_rate=tuple(
            RateTotals(rate, net_of[rate], tax_of[rate], net_of[rate] + tax_of[rate])
            for rate in sorted(net_of)
        ),
    )

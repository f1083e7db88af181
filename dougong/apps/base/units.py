"""Units: how much of one unit a quantity of another is, and in which steps a unit is counted."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from dougong.kernel.values import EXACT, rounded

PRICE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit as arithmetic sees it.

    ``dimension`` is what it measures (pieces, mass, or the packings of one product); ``factor`` is
    how many of the dimension's base unit one of it holds; ``step`` is the least of it that is
    counted: 1 for pieces, 0.001 for a kilogram on a gram scale.
    """

    dimension: str
    factor: Decimal
    step: Decimal


def convertible(one: Measure, other: Measure) -> bool:
    """Tell whether quantities of one unit can be said in the other."""
    return one.dimension == other.dimension


def convert(quantity: Decimal, measure: Measure, into: Measure) -> Decimal:
    """Say a quantity in another unit, to the nearest step of that unit, half-up."""
    assert convertible(measure, into), f"{measure.dimension} is no {into.dimension}"
    if measure == into:
        return to_step(quantity, into)
    in_base = EXACT.multiply(quantity, measure.factor)
    return to_step(EXACT.divide(in_base, into.factor), into)


def convert_price(price: Decimal, measure: Measure, into: Measure) -> Decimal:
    """Say a price per unit as a price per another unit: 12 a dozen is 1 a piece."""
    assert convertible(measure, into), f"{measure.dimension} is no {into.dimension}"
    if measure.factor == into.factor:
        return price
    of_base = EXACT.multiply(price, into.factor)
    return rounded(EXACT.divide(of_base, measure.factor), PRICE_DIGITS)


def to_step(quantity: Decimal, measure: Measure) -> Decimal:
    """Round a quantity to the nearest that the unit can count."""
    steps = rounded(EXACT.divide(quantity, measure.step), 0)
    return EXACT.multiply(steps, measure.step)


def countable(quantity: Decimal, measure: Measure) -> bool:
    """Tell whether the unit can count a quantity as it stands: 1.5 pieces can't be."""
    return to_step(quantity, measure) == quantity

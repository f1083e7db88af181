"""How quantities of a product are said in its other units, and prices with them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from dougong.apps.base.entities import Product, Unit, UnitCategory
from dougong.apps.base.refusals import NoConversion, NotCountable
from dougong.apps.base.units import Measure, convert, convert_price, countable
from dougong.kernel.refusals import Refusal
from dougong.kernel.values import EXACT
from dougong.kernel.work import Work


def measure_of(work: Work, product: Product, unit: UUID) -> Measure | None:
    """See a unit as a product's arithmetic does; None where the product isn't sold in it.

    The product's own lines come first (a box of 200), then the units of the same category (a
    dozen is twelve pieces). The lines must be touched unless the unit is the product's own.
    """
    own, other = work.get(Unit, product.unit), work.get(Unit, unit)
    if unit == product.unit:
        return Measure(own.category, own.factor, own.rounding)
    for line in product.units:
        if line.unit == unit:
            factor = EXACT.multiply(line.factor, own.factor)
            return Measure(own.category, factor, other.rounding)
    if other.category == own.category != UnitCategory.PACKING:
        return Measure(own.category, other.factor, other.rounding)
    return None


def convert_quantity(
    work: Work, product: Product, quantity: Decimal, unit: UUID, into: UUID | None = None
) -> Decimal:
    """Say a quantity in another unit of a product (its own, if none is named)."""
    wanted = product.unit if into is None else into
    if unit == wanted:
        return quantity
    return convert(quantity, known(work, product, unit), known(work, product, wanted))


def convert_unit_price(
    work: Work, product: Product, price: Decimal, unit: UUID, into: UUID
) -> Decimal:
    """Say a price per unit as a price per another unit of the product."""
    if unit == into:
        return price
    return convert_price(price, known(work, product, unit), known(work, product, into))


def unit_obstacles(
    work: Work, product: Product, unit: UUID | None, *, field: str = "unit"
) -> Iterator[Refusal]:
    """Say whether a product can't be counted in a unit."""
    asked = work.maybe(Unit, unit)
    if asked is not None and measure_of(work, product, asked.id) is None:
        own = work.get(Unit, product.unit)
        yield NoConversion(field, product.code, asked.code, own.code)


def count_obstacles(
    work: Work, unit: UUID, quantity: Decimal, *, field: str = "quantity"
) -> Iterator[Refusal]:
    """Say whether a unit isn't counted as finely as a quantity is."""
    asked = work.get(Unit, unit)
    if not countable(quantity, Measure(asked.category, asked.factor, asked.rounding)):
        yield NotCountable(field, asked.code, f"{asked.rounding:f}", f"{quantity:f}")


def known(work: Work, product: Product, unit: UUID) -> Measure:
    """Give the measure that ``unit_obstacles`` has found to be there."""
    found = measure_of(work, product, unit)
    assert found is not None, f"{product.code} has no unit {unit}: unit_obstacles was not asked"
    return found

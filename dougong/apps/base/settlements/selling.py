"""Products: their units must fit together, and their barcodes be theirs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dougong.apps.base.entities import Product, ProductUnit, Unit, UnitCategory
from dougong.apps.base.settlements.checks import country_obstacles, positive, repeated
from dougong.kernel.operations import settles
from dougong.kernel.refusals import InvalidField, Refusal
from dougong.kernel.values import EXACT
from dougong.kernel.verbs import Delete
from dougong.kernel.work import Work


def product_problems(product: Product, command: Any, work: Work) -> Iterator[Refusal]:
    """Each further unit of a product is named once, holds something, and contradicts no other."""
    if isinstance(command, Delete):
        return
    yield from country_obstacles(product.origin, field="origin")
    if "units" not in command.values:
        return
    yield from repeated((each.unit for each in product.units), field="units[{}].unit")
    for at, each in enumerate(product.units):
        yield from unit_problems(product, each, f"units[{at}]", work)


def unit_problems(product: Product, line: ProductUnit, path: str, work: Work) -> Iterator[Refusal]:
    """A box may hold what it likes; that a dozen is twelve is known."""
    yield from positive(line.factor, field=f"{path}.factor")
    if line.unit == product.unit:
        yield InvalidField(f"{path}.unit", "own_unit")
        return
    own, other = work.maybe(Unit, product.unit), work.maybe(Unit, line.unit)
    if own is None or other is None or own.category is UnitCategory.PACKING:
        return
    if own.category is other.category and EXACT.multiply(line.factor, own.factor) != other.factor:
        expected = EXACT.divide(other.factor, own.factor).normalize()
        yield InvalidField(f"{path}.factor", "fixed_by_unit", f"{expected:f}")


@settles(Product, unless=product_problems)
def settle_product(product: Product, _work: Work) -> None:
    """What has no barcode has none, and not an empty one."""
    product.barcode = product.barcode or None
    product.origin = product.origin.upper()
    for line in product.units:
        line.barcode = line.barcode or None

"""What we sell: goods and services, with their units, prices and barcodes."""

from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from dougong.apps.base.entities.grouping import ProductCategory
from dougong.apps.base.entities.measures import Tax, Unit
from dougong.apps.base.entities.parties import Supplier
from dougong.kernel.entities import Entity, Line
from dougong.kernel.fields import (
    choice,
    file,
    lines,
    long_text,
    money,
    number,
    quantity,
    reference,
    tags,
    text,
    yes_no,
)
from dougong.kernel.values import ZERO, Id


class ProductKind(StrEnum):
    """Whether it lies in a warehouse."""

    GOODS = "goods"
    SERVICE = "service"


class ProductUnit(
    Line, name="product_unit", unique=[("parent", "unit")], checks={"factor": "factor > 0"}
):
    """A further unit that a product is bought or sold in, and how much it holds."""

    unit: Id[Unit] = reference(Unit)
    factor: Decimal = number(digits=6)
    """How many of the product's own unit one of it holds: a box of 200."""
    barcode: str | None = text(longest=60, default=None, unique=True)


class Product(
    Entity,
    name="product",
    rank=16,
    title="name",
    indexes=[("category", "code"), ("name", "id")],
    checks={"list_price": "list_price >= 0", "standard_cost": "standard_cost >= 0"},
):
    """Something we sell: goods that lie in a warehouse, or a service."""

    code: str = text(longest=60, unique=True, searchable=True)
    name: str = text(searchable=True)
    specification: str = text(default="", searchable=True)
    """Size, strength, surface: what a buyer needs to tell it from its neighbours."""
    kind: ProductKind = choice(ProductKind, default=ProductKind.GOODS, indexed=True, once=True)
    category: Id[ProductCategory] | None = reference(ProductCategory, default=None)
    brand: str = text(longest=60, default="", searchable=True)
    unit: Id[Unit] = reference(Unit, once=True)
    """What it is counted, stored and priced in; stays as it was first said."""
    list_price: Decimal = money(default=ZERO, digits=6, least=0)
    price_includes_tax: bool = yes_no(default=False)
    tax: Id[Tax] | None = reference(Tax, default=None)
    tax_code: str = text(longest=30, default="")
    """The goods' number in the tax office's own list (税收分类编码)."""
    standard_cost: Decimal = money(default=ZERO, digits=6, least=0, secret=True)
    barcode: str | None = text(longest=60, default=None, unique=True, searchable=True)
    units: list[ProductUnit] = lines(ProductUnit)
    supplier: Id[Supplier] | None = reference(Supplier, default=None)
    """From whom we get it as a rule."""
    supplier_code: str = text(longest=60, default="", searchable=True)
    minimum_quantity: Decimal = quantity(default=ZERO, least=0)
    """The least that we sell of it at once."""
    weight: Decimal = quantity(default=ZERO, least=0)
    """Of one unit, in kilograms."""
    volume: Decimal = quantity(default=ZERO, least=0)
    """Of one unit, in cubic metres."""
    origin: str = text(longest=2, default="")
    picture: UUID | None = file()
    details: str = long_text(default="")
    tags: list[str] = tags()
    active: bool = yes_no(default=True, indexed=True)

    @property
    def is_goods(self) -> bool:
        """Whether it lies in a warehouse."""
        return self.kind is ProductKind.GOODS

"""By what customers and products are grouped: regions, channels, customer groups, categories."""

from dougong.kernel.entities import Entity
from dougong.kernel.fields import reference, text, yes_no
from dougong.kernel.values import Id


class Region(Entity, name="region", rank=12, cached=True, title="name"):
    """A part of the market, such as East China; it may lie within a larger one."""

    code: str = text(longest=20, unique=True, searchable=True)
    name: str = text(longest=60, searchable=True)
    parent: Id["Region"] | None = reference("region", default=None)
    active: bool = yes_no(default=True)


class Channel(Entity, name="channel", rank=12, cached=True, title="name"):
    """The way by which goods reach the market: direct, dealer, online, export."""

    code: str = text(longest=20, unique=True, searchable=True)
    name: str = text(longest=60, searchable=True)
    active: bool = yes_no(default=True)


class CustomerGroup(Entity, name="customer_group", rank=12, cached=True, title="name"):
    """Customers who buy at the same list: dealers, factories, building sites."""

    code: str = text(longest=20, unique=True, searchable=True)
    name: str = text(longest=60, searchable=True)
    active: bool = yes_no(default=True)


class ProductCategory(Entity, name="product_category", rank=12, cached=True, title="name"):
    """A shelf of the catalogue; shelves stand within shelves."""

    code: str = text(longest=20, unique=True, searchable=True)
    name: str = text(longest=60, searchable=True)
    parent: Id["ProductCategory"] | None = reference("product_category", default=None)
    active: bool = yes_no(default=True)

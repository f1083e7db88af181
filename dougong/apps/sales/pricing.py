"""What a product costs this customer: by the price lists, else the product's own list price."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.base.api import Customer, Product
from dougong.apps.sales.entities import PriceList, PriceListItem, SalesOrder
from dougong.apps.sales.price_breaks import (
    PRICE_DIGITS,
    Asked,
    Audience,
    BreakKind,
    ListPrice,
    Priced,
    list_price,
)
from dougong.kernel.values import EXACT, ONE, rounded
from dougong.kernel.work import Work

ActiveItem = tuple[PriceListItem, PriceList]


def price_of(
    work: Work,
    order: SalesOrder,
    customer: Customer,
    product: Product,
    *,
    quantity: Decimal,
    tax_rate: Decimal,
) -> Decimal:
    """Give the price of one of the product's own unit, in the order's currency and tax mode.

    The narrowest price that an active list has wins; where there is none, the product's own.
    """
    items = [item for item in work.all(PriceListItem) if item.product == product.id]
    active = active_items(items, lambda of: work.get(PriceList, of))
    priced = price_among(active, order, customer, quantity=quantity, tax_rate=tax_rate)
    if priced is not None:
        return priced.unit_price
    in_order_currency = EXACT.divide(product.list_price, order.rate)
    return in_tax_mode(
        in_order_currency,
        tax_rate,
        has=product.price_includes_tax,
        wants=bool(order.prices_include_tax),
    )


def active_items(
    items: Iterable[PriceListItem], list_of: Callable[[UUID], PriceList]
) -> list[ActiveItem]:
    """Give the prices whose list is active, each with its list."""
    pairs = [(item, list_of(item.price_list)) for item in items]
    return [(item, of_list) for item, of_list in pairs if of_list.active]


def price_among(
    items: Sequence[ActiveItem],
    order: SalesOrder,
    customer: Customer,
    *,
    quantity: Decimal,
    tax_rate: Decimal,
) -> Priced | None:
    """Find the price of one product among those of the lists, or none."""
    return list_price(
        [in_order(item, of_list, order, tax_rate) for item, of_list in items],
        Asked(
            quantity=quantity,
            day=order.day,
            currency=order.currency,
            audiences=audiences_of(customer, order),
        ),
        breaks=breaks_of(of_list for _, of_list in items),
    )


def in_order(
    item: PriceListItem, of_list: PriceList, order: SalesOrder, tax_rate: Decimal
) -> ListPrice:
    """Say a price as prices are compared, in the order's tax mode."""
    wants = bool(order.prices_include_tax)
    price = in_tax_mode(item.price, tax_rate, has=of_list.includes_tax, wants=wants)
    return comparable(item, price, of_list.currency)


def comparable(item: PriceListItem, price: Decimal, currency: str) -> ListPrice:
    """Say an item as prices are compared."""
    audience, audience_id = Audience.EVERYONE, None
    if item.customer is not None:
        audience, audience_id = Audience.CUSTOMER, item.customer
    elif item.group is not None:
        audience, audience_id = Audience.GROUP, item.group
    return ListPrice(
        price=price,
        currency=currency,
        audience=audience,
        audience_id=audience_id,
        from_quantity=item.min_quantity,
        valid_from=item.valid_from or date.min,
        valid_to=item.valid_to or date.max,
        priority=int(item.priority),
    )


def audiences_of(customer: Customer, order: SalesOrder) -> dict[Audience, UUID]:
    """Tell for whom prices may be meant that this customer gets."""
    known = {
        Audience.CUSTOMER: customer.id,
        Audience.GROUP: customer.group,
        Audience.CHANNEL: order.channel,
        Audience.REGION: order.region,
    }
    return {audience: identity for audience, identity in known.items() if identity is not None}


def breaks_of(lists: Iterable[PriceList]) -> BreakKind:
    """Tell whether breaks price all units or each tranche: one tranche list makes it tranches."""
    kinds = {of_list.breaks for of_list in lists}
    return BreakKind.INCREMENTAL if BreakKind.INCREMENTAL in kinds else BreakKind.ALL_UNITS


def in_tax_mode(price: Decimal, tax_rate: Decimal, *, has: bool, wants: bool) -> Decimal:
    """Say a price with tax or without it."""
    if has and not wants:
        price = EXACT.divide(price, ONE + tax_rate)
    if wants and not has:
        price = EXACT.multiply(price, ONE + tax_rate)
    return rounded(price, PRICE_DIGITS)

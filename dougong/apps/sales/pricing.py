"""What a product costs this customer: by the price lists, else the product's own list price."""

from __future__ import annotations

from collections.abc import Iterable
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
    list_price,
)
from dougong.kernel.values import EXACT, ONE, rounded
from dougong.kernel.work import Work


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
    priced = list_price(
        list(prices_of(work, items, order, tax_rate)),
        Asked(
            quantity=quantity,
            day=order.day,
            currency=order.currency,
            audiences=audiences_of(customer, order),
        ),
        breaks=breaks_of(work, items),
    )
    if priced is not None:
        return priced.unit_price
    in_order_currency = EXACT.divide(product.list_price, order.rate)
    return in_tax_mode(
        in_order_currency,
        tax_rate,
        has=product.price_includes_tax,
        wants=bool(order.prices_include_tax),
    )


def prices_of(
    work: Work, items: Iterable[PriceListItem], order: SalesOrder, tax_rate: Decimal
) -> Iterable[ListPrice]:
    """Give the prices of active lists as they are compared, in the order's tax mode."""
    for item in items:
        of_list = work.get(PriceList, item.price_list)
        if of_list.active:
            price = in_tax_mode(
                item.price, tax_rate, has=of_list.includes_tax, wants=bool(order.prices_include_tax)
            )
            yield comparable(item, price, of_list.currency)


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


def breaks_of(work: Work, items: Iterable[PriceListItem]) -> BreakKind:
    """Tell whether breaks price all units or each tranche: one tranche list makes it tranches."""
    kinds = {work.get(PriceList, item.price_list).breaks for item in items}
    return BreakKind.INCREMENTAL if BreakKind.INCREMENTAL in kinds else BreakKind.ALL_UNITS


def in_tax_mode(price: Decimal, tax_rate: Decimal, *, has: bool, wants: bool) -> Decimal:
    """Say a price with tax or without it."""
    if has and not wants:
        price = EXACT.divide(price, ONE + tax_rate)
    if wants and not has:
        price = EXACT.multiply(price, ONE + tax_rate)
    return rounded(price, PRICE_DIGITS)

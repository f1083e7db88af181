"""Keeping price lists unambiguous: two prices that nothing tells apart can't both be saved."""

from collections.abc import Iterable, Iterator

from dougong.apps.sales.entities import PriceList, PriceListItem
from dougong.apps.sales.price_breaks import ties
from dougong.apps.sales.pricing import comparable
from dougong.apps.sales.refusals import AmbiguousPrice
from dougong.kernel.operations import Touch, read, settles
from dougong.kernel.refusals import Refusal, UnknownReference
from dougong.kernel.verbs import Delete
from dougong.kernel.work import Work


def touches_of_pricing(item: PriceListItem, command: object, _work: Work) -> Iterable[Touch]:
    """Look at the other prices of the product."""
    if not isinstance(command, Delete):
        yield read("price_list_item", [item.product], by="product")


def obstacles_to_pricing(item: PriceListItem, command: object, work: Work) -> Iterator[Refusal]:
    """Name each other price that the list could mean just as well."""
    if isinstance(command, Delete):
        return
    of_list = work.maybe(PriceList, item.price_list)
    if of_list is None:
        yield UnknownReference("price_list", "price_list", str(item.price_list))
        return
    mine = comparable(item, item.price, of_list.currency)
    others = [
        comparable(other, other.price, of_list.currency)
        for other in work.all(PriceListItem)
        if other.id != item.id
        and (other.product, other.price_list) == (item.product, item.price_list)
    ]
    for one, other in ties([mine, *others]):
        if one is mine:
            yield AmbiguousPrice(mine.price, other.price, mine.from_quantity)


@settles(PriceListItem, touches=touches_of_pricing, unless=obstacles_to_pricing)
def settle_price_list_item(item: PriceListItem, work: Work) -> None:
    """Nothing follows from a price but that it is unambiguous."""

"""Figures from sums by month: the same as from every entry, whatever was rolled up."""

from __future__ import annotations

from decimal import Decimal

from dougong.kernel.access.actor import HOUSE
from dougong.kernel.questions import Grouping, group
from dougong.kernel.rollups.rolling import Rolling
from tests.shop import Shop

TO_COME = -60.0
"""Seconds: as if the entries of this moment had been made a minute ago."""


def rolling(shop: Shop, at_once: int) -> Rolling:
    """What rolls up as few entries as this at once."""
    shop.house.company_state(shop.company)
    return Rolling(shop.house, at_once=at_once, settled=TO_COME)


def trade(shop: Shop) -> None:
    """Sell, ship and invoice something."""
    shop.stock("BOLT-M8", 100)
    shop.stock("WASHER", 100)
    order = shop.confirm(shop.sales_order(("BOLT-M8", 20), ("WASHER", 5)))
    shop.ship(order)
    shop.invoice(order)


def figures(shop: Shop, **asked: object) -> tuple[list[dict[str, object]], bool]:
    """The answer, and whether it was read from sums."""
    grouping = Grouping(entity="sales_entry", sums=("net", "quantity", "cost"), **asked)  # type: ignore[arg-type]  as asked
    with shop.house.database.watched() as sent, shop.house.database.transaction(shop.company) as t:
        groups = group(t, shop.house.state(t), HOUSE, grouping)
    return groups.rows, any("sales_entry_by_month" in one for one in sent)


def test_revenue_by_month_and_product_is_the_same_from_sums(shop: Shop) -> None:
    trade(shop)
    asked = {
        "by": [("day", "month"), ("product", None), ("kind", None)],
        "filter": 'kind in ("ordered", "invoiced", "shipped")',
    }
    before, _ = figures(shop, **asked)

    while rolling(shop, at_once=2).roll(shop.company):
        pass

    assert figures(shop, **asked) == (before, True)
    assert len(before) == 6
    shop.verify()


def test_what_was_entered_since_counts_at_once(shop: Shop) -> None:
    trade(shop)
    while rolling(shop, at_once=1).roll(shop.company):
        pass
    by_month = {"by": [("day", "month")], "filter": 'kind == "invoiced"'}
    ((once,), _) = figures(shop, **by_month)

    trade(shop)

    ((twice,), from_sums) = figures(shop, **by_month)
    assert (twice["count"], from_sums) == (4, True)
    assert Decimal(str(twice["net"])) == 2 * Decimal(str(once["net"]))
    shop.verify()


def test_a_few_entries_are_left_where_they_are(shop: Shop) -> None:
    trade(shop)

    assert not rolling(shop, at_once=1000).roll(shop.company)

    assert shop.number("SELECT count(*) FROM sales_entry_by_month") == 0


def test_what_the_sums_do_not_know_is_read_from_the_entries(shop: Shop) -> None:
    trade(shop)
    while rolling(shop, at_once=1).roll(shop.company):
        pass

    for asked in (
        {"by": [("day", "week")]},
        {"by": [("customer", None)]},
        {"by": [("day", "month")], "filter": "not is_missing(customer)"},
    ):
        rows, from_sums = figures(shop, **asked)
        assert rows
        assert not from_sums

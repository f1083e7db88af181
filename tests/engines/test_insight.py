"""Insight: measures worked by hand, by what they are looked at, compared, and as far as one may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from dougong.apps.finance.questions.ageing import aged_receivables
from dougong.apps.finance.questions.statements import profit_and_loss
from dougong.engines.insight.asking import Answered, Asker, answer
from dougong.engines.insight.question import Asked
from dougong.kernel.access.actor import HOUSE
from dougong.kernel.house import House
from dougong.kernel.refusals import InvalidField, Refused
from dougong.main import open_house
from tests.lean.wire import wire
from tests.shop import COMPANY, Shop


@pytest.fixture
def shop(fresh_database: str) -> Iterator[Shop]:
    house = open_house(fresh_database)
    Shop.found_company(house)
    yield Shop(house)
    house.close()


def ask(house: House, *measures: str, **asked: Any) -> Answered:
    known = house.catalogue_of(COMPANY).measures
    with house.database.transaction(COMPANY) as transaction:
        asker = Asker(transaction, house.state(transaction), HOUSE, date(2026, 3, 31))
        return answer(asker, Asked(measures=[known[one] for one in measures], **asked))


def by_title(answered: Answered, measure: str) -> dict[str, Decimal]:
    return {row.key["title"]: row.now[measure] for row in answered.rows}


def sold(shop: Shop, customer: str, quantity: int, shipped: int) -> None:
    """An order at 10.00 each, of which so much leaves at a cost of 6.00."""
    order = shop.confirm(shop.sales_order(("BOLT-M8", quantity), customer=shop.customer(customer)))
    if shipped:
        shop.ship(order, **{"BOLT-M8": shipped})


def test_orders_revenue_and_margin_are_what_was_ordered_and_what_left(shop: Shop) -> None:
    shop.stock("BOLT-M8", 100)
    sold(shop, "上海哲达", 40, 30)
    sold(shop, "宁波甬江", 20, 20)

    whole = ask(shop.house, "ordered", "revenue", "cost", "margin", "margin_rate").total.now

    assert whole == {
        "ordered": 600,
        "revenue": 500,
        "cost": 300,
        "margin": 200,
        "margin_rate": Decimal("0.4"),
    }


def test_the_rows_add_up_to_the_whole_and_the_greatest_comes_first(shop: Shop) -> None:
    shop.stock("BOLT-M8", 100)
    sold(shop, "上海哲达", 40, 30)
    sold(shop, "宁波甬江", 50, 50)

    answered = ask(shop.house, "revenue", "margin", by="customer")

    assert by_title(answered, "revenue") == {"宁波甬江": 500, "上海哲达": 300}
    assert [row.now["margin"] for row in answered.rows] == [200, 120]
    assert sum(row.now["revenue"] for row in answered.rows) == answered.total.now["revenue"]


def test_a_month_stands_beside_the_same_month_of_the_year_before(shop: Shop) -> None:
    shop.now = datetime(2025, 3, 10, 2, tzinfo=UTC)
    shop.stock("BOLT-M8", 100)
    sold(shop, "上海哲达", 10, 0)
    shop.now = datetime(2026, 3, 5, 2, tzinfo=UTC)
    sold(shop, "上海哲达", 25, 0)

    answered = ask(
        shop.house,
        "ordered",
        by="time",
        since=date(2026, 3, 1),
        until=date(2026, 3, 31),
        compare="year",
    )

    [row] = answered.rows
    assert (row.key, row.now, row.before) == ("2026-03-01", {"ordered": 250}, {"ordered": 100})
    assert answered.total.before == {"ordered": 100}


def test_the_first_day_of_a_period_stands_beside_the_first_of_the_one_before(shop: Shop) -> None:
    for day, quantity in ((9, 3), (10, 5), (11, 7), (12, 9)):
        shop.now = datetime(2026, 3, day, 2, tzinfo=UTC)
        sold(shop, "上海哲达", quantity, 0)

    answered = ask(
        shop.house,
        "ordered",
        by="time",
        grain="day",
        since=date(2026, 3, 11),
        until=date(2026, 3, 12),
        compare="period",
    )

    assert [(row.key, row.now["ordered"], row.before) for row in answered.rows] == [
        ("2026-03-11", 70, {"ordered": 30}),
        ("2026-03-12", 90, {"ordered": 50}),
    ]


def test_what_was_invoiced_is_the_income_of_the_ledger(shop: Shop) -> None:
    shop.stock("BOLT-M8", 100)
    order = shop.confirm(shop.sales_order(("BOLT-M8", 40)))
    shop.ship(order)
    shop.invoice(order)

    invoiced = ask(shop.house, "invoiced").total.now["invoiced"]

    with shop.house.database.transaction(COMPANY) as transaction:
        told = profit_and_loss(transaction, date(2026, 1, 1), date(2026, 12, 31))
    assert invoiced == 400
    assert sum(one.amount for one in told.income) == 400


def test_every_figure_lists_the_records_that_it_sums(shop: Shop) -> None:
    shop.stock("BOLT-M8", 100)
    sold(shop, "上海哲达", 40, 30)

    answered = ask(shop.house, "revenue", since=date(2026, 3, 1), until=date(2026, 3, 31))

    assert answered.conditions == {
        "revenue": '(kind in ("shipped", "returned")) and (day >= "2026-03-01") '
        'and (day <= "2026-03-31")'
    }


def test_a_measure_is_not_looked_at_by_what_it_does_not_have(shop: Shop) -> None:
    with pytest.raises(Refused) as refused:
        ask(shop.house, "receivable", by="channel")

    assert refused.value.by == InvalidField("by", "not_groupable", "channel")


def test_what_is_left_out_is_told_as_others_and_nothing_is_lost(shop: Shop) -> None:
    shop.stock("BOLT-M8", 100)
    sold(shop, "上海哲达", 40, 40)
    sold(shop, "宁波甬江", 30, 30)
    sold(shop, "苏州姑苏", 10, 10)

    answered = ask(shop.house, "revenue", "margin_rate", by="customer", limit=1)

    assert by_title(answered, "revenue") == {"上海哲达": 400}
    assert answered.others is not None
    assert answered.others.now == {"revenue": 400, "margin_rate": Decimal("0.4")}
    assert answered.total.now["revenue"] == 800


def test_rows_beyond_the_most_are_the_least_and_the_whole_knows_them(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dougong.engines.insight.asking.MOST", 1)
    sold(shop, "上海哲达", 10, 0)
    sold(shop, "宁波甬江", 30, 0)

    answered = ask(shop.house, "ordered", by="customer")

    assert by_title(answered, "ordered") == {"宁波甬江": 300}
    assert answered.total.now == {"ordered": 400}


def test_what_is_owed_is_told_by_its_age_to_the_last_cent(shop: Shop) -> None:
    shop.stock("BOLT-M8", 100)
    order = shop.confirm(shop.sales_order(("BOLT-M8", 40)))
    shop.ship(order)
    shop.invoice(order)
    ages = ("not_due", "overdue_30", "overdue_60", "overdue_90", "overdue_longer")

    told = ask(shop.house, "receivable", *ages).total.now

    with shop.house.database.transaction(COMPANY) as transaction:
        aged = aged_receivables(transaction, date(2026, 3, 31)).all
    assert told["receivable"] == aged.total == Decimal(452)
    assert [told[age] for age in ages] == [
        *(amount for bucket, amount in aged.amounts[:4]),
        sum(amount for bucket, amount in aged.amounts[4:]),
    ]


def test_questions_asked_at_random_are_answered_as_counting_by_hand_would(shop: Shop) -> None:
    choose = Random(7)
    shop.stock("BOLT-M8", 500)
    for day in range(1, 13):
        shop.now = datetime(2026, 3, day, 2, tzinfo=UTC)
        quantity = choose.randint(2, 30)
        sold(
            shop,
            choose.choice(["上海哲达", "宁波甬江", "苏州姑苏"]),
            quantity,
            choose.randint(0, quantity),
        )
    with shop.house.database.transaction(COMPANY) as transaction:
        facts = transaction.rows("SELECT kind, customer, day, net, cost FROM sales_entry")
    kinds = {
        "ordered": ("ordered", "changed", "cancelled"),
        "revenue": ("shipped", "returned"),
        "cost": ("shipped", "returned"),
    }

    for _ in range(20):
        measure, by = choose.choice(list(kinds)), choose.choice(["customer", "time"])
        since = date(2026, 3, choose.randint(1, 6))
        until = date(2026, 3, choose.randint(6, 12))
        counted: dict[str, Decimal] = defaultdict(Decimal)
        for kind, customer, day, net, cost in facts:
            if kind in kinds[measure] and since <= day <= until:
                counted[str(customer if by == "customer" else day)] += (
                    cost if measure == "cost" else net
                )

        answered = ask(shop.house, measure, by=by, grain="day", since=since, until=until)

        told = {
            str(row.key["id"] if by == "customer" else row.key): row.now[measure]
            for row in answered.rows
        }
        assert told == counted
        assert answered.total.now[measure] == sum(counted.values())


def test_one_kind_of_records_under_one_condition_is_asked_once(shop: Shop) -> None:
    with wire() as sent:
        ask(shop.house, "revenue", "cost", "margin", "margin_rate", by="customer")

    assert sent.counts["read sales_entry"] == 1

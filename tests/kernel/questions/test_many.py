"""Among a hundred thousand orders the newest page is found by its index, whatever the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dougong.kernel.access.actor import HOUSE
from dougong.kernel.questions import Question, ask
from dougong.kernel.store.database import Transaction
from tests.kernel.questions.conftest import Shop

FILL = """
INSERT INTO "order" (id, version, number, customer, words, channels, remarks, created_at, updated_at)
SELECT uuidv7(), 1, 'N-' || n, %s, '{}', '{}', '', now() - n * interval '1 minute', now()
FROM generate_series(1, 100000) AS n
"""


@pytest.fixture(scope="module")
def many(shop: Shop) -> Iterator[Shop]:
    """A company with a hundred thousand orders of one customer."""
    customer = shop.make("customer", name="Acme")
    with shop.house.database.transaction("shop", timeout="60s") as t:
        t.run(FILL, [customer])
    with shop.house.database.outside() as connection:
        connection.execute('ANALYZE c_shop."order"')
        connection.execute("ANALYZE c_shop.customer")
    return shop


class Explaining(Transaction):
    """Has each statement explained before it runs."""

    plan = ""

    def rows(self, sql: str, parameters: Any = ()) -> list[tuple[Any, ...]]:
        self.plan += "\n".join(row[0] for row in super().rows(f"EXPLAIN {sql}", parameters))
        return super().rows(sql, parameters)


def plan_of(shop: Shop, **asked: Any) -> str:
    """Ask, and tell how the database went about it."""
    with shop.house.database.transaction("shop") as t:
        explaining = Explaining(t.connection, "shop")
        ask(explaining, shop.house.state(t), HOUSE, Question(entity="order", **asked))
    return explaining.plan


def test_the_first_page_and_the_next_are_read_from_the_index(many: Shop) -> None:
    first = plan_of(many)
    cursor = many.ask("order").next_cursor
    second = plan_of(many, cursor=cursor)

    for plan in (first, second):
        assert "Index Scan Backward using ix_order_created" in plan
        assert "Sort" not in plan
        assert 'Seq Scan on "order"' not in plan
    assert "Index Cond: (ROW(" in second


def test_a_number_is_found_by_its_index(many: Shop) -> None:
    plan = plan_of(many, filter='number == "N-77"')
    assert "uq_order_number" in plan


def test_a_count_above_the_bound_is_estimated(many: Shop) -> None:
    found = many.count("order")
    assert not found.exact
    assert 90_000 < found.number < 110_000
    assert many.count("order", filter='number < "N-11"').exact

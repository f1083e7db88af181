"""Among a hundred thousand orders the newest page is found by its index, whatever the page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dougong.kernel.questions.statements import written
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


def plan_of(shop: Shop, monkeypatch: pytest.MonkeyPatch, **asked: object) -> str:
    """Ask, and tell how the database would go about it."""
    found: list[str] = []

    def explained(t, statement, prefix=""):
        sql, parameters = written(statement)
        found.extend(row[0] for row in t.rows(f"EXPLAIN {sql}", parameters))
        return t.rows(prefix + sql, parameters)

    monkeypatch.setattr("dougong.kernel.questions.ask.rows_of", explained)
    shop.ask("order", **asked)
    return "\n".join(found)


def test_the_first_page_and_the_next_are_read_from_the_index(
    many: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = plan_of(many, monkeypatch)
    cursor = many.ask("order").next_cursor
    second = plan_of(many, monkeypatch, cursor=cursor)

    for plan in (first, second):
        assert "Index Scan Backward using ix_order_created" in plan
        assert "Sort" not in plan
        assert 'Seq Scan on "order"' not in plan
    assert "Index Cond: (ROW(" in second


def test_a_number_is_found_by_its_index(many: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_of(many, monkeypatch, filter='number == "N-77"')
    assert "uq_order_number" in plan


def test_a_count_above_the_bound_is_estimated(many: Shop) -> None:
    found = many.count("order")
    assert not found.exact
    assert 90_000 < found.number < 110_000
    assert many.count("order", filter='number < "N-11"').exact

"""Page after page gives the whole, in order, each record once; a filter says what memory says."""

from __future__ import annotations

import base64
import itertools
import json
import random
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dougong.kernel.access.actor import HOUSE
from dougong.kernel.hands import Hands
from dougong.kernel.operations import read
from dougong.kernel.questions.filters import Asker, expression_of
from dougong.kernel.refusals import Refused
from dougong.kernel.rules import parse
from dougong.kernel.scopes import CatalogueScope, Seen
from dougong.kernel.values import new_id
from dougong.kernel.verbs import Create
from tests.kernel.questions.conftest import TODAY, Shop

DAYS = [None, "2025-12-31", "2026-01-01", "2026-03-15", "2026-03-16"]
NUMBERS = [None, "0", "-1", "3", "0.5", "0.50", "1234567890123456.1234"]
TEXTS = [None, "", "a", "B", "ab", "张", "é", "𠮷", "\uffff", "%_", 'x"y']
GRADES = [None, "A", "B", "C"]
ANSWERS = [None, True, False]
SORTS = (
    "number", "customer", "customer.name", "customer.grade", "customer.region.name", "grade",
    "order_day", "urgent", "pieces", "net", "note", "fee", "margin", "late", "id", "version",
    "created_at", "x_band", "customer.credit_limit",
)  # fmt: skip
RANK = {"A": 0, "C": 1, "B": 2}


@pytest.fixture(scope="module")
def filled(shop: Shop) -> list[dict[str, Any]]:
    """Some hundred orders with every mixture of values, as the answer to one large question."""
    chosen = random.Random(7)
    east = [shop.make("region", code=code, name=name) for code, name in ("E东", "Wb")]
    customers = [
        shop.make(
            "customer",
            name=f"{chosen.choice(['张', 'a', 'B'])}{n % 4}",
            grade=chosen.choice(GRADES),
            region=chosen.choice([None, *map(str, east)]),
            credit_limit=chosen.choice(NUMBERS),
        )
        for n in range(6)
    ]
    orders = [
        Create(
            entity="order",
            values={
                "customer": chosen.choice([None, *map(str, customers)]),
                "grade": chosen.choice(GRADES),
                "order_day": chosen.choice(DAYS),
                "due": chosen.choice(DAYS),
                "urgent": chosen.choice(ANSWERS),
                "pieces": chosen.choice(NUMBERS),
                "net": chosen.choice(NUMBERS),
                "cost": chosen.choice(NUMBERS),
                "note": chosen.choice(TEXTS),
                "x_band": chosen.choice(TEXTS),
                "items": [
                    {"product": chosen.choice("abc"), "quantity": chosen.choice(["1", "2.5"])}
                    for _ in range(chosen.randrange(3))
                ],
            },
        )
        for _ in range(160)
    ]
    shop.house.perform_many("shop", orders)
    asked = [
        *(name for name in SORTS if name != "customer"), "customer", "due", "cost",
    ]  # fmt: skip
    return shop.ask("order", fields=asked, limit=1000).records


def value_of(record: dict[str, Any], name: str) -> Any:
    """Read a sorted value from the answer as something that Python compares as we promise."""
    value = record[name]
    if value is None:
        return None
    if name in ("customer", "customer.region.name"):
        return value["title"] if isinstance(value, dict) else value
    if name.endswith("grade"):
        return RANK[value]
    if name in ("pieces", "net", "fee", "margin", "customer.credit_limit"):
        return Decimal(value)
    return value


def compare(sort: list[tuple[str, bool]]) -> Any:
    """Make the brute-force order: missing last, texts by code point, the id at the end."""
    down = sort[-1][1] if sort else True
    keys = [*(sort or [("created_at", True)]), ("id", down)]

    def order(left: dict[str, Any], right: dict[str, Any]) -> int:
        for name, descending in keys:
            a, b = value_of(left, name), value_of(right, name)
            if a == b:
                continue
            if a is None or b is None:
                return 1 if a is None else -1
            return (-1 if a < b else 1) * (-1 if descending else 1)
        return 0

    return cmp_to_key(order)


def pages(shop: Shop, **asked: Any) -> Iterator[list[str]]:
    cursor = ""
    while True:
        page = shop.ask("order", cursor=cursor, fields=["id"], **asked)
        yield [record["id"] for record in page.records]
        cursor = page.next_cursor
        if not cursor:
            return


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    sort=st.lists(
        st.tuples(st.sampled_from(SORTS), st.booleans()), max_size=4, unique_by=lambda s: s[0]
    ),
    limit=st.integers(7, 60),
)
def test_all_pages_are_the_sorted_whole(
    shop: Shop, filled: list[dict[str, Any]], sort: list[tuple[str, bool]], limit: int
) -> None:
    expected = [record["id"] for record in sorted(filled, key=compare(sort))]

    found = list(pages(shop, sort=sort, limit=limit))

    assert list(itertools.chain(*found)) == expected
    assert all(len(page) == limit for page in found[:-1])


def test_pages_stay_in_place_while_orders_come_in(shop: Shop, filled: list[dict[str, Any]]) -> None:
    before = shop.ids("order", sort=[("note", False)])
    found: list[str] = []
    for page in pages(shop, sort=[("note", False)], limit=50, filter='number < "SO-2999"'):
        found += page
        shop.house.perform("shop", Create(entity="order", values={"note": "a"}))
    assert [one for one in found if one in set(before)] == before
    with shop.house.database.transaction("shop") as t:
        t.run('DELETE FROM "order" WHERE id <> ALL(%s::uuid[])', [before])


@pytest.mark.parametrize("sort", [[("net", False)], [("note", True), ("due", False)], []])
def test_a_changed_cursor_is_refused_or_is_another_place(
    shop: Shop, filled: list[dict[str, Any]], sort: list[tuple[str, bool]]
) -> None:
    cursor = shop.ask("order", sort=sort, limit=40).next_cursor
    mark, *values = json.loads(base64.urlsafe_b64decode(cursor + "=="))
    strange: list[Any] = [
        None, "", "x", "\0", "NaN", "1e99999", "-1e-99999", 1, 10**30, True, [], {}, "0001-01-01",
        "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", "x" * 30_000,
        "'; DROP TABLE customer", "2026-01-01T00:00:00",
    ]  # fmt: skip
    changed = [
        [value if n == at else one for n, one in enumerate([mark, *values])]
        for at, value in itertools.product(range(len(values) + 1), strange)
    ]
    written = [base64.urlsafe_b64encode(json.dumps(one).encode()).decode() for one in changed]
    for body in (*written, cursor[:-1], cursor[3:], cursor + "A", cursor.swapcase()):
        assert outcome(shop, sort=sort, cursor=body.rstrip("=")) in ("answered", "not_a_cursor")


def outcome(shop: Shop, **asked: Any) -> str:
    """Tell whether a question was answered, or what was wrong with it."""
    try:
        shop.ask("order", **asked)
    except Refused as refused:
        return str(refused.by.facts()["problem"])
    return "answered"


def test_the_cursor_of_another_order_is_refused(shop: Shop, filled: Any) -> None:
    cursor = shop.ask("order", sort=[("net", False)], limit=1).next_cursor
    with pytest.raises(Refused):
        shop.ask("order", sort=[("net", True)], cursor=cursor)
    with pytest.raises(Refused):
        shop.ask("item", cursor=cursor)


LEAVES = st.one_of(
    st.builds(
        lambda field, op, value: {"field": field, "op": op, "value": value},
        st.sampled_from(["net", "pieces", "customer.credit_limit", "items.quantity"]),
        st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"]),
        st.sampled_from([n for n in NUMBERS if n]),
    ),
    st.builds(
        lambda field, op, value: {"field": field, "op": op, "value": value},
        st.sampled_from(["note", "customer.name", "x_band", "items.product"]),
        st.sampled_from(["eq", "ne", "lt", "ge", "contains", "not_contains", "starts_with"]),
        st.sampled_from([t for t in TEXTS if t]),
    ),
    st.builds(
        lambda field, op, value: {"field": field, "op": op, "value": value},
        st.sampled_from(["order_day", "due"]),
        st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"]),
        st.sampled_from([*DAYS[1:], "today", {"today": 1}]),
    ),
    st.builds(
        lambda field, op: {"field": field, "op": op},
        st.sampled_from(
            ["net", "note", "urgent", "grade", "customer", "customer.region", "due", "x_band"]
        ),
        st.sampled_from(["missing", "there"]),
    ),
    st.builds(
        lambda field, op, value: {"field": field, "op": op, "value": value},
        st.sampled_from(["grade", "customer.grade"]),
        st.sampled_from(["in", "not_in"]),
        st.lists(st.sampled_from("ABC"), max_size=3),
    ),
    st.builds(
        lambda op, value: {"field": "urgent", "op": op, "value": value},
        st.sampled_from(["eq", "ne"]),
        st.booleans(),
    ),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=6,
)


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tree=TREES)
def test_a_filter_says_in_the_database_what_it_says_in_memory(
    shop: Shop, filled: list[dict[str, Any]], in_memory: list[Seen], tree: dict[str, Any]
) -> None:
    catalogue = shop.house.catalogue
    scope = CatalogueScope(catalogue, "order")
    zone = in_memory[0].work.state.time_zone
    rule = parse(expression_of(Asker(scope, TODAY, zone, None), tree), scope)
    expected = {str(seen.record.id) for seen in in_memory if rule.evaluate(seen, TODAY)}

    assert set(shop.ids("order", filter=tree)) == expected
    assert set(shop.ids("order", filter=rule.text)) == expected


@pytest.fixture(scope="module")
def in_memory(shop: Shop, filled: list[dict[str, Any]]) -> list[Seen]:
    """The same orders as operations see them, with their customers and lines."""
    with shop.house.database.transaction("shop") as t:
        state = shop.house.state(t)
        work = shop.house.work(state, HOUSE, datetime.now().astimezone(), new_id(), None)
        hands = Hands(t, work, holding=False)
        ids = [row[0] for row in t.rows('SELECT id FROM "order"')]
        hands.fetch([read("order", ids, lines=True)])
        records = list(work.records["order"].values())
        hands.fetch([read("customer", [record.customer for record in records])])
    assert isinstance(TODAY, date)
    return [Seen(record, work) for record in records]

"""Records are found, sorted, named and shown as their asker may see them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from dougong.kernel.access.actor import HOUSE
from dougong.kernel.questions import Count, show
from dougong.kernel.refusals import BadExpression, InvalidField, NotFound, NotPermitted, Refused
from dougong.kernel.verbs import Create
from tests.kernel.questions.conftest import TODAY, Shop


@pytest.fixture(scope="module")
def known(shop: Shop) -> Any:
    """Two customers, and three orders: of the first, of the second, of nobody."""
    east = shop.make("region", code="E", name="华东")
    zheda = shop.make(
        "customer", name="上海哲达", code="ZD", grade="A", region=str(east), credit_limit="5000"
    )
    acme = shop.make("customer", name="Acme", grade="C")
    first = shop.make(
        "order",
        customer=str(zheda),
        grade="C",
        order_day="2026-01-31",
        due="2026-03-01",
        net="100.10",
        cost="60",
        urgent=True,
        note="Rush 20%",
        source=f"customer:{acme}",
        words=["vip"],
        x_band="gold",
        items=[
            {"product": "BOLT-M8", "quantity": "3", "price": "10", "margin": "0.2"},
            {"product": "NUT", "quantity": "1"},
        ],
        claims=[{"customer": str(acme), "amount": "7"}],
    )
    second = shop.make(
        "order",
        customer=str(acme),
        grade="B",
        order_day="2026-02-01",
        due="2026-03-15",
        net="0.05",
        items=[{"product": "BOLT-M8", "quantity": "9"}],
    )
    third = shop.make("order", order_day="2026-02-28", note="")
    return SimpleNamespace(
        east=str(east), zheda=str(zheda), acme=str(acme),
        first=str(first), second=str(second), third=str(third),
    )  # fmt: skip


def refused(shop: Shop, **asked: Any) -> tuple[Any, ...]:
    with pytest.raises(Refused) as caught:
        shop.ask("order", **asked)
    return caught.value.refusals


def test_the_newest_come_first(shop: Shop, known: Any) -> None:
    assert shop.ids("order") == [known.third, known.second, known.first]


def test_a_record_shows_references_with_titles_and_numbers_exactly(shop: Shop, known: Any) -> None:
    record = shop.ask("order", filter=f'id == "{known.first}"').records[0]

    assert record["customer"] == {"id": known.zheda, "title": "上海哲达"}
    assert record["source"] == {"entity": "customer", "id": known.acme, "title": "Acme"}
    assert record["net"] == "100.10"
    assert record["fee"] == "10.01"
    assert record["margin"] == "40.1"
    assert record["late"] is True
    assert record["order_day"] == "2026-01-31"
    assert record["words"] == ["vip"]
    assert record["x_band"] == "gold"
    assert record["version"] == 1
    assert record["created_by"] is None
    assert record["created_at"].endswith("Z")
    assert "items" not in record
    assert "broken" not in record


def test_a_list_is_one_statement(shop: Shop, known: Any) -> None:
    with shop.house.database.watched() as statements:
        shop.ask("order", filter='customer.grade == "C"', sort=[("customer.name", False)])
    assert len(statements) == 1


def test_only_the_asked_fields_are_answered(shop: Shop, known: Any) -> None:
    asked = ["number", "customer.region", "customer.grade", "items"]
    record = shop.ask("order", fields=asked, filter='grade == "C"').records[0]

    assert {*record} == {"id", "version", *asked}
    assert record["customer.region"] == {"id": known.east, "title": "华东"}
    assert record["customer.grade"] == "A"
    assert [(line["product"], line["quantity"]) for line in record["items"]] == [
        ("BOLT-M8", "3"),
        ("NUT", "1"),
    ]


def test_choices_sort_as_declared_and_references_by_their_titles(shop: Shop, known: Any) -> None:
    assert shop.ids("order", sort=[("grade", False)]) == [known.first, known.second, known.third]
    assert shop.ids("order", sort=[("grade", True)]) == [known.second, known.first, known.third]
    assert shop.ids("order", sort=[("customer", False)]) == [
        known.second, known.first, known.third,
    ]  # fmt: skip


def test_search_finds_every_word_in_whatever_capitals(shop: Shop, known: Any) -> None:
    number = shop.one("order", known.first)["number"]
    assert shop.ids("order", search=number.lower()) == [known.first]
    assert shop.ids("customer", search="zd 哲达") == [known.zheda]
    assert shop.ids("customer", search="zd acme") == []
    assert shop.ids("customer", search='"%_\\') == []


def test_one_record_comes_with_all_its_lines(shop: Shop, known: Any) -> None:
    with shop.house.database.watched() as statements:
        record = shop.one("order", known.first)

    assert len(statements) == 4
    assert [line["position"] for line in record["items"]] == [1, 2]
    assert record["items"][0]["margin"] == "0.2"
    assert record["claims"][0]["customer"] == {"id": known.acme, "title": "Acme"}
    assert shop.one("order", record["number"]) == record
    assert shop.one("region", "E")["name"] == "华东"


def test_nobody_finds_what_is_not_there(shop: Shop, known: Any) -> None:
    for key in ("SO-1999-00001", "", "\0", "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(Refused) as caught:
            shop.one("order", key)
        assert caught.value.by == NotFound("order", key)


def test_what_was_performed_shows_as_what_is_read(shop: Shop, known: Any) -> None:
    done = shop.house.perform(
        "shop",
        Create(
            entity="order",
            values={
                "customer": known.zheda,
                "source": f"order:{known.first}",
                "net": "12.50",
                "cost": "3",
                "due": "2026-03-15",
                "items": [{"product": "NUT", "quantity": "1.5"}],
                "claims": [{"customer": known.acme, "amount": "2"}],
            },
        ),
    )
    with shop.house.database.transaction("shop") as t:
        shown = show(t, shop.house.state(t), HOUSE, done.record, today=TODAY)
        clerk = show(t, shop.house.state(t), shop.clerk().actor, done.record, today=TODAY)

    assert shown == shop.one("order", done.id)
    assert clerk == shop.clerk().one("order", done.id)


def test_secrets_can_not_be_seen_filtered_sorted_or_searched(shop: Shop, known: Any) -> None:
    clerk = shop.clerk()
    record = clerk.one("order", known.first)

    assert "cost" not in record
    assert "margin" not in record
    assert record["fee"] == "10.01"
    assert "margin" not in record["items"][0]
    assert refused(clerk, filter="cost > 1") == (BadExpression("filter", "unknown_name", 0, 4),)
    assert refused(clerk, filter="margin > 1")[0].problem == "unknown_name"
    assert refused(clerk, filter="customer.credit_limit > 1")[0].problem == "unknown_name"
    assert refused(clerk, filter="any(i.margin > 0 for i in items)")[0].problem == "unknown_name"
    assert refused(clerk, sort=[("cost", True)]) == (
        InvalidField("sort.0", "unknown_field", "cost"),
    )
    assert refused(clerk, fields=["customer.credit_limit"]) == (
        InvalidField("fields", "unknown_field", "customer.credit_limit"),
    )


def test_a_row_rule_stands_in_every_answer_and_covers_the_lines(shop: Shop, known: Any) -> None:
    clerk = shop.clerk(order='customer.grade == "A"')

    allowed = shop.ids("order", filter='customer.grade == "A"')
    assert clerk.ids("order", filter="net >= 0 or True") == allowed
    assert known.second not in clerk.ids("order")
    assert {r["product"] for r in clerk.ask("item", filter="quantity > 2").records} == {"BOLT-M8"}
    assert len(clerk.ids("item", filter="quantity == 9")) == 0
    assert len(shop.ids("item", filter="quantity == 9")) == 1
    assert clerk.count("order").number == len(clerk.ids("order"))
    with pytest.raises(Refused) as caught:
        clerk.one("order", known.second)
    assert caught.value.by == NotFound("order", known.second)


def test_who_may_not_read_an_entity_is_refused(shop: Shop, known: Any) -> None:
    clerk = shop.clerk(forbidden=("order",))
    assert refused(clerk) == (NotPermitted("order", "read"),)
    with pytest.raises(Refused) as caught:
        clerk.ask("item")
    assert caught.value.by == NotPermitted("order", "read")


def test_everything_wrong_with_a_filter_is_named_with_its_place(shop: Shop, known: Any) -> None:
    assert refused(shop, filter='nett > 1 and grade == "Z"') == (
        BadExpression("filter", "unknown_name", 0, 4),
        BadExpression("filter", "unknown_choice", 22, 25),
    )
    assert refused(shop, filter="net")[0].problem == "wrong_type"


@pytest.mark.parametrize(
    "hostile",
    [
        "__import__('os').system('x')",
        "net > 1; DROP TABLE customer",
        "(lambda: 1)()",
        "number.__class__ == 1",
        "[x for x in items]",
        "net > 1 # or so",
        "9 ** 9 ** 9 > net",
        "not " * 200 + "urgent",
        " or ".join(["net > 1"] * 1000),
        "number == '\0'",
        "cost if",
        "items",
        "()",
    ],
)
def test_a_hostile_text_is_refused(shop: Shop, known: Any, hostile: str) -> None:
    assert {(r.code, r.field) for r in refused(shop, filter=hostile)} == {
        ("bad_expression", "filter")
    }


@pytest.mark.parametrize(
    ("tree", "place", "problem"),
    [
        (5, "filter", "not_a_filter"),
        ([], "filter", "not_a_filter"),
        ({"all": 1}, "filter", "not_a_filter"),
        ({"all": [], "any": []}, "filter", "not_a_filter"),
        ({"all": [{"field": "net", "op": "eq", "value": 1, "x": 1}]}, "filter.all.0", "not_a_filter"),
        ({"all": [{"any": [{"field": "nett", "op": "eq"}]}]}, "filter.all.0.any.0.field", "unknown_field"),
        ({"field": "net or 1", "op": "eq", "value": 1}, "filter.field", "not_a_path"),
        ({"field": "net", "op": "=="}, "filter.op", "unknown_op"),
        ({"field": "net", "op": ["eq"]}, "filter.op", "unknown_op"),
        ({"field": "net", "op": "contains", "value": "1"}, "filter.op", "wrong_op"),
        ({"field": "net", "op": "eq", "value": "1 or 1"}, "filter.value", "wrong_type"),
        ({"field": "net", "op": "eq", "value": "NaN"}, "filter.value", "wrong_type"),
        ({"field": "net", "op": "eq", "value": "1e400"}, "filter.value", "too_large"),
        ({"field": "net", "op": "in", "value": [1, "x"]}, "filter.value.1", "wrong_type"),
        ({"field": "net", "op": "in", "value": 1}, "filter.value", "wrong_type"),
        ({"field": "grade", "op": "eq", "value": "D"}, "filter.value", "not_a_choice"),
        ({"field": "due", "op": "lt", "value": "2026-02-30"}, "filter.value", "not_a_day"),
        ({"field": "due", "op": "lt", "value": {"today": "x"}}, "filter.value", "wrong_type"),
        ({"field": "customer", "op": "eq", "value": "x"}, "filter.value", "not_an_id"),
        ({"field": "note", "op": "eq", "value": "\0"}, "filter.value", "control_characters"),
        ({"field": "note", "op": "eq", "value": "x" * 501}, "filter.value", "too_long"),
        ({"field": "items", "op": "eq", "value": 1}, "filter.op", "wrong_op"),
        ({"field": "words", "op": "eq", "value": "vip"}, "filter.op", "wrong_op"),
        ({"field": "channels", "op": "contains", "value": "fax"}, "filter.value", "not_a_choice"),
        ({"field": "created_at", "op": "gt", "value": "9999-12-31"}, "filter.value", "not_a_day"),
        ({"field": "created_at", "op": "lt", "value": "2026-01-01T00:00:00"}, "filter.value", "not_an_instant"),
    ],
)  # fmt: skip
def test_a_hostile_tree_is_refused_where_it_is_wrong(
    shop: Shop, known: Any, tree: Any, place: str, problem: str
) -> None:
    by = refused(shop, filter=tree)[0]
    assert (by.code, by.field, by.problem) == ("invalid_field", place, problem)


def test_an_empty_filter_leaves_nothing_out(shop: Shop, known: Any) -> None:
    assert shop.ids("order", filter="") == shop.ids("order")
    assert shop.ids("order", filter={}) == shop.ids("order")


def test_a_deep_tree_is_refused(shop: Shop, known: Any) -> None:
    tree: Any = {"field": "net", "op": "missing"}
    for _ in range(5000):
        tree = {"not": tree}
    assert refused(shop, filter=tree)[0].problem == "too_deep"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"limit": "5"}, "limit"),
        ({"fields": ["nothing"]}, "fields"),
        ({"fields": ["customer.nothing"]}, "fields"),
        ({"fields": ['id"; DROP TABLE']}, "fields"),
        ({"sort": [("items", True)]}, "sort.0"),
        ({"sort": [("net", True), ("remarks", True)]}, "sort.1"),
        ({"sort": [("net", "desc")]}, "sort.0"),
        ({"sort": [("net", True)] * 9}, "sort"),
        ({"search": "x" * 201}, "search"),
        ({"search": "\0"}, "search"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "ÿ"}, "cursor"),
        ({"cursor": "bnVsbA"}, "cursor"),
    ],
)
def test_what_makes_no_sense_is_refused(
    shop: Shop, known: Any, asked: dict[str, Any], field: str
) -> None:
    assert refused(shop, **asked)[0].field == field


def test_the_visual_builder_reaches_what_it_should(shop: Shop, known: Any) -> None:
    def found(*parts: Any) -> list[str]:
        tree = {"all": [{"field": "net", "op": "there"}, *parts]}
        wanted = (known.first, known.second)
        return [one for one in shop.ids("order", filter=tree) if one in wanted]

    first, second = [known.first], [known.second]
    assert found({"field": "customer.grade", "op": "in", "value": ["C", "B"]}) == second
    assert found({"field": "customer", "op": "eq", "value": known.zheda}) == first
    assert found({"field": "net", "op": "between", "value": ["0.05", 1]}) == second
    assert found({"field": "note", "op": "contains", "value": "rush 20%"}) == first
    assert found({"field": "note", "op": "missing"}) == second
    assert found({"field": "due", "op": "lt", "value": {"today": -1}}) == first
    assert found({"field": "due", "op": "eq", "value": "today"}) == second
    assert found({"field": "items.product", "op": "eq", "value": "NUT"}) == first
    assert found({"not": {"field": "items.product", "op": "eq", "value": "NUT"}}) == second
    assert found({"field": "fee", "op": "gt", "value": 1}) == first
    assert found({"field": "x_band", "op": "starts_with", "value": "GO"}) == first
    assert found({"any": []}) == []
    assert found({"field": "grade", "op": "not_in", "value": []}) == [known.second, known.first]


def test_an_instant_beside_a_day_means_the_companys_whole_day(shop: Shop, known: Any) -> None:
    with shop.house.database.transaction("shop") as t:
        t.run(
            "UPDATE customer SET created_at = '2026-01-31T16:00:00Z' WHERE id = %s", [known.zheda]
        )
        t.run("UPDATE customer SET created_at = '2026-02-01T15:59:59Z' WHERE id = %s", [known.acme])

    def found(op: str, value: Any) -> int:
        return len(shop.ids("customer", filter={"field": "created_at", "op": op, "value": value}))

    assert found("eq", "2026-02-01") == 2
    assert found("le", "2026-02-01") == 2
    assert found("gt", "2026-02-01") == 0
    assert found("ge", "2026-02-01") == 2
    assert found("lt", "2026-02-01") == 0
    assert found("between", ["2026-01-31", "2026-02-01"]) == 2
    assert found("eq", "2026-01-31") == 0
    assert found("le", "2026-01-31T16:00:00Z") == 1


def test_a_count_is_exact_for_few_and_an_estimate_for_many(shop: Shop, known: Any) -> None:
    assert shop.count("customer", filter='grade == "A"') == Count(1, exact=True)
    assert shop.ask("customer", counted=True, limit=1).count == Count(2, exact=True)
    estimated = shop.count("customer", exactly_to=1)
    assert not estimated.exact
    assert estimated.number >= 2

"""Expressions as people write them, and as people who mean harm write them."""

from __future__ import annotations

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dougong.kernel.rules import ExpressionError, Kind, Problem, Tag, parse, quoted
from tests.kernel.rules.trade import ORDER, Order


def problems(text: str, wanted: Tag | None = None) -> list[Problem]:
    with pytest.raises(ExpressionError) as refused:
        parse(text, ORDER, wanted)
    return refused.value.problems


def codes(text: str, wanted: Tag | None = None) -> list[tuple[str, str]]:
    """The codes, each with the piece of text that it points at."""
    return [(each.code, text[slice(*each.at)]) for each in problems(text, wanted)]


def test_every_problem_is_named_at_once_with_its_place() -> None:
    text = 'totl > 100 and customer.grad == "A" and nosuch(1) and due > "morgen"'

    assert problems(text) == [
        Problem("unknown_name", (0, 4), {"name": "totl"}),
        Problem("unknown_name", (24, 28), {"name": "grad"}),
        Problem("unknown_function", (40, 46), {"name": "nosuch"}),
        Problem("wrong_literal", (60, 68), {"expected": "day"}),
    ]


def test_places_count_characters_not_bytes_and_survive_line_breaks() -> None:
    assert codes('note == "加急订单" and\n  totl > 1') == [("unknown_name", "totl")]
    assert codes('\n\n  note == "加急" and nope') == [("unknown_name", "nope")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("total > ", [("syntax", "")]),
        ("", [("syntax", "")]),
        ("total cost", [("syntax", "cost")]),
        ("(total", [("syntax", "(")]),
        ("total + note", [("wrong_type", "note")]),
        ("note + 1", [("wrong_type", "note")]),
        ("ordered + due", [("wrong_type", "due")]),
        ("3 - ordered", [("wrong_type", "ordered")]),
        ("total and urgent", [("wrong_type", "total")]),
        ("not total", [("wrong_type", "total")]),
        ("1 if total else 2", [("wrong_type", "total")]),
        ("1 if urgent else note", [("wrong_type", "note")]),
        ("total == note", [("wrong_type", "note")]),
        ("urgent < paid", [("wrong_type", "urgent"), ("wrong_type", "paid")]),
        ("customer < customer", [("wrong_type", "customer"), ("wrong_type", "customer")]),
        ("created > ordered", [("wrong_type", "ordered")]),
        ("lines == lines", [("wrong_type", "lines"), ("wrong_type", "lines")]),
        ("is_missing(lines)", [("wrong_type", "lines")]),
        ("lines", [("wrong_type", "lines")]),
        ("total.real", [("wrong_type", "total")]),
        ("lines.margin > 1", [("wrong_type", "lines")]),
        ('customer.grade == "Z"', [("unknown_choice", '"Z"')]),
        (
            'customer.grade in ("A", "Z", "Y")',
            [("unknown_choice", '"Z"'), ("unknown_choice", '"Y"')],
        ),
        ('"Z" == customer.grade', [("unknown_choice", '"Z"')]),
        ('customer == "Meyer"', [("wrong_literal", '"Meyer"')]),
        ('created > "2026-01-01T10:00:00"', [("wrong_literal", '"2026-01-01T10:00:00"')]),
        ('due == "2026-02-29"', [("wrong_literal", '"2026-02-29"')]),
        ('due == "20260201"', [("wrong_literal", '"20260201"')]),
        ("total in (1, cost)", [("not_allowed", "cost")]),
        ('total in (1, "a")', [("wrong_type", '"a"')]),
        ("total in lines", [("wrong_type", "total"), ("wrong_type", "lines")]),
        ("abs()", [("wrong_arguments", "abs()")]),
        ("abs(1, 2)", [("wrong_arguments", "abs(1, 2)")]),
        ("min(total)", [("wrong_arguments", "min(total)")]),
        ("sum(lines)", [("wrong_arguments", "sum(lines)")]),
        ("sum(total)", [("wrong_arguments", "sum(total)")]),
        ("any(1, 2)", [("wrong_arguments", "any(1, 2)")]),
        ("round(total, pieces)", [("wrong_literal", "pieces")]),
        ("round(total, 0.5)", [("wrong_literal", "0.5")]),
        ("round(total, 99999999999999999999999999999999)", [("wrong_literal", "9" * 32)]),
        ("round(total, 13)", [("wrong_literal", "13")]),
        ("round(total, digits=2)", [("wrong_arguments", "round(total, digits=2)")]),
        ("any(line.margin for line in lines)", [("wrong_type", "line.margin")]),
        ("sum(line.name for line in lines)", [("wrong_type", "line.name")]),
        ("sum(line for line in lines)", [("wrong_type", "line")]),
        ("count(line.margin for line in lines)", [("wrong_arguments", "line.margin")]),
        ("any(line.gift for line in customer)", [("wrong_type", "customer")]),
        ("any(line.gift for line in lines) and line.gift", [("unknown_name", "line")]),
        ("year(created)", [("wrong_type", "created")]),
        ("len(total)", [("wrong_type", "total")]),
        ("None + 1", [("wrong_type", "None")]),
    ],
)
def test_what_does_not_fit_is_refused_where_it_stands(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert codes(text) == expected


def test_the_wanted_result_is_part_of_the_check() -> None:
    assert codes("total + 1", Tag.YES_NO) == [("wrong_type", "total + 1")]
    assert codes("None", Tag.YES_NO) == [("wrong_type", "None")]
    assert parse('"2026-02-01"', ORDER, Tag.DAY).result.tag is Tag.DAY


def test_money_stays_money_and_a_bare_number_beside_it_is_company_currency() -> None:
    assert parse("total + 1", ORDER).result.kind is Kind.MONEY
    assert parse("total * pieces", ORDER).result.kind is Kind.MONEY
    assert parse("total / cost", ORDER).result.kind is Kind.PLAIN
    assert (
        parse("sum(line.price * line.quantity for line in lines)", ORDER).result.kind is Kind.MONEY
    )
    assert parse("sum(line.quantity for line in lines)", ORDER).result.kind is Kind.QUANTITY


def test_an_expression_tells_what_it_reads() -> None:
    rule = parse(
        "total > 5 and any(line.product.price > total for line in lines if line.gift) "
        'and customer.region.name == "北" and today > due',
        ORDER,
    )

    assert rule.names == {
        ("total",),
        ("lines",),
        ("lines", "gift"),
        ("lines", "product", "price"),
        ("customer", "region", "name"),
        ("due",),
    }
    assert rule.uses_today
    assert not parse("total > 5", ORDER).uses_today


HOSTILE = [
    "__import__('os').system('id')",
    "__import__",
    "total.__class__",
    "().__class__.__bases__[0].__subclasses__()",
    "''.__class__",
    "'a'.upper()",
    "customer.__dict__",
    "customer._region",
    "customer.name.__len__()",
    "lambda: 1",
    "(lambda x: x)(1)",
    "(x := 5)",
    "any((y := line.margin) > 0 for line in lines)",
    "f'{total}'",
    "f'{customer.__class__}'",
    "b'abc'",
    "1j",
    "...",
    "10**10**10",
    "2**9999999",
    "1 << 100000000",
    "'a' * 1000000000",
    "total % 2",
    "total // 2",
    "~pieces",
    "+pieces",
    "0x10",
    "0b1",
    "1e400",
    "1e-400",
    "9" * 61,
    "9" * 4000,
    "0." + "1" * 70,
    "-" * 3999 + "1",
    "not " * 900 + "urgent",
    "(" * 1500 + "1" + ")" * 1500,
    "(" * 150 + "1" + ")" * 150 + "+ nope",
    "[" * 100 + "]" * 100,
    "1" + "+1" * 1000,
    "1" + "+1" * 100,
    "1 if urgent else " * 60 + "2",
    "customer" + ".customer" * 400,
    "customer" + "()" * 400,
    "abs(" * 100 + "1" + ")" * 100,
    "total < 1 or " * 500 + "urgent",
    "[1, 2]",
    "(1, 2)",
    "{1: 2}",
    "{1, 2}",
    "total in {1, 2}",
    "lines[0]",
    "lines[0].margin",
    "[line for line in lines]",
    "{line for line in lines}",
    "(line for line in lines)",
    "any(a.gift for a in lines for b in lines)",
    "any(any(any(c.gift for c in lines) for b in lines) for a in lines)",
    "any(line.gift async for line in lines)",
    "any(a.gift for a, b in lines)",
    "any(__a.gift for __a in lines)",
    "any([line.gift for line in lines])",
    "any(*lines)",
    "min(*lines)",
    "max(**customer)",
    "round(total, digits=2)",
    "eval('1')",
    "exec('1')",
    "open('/etc/passwd')",
    "getattr(customer, 'name')",
    "abs",
    "abs.__self__",
    "print(total)",
    "await total",
    "yield total",
    "total is None",
    "total = 1",
    "total; cost",
    "import os",
    "total\x00",
    "note == '\x00'",
    "note == '\ud800'",
    "note == '\\x00'",
    "note == '\\ud800'",
    "note == '\\N{BULLET}'",
    "note == '\\0'",
    "note == r'\\d'",
    "note == '''a\nb'''",
    "total \\\n > 1",
    "urgent # or paid",
    "urgent or 'x' == '#' # paid",
    "ｔｏｔａｌ > 1",
    "customer.ｎａｍｅ == 'a'",
    "tota\u2113 > 1",
    "ａbs(1)",
    "toda\u200by > due",
    "１ < total",
    "1 < (1 < total < 3) == urgent == paid" + " == (1 < total < 3) == urgent",
    "urgent == (paid == (urgent == (paid == urgent == paid) == paid) == urgent) == paid",
    "1 < total in (1, 2)",
    "x" * 4001,
    "'" + "x" * 4000 + "'",
    "a) + (b",
    "1) or (2",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_expression_of_the_trade_is_refused_with_a_place(text: str) -> None:
    for problem in problems(text):
        start, end = problem.at
        assert 0 <= start <= end <= len(text)


@given(
    st.text(max_size=60)
    | st.text("(total customer.grade)[]{}'\"\\#:=<>+-*/0123456789,", max_size=60)
)
def test_any_text_is_understood_or_refused_never_anything_else(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        parse(text, ORDER)


def test_names_of_a_company_may_be_chinese() -> None:
    from_company = type(ORDER)({**ORDER.fields, "加急费": ORDER.fields["total"]})

    assert parse("加急费 * 2", from_company).evaluate({"加急费": Decimal("3.5")}) == 7


def test_at_most_four_references_are_followed() -> None:
    scope = type(ORDER)()
    scope.fields["next"] = type(ORDER.fields["customer"])(Tag.RECORD, scope=scope)
    scope.fields["n"] = ORDER.fields["pieces"]

    assert parse("next.next.next.next.n", scope).names == {("next",) * 4 + ("n",)}
    with pytest.raises(ExpressionError) as refused:
        parse("next.next.next.next.next.n", scope)
    assert [each.code for each in refused.value.problems] == ["follows_too_far"]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r\f")))
def test_any_text_can_be_written_and_reads_back(text: str) -> None:
    if len(text) < 1000:
        assert parse(quoted(text), ORDER).evaluate(Order()) == text


def test_numbers_are_taken_from_the_text_not_from_a_float() -> None:
    assert str(parse("0.1", ORDER).evaluate(Order())) == "0.1"
    assert str(parse("1_000.10", ORDER).evaluate(Order())) == "1000.10"
    exact = "1234567890123456789012345678.123456789012345678901234567891"
    assert str(parse(exact, ORDER).evaluate(Order())) == exact

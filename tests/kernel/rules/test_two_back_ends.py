"""The two back ends held together: whatever a rule says in memory, PostgreSQL says too."""

from __future__ import annotations

import inspect
import itertools
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dougong.kernel.rules import DictScope, Expression, ExpressionError, TableScope, Tag, parse
from dougong.kernel.rules.semantics import lowered, raised
from tests.kernel.rules.trade import (
    CUSTOMERS,
    LINES,
    ORDER,
    ORDER_SHAPE,
    ORDERS,
    PRODUCTS,
    REGIONS,
    TABLES,
    Customer,
    Line,
    Order,
    Product,
    Region,
)

TODAY = date(2024, 2, 29)

NUMBERS = [
    None,
    *map(
        Decimal,
        (
            "0",
            "1",
            "-1",
            "3",
            "0.5",
            "-0.0000000000005",
            "2.345",
            "-2.675",
            "0.333333333333",
            "1234567890123456789012345678",
            "-9999999999999999999999.999999",
            "0.0000000000000000000000000007",
            "99999999999999999999999999999999999999999999",
        ),
    ),
]
TEXTS = [
    None,
    "",
    "a",
    "A",
    "ab",
    "Z",
    "é",
    "张",
    "张三",
    "三",
    "𠮷",
    "ＡＢ",
    "ß",
    "İΣ",
    "\uffff",
    "%_",
]
DAYS = [
    None,
    *map(
        date.fromisoformat,
        (
            "0001-01-01",
            "0001-03-01",
            "1900-02-28",
            "1999-12-31",
            "2000-02-29",
            "2024-02-28",
            "2024-02-29",
            "2024-03-01",
            "9999-12-30",
            "9999-12-31",
        ),
    ),
]
ANSWERS = [None, True, False]
WORDS = [None, [], ["vip"], ["VIP", "张"], ["a", "ab", ""], ["𠮷", "vip", "%_"]]
ADDRESSES = [None, {}, {"city": "上海"}, {"city": "", "street": "é"}, {"street": "张"}]
INSTANTS = [
    None,
    datetime(2024, 2, 29, 16, tzinfo=UTC),
    datetime(2024, 2, 29, 16, 0, 0, 1, tzinfo=UTC),
    datetime(1, 1, 2, tzinfo=UTC),
]
PIECES = [None, 0, 1, -7, 2_147_483_647]


@dataclass(frozen=True)
class World:
    """The same orders in memory and in the database."""

    orders: list[Order] = field(repr=False)
    database: sa.Engine = field(repr=False)

    def agrees(self, texts: list[str]) -> None:
        """Ask everything of every order both ways, all in one statement."""
        rules = [parse(text, ORDER) for text in texts]
        answers = self._of_database(rules)
        for order in self.orders:
            for rule, answer in zip(rules, answers[order.id], strict=True):
                expected = rule.evaluate(order, TODAY)
                assert answer == expected, f"{rule.text} of {order}: {answer!r}, not {expected!r}"
                if rule.result.tag is Tag.YES_NO:
                    assert type(answer) is type(expected) is bool

    def _of_database(self, rules: list[Expression]) -> dict[UUID, list[Any]]:
        tables = TableScope(ORDER_SHAPE)
        columns = [rule.sql(tables, TODAY) for rule in rules]
        chosen = [
            sa.case((rule.where(tables, TODAY), sa.true()), else_=sa.false())
            for rule in rules
            if rule.result.tag is Tag.YES_NO
        ]
        labels = [column.label(f"c{at}") for at, column in enumerate([*columns, *chosen])]
        with self.database.connect() as connection:
            mine = ORDERS.c.id == sa.any_(sa.literal([order.id for order in self.orders]))
            asked = sa.select(ORDERS.c.id, *labels).select_from(tables.source).where(mine)
            found = {row[0]: list(row[1:]) for row in connection.execute(asked)}
        for answers in found.values():
            conditions = [
                answer
                for rule, answer in zip(rules, answers, strict=False)
                if rule.result.tag is Tag.YES_NO
            ]
            assert answers[len(rules) :] == conditions, "where() chooses what sql() calls true"
        return {order: answers[: len(rules)] for order, answers in found.items()}


def engine(database_url: str) -> sa.Engine:
    return sa.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(database_url))


@pytest.fixture(scope="module")
def database(database_url: str) -> Iterator[sa.Engine]:
    database = engine(database_url)
    TABLES.create_all(database)
    yield database
    database.dispose()


def _rows(records: list[Any]) -> list[dict[str, Any]]:
    rows = []
    for record in records:
        row = {each.name: getattr(record, each.name) for each in fields(record)}
        row = {name: getattr(value, "id", value) for name, value in row.items()}
        row.pop("lines", None)
        row.pop("orders", None)
        rows.append(row)
    return rows


@pytest.fixture(scope="module")
def pairs(database: sa.Engine) -> World:
    """Orders for each two numbers, texts and days that may meet; nothing behind them."""
    numbers = itertools.product(NUMBERS, NUMBERS)
    texts = itertools.product(TEXTS, TEXTS)
    days = itertools.product(DAYS, DAYS)
    answers = itertools.cycle(itertools.product(ANSWERS, ANSWERS))
    instants = itertools.cycle(itertools.product(INSTANTS, INSTANTS))
    pieces = itertools.cycle(PIECES)
    places = itertools.cycle(itertools.product(WORDS, ADDRESSES))
    orders = []
    for (number, text, day), answer, instant, count, place in zip(
        itertools.zip_longest(numbers, texts, days, fillvalue=(None, None)),
        answers,
        instants,
        pieces,
        places,
        strict=False,
    ):
        orders.append(
            Order(
                total=number[0],
                cost=number[1],
                number=text[0],
                note=text[1],
                ordered=day[0],
                due=day[1],
                urgent=answer[0],
                paid=answer[1],
                created=instant[0],
                changed=instant[1],
                pieces=count,
                tags=place[0],
                address=place[1],
            )
        )
    return stored(database, orders)


@pytest.fixture(scope="module")
def world(database: sa.Engine) -> World:
    """Orders of customers of regions, with lines of products, some of each missing."""
    chance = random.Random(7)
    some = chance.choice
    regions = [Region(name=some(TEXTS), target=some(NUMBERS)) for _ in range(3)]
    customers = [
        Customer(
            name=some(TEXTS),
            grade=some([None, "A", "B", "甲"]),
            since=some(DAYS),
            limit=some(NUMBERS),
            region=some([None, *regions]),
        )
        for _ in range(6)
    ]
    products = [Product(name=some(TEXTS), price=some(NUMBERS)) for _ in range(4)]
    orders = [
        Order(
            number=some(TEXTS),
            note=some(TEXTS),
            total=some(NUMBERS),
            cost=some(NUMBERS),
            pieces=some(PIECES),
            ordered=some(DAYS),
            due=some(DAYS),
            urgent=some(ANSWERS),
            paid=some(ANSWERS),
            created=some(INSTANTS),
            changed=some(INSTANTS),
            tags=some(WORDS),
            address=some(ADDRESSES),
            customer=some([None, *customers]),
            lines=[
                Line(
                    quantity=some(NUMBERS),
                    price=some(NUMBERS),
                    margin=some([None, Decimal("0.1"), Decimal("-0.25")]),
                    name=some(TEXTS),
                    promised=some(DAYS),
                    gift=some(ANSWERS),
                    product=some([None, *products]),
                )
                for _ in range(some([0, 0, 1, 2, 3]))
            ],
        )
        for _ in range(40)
    ]
    for order in orders:
        if order.customer:
            order.customer.orders.append(order)
    return stored(database, orders)


def stored(database: sa.Engine, orders: list[Order]) -> World:
    customers = {order.customer.id: order.customer for order in orders if order.customer}
    regions = {each.region.id: each.region for each in customers.values() if each.region}
    lines = [line for order in orders for line in order.lines]
    products = {line.product.id: line.product for line in lines if line.product}
    of = {line.id: order.id for order in orders for line in order.lines}
    with database.begin() as connection:
        for table, records in (
            (ORDERS, orders),
            (CUSTOMERS, list(customers.values())),
            (REGIONS, list(regions.values())),
            (PRODUCTS, list(products.values())),
        ):
            if records:
                connection.execute(table.insert(), _rows(records))
        if lines:
            rows = [row | {"sales_order": of[row["id"]]} for row in _rows(lines)]
            connection.execute(LINES.insert(), rows)
    return World(orders, database)


COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
PAIRED = [
    *(f"total {sign} cost" for sign in ("+", "-", "*", "/", *COMPARISONS)),
    *(f"number {sign} note" for sign in COMPARISONS),
    *(f"ordered {sign} due" for sign in COMPARISONS),
    *(f"created {sign} changed" for sign in COMPARISONS),
    *(f"urgent {sign} paid" for sign in ("==", "!=", "and", "or")),
    *(f"not (total {sign} cost)" for sign in COMPARISONS),
    *(f"pieces {sign} total" for sign in ("+", "-", "*", "/", *COMPARISONS)),
    *(f"{function}(total)" for function in ("-", "abs", "floor", "ceil", "round", "is_missing")),
    *(f"round(total, {digits})" for digits in (-12, -2, 0, 1, 2, 12)),
    *(f"round(total / 8, {digits})" for digits in (0, 2, 11)),
    "total / 3 / 7 - cost / 11",
    "(total * cost - cost * total) / cost",
    "1 / total",
    "total / 2000000000000",
    "min(total, cost)",
    "max(total, cost, 0)",
    "coalesce(total, cost)",
    "coalesce(total, cost, 1.50)",
    "total if total > cost else cost",
    "total if urgent else None",
    "0 < total <= cost",
    "total < cost < 5 or total == cost != 1",
    "total in (1, 2.3450, -1)",
    "total in (1, None)",
    "total not in (0, 1)",
    "total not in (0, None)",
    "total in ()",
    "total in (None,)",
    "total == None",
    "None == None",
    "total != None",
    "None < total",
    "number in note",
    "number not in note",
    "starts_with(note, number)",
    "contains(note, number) == urgent",
    "len(note) + len(number)",
    "lower(note)",
    "upper(note)",
    "lower(note) == upper(number)",
    "concat(number, note, number)",
    "concat(number, note) < concat(note, number)",
    "min(number, note)",
    'max(number, note, "M")',
    "coalesce(note, number)",
    'coalesce(note, number) == "张"',
    'coalesce(note, lower(number)) > "a"',
    "note if urgent else number",
    '(note if urgent else number) == "a"',
    'note in ("a", "张三", "𠮷")',
    'note in ("a", None)',
    'note == "张"',
    '"张" != note',
    'note > "张"',
    "is_missing(note)",
    "days_between(ordered, due)",
    "due - ordered",
    "ordered + total",
    "ordered - total",
    "total + due",
    "ordered + 1",
    "ordered - 1",
    "ordered + 1.999",
    "ordered - 0.999",
    "ordered + 3652058",
    "due - 3652058",
    "ordered + pieces",
    "ordered + 1" + " + 1" * 20,
    "year(due) * 10000 + month(due) * 100 + day(due)",
    "min(ordered, due, today)",
    "max(ordered, due)",
    "coalesce(ordered, due, today)",
    "ordered < today <= due",
    'ordered in ("2024-02-29", "0001-01-01")',
    'ordered == "9999-12-31"',
    'created == "2024-03-01T00:00:00+08:00"',
    "max(created, changed)",
    "urgent",
    "not urgent",
    "not (urgent and paid)",
    "not urgent or not paid",
    "urgent == None",
    "urgent == True",
    "urgent == False",
    "urgent in (True, None)",
    "coalesce(urgent, paid)",
    "coalesce(urgent, paid) == None",
    "urgent if paid else None",
    "not (urgent if paid else None)",
    "is_missing(urgent if paid else None)",
    "(total > cost) == urgent",
    "(total > cost) == (ordered < due)",
    "1 if urgent else 2 if paid else 3",
    "total + 1 if total > 0 and urgent or paid else cost * 2",
    "True",
    "None",
    "1 / 3",
    "1 / 0",
    '"2024-02-29" == today',
    "10 / 3 * 3 == 10",
]


def test_each_operator_on_each_two_values_that_may_meet(pairs: World) -> None:
    pairs.agrees(PAIRED)


WORDS_AND_PARTS = [
    '"vip" in tags',
    '"vip" not in tags',
    '"" in tags',
    '"%_" in tags',
    '"张" in tags',
    "number in tags",
    "note not in tags",
    "len(tags)",
    "is_missing(tags)",
    "not is_missing(tags) and len(tags) == 0",
    *(f"address.city {sign} number" for sign in COMPARISONS),
    *(f'address.street {sign} "张"' for sign in COMPARISONS),
    'address.city in ("上海", None)',
    "is_missing(address)",
    "is_missing(address.city)",
    "len(address.street)",
    "address.city in tags",
    'contains(address.city, "海")',
    "coalesce(address.street, address.city, note)",
    *(f"profit {sign} total" for sign in ("+", "-", "*", "/", *COMPARISONS)),
    *(f"said {sign} note" for sign in COMPARISONS),
    "late",
    "not late",
    "late == paid",
    'place == "无"',
    "is_vip and not is_missing(profit)",
    "1 if late else profit",
]
"""Tags, addresses and formulas, each beside what is missing, empty, Chinese or negative."""


def test_words_parts_and_formulas_on_each_value(pairs: World) -> None:
    pairs.agrees(WORDS_AND_PARTS)


FORMULAS_BEHIND = [
    "customer.years",
    "customer.years < 3",
    "customer.fixed",
    "is_missing(customer.fixed)",
    "customer.is_good",
    "not customer.is_good",
    "is_missing(customer.is_good)",
    "customer.is_good == urgent",
    'customer.called == "~张"',
    "customer.called < note",
    "is_missing(customer.called)",
    "sum(order.profit for order in customer.orders)",
    "any(order.late for order in customer.orders)",
    'any("vip" in order.tags for order in customer.orders)',
    'count(order for order in customer.orders if order.address.city == "上海")',
    "max(order.said for order in customer.orders)",
]


def test_formulas_behind_references_and_lines(world: World) -> None:
    world.agrees(FORMULAS_BEHIND)


OVER_LINES = [
    "count(lines)",
    "count(line for line in lines if line.gift)",
    "count(line for line in lines if not line.gift if line.price > line.quantity)",
    "any(line.gift for line in lines)",
    "all(line.gift for line in lines)",
    "not any(line.gift for line in lines) == all(not line.gift for line in lines)",
    "any(line.margin < 0.1 for line in lines if line.price != None)",
    "all(line.margin < 0.1 for line in lines if line.price != None)",
    "sum(line.price for line in lines)",
    "sum(line.price * line.quantity for line in lines) / count(lines)",
    "sum(1 for line in lines)",
    "sum(total for line in lines)",
    "sum(total for line in lines if line.gift)",
    "max(total for line in lines)",
    "min(ordered for line in lines)",
    "min(line.price for line in lines)",
    "max(line.name for line in lines)",
    "min(line.name for line in lines)",
    "max(line.promised for line in lines if line.promised < due)",
    "max(line.promised + 1 for line in lines)",
    "any(line.product.name == line.name for line in lines)",
    "any(line.product == None for line in lines)",
    "sum(line.product.price for line in lines)",
    "any(line.price > customer.limit for line in lines)",
    "customer.region.target",
    'customer.region.name == "张"',
    "customer.region == None",
    'customer.grade in ("A", None)',
    "customer",
    "count(customer.orders)",
    "sum(order.total for order in customer.orders)",
    "any(order.customer == customer for order in customer.orders)",
    "max(count(order.lines) for order in customer.orders)",
    "sum(sum(line.quantity for line in order.lines) for order in customer.orders)",
    "sum(sum(order.total for line in order.lines) for order in customer.orders)",
    "sum(sum(total for line in order.lines) for order in customer.orders)",
    "any(any(other.price > line.price for other in lines) for line in lines)",
    "any(all(other.price >= line.price and total > 0 for other in lines) for line in lines)",
    "count(line for line in lines if line.price == max(other.price for other in lines))",
    "any(order.customer.region.target > line.price for order in customer.orders)".replace(
        "line.price", "customer.limit"
    ),
    'sum(line.price for line in lines if line.gift) > 0 and customer.grade == "A"',
]


def test_lines_references_and_lines_behind_references(world: World) -> None:
    world.agrees(OVER_LINES)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


def _of_any_type(depth: int, line: bool) -> dict[str, st.SearchStrategy[str]]:
    """Expressions of each type, at most so deep; of a line too where one is at hand."""
    own = "line." if line else ""
    numbers = st.sampled_from(
        ["total", "cost", "pieces", "customer.limit", "customer.region.target"]
        + ["line.price", "line.quantity", "line.margin", "line.product.price"] * line
        + [format(number, "f") for number in NUMBERS if number is not None]
    )
    texts = st.sampled_from(
        ["number", "note", "customer.name", "customer.region.name"]
        + ["line.name", "line.product.name"] * line
        + [_quoted(text) for text in TEXTS if text is not None]
    )
    days = st.sampled_from(
        ["ordered", "due", "today", "customer.since", f"{own}promised" if line else "due"]
    )
    yes_no = st.sampled_from(["urgent", "paid", "True", "False", f"{own}gift" if line else "paid"])
    leaves = {"number": numbers, "text": texts, "day": days, "yes_no": yes_no}
    if not depth:
        return leaves
    less = _of_any_type(depth - 1, line)
    n, t, d, c = less["number"], less["text"], less["day"], less["yes_no"]
    build = st.builds
    sign = st.sampled_from(COMPARISONS)

    def choice(of: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return build("({1} if {0} else {2})".format, c, of, of) | build(
            "coalesce({}, {})".format, of, of
        )

    def pick(of: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return build("{}({}, {})".format, st.sampled_from(["min", "max"]), of, of)

    deeper = {
        "number": numbers
        | build("({} {} {})".format, n, st.sampled_from("+-*/"), n)
        | build("{}({})".format, st.sampled_from(["-", "abs", "floor", "ceil"]), n)
        | build("round({}, {})".format, n, st.integers(-3, 12))
        | build("({} - {})".format, d, d)
        | build("{}({})".format, st.sampled_from(["year", "month", "day"]), d)
        | build("len({})".format, t)
        | choice(n)
        | pick(n),
        "text": texts
        | build("{}({})".format, st.sampled_from(["lower", "upper"]), t)
        | build("concat({}, {})".format, t, t)
        | choice(t)
        | pick(t),
        "day": days | build("({} {} {})".format, d, st.sampled_from("+-"), n) | choice(d) | pick(d),
        "yes_no": yes_no
        | build("({} {} {})".format, n, sign, n)
        | build("({} {} {} {} {})".format, n, sign, n, sign, n)
        | build("({} {} {})".format, t, sign, t)
        | build("({} {} {})".format, d, sign, d)
        | build("({} {} {})".format, c, st.sampled_from(["==", "!=", "and", "or"]), c)
        | build("(not {})".format, c)
        | build("({} in {})".format, t, t)
        | build("({} in (1, -1, 2.345, None))".format, n)
        | build('({} not in ("a", "张"))'.format, t)
        | build("starts_with({}, {})".format, t, t)
        | build("is_missing({})".format, n | t | d)
        | choice(c),
    }
    if not line:
        of_line = _of_any_type(depth - 1, line=True)
        condition = of_line["yes_no"]
        deeper["number"] |= build(
            "sum({} for line in lines if {})".format, of_line["number"], condition
        ) | build("count(line for line in lines if {})".format, condition)
        deeper["yes_no"] |= build(
            "{}({} for line in lines)".format, st.sampled_from(["any", "all"]), condition
        )
        for type_ in ("number", "text", "day"):
            deeper[type_] |= build(
                "{}({} for line in lines)".format, st.sampled_from(["min", "max"]), of_line[type_]
            )
    return deeper


@settings(
    max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), print_blob=False
)
@given(texts=st.lists(st.one_of(*_of_any_type(3, line=False).values()), min_size=8, max_size=16))
def test_whatever_people_write_both_back_ends_agree(world: World, texts: list[str]) -> None:
    world.agrees([text for text in texts if within_bounds(text)])


def within_bounds(text: str) -> bool:
    """Whether the text is of a size that people may write; it may be wrong in no other way."""
    try:
        parse(text, ORDER)
    except ExpressionError as error:
        codes = {(each.code, each.facts.get("what")) for each in error.problems}
        assert codes <= {
            ("not_allowed", "chain_in_chain"),
            ("too_long", None),
            ("too_many_parts", None),
        }
        return False
    return True


def test_division_rounds_once_where_rounding_twice_would_differ(pairs: World) -> None:
    """Quotients close under a tie: 0.5000…04999 at the thirteenth place and beyond."""
    ties = [
        "1 / 2000000000000",
        "3 / 2000000000000",
        "0.49999999999999999999999999 / 1000000000000",
        "0.50000000000000000000000000 / 1000000000000",
        "0.50000000000000000000000001 / 1000000000000",
        "-0.5 / 1000000000000",
        "-0.49999999999999999999999999 / 1000000000000",
        "1234567890123456789012345678.4999999999995 / 1",
        "1234567890123456789012345678.4999999999994999999 / 1",
        "99999999999999999999999999999999999999 / 0.000000000000000000000000003",
        "1 / 99999999999999999999999999999999999999",
    ]
    some = World(pairs.orders[:1], pairs.database)
    with some.database.connect() as connection:
        for text in ties:
            rule = parse(text, DictScope())
            answer = connection.execute(sa.select(rule.sql(TableScope(ORDER_SHAPE)))).scalar_one()
            assert answer == rule.evaluate(None), text


def test_letters_change_their_case_alike_whatever_the_alphabet(database: sa.Engine) -> None:
    points = "generate_series(1, 1114111) point WHERE point NOT BETWEEN 55296 AND 57343"
    for name, in_memory in (("lower", lowered), ("upper", raised)):
        changed = f'{name}(chr(point) COLLATE "pg_c_utf8")'
        with database.connect() as connection:
            rows = connection.execute(
                sa.text(f"SELECT chr(point), {changed} FROM {points} AND {changed} <> chr(point)")
            ).all()
        expected = dict(map(tuple, rows))
        mine = {
            chr(point): in_memory(chr(point))
            for point in range(0x110000)
            if in_memory(chr(point)) != chr(point)
        }
        assert mine == expected


DEEP = [
    "({} + 1)",
    "(1 / {})",
    "abs({})",
    "round({}, 2)",
    "min({}, 3)",
    "coalesce({}, 4)",
    "(1 if urgent else {})",
    "(1 if {} > 2 else 3)",
    "(-{})",
    "(1 if {} in (1, None) else total)",
    "len(concat(lower(note if {} != 1 else number), note))",
    "sum({} for line in lines)",
    "year(ordered + {})",
]


@pytest.mark.parametrize("step", DEEP)
def test_the_deepest_that_is_understood_can_also_be_asked(world: World, step: str) -> None:
    text = "total"
    while True:
        try:
            parse(deeper := step.format(text), ORDER)
        except ExpressionError as error:
            assert {each.code for each in error.problems} <= {"too_deep", "syntax"}  # noqa: PT017
            break
        text = deeper

    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 700)
    try:
        world.agrees([text])
    finally:
        sys.setrecursionlimit(limit)


DEEP_DAYS_AND_TEXTS = {
    "due": "({} + 1)",
    "note": 'concat("a", {})',
    "number": 'max(lower({}), "a")',
    "urgent": "(not {})",
    "paid": "({} == paid)",
    "urgent == paid": "(urgent and (paid or {}))",
}


def test_deep_days_and_texts_can_be_asked(world: World) -> None:
    for text, step in DEEP_DAYS_AND_TEXTS.items():
        while True:
            try:
                parse(deeper := step.format(text), ORDER)
            except ExpressionError:
                break
            text = deeper
        world.agrees([text])


def test_a_condition_on_a_field_can_use_its_index(world: World) -> None:
    """Equality, order and membership stay bare comparisons of the column with bound values."""
    tables = TableScope(ORDER_SHAPE)
    rule = parse('number == "SO-1" and total >= 5 and number in ("SO-1", "SO-2")', ORDER)

    with world.database.begin() as connection:
        connection.execute(sa.text("CREATE INDEX by_number ON sales_order (number)"))
        connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
        found = sa.select(ORDERS.c.id).where(rule.where(tables))
        compiled = found.compile(world.database)
        plan = connection.exec_driver_sql(f"EXPLAIN {compiled}", compiled.params)
        assert "by_number" in "\n".join(row[0] for row in plan)
        assert "SO-1" not in str(compiled)
        connection.rollback()

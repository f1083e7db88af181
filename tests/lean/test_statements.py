"""Lean: how often a step goes to the database, whatever the number of lines.

Each operation reads each table that it touches once and writes it once. What goes there a second
time is listed with its reason; the numbers are written down, so that none grows unnoticed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from dougong.kernel.perform import Done
from dougong.kernel.verbs import Create
from dougong.main import open_house
from tests.ground import TestGround
from tests.lean.wire import Wire, wire
from tests.shop import Shop

AT_ONCE = 250


STATEMENTS = {
    "receive": 19,
    "create": 8,
    "confirm": 16,
    "pick": 6,
    "pack": 5,
    "ship": 30,
    "draft": 5,
    "issue": 30,
    "pay": 16,
}
"""How many statements each step sends, numbering included. Who changes one says why."""

NUMBERING = (
    "a gapless number is given after the posting, by a transaction of its own for each series"
)
TWICE = {
    ("receive", "read company_state"): NUMBERING,
    ("receive", "write journal_entry"): NUMBERING,
    ("receive", "write number_series"): NUMBERING,
    ("ship", "read company_state"): NUMBERING,
    ("ship", "write journal_entry"): NUMBERING,
    ("ship", "write number_series"): NUMBERING,
    ("issue", "read company_state"): NUMBERING,
    ("issue", "read invoice"): NUMBERING,
    ("issue", "write invoice"): NUMBERING,
    ("issue", "write journal_entry"): NUMBERING,
    ("issue", "write number_series"): NUMBERING,
    ("issue", "write event"): NUMBERING,
    ("pay", "read company_state"): NUMBERING,
    ("pay", "write journal_entry"): NUMBERING,
    ("pay", "write number_series"): NUMBERING,
}
"""What a step does to a table more than once, and why."""


@pytest.fixture(scope="module")
def heard(ground: TestGround, shop_company: str) -> dict[int, dict[str, Wire]]:
    """Each step of an order of ten lines and of one of a thousand, every line another product."""
    name = f"{shop_company}_lean"
    ground._clone(shop_company, name)
    house = open_house(ground.address(name), size=2)
    shop, found = Shop(house), {}
    for many in (10, 1000):
        goods = products(shop, many + 1)
        cycle(shop, goods[:1])  # the customer and the month are not the first
        found[many] = cycle(shop, goods[1:])
    house.close()
    ground._drop(name)
    return found


def test_a_thousand_lines_take_no_more_statements_than_ten(
    heard: dict[int, dict[str, Wire]],
) -> None:
    for step, sent in heard[10].items():
        assert heard[1000][step].counts == sent.counts, step


def test_the_statements_of_each_step_are_those_written_down(
    heard: dict[int, dict[str, Wire]],
) -> None:
    assert {step: len(sent) for step, sent in heard[10].items()} == STATEMENTS


def test_what_goes_to_a_table_twice_has_a_reason(heard: dict[int, dict[str, Wire]]) -> None:
    twice = {
        (step, does)
        for step, sent in heard[10].items()
        for does, times in sent.counts.items()
        if times > 1
    }
    assert twice == set(TWICE)


def test_no_statement_of_the_house_names_all_columns_by_a_star(
    heard: dict[int, dict[str, Wire]],
) -> None:
    assert not [
        sent.text
        for steps in heard.values()
        for sents in steps.values()
        for sent in sents
        if "*" in sent.text
    ]


def products(shop: Shop, many: int) -> list[UUID]:
    """So many products."""
    values = {"unit": shop.found("unit", code="PCS"), "tax": shop.tax("VAT13"), "list_price": "10"}
    commands = [
        Create(entity="product", values={"code": f"{many}-{at}", "name": f"{at}", **values})
        for at in range(many)
    ]
    goods: list[UUID] = []
    for at in range(0, many, AT_ONCE):
        made = shop.house.perform_many(shop.company, commands[at : at + AT_ONCE])
        goods += [one.id for one in made if isinstance(one, Done)]
    return goods


def cycle(shop: Shop, goods: list[UUID]) -> dict[str, Wire]:
    """An order of one line for each product, from the draft to the payment, each step heard."""
    heard: dict[str, Wire] = {}

    def step(name: str, act: Callable[[], Any]) -> Any:
        with wire() as sent:
            done = act()
        heard[name] = sent
        return done

    receipt = shop.make(
        "goods_receipt",
        warehouse=shop.warehouse,
        lines=[{"product": one, "quantity": "100", "unit_cost": "6"} for one in goods],
    )
    step("receive", lambda: shop.do("goods_receipt", "receive", id=receipt.id))
    customer = shop.customer()
    lines = [{"product": one, "quantity": "2"} for one in goods]
    order = step("create", lambda: shop.make("sales_order", customer=customer, lines=lines))
    step("confirm", lambda: shop.confirm(order))
    (shipment,) = shop.shipments(order)
    for verb in ("pick", "pack", "ship"):
        step(verb, partial(shop.do, "shipment", verb, id=shipment.id))
    draft = step(
        "draft", lambda: shop.do("invoice", "draft", documents=(f"sales_order:{order.id}",))
    )
    invoice = step("issue", lambda: shop.do("invoice", "issue", id=draft.id))
    step("pay", lambda: shop.pay(invoice))
    return heard

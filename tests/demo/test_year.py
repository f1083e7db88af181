"""A few days of the demo company: everything that trade has, and books that tie."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from dougong.demo.calendar import busyness, days, is_working
from dougong.demo.company import (
    demo_colleagues,
    install_demo,
    noted,
    prepare_demo,
    remove_half_made,
    wipe_demo,
)
from dougong.demo.people import COLLEAGUES, PASSWORD
from dougong.demo.roles import role_codes
from dougong.kernel.house import House
from dougong.kernel.identity import sign_in
from dougong.kernel.refusals import Refused, UnknownReference
from dougong.kernel.verify import verify
from dougong.main import open_house
from tests.demo_company import BEGIN, CHEAP, SLUG, TODAY


def rows(house: House, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with house.database.transaction(SLUG) as transaction:
        return transaction.rows(sql, parameters)


def test_the_books_tie_in_every_law(demo: House) -> None:
    assert verify(demo, SLUG) == []


def test_every_department_has_its_work(demo: House) -> None:
    tables = (
        "customer", "product", "supplier", "campaign", "sales_order", "shipment", "invoice",
        "receivable", "payment", "goods_receipt", "stock_move", "sales_entry", "journal_entry",
    )  # fmt: skip
    counted = {table: rows(demo, f"SELECT count(*) FROM {table}")[0][0] for table in tables}
    assert [table for table, count in counted.items() if not count] == []
    worked = sum(is_working(day) for day in days(BEGIN, TODAY - timedelta(days=1)))
    assert 2 * worked <= counted["sales_order"] <= 6 * worked


def test_the_first_morning_finds_open_work(demo: House) -> None:
    waiting = rows(demo, "SELECT role FROM parked_command WHERE state = 'waiting' ORDER BY role")
    assert {role for (role,) in waiting} == {"accountant", "sales_manager"}
    [(drafts,)] = rows(demo, "SELECT count(*) FROM sales_order WHERE state = 'draft'")
    [(to_send,)] = rows(
        demo, "SELECT count(*) FROM shipment WHERE state IN ('planned', 'picked', 'packed')"
    )
    assert drafts >= 4
    assert to_send >= 1


def test_nothing_happens_after_yesterday(demo: House) -> None:
    [(latest,)] = rows(demo, "SELECT max(at) FROM event WHERE name = 'sales_order.confirmed'")
    assert latest.date() < TODAY
    [(moved,)] = rows(demo, "SELECT max(day) FROM stock_move")
    assert moved < TODAY


def test_each_deed_is_that_of_whose_post_it_is(demo: House) -> None:
    found = rows(
        demo,
        "SELECT DISTINCT e.name, r.code FROM event e JOIN person_role pr ON pr.parent = e.actor "
        "JOIN role r ON r.id = pr.role WHERE e.name IN "
        "('sales_order.created', 'shipment.shipped', 'invoice.issued', 'goods_receipt.received')",
    )
    assert set(found) == {
        ("sales_order.created", "sales_rep"),
        ("shipment.shipped", "warehouse"),
        ("invoice.issued", "accountant"),
        ("goods_receipt.received", "warehouse"),
    }


def test_the_readers_have_seen_everything(demo: House) -> None:
    [(last,)] = rows(demo, "SELECT max(seq) FROM event")
    behind = rows(demo, "SELECT name FROM reader WHERE seq < %s", last)
    assert behind == []


def test_every_role_is_somebodys_who_can_sign_in(demo: House) -> None:
    assert {one.role for one in demo_colleagues(demo)} == set(role_codes())
    with demo.database.outside() as connection:
        for one in COLLEAGUES:
            session = sign_in(
                connection, login=one.login, password=PASSWORD, address="::1", user_agent="",
                now=demo.clock(), passwords=CHEAP,
            )  # fmt: skip
            assert session is not None


def test_the_spring_festival_is_quiet() -> None:
    assert busyness(BEGIN) == pytest.approx(0.95)
    assert busyness(BEGIN.replace(year=2026, month=2, day=17)) == 0
    assert busyness(BEGIN.replace(month=11, day=14)) < Decimal("0.3")  # a Saturday


def test_a_company_of_that_name_is_not_touched(fresh_database: str) -> None:
    house = open_house(fresh_database, size=2)
    house.create_company(SLUG, name="不是演示")
    with pytest.raises(Refused) as refused:
        wipe_demo(house)
    assert refused.value.by == UnknownReference("company", "demo", SLUG)
    assert prepare_demo(house) is False
    assert house.companies() == [SLUG]
    assert demo_colleagues(house) == []
    house.close()


def test_a_demo_that_was_killed_while_it_was_made_is_removed(fresh_database: str) -> None:
    house = open_house(fresh_database, size=3)

    def killed(done: int, _total: int, _what: str) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        install_demo(house, killed, today=TODAY, begin=BEGIN, passwords=CHEAP)
    assert noted(house) == {SLUG: False}
    assert demo_colleagues(house) == []

    remove_half_made(house)
    assert house.companies() == []
    assert noted(house) == {}
    house.close()

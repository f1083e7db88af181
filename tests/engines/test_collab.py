"""People work together on an order: they talk, call somebody, give tasks, and hear what concerns them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette

from dougong.kernel.access.entities import Role, RolePermission
from dougong.kernel.house import House
from dougong.kernel.log.readers import Reading
from dougong.main import open_house
from dougong.web.app import web_app
from tests.kernel.house import published
from tests.shop import COMPANY, Shop
from tests.web.conftest import CHEAP, Somebody, hired

REP = Role(
    code="rep",
    name="销售员",
    permissions=[
        RolePermission(entity=entity, operation="*")
        for entity in ("sales_order", "customer", "product")
    ],
)
CLERK = Role(
    code="clerk",
    name="仓管员",
    permissions=[RolePermission(entity="shipment", operation="read")],
)


@pytest.fixture(scope="module")
def house(database_url: str) -> Iterator[House]:
    house = open_house(database_url)
    Shop.found_company(house)
    for role in (REP, CLERK):
        published(house, COMPANY, role)
    yield house
    house.close()


@pytest.fixture(scope="module")
def app(house: House) -> Starlette:
    return web_app(house, passwords=CHEAP)


@pytest.fixture(scope="module")
def shop(house: House) -> Shop:
    return Shop(house)


@pytest.fixture(scope="module")
def rep(house: House, app: Starlette) -> Somebody:
    return hired(house, app, COMPANY, "rep", REP)


@pytest.fixture(scope="module")
def clerk(house: House, app: Starlette) -> Somebody:
    return hired(house, app, COMPANY, "clerk", CLERK)


@pytest.fixture(scope="module")
def packer(house: House, app: Starlette) -> Somebody:
    return hired(house, app, COMPANY, "packer", CLERK)


@pytest.fixture
def order(shop: Shop) -> str:
    return str(shop.sales_order(("BOLT-M8", 40)).id)


def ok(answer: Any) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def say(who: Somebody, order: str, text: str, *mentions: str) -> Any:
    said = {"record": f"sales_order:{order}", "text": text, "mentions": list(mentions)}
    return ok(who.post("/comment", said))


def read_log(house: House) -> None:
    """Let the readers of the log come up to date."""
    with house.database.transaction(COMPANY) as transaction:
        [(until,)] = transaction.rows("SELECT coalesce(max(seq), 0) FROM event")
    Reading(house, COMPANY, until).run()


def heard(house: House, who: Somebody, order: str) -> list[tuple[str, str]]:
    read_log(house)
    mine = f'person == "{who.person}" and record == "sales_order:{order}"'
    page = ok(who.get("/notification", params={"filter": mine, "sort": "created_at"}))
    return [(one["kind"], one["words"]) for one in page["records"]]


def test_a_stranger_who_is_called_reads_that_order_and_nothing_else(
    shop: Shop, rep: Somebody, clerk: Somebody, order: str
) -> None:
    other = str(shop.sales_order(("BOLT-M8", 5)).id)
    say(rep, other, "只有销售看得到")
    assert clerk.get(f"/sales_order/{order}").status_code == 403

    say(rep, order, "@仓库 能提前发吗?", f"person:{clerk.person}")

    seen = ok(clerk.get(f"/sales_order/{order}"))
    assert seen["number"]
    assert [line["quantity"] for line in seen["lines"]] == ["40"]
    assert ok(clerk.get("/meta/sales_order"))["name"] == "sales_order"
    items = ok(clerk.get(f"/sales_order/{order}/timeline"))["items"]
    assert [one["text"] for one in items if one["is"] == "comment"] == ["@仓库 能提前发吗?"]
    assert say(clerk, order, "周三可以")["id"]
    assert clerk.get(f"/sales_order/{other}").status_code == 403
    assert clerk.get(f"/sales_order/{other}/timeline").status_code == 404
    assert clerk.get("/sales_order").status_code == 403
    assert clerk.get("/customer").status_code == 403
    assert clerk.patch(f"/sales_order/{order}", {"note": "x"}).status_code in (403, 404)
    said = {one["text"] for one in ok(clerk.get("/comment"))["records"]}
    assert "只有销售看得到" not in said


def test_nobody_calls_themselves_to_an_order_that_they_may_not_read(
    clerk: Somebody, order: str
) -> None:
    said = {"record": f"sales_order:{order}", "text": "?", "mentions": [f"person:{clerk.person}"]}

    assert clerk.post("/comment", said).status_code == 422
    assert clerk.get(f"/sales_order/{order}").status_code == 403


def test_who_is_called_hears_it_once_and_who_spoke_hears_the_answer(
    house: House, rep: Somebody, clerk: Somebody, order: str
) -> None:
    say(rep, order, "什么时候发货?", f"person:{clerk.person}", f"role:{role_id(house, 'clerk')}")
    say(clerk, order, "明天")

    assert heard(house, clerk, order) == [("mentioned", "什么时候发货?")]
    assert heard(house, rep, order) == [("commented", "明天")]


def test_a_role_that_is_called_reaches_everybody_who_plays_it(
    house: House, rep: Somebody, clerk: Somebody, packer: Somebody, order: str
) -> None:
    say(rep, order, "请仓库核对", f"role:{role_id(house, 'clerk')}")

    for one in (clerk, packer):
        assert heard(house, one, order) == [("mentioned", "请仓库核对")]
        assert ok(one.get(f"/sales_order/{order}"))["id"] == order


def test_nothing_is_told_twice_when_the_log_is_read_again(
    house: House, rep: Somebody, clerk: Somebody, order: str
) -> None:
    say(rep, order, "看一下", f"person:{clerk.person}")
    read_log(house)
    with house.database.transaction(COMPANY) as transaction:
        transaction.run("UPDATE reader SET seq = 0 WHERE name = 'notifications'")

    assert heard(house, clerk, order) == [("mentioned", "看一下")]


def test_a_task_is_given_done_and_reopened(
    house: House, rep: Somebody, packer: Somebody, order: str
) -> None:
    task = ok(
        rep.post(
            "/task",
            {
                "record": f"sales_order:{order}",
                "title": "打包前拍照",
                "assignee": str(packer.person),
                "due": "2026-03-05",
            },
        )
    )

    assert heard(house, packer, order) == [("assigned", "打包前拍照")]
    done = ok(packer.post(f"/task/{task['id']}/finish"))
    assert (done["state"], done["done_by"]["id"]) == ("done", str(packer.person))
    assert packer.post(f"/task/{task['id']}/finish").status_code == 409
    assert ok(rep.post(f"/task/{task['id']}/reopen"))["state"] == "open"


def test_ones_own_words_are_changed_and_taken_back_by_nobody_else(
    rep: Somebody, clerk: Somebody, order: str
) -> None:
    comment = say(rep, order, "尽快", f"person:{clerk.person}")

    assert clerk.patch(f"/comment/{comment['id']}", {"text": "不急"}).status_code == 403
    assert clerk.post(f"/comment/{comment['id']}/withdraw").status_code == 403
    assert ok(rep.patch(f"/comment/{comment['id']}", {"text": "周五前"}))["text"] == "周五前"
    gone = ok(rep.post(f"/comment/{comment['id']}/withdraw"))
    assert (gone["text"], gone["withdrawn"]) == ("", True)


def test_a_notification_is_read_by_whom_it_is_for(
    house: House, rep: Somebody, clerk: Somebody, order: str
) -> None:
    say(rep, order, "在吗", f"person:{clerk.person}")
    read_log(house)
    mine = f'person == "{clerk.person}" and record == "sales_order:{order}"'
    [one] = ok(clerk.get("/notification", params={"filter": mine}))["records"]

    assert rep.post(f"/notification/{one['id']}/read").status_code == 403
    assert ok(clerk.post(f"/notification/{one['id']}/read"))["read_at"]


def test_the_timeline_loses_nothing_from_page_to_page(
    shop: Shop, rep: Somebody, order: str
) -> None:
    for n in range(5):
        shop.now = shop.now.replace(minute=shop.now.minute + 1)
        say(rep, order, f"第{n}句")
    whole = ok(rep.get(f"/sales_order/{order}/timeline"))["items"]
    cursor, pages = "", []
    while cursor is not None:
        page = ok(rep.get(f"/sales_order/{order}/timeline?limit=2&cursor={cursor}".rstrip("=")))
        pages += page["items"]
        cursor = page["next_cursor"]

    assert [one["id"] for one in pages] == [one["id"] for one in whole]
    assert [one["text"] for one in whole if one["is"] == "comment"] == [
        f"第{n}句" for n in reversed(range(5))
    ]
    assert [one["name"] for one in whole if one["is"] == "event"] == ["sales_order.created"]


def test_people_and_roles_are_found_by_their_beginning(rep: Somebody) -> None:
    found = ok(rep.get("/people", params={"search": "仓管"}))["people"]

    assert [(one["kind"], one["name"]) for one in found] == [("role", "仓管员")]
    by_sound = ok(rep.get("/people", params={"search": "cangguan"}))["people"]
    assert [one["name"] for one in by_sound] == ["仓管员"]


def role_id(house: House, code: str) -> str:
    roles = house.company_state(COMPANY).cached("role").values()
    return next(str(one.id) for one in roles if getattr(one, "code", "") == code)

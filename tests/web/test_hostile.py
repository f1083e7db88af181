"""What no honest browser sends is refused by name, and what takes too long is stopped."""

from __future__ import annotations

import time
from uuid import UUID

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from dougong.kernel.house import House
from dougong.kernel.messages import Messages
from dougong.kernel.verbs import Edit
from dougong.web.answers import Json
from dougong.web.asking import Asking
from dougong.web.desk import Desk
from tests.web.conftest import API, CLERK, NORTH, Somebody, browser, hired, known

ZEROS = "0" * 20_000


@pytest.fixture(scope="module")
def hostile(house: House) -> UUID:
    return known(house, NORTH, "HOSTILE")


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("1E+999999999", "too_large"),
        ("1E-999999999", "too_many_digits"),
        ("1." + ZEROS, "wrong_type"),
        ('"1e999999999"', "too_large"),
        ("1.0000000000000000000000000000001", "too_many_digits"),
    ],
)
def test_a_number_that_no_column_holds_is_refused(
    boss: Somebody, hostile: UUID, number: str, problem: str
) -> None:
    body = f'{{"client": "{hostile}", "lines": [{{"what": "x", "quantity": {number}}}]}}'
    headers = {"Content-Type": "application/json"}
    answer = boss.browser.post(f"{API}/purchase", content=body, headers=headers)
    assert answer.status_code == 422, answer.text
    assert answer.json()["facts"] == {**answer.json()["facts"], "problem": problem}
    assert answer.json()["field"] == "lines[0].quantity"


@pytest.mark.parametrize(
    "nothing", ["0e-99999", "0E-999999999", "0E+999999999", '"0e-99999"', "-0"]
)
def test_nothing_is_nothing_however_it_is_written(
    boss: Somebody, hostile: UUID, nothing: str
) -> None:
    body = f'{{"client": "{hostile}", "lines": [{{"what": "x", "quantity": {nothing}}}]}}'
    headers = {"Content-Type": "application/json"}
    answer = boss.browser.post(f"{API}/purchase", content=body, headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.json()["lines"][0]["quantity"] == "0"


@pytest.mark.parametrize("values", [{"name": "a\0"}, {"name": "a", "scopes": ["\0"]}])
def test_a_token_with_what_no_column_holds_is_refused(
    boss: Somebody, values: dict[str, object]
) -> None:
    assert boss.post("/tokens", values).json()["code"] == "invalid_field"


def test_what_takes_too_long_is_stopped_and_said_so(house: House) -> None:
    def dawdle(asking: Asking) -> Response:
        with asking.house.database.transaction(NORTH, timeout="20ms") as transaction:
            time.sleep(0.1)
            return Json(transaction.rows("SELECT 1"))

    desk = Desk(house, Messages.load((*house.catalogue.packages, "dougong.web")))
    app = Starlette(routes=[Route("/late", desk.door(dawdle))])
    with browser(app) as opened:
        answers = [opened.get("/late") for _ in range(3)]
    assert {one.status_code for one in answers} == {503}
    assert {one.json()["code"] for one in answers} == {"took_too_long"}
    assert {one.headers["Retry-After"] for one in answers} == {"1"}
    with house.database.transaction(NORTH) as transaction:
        assert transaction.rows("SELECT 1") == [(1,)]


def test_a_preview_reaches_no_further_than_the_deed(
    house: House, rep: Somebody, hostile: UUID
) -> None:
    values = {"client": str(hostile), "lines": [{"what": "x", "quantity": "1", "price": "2"}]}
    looked = rep.post("/purchase?preview", values).json()
    assert (looked["possible"], looked["record"]) == (False, None)
    assert [one["code"] for one in looked["obstacles"]] == ["not_permitted"]
    assert rep.post("/purchase", values).status_code == 403

    own = known(house, NORTH, "HOSTILE-OWN", owner=str(rep.person))
    looked = rep.patch(f"/client/{own}?preview", {"owner": None}).json()
    assert (looked["possible"], looked["record"]) == (False, None)
    looked = rep.post("/purchase?preview", {**values, "client": str(own)}).json()
    assert (looked["possible"], looked["record"]["total"]) == (True, "2")


def test_who_loses_a_role_or_is_deactivated_is_refused_at_once(
    house: House, app: Starlette
) -> None:
    leaver = hired(house, app, NORTH, "leaver", CLERK)
    assert leaver.get("/client").status_code == 200
    house.perform(NORTH, Edit(entity="person", id=leaver.person, values={"roles": []}))
    assert leaver.get("/client").status_code == 403
    house.perform(NORTH, Edit(entity="person", id=leaver.person, values={"active": False}))
    assert leaver.get("/client").status_code == 401
    assert leaver.post("/client", {"code": "x", "name": "x"}).status_code == 401
    assert leaver.get("/me").status_code == 401

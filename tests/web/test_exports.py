"""Exports through the door: written behind it, seen by nobody but their asker, gone after a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from dougong.kernel.errands import Errand, Errands
from dougong.kernel.files.sweeping import sweep_files
from dougong.kernel.furnishing import furnished
from dougong.kernel.house import House
from dougong.kernel.sheets import as_text, open_sheet
from dougong.web.app import web_app
from tests.kernel.house import MONDAY, client, published
from tests.web.conftest import BOSS, CHEAP, CLERK, NORTH, REP, SOUTH, Somebody
from tests.web.test_imports import CATALOGUE, at_the_door, codes_of


@pytest.fixture(scope="module")
def house(database_url: str) -> Iterator[House]:
    house = furnished(database_url, CATALOGUE, size=8, clock=lambda: MONDAY)
    for company in (NORTH, SOUTH):
        house.create_company(company, name=company)
        published(house, company, REP, BOSS, CLERK)
    for n in range(5):
        client(house, NORTH, f"C{n}", grade="ABC"[n % 3])
    yield house
    house.close()


@pytest.fixture(scope="module")
def app(house: House) -> Iterator[Starlette]:
    app = web_app(house, passwords=CHEAP)
    yield app
    app.state.errands.stop()


@pytest.fixture
def errands(app: Starlette) -> Errands:
    found: Errands = app.state.errands
    return found


def begun(by: Somebody, **asked: Any) -> str:
    answer = by.post("/exports", asked)
    assert answer.status_code == 202, answer.text
    at: str = answer.headers["Location"]
    return at.removeprefix("/api/v1")


def rows_of(answer: httpx.Response) -> list[list[str]]:
    assert answer.status_code == 200, answer.text
    with open_sheet(answer.content) as sheet:
        return [list(sheet.headers), *([as_text(cell) for cell in row.cells] for row in sheet.rows)]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_was_asked_for_is_written_and_fetched(
    boss: Somebody, errands: Errands, form: str
) -> None:
    at = begun(
        boss,
        entity="client",
        filter='grade != "C"',
        sort=["-code"],
        fields=["code", "grade"],
        form=form,
        labels=False,
    )
    waiting = boss.get(at).json()
    early = boss.get(f"{at}/content")
    errands.run_waiting()

    told, answer = boss.get(at).json(), boss.get(f"{at}/content")

    assert (waiting["state"], waiting["content"]) == ("waiting", None)
    assert codes_of(early) == (409, "export_not_ready")
    assert (told["state"], told["done"], told["total"]) == ("finished", 4, 4)
    assert f'filename="client.{form}"' in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert rows_of(answer) == [
        ["code", "grade"],
        ["C4", "B"],
        ["C3", "A"],
        ["C1", "B"],
        ["C0", "A"],
    ]


def test_columns_are_headed_in_the_askers_language(boss: Somebody, errands: Errands) -> None:
    at = begun(boss, entity="client", fields="code", filter='code == "C0"')
    errands.run_waiting()

    assert rows_of(boss.get(f"{at}/content")) == [["编码"], ["C0"]]


def test_an_export_holds_what_its_asker_may_see(
    house: House, rep: Somebody, errands: Errands
) -> None:
    client(house, NORTH, "OWN", grade="A", owner=str(rep.person))
    at = begun(rep, entity="client", labels=False)
    errands.run_waiting()

    header, *rows = rows_of(rep.get(f"{at}/content"))

    assert header == ["code", "name", "owner", "keeper"]
    assert [row[0] for row in rows] == ["OWN"]
    refused = [
        codes_of(rep.post("/exports", {"entity": "client", **asked}))
        for asked in ({"fields": ["grade"]}, {"filter": 'grade == "A"'}, {"sort": "grade"})
    ]
    assert refused == [
        (403, "not_permitted"),
        (422, "bad_expression"),
        (422, "invalid_field"),
    ]


def test_nobody_exports_what_they_may_not_read(house: House, clerk: Somebody) -> None:
    before = count(house, "export_batch")

    assert codes_of(clerk.post("/exports", {"entity": "person"})) == (403, "not_permitted")
    assert count(house, "export_batch") == before


def test_only_its_asker_sees_an_export(
    boss: Somebody, rep: Somebody, southerner: Somebody, errands: Errands
) -> None:
    at = begun(rep, entity="client")
    errands.run_waiting()
    kept = [one["id"] for one in rep.get("/file").json()["records"]]

    for other in (boss, southerner):
        assert other.get(at).status_code == other.get(f"{at}/content").status_code == 404
        assert [other.get(f"/file/{one}/content").status_code for one in kept] == [404] * len(kept)
    assert rep.get(f"{at}/content").status_code == 200


def test_a_token_fetches_only_what_its_scopes_let_it_read(boss: Somebody, errands: Errands) -> None:
    at = begun(boss, entity="client")
    errands.run_waiting()
    token = boss.post("/tokens", {"name": "t", "scopes": ["purchase.read"]}).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}

    fetched = boss.get(f"{at}/content", headers=headers)
    asked = boss.post("/exports", {"entity": "client"}, headers=headers)

    assert codes_of(fetched) == codes_of(asked) == (403, "not_permitted")


def test_an_export_goes_after_a_day(house: House, boss: Somebody, errands: Errands) -> None:
    at = begun(boss, entity="client")
    errands.run_waiting()
    assert boss.get(f"{at}/content").status_code == 200

    house.clock = lambda: MONDAY + timedelta(days=1, seconds=1)
    try:
        sweep_files(house, NORTH)
    finally:
        house.clock = lambda: MONDAY

    assert codes_of(boss.get(f"{at}/content")) == (410, "export_gone")
    assert boss.get(at).json()["state"] == "finished"


def test_an_export_whose_server_was_stopped_shows_so(
    house: House, boss: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = web_app(house, passwords=CHEAP)
    errands: Errands = door.state.errands
    there = at_the_door(door, boss)
    at = begun(there, entity="client")

    def at_once(_errand: Errand, _done: int, _total: int, _what: str) -> None:
        errands.stopping.set()

    with monkeypatch.context() as patched:
        patched.setattr(Errand, "tell", at_once)
        errands.run_waiting()
    errands.stop()

    assert boss.get(at).json()["state"] == "interrupted"
    assert codes_of(boss.get(f"{at}/content")) == (409, "export_not_ready")


def test_an_export_that_grows_too_large_fails_with_the_reason(
    boss: Somebody, errands: Errands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dougong.kernel.exports.kept.LARGEST", 10)
    at = begun(boss, entity="client")
    errands.run_waiting()

    told = boss.get(at).json()

    assert (told["state"], told["content"]) == ("failed", None)
    assert told["remarks"] == ["导出内容超过 10 字节，请缩小范围。"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "entity"),
        ({"entity": 3}, "entity"),
        ({"entity": "client", "form": "pdf"}, "form"),
        ({"entity": "client", "form": ["csv"]}, "form"),
        ({"entity": "client", "fields": [3]}, "fields"),
        ({"entity": "client", "fields": ["ghost"]}, "fields"),
        ({"entity": "client", "sort": 3}, "sort"),
        ({"entity": "client", "filter": 3}, "filter"),
        ({"entity": "client", "labels": "no"}, "labels"),
        ({"entity": "client", "limit": 3}, "limit"),
    ],
)
def test_what_can_not_be_understood_is_refused_naming_the_field(
    house: House, boss: Somebody, asked: dict[str, Any], field: str
) -> None:
    before = count(house, "export_batch")

    answer = boss.post("/exports", asked)

    assert (answer.status_code, answer.json().get("field")) == (422, field)
    assert count(house, "export_batch") == before


def count(house: House, table: str) -> int:
    with house.database.transaction(NORTH) as transaction:
        return int(transaction.rows(f"SELECT count(*) FROM {table}")[0][0])

"""Imports through the door: what goes in, what is done behind it, and what is seen of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from dougong.kernel.catalogue import discover
from dougong.kernel.errands import Errand, Errands
from dougong.kernel.furnishing import furnished
from dougong.kernel.house import House
from dougong.kernel.perform import NOBODY
from dougong.kernel.verbs import VERBS
from dougong.web.app import web_app
from tests.kernel.house import MONDAY, PACKAGES, client, fingerprint, published
from tests.kernel.imports.trade import CLIENT_ROWS, LINE_ROWS, ORDER_ROWS, TRADE
from tests.web.conftest import BOSS, CHEAP, CLERK, NORTH, REP, SOUTH, Somebody, browser, hired

CATALOGUE = discover(
    (*PACKAGES, "dougong.kernel.files", "dougong.kernel.imports", "dougong.kernel.exports"), VERBS
)
CLIENTS = "entity: client\nkey: code\nfields: {code: id, name: {join: [first, last]}}\n"


@pytest.fixture(scope="module")
def house(database_url: str) -> Iterator[House]:
    house = furnished(database_url, CATALOGUE, size=8, clock=lambda: MONDAY)
    for company in (NORTH, SOUTH):
        house.create_company(company, name=company)
        published(house, company, REP, BOSS, CLERK)
    yield house
    house.close()


@pytest.fixture(scope="module")
def hands(house: House) -> dict[str, Somebody]:
    """Everybody who works there, signed in."""
    app = web_app(house, passwords=CHEAP)
    return {
        "boss": hired(house, app, NORTH, "boss", BOSS),
        "rep": hired(house, app, NORTH, "rep", REP),
        "clerk": hired(house, app, NORTH, "clerk", CLERK),
        "southerner": hired(house, app, SOUTH, "southerner", BOSS),
    }


@pytest.fixture
def app(house: House) -> Iterator[Starlette]:
    """A door that has just been opened, on a company without trade."""
    with house.database.outside() as connection:
        connection.execute(f"SET search_path = c_{NORTH}, public".encode())
        connection.execute(
            "TRUNCATE client, import_batch, import_mapping, file, file_content, idempotency CASCADE"
        )
        connection.execute("RESET search_path")
    app = web_app(house, passwords=CHEAP)
    yield app
    app.state.errands.stop()


@pytest.fixture
def errands(app: Starlette) -> Errands:
    found: Errands = app.state.errands
    return found


def at_the_door(app: Starlette, who: Somebody) -> Somebody:
    """Open a door for somebody who has signed in."""
    opened = browser(app)
    opened.cookies = who.browser.cookies
    return replace(who, browser=opened)


@pytest.fixture
def boss(hands: dict[str, Somebody], app: Starlette) -> Somebody:
    return at_the_door(app, hands["boss"])


@pytest.fixture
def rep(hands: dict[str, Somebody], app: Starlette) -> Somebody:
    return at_the_door(app, hands["rep"])


@pytest.fixture
def clerk(hands: dict[str, Somebody], app: Starlette) -> Somebody:
    return at_the_door(app, hands["clerk"])


@pytest.fixture
def southerner(hands: dict[str, Somebody], app: Starlette) -> Somebody:
    return at_the_door(app, hands["southerner"])


def brought(by: Somebody, path: str = "/imports", **parts: str) -> httpx.Response:
    """Send a form: ``clients`` goes as the file clients.csv, mapping and entity as they are."""
    said = {name: parts.pop(name) for name in ("mapping", "entity") if name in parts}
    files = [("file", (f"{name}.csv", text.encode())) for name, text in parts.items()]
    return by.browser.post(f"/api/v1{path}", files=files, data=said)


def begun(by: Somebody, **parts: str) -> str:
    answer = brought(by, **parts)
    assert answer.status_code == 202, answer.text
    told: dict[str, Any] = answer.json()
    assert answer.headers["Location"] == f"/api/v1/imports/{told['id']}"
    return f"/imports/{told['id']}"


def codes(by: Somebody) -> list[str]:
    found = by.get("/client?fields=code&sort=code").json()["records"]
    return [one["code"] for one in found]


def codes_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_files_are_imported_behind_the_door_as_their_bringer(
    house: House, boss: Somebody, errands: Errands
) -> None:
    at = begun(boss, mapping=TRADE, clients=CLIENT_ROWS, orders=ORDER_ROWS, lines=LINE_ROWS)
    waiting = boss.get(at).json()
    errands.run_waiting()
    told = boss.get(at).json()

    assert (waiting["state"], waiting["created"]) == ("waiting", 0)
    assert codes(boss) == ["X1", "X2"]
    counted = {name: told[name] for name in ("total", "done", "created", "performed", "bad")}
    assert counted == {"total": 7, "done": 7, "created": 5, "performed": 2, "bad": 0}
    assert (told["name"], told["state"], told["bad_rows"]) == ("trade", "finished", None)
    with house.database.transaction(NORTH) as transaction:
        actors = transaction.rows("SELECT DISTINCT actor FROM event WHERE trace = %s", [told["id"]])
    assert actors == [(boss.person,)]


def test_the_runner_takes_one_import_after_the_other_while_the_door_is_open(
    boss: Somebody,
) -> None:
    with boss.browser:
        first = begun(boss, mapping=CLIENTS, clients=CLIENT_ROWS)
        second = begun(boss, mapping=CLIENTS, clients="id,first,last\nX3,Cy,Fox\n")
        for at in (first, second):
            while boss.get(at).json()["state"] in ("waiting", "running"):
                pass

    assert [boss.get(at).json()["state"] for at in (first, second)] == ["finished", "finished"]
    assert codes(boss) == ["X1", "X2", "X3"]


def test_a_preview_proposes_a_mapping_judges_the_first_rows_and_writes_nothing(
    house: House, boss: Somebody
) -> None:
    before = fingerprint(house, NORTH)

    answer = brought(
        boss, "/imports?preview", entity="client", a="Code,Name,grade\nX1,Ann,A\n,Bob,B\nX3,Cy,Q\n"
    )

    told = answer.json()
    assert (answer.status_code, told["known"]) == (200, False)
    assert "code: Code" in told["mapping"]
    assert [(row["row"], row["would"]) for row in told["rows"]] == [
        (2, "create"),
        (3, "refuse"),
        (4, "refuse"),
    ]
    assert told["rows"][0]["values"] == {"code": "X1", "name": "Ann", "grade": "A"}
    assert [(one["code"], one["field"]) for one in told["rows"][1]["reasons"]] == [
        ("invalid_field", "code")
    ]
    assert fingerprint(house, NORTH) == before


def test_a_mapping_is_remembered_for_the_next_file_with_such_headers(
    boss: Somebody, errands: Errands
) -> None:
    begun(boss, mapping=CLIENTS, clients=CLIENT_ROWS)
    errands.run_waiting()

    told = brought(boss, "/imports?preview", entity="client", again=CLIENT_ROWS).json()

    assert (told["known"], told["mapping"]) == (True, CLIENTS)
    assert [row["would"] for row in told["rows"]] == ["nothing", "nothing"]


def test_rows_that_were_refused_come_back_with_reasons_in_the_askers_language(
    boss: Somebody, errands: Errands
) -> None:
    at = begun(boss, mapping=CLIENTS, clients="id,first,last\nX1,Ann,Lee\n,Bob,Ray\n")
    errands.run_waiting()

    told = boss.get(at).json()
    answer = boss.browser.get(told["bad_rows"])

    assert (told["created"], told["bad"]) == (1, 1)
    assert 'filename="clients.bad.csv"' in answer.headers["Content-Disposition"]
    header, row = answer.content.decode("utf-8-sig").splitlines()
    assert (header, row) == ("id,first,last,原因", ",Bob,Ray,编码：必须填写")


def test_bad_rows_of_several_files_are_packed_together(boss: Somebody, errands: Errands) -> None:
    orders = ORDER_ROWS.replace("2,X2", "2,X9")
    at = begun(boss, mapping=TRADE, clients=CLIENT_ROWS, orders=orders, lines=LINE_ROWS)
    errands.run_waiting()

    packed = boss.get(f"{at}/bad-rows").content

    with zipfile.ZipFile(io.BytesIO(packed)) as pack:
        assert sorted(pack.namelist()) == ["lines.bad.csv", "orders.bad.csv"]


@pytest.fixture
def interrupted(boss: Somebody, errands: Errands, monkeypatch: pytest.MonkeyPatch) -> str:
    """An import whose server stopped after the second chunk of one row each."""
    at = begun(boss, mapping=TRADE, clients=CLIENT_ROWS, orders=ORDER_ROWS, lines=LINE_ROWS)

    def until(errand: Errand, done: int, total: int, _what: str) -> None:
        errand.done, errand.total = done, total
        if done == 2:
            errands.stopping.set()

    with monkeypatch.context() as patched:
        patched.setattr("dougong.kernel.imports.pace.FIRST", 1)
        patched.setattr(Errand, "tell", until)
        errands.run_waiting()
    errands.stop()
    return at


def test_an_import_whose_server_was_stopped_shows_so_and_is_resumed_from_what_was_kept(
    house: House, boss: Somebody, interrupted: str
) -> None:
    seen = boss.get(interrupted).json()["state"]
    states = [row["state"] for row in boss.get("/purchase").json()["records"]]
    assert (seen, codes(boss), states) == ("interrupted", ["X1", "X2"], [])
    restarted = web_app(house, passwords=CHEAP)
    again = at_the_door(restarted, boss)

    answer = again.post(f"{interrupted}/resume")
    twice = again.post(f"{interrupted}/resume")
    restarted.state.errands.run_waiting()

    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    assert codes_of(twice) == (409, "under_way")
    told = again.get(interrupted).json()
    assert (told["state"], told["created"], told["performed"]) == ("finished", 5, 2)
    states = [row["state"] for row in boss.get("/purchase?sort=number").json()["records"]]
    assert states == ["confirmed", "confirmed", "draft"]
    restarted.state.errands.stop()


def test_another_process_sees_that_an_import_is_under_way(house: House, boss: Somebody) -> None:
    at = begun(boss, mapping=CLIENTS, clients=CLIENT_ROWS)
    elsewhere = web_app(house, passwords=CHEAP)
    there = at_the_door(elsewhere, boss)

    assert there.get(at).json()["state"] == "running"
    assert codes_of(there.post(f"{at}/resume")) == (409, "under_way")
    assert codes_of(there.post(f"{at}/undo")) == (409, "under_way")
    elsewhere.state.errands.stop()


def test_an_import_is_taken_back_as_far_as_it_can_be(boss: Somebody, errands: Errands) -> None:
    at = begun(boss, mapping=CLIENTS, clients=CLIENT_ROWS)
    errands.run_waiting()
    used = boss.get("/client?fields=id&filter=code == 'X1'").json()["records"][0]["id"]
    order = boss.post("/purchase", {"client": used, "lines": []}).json()["id"]

    answer = boss.post(f"{at}/undo")
    errands.run_waiting()

    assert (answer.status_code, codes(boss)) == (202, ["X1"])
    told = boss.get(at).json()
    assert told["state"] == "finished"
    assert len(told["remarks"]) == 1
    boss.delete(f"/purchase/{order}")
    boss.post(f"{at}/undo")
    errands.run_waiting()
    assert (boss.get(at).json()["state"], codes(boss)) == ("undone", [])
    assert codes_of(boss.post(f"{at}/undo")) == (409, "wrong_state")
    assert codes_of(boss.post(f"{at}/resume")) == (409, "wrong_state")


def test_nobody_imports_what_they_may_not_make(
    house: House, clerk: Somebody, boss: Somebody
) -> None:
    before = fingerprint(house, NORTH)

    clerks = brought(clerk, mapping=CLIENTS, clients=CLIENT_ROWS)
    proposed = brought(clerk, "/imports?preview", entity="client", clients=CLIENT_ROWS)

    assert codes_of(clerks) == codes_of(proposed) == (403, "not_permitted")
    assert fingerprint(house, NORTH) == before
    assert boss.get("/client").json()["records"] == []


def test_a_token_imports_no_more_than_its_scopes(boss: Somebody) -> None:
    token = boss.post("/tokens", {"name": "t", "scopes": ["client.create"]}).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    files = {"file": ("a.csv", b"a\nX1\n")}

    answers = [
        boss.browser.post(
            "/api/v1/imports", headers=headers, files=files, data={"mapping": mapping}
        )
        for mapping in (
            "entity: purchase\nfields: {client: a}\n",
            "entity: client\nfields: {code: a}\nsteps: [{do: purchase.confirm}]\n",
        )
    ]

    assert [codes_of(answer) for answer in answers] == [(403, "not_permitted")] * 2


def test_each_row_is_refused_or_taken_by_its_bringers_own_rights(
    house: House, boss: Somebody, rep: Somebody, errands: Errands
) -> None:
    client(house, NORTH, "X1", name="Not the rep's")
    rows = "code,name,grade\nX1,Mine now,\nX2,Bob,\nX3,Cy,A\n"
    mapping = "entity: client\nkey: code\nfields: {code: code, name: name, grade: grade}\n"

    at = begun(rep, mapping=mapping, clients=rows)
    errands.run_waiting()

    told = rep.get(at).json()
    assert (told["created"], told["changed"], told["bad"]) == (1, 0, 2)
    names = boss.get("/client?fields=code,name&sort=code").json()["records"]
    assert [(one["code"], one["name"]) for one in names] == [("X1", "Not the rep's"), ("X2", "Bob")]


def test_a_hidden_field_is_not_told_by_what_an_import_would_leave_alone(
    house: House, rep: Somebody
) -> None:
    client(house, NORTH, "X1", grade="A", owner=str(rep.person))
    mapping = "entity: client\nkey: code\nfields: {code: code, grade: grade}\n"

    fates = [
        brought(rep, "/imports?preview", mapping=mapping, a=f"code,grade\nX1,{grade}\n").json()
        for grade in ("A", "B")
    ]

    assert [fate["rows"][0]["would"] for fate in fates] == ["refuse", "refuse"]


def test_a_proposal_names_only_what_one_may_write(rep: Somebody) -> None:
    told = brought(rep, "/imports?preview", entity="client", a="code,name,grade\nX1,Ann,A\n")

    assert "grade" not in told.json()["mapping"]
    assert told.json()["rows"][0]["would"] == "create"


def test_nobody_reaches_an_import_of_another_company_or_of_somebody_else(
    boss: Somebody, rep: Somebody, southerner: Somebody, errands: Errands
) -> None:
    at = begun(boss, mapping=CLIENTS, clients="id,first,last\n,Ann,Lee\n")
    errands.run_waiting()

    for stranger in (southerner, rep):
        looked = [stranger.get(at), stranger.get(f"{at}/bad-rows")]
        done = [stranger.post(f"{at}/resume"), stranger.post(f"{at}/undo")]
        assert {answer.status_code for answer in (*looked, *done)} <= {403, 404}
    assert southerner.get("/import_batch").json()["records"] == []
    assert southerner.get("/file").json()["records"] == []


def test_who_may_see_all_imports_takes_none_up_for_another(
    boss: Somebody, rep: Somebody, errands: Errands
) -> None:
    at = begun(rep, mapping=CLIENTS, clients=CLIENT_ROWS)
    errands.run_waiting()

    assert boss.get(at).json()["created"] == 2
    assert codes_of(boss.post(f"{at}/resume")) == (403, "not_permitted")


@pytest.mark.parametrize(
    ("parts", "status", "code"),
    [
        ({"clients": CLIENT_ROWS}, 422, "invalid_field"),
        ({}, 422, "invalid_field"),
        ({"mapping": "entity: client\nfields: [", "a": CLIENT_ROWS}, 422, "bad_mapping"),
        ({"mapping": "entity: ghost\nfields: {code: id}", "a": CLIENT_ROWS}, 404, "no_such_entity"),
        (
            {"mapping": "entity: client\nfields: {code: nr}", "a": CLIENT_ROWS},
            422,
            "no_such_column",
        ),
        (
            {"mapping": "entity: client\nfile: /etc/passwd\nfields: {code: a}", "a": CLIENT_ROWS},
            422,
            "no_such_file",
        ),
        ({"mapping": CLIENTS, "a": "<html><script>x</script>"}, 422, "no_such_column"),
    ],
)
def test_what_can_not_be_imported_is_refused_at_once(
    house: House, boss: Somebody, parts: dict[str, str], status: int, code: str
) -> None:
    before = fingerprint(house, NORTH)
    said = {name: text for name, text in parts.items() if name == "mapping"}
    files = [("file", (f"{n}.csv", t.encode())) for n, t in parts.items() if n != "mapping"]

    answer = boss.browser.post(
        "/api/v1/imports", files=files or {"mapping": (None, CLIENTS)}, data=said
    )

    assert codes_of(answer) == (status, code)
    assert fingerprint(house, NORTH) == before


def test_only_lists_are_kept(house: House, boss: Somebody) -> None:
    page = b"<html><script>x</script></html>,id\n"
    mapping = 'entity: client\nfields: {code: "<html><script>x</script></html>"}\n'

    named = boss.browser.post(
        "/api/v1/imports", files={"file": ("a.exe", page)}, data={"mapping": mapping}
    )
    inside = boss.browser.post(
        "/api/v1/imports", files={"file": ("a.csv", page)}, data={"mapping": mapping}
    )

    assert codes_of(named) == (422, "invalid_field")
    assert codes_of(inside) == (422, "hostile_file")
    with house.database.transaction(NORTH) as transaction:
        assert transaction.rows("SELECT count(*) FROM file") == [(0,)]


def test_a_request_that_is_sent_twice_begins_one_import(
    house: House, boss: Somebody, errands: Errands
) -> None:
    files = {"file": ("clients.csv", CLIENT_ROWS.encode())}
    headers = {"Idempotency-Key": "once"}

    first, second = (
        boss.browser.post(
            "/api/v1/imports", files=files, data={"mapping": CLIENTS}, headers=headers
        )
        for _ in range(2)
    )
    errands.run_waiting()

    assert first.json()["id"] == second.json()["id"]
    with house.database.transaction(NORTH) as transaction:
        assert transaction.rows("SELECT count(*) FROM import_batch") == [(1,)]
        assert transaction.rows("SELECT count(*) FROM idempotency WHERE actor = %s", [NOBODY]) == [
            (0,)
        ]


def test_a_mistake_of_ours_is_told_under_a_mark_and_stops_nobody_else(
    boss: Somebody, errands: Errands, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = begun(boss, mapping=CLIENTS, clients=CLIENT_ROWS)
    with monkeypatch.context() as broken:
        broken.setattr("dougong.web.imports.run_kept", lambda *_a, **_k: 1 / 0)
        errands.run_waiting()

    told = boss.get(at).json()

    assert (told["state"], len(told["remarks"])) == ("interrupted", 1)
    assert boss.post(f"{at}/resume").status_code == 202
    errands.run_waiting()
    assert (boss.get(at).json()["state"], codes(boss)) == ("finished", ["X1", "X2"])

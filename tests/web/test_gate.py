"""The gate: who gets in, and what another website, another company or a token can't do."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dougong.kernel.house import House
from dougong.kernel.identity import let_into, set_active
from dougong.kernel.verbs import Edit
from tests.kernel.house import MONDAY, fingerprint, person
from tests.web.conftest import (
    API,
    BOSS,
    CLERK,
    NORTH,
    PASSWORD,
    SOUTH,
    Somebody,
    browser,
    hired,
    known,
    ordered,
)


def test_nobody_gets_in_without_signing_in(stranger: TestClient) -> None:
    for path in ("/me", "/client", f"/client/{uuid4()}", "/meta", "/search?q=a", "/tokens"):
        answer = stranger.get(API + path)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), path
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert stranger.post(f"{API}/client", json={}).status_code == 401


def test_the_session_is_in_a_cookie_that_no_script_reads(app: Starlette, clerk: Somebody) -> None:
    plain, secure = browser(app), TestClient(app, base_url="https://shop.test")

    for door, is_secure in ((plain, False), (secure, True)):
        answer = door.post(f"{API}/sign-in", json={"login": "clerk", "password": PASSWORD})
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert ("secure" in cookie) is is_secure
        assert "dgs_" not in answer.text
    assert "strict-transport-security" in answer.headers


def test_one_learns_who_one_is(boss: Somebody) -> None:
    me = boss.get("/me").json()

    assert (me["login"], me["company"]["slug"], me["person"]["id"]) == (
        "boss",
        NORTH,
        str(boss.person),
    )
    assert me["roles"] == [{"code": "boss", "name": "经理"}]


def test_a_wrong_password_and_an_unknown_login_sound_alike(
    stranger: TestClient, boss: Somebody
) -> None:
    wrong = stranger.post(f"{API}/sign-in", json={"login": "boss", "password": "wrong"})
    unknown = stranger.post(f"{API}/sign-in", json={"login": "nobody", "password": "wrong"})

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()


def test_guessing_is_paused(app: Starlette, house: House) -> None:
    hired(house, app, NORTH, "guessed", CLERK)
    door = browser(app)

    for _ in range(5):
        assert (
            door.post(f"{API}/sign-in", json={"login": "guessed", "password": "x"}).status_code
            == 401
        )
    paused = door.post(f"{API}/sign-in", json={"login": "guessed", "password": PASSWORD})

    assert (paused.status_code, paused.json()["code"]) == (429, "sign_in_paused")
    assert int(paused.headers["retry-after"]) == paused.json()["facts"]["seconds"] > 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "login"),
        ({"login": "boss"}, "password"),
        ({"login": 1, "password": "x"}, "login"),
        ({"login": "boss", "password": "x", "admin": True}, "admin"),
        ({"login": "x" * 2000, "password": "x"}, "login"),
    ],
)
def test_a_sign_in_that_lacks_something_names_it(
    stranger: TestClient, body: dict[str, object], field: str
) -> None:
    answer = stranger.post(f"{API}/sign-in", json=body)

    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_after_signing_out_the_cookie_is_worth_nothing(app: Starlette, house: House) -> None:
    leaver = hired(house, app, NORTH, "leaver", CLERK)
    token = leaver.browser.cookies["dougong_session"]

    assert leaver.post("/sign-out").status_code == 204
    leaver.browser.cookies.set("dougong_session", token)

    assert leaver.get("/me").status_code == 401


def test_who_is_barred_or_has_left_is_out_at_once(app: Starlette, house: House) -> None:
    barred = hired(house, app, NORTH, "barred", BOSS)
    gone = hired(house, app, NORTH, "gone", BOSS)
    assert barred.get("/client").status_code == gone.get("/client").status_code == 200

    with house.database.outside() as connection:
        set_active(connection, UUID(barred.get("/me").json()["identity"]), active=False)
    house.perform(NORTH, Edit(entity="person", id=gone.person, values={"active": False}))

    assert barred.get("/client").status_code == 401
    assert gone.get("/client").status_code == 401


# Another website


@pytest.fixture
def victim(house: House, boss: Somebody, app: Starlette) -> TestClient:
    lured = TestClient(app, base_url="http://shop.test")
    lured.cookies = boss.browser.cookies
    return lured


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.test"},
        {"Origin": "null"},
        {"Origin": "http://shop.test.evil.test"},
        {"Origin": "http://evil.test", "Dougong-Request": "1"},
    ],
)
def test_another_website_can_change_nothing_in_ones_name(
    house: House, victim: TestClient, headers: dict[str, str]
) -> None:
    before = fingerprint(house, NORTH)

    answer = victim.post(f"{API}/client", json={"code": "EVIL", "name": "x"}, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")
    assert fingerprint(house, NORTH) == before


def test_ones_own_page_and_ones_own_program_may(victim: TestClient) -> None:
    for at, headers in enumerate(({"Origin": "http://shop.test"}, {"Dougong-Request": "1"})):
        body = {"code": f"OWNPAGE{at}", "name": "x"}
        assert victim.post(f"{API}/client", json=body, headers=headers).status_code == 201


def test_another_website_cannot_sign_one_in(app: Starlette, boss: Somebody) -> None:
    door = TestClient(app, base_url="http://shop.test", headers={"Origin": "http://evil.test"})

    answer = door.post(f"{API}/sign-in", json={"login": "boss", "password": PASSWORD})

    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")
    assert "set-cookie" not in answer.headers


def test_every_answer_is_armoured(stranger: TestClient) -> None:
    for path in ("/", "/api", "/api/openapi.json", f"{API}/me", "/nowhere"):
        headers = stranger.get(path).headers
        policy = directives(headers["content-security-policy"])
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert "unsafe" not in policy["style-src"]
        assert headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in headers


def directives(policy: str) -> dict[str, str]:
    """Read what a policy says of each kind of content."""
    named = (one.strip().partition(" ") for one in policy.split(";"))
    return {name: sources for name, _, sources in named}


# Another company


def test_two_companies_cannot_reach_each_other(
    house: House, boss: Somebody, southerner: Somebody
) -> None:
    secret = known(house, SOUTH, "SECRET")
    theirs = ordered(house, SOUTH, secret, ("gold", "1", "1000"))
    before = fingerprint(house, SOUTH)

    for path in (f"/client/{secret}", "/client/SECRET", f"/purchase/{theirs.id}"):
        assert boss.get(path).status_code == 404
        assert southerner.get(path).status_code == 200
    assert boss.post(f"/purchase/{theirs.id}/confirm").status_code == 404
    assert boss.patch(f"/client/{secret}", {"name": "x"}).status_code == 404
    assert boss.delete(f"/client/{secret}").status_code == 404
    [row] = boss.post("/client/bulk/edit", [{"id": str(secret), "name": "x"}]).json()["results"]
    assert row["status"] == 404
    assert boss.post("/purchase", {"client": str(secret)}).status_code == 422
    for question in (f'/client?filter=id == "{secret}"', "/client?search=SECRET"):
        assert boss.get(question).json()["records"] == []
    assert boss.get("/search?q=SECRET").json()["hits"] == []
    assert fingerprint(house, SOUTH) == before


def test_a_session_says_which_company_and_only_ones_own(
    app: Starlette, house: House, southerner: Somebody
) -> None:
    both = hired(house, app, NORTH, "both", BOSS)
    identity = UUID(both.get("/me").json()["identity"])
    there = person(house, SOUTH, "both", CLERK)
    with house.database.outside() as connection:
        let_into(connection, identity, SOUTH, there.person)

    undecided = browser(app)
    signed = undecided.post(f"{API}/sign-in", json={"login": "both", "password": PASSWORD}).json()
    assert (signed["company"], signed["companies"]) == (None, [NORTH, SOUTH])
    refused = undecided.get(f"{API}/client").json()
    assert (refused["code"], refused["facts"]["companies"]) == (
        "no_company_entered",
        [NORTH, SOUTH],
    )

    assert undecided.post(f"{API}/enter", json={"company": SOUTH}).json() == {"company": SOUTH}
    assert undecided.get(f"{API}/me").json()["roles"] == [{"code": "clerk", "name": "文员"}]
    foreign = southerner.post("/enter", {"company": NORTH})
    assert (foreign.status_code, foreign.json()["code"]) == (403, "not_your_company")


# Tokens


def test_a_program_comes_in_by_token_and_only_as_far_as_its_scopes(
    app: Starlette, house: House, boss: Somebody
) -> None:
    acme = known(house, NORTH, "TOKENED")
    draft = ordered(house, NORTH, acme, ("bolt", "1", "1"))
    issued = boss.post("/tokens", {"name": "till", "scopes": ["purchase.read", "client.*"]})
    assert issued.status_code == 201, issued.text
    program = TestClient(app, headers={"Authorization": f"Bearer {issued.json()['token']}"})

    assert program.get(f"{API}/purchase/{draft.id}").status_code == 200
    assert program.patch(f"{API}/client/{acme}", json={"name": "新"}).status_code == 200
    for answer in (
        program.post(f"{API}/purchase/{draft.id}/confirm"),
        program.get(f"{API}/person"),
        program.post(f"{API}/tokens", json={"name": "more"}),
        program.get(f"{API}/tokens"),
    ):
        assert answer.status_code == 403, answer.text
    assert program.get(f"{API}/purchase/{draft.id}").json()["can"] == {}


def test_a_token_ends_when_it_is_revoked(app: Starlette, boss: Somebody) -> None:
    issued = boss.post("/tokens", {"name": "short"}).json()
    program = TestClient(app, headers={"Authorization": f"Bearer {issued['token']}"})
    assert program.get(f"{API}/me").status_code == 200

    assert boss.delete(f"/tokens/{issued['id']}").status_code == 204

    assert program.get(f"{API}/me").status_code == 401
    assert boss.delete(f"/tokens/{issued['id']}").status_code == 404
    listed = [one for one in boss.get("/tokens").json()["tokens"] if one["id"] == issued["id"]]
    assert listed[0]["revoked"] is not None
    assert issued["token"] not in boss.get("/tokens").text


def test_a_token_that_has_expired_is_none(app: Starlette, boss: Somebody) -> None:
    past = (MONDAY - timedelta(days=1)).isoformat()
    issued = boss.post("/tokens", {"name": "old", "expires": past}).json()
    program = TestClient(app, headers={"Authorization": f"Bearer {issued['token']}"})

    assert program.get(f"{API}/me").status_code == 401
    assert boss.post("/tokens", {"name": "x", "expires": "2026-01-01"}).json()["field"] == "expires"

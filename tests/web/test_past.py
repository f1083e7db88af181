"""The past through the door: history, as it was, what was set in motion, taken back."""

from __future__ import annotations

from uuid import UUID, uuid4

import psycopg
import pytest

from dougong.kernel.house import House
from dougong.kernel.verbs import Edit
from tests.kernel.house import MONDAY, fingerprint
from tests.web.conftest import NORTH, SOUTH, Somebody, known, ordered

NUMBERS = iter(range(1000))
TUESDAY, WEDNESDAY = MONDAY.replace(day=24), MONDAY.replace(day=25)


@pytest.fixture
def acme(house: House) -> UUID:
    return known(house, NORTH, f"H{next(NUMBERS)}")


@pytest.fixture
def draft(house: House, acme: UUID) -> str:
    return str(ordered(house, NORTH, acme, ("bolt", "40", "1.25")).id)


def test_history_says_who_did_what_and_which_fields_changed(boss: Somebody, draft: str) -> None:
    boss.patch(f"/purchase/{draft}", {"discount": "0.1"})
    boss.post(f"/purchase/{draft}/confirm")

    events = boss.get(f"/purchase/{draft}/history").json()["events"]

    assert [one["name"] for one in events if one["entity"] == "purchase"] == [
        "purchase.confirmed",
        "purchase.edited",
        "purchase.created",
    ]
    edited = next(one for one in events if one["name"] == "purchase.edited")
    assert edited["actor"] == {"id": str(boss.person), "title": "boss"}
    changed = edited["changes"][f"purchase:{draft}"]
    assert [float(value) for value in changed["discount"]] == [0, 0.1]


def test_history_comes_in_pages(boss: Somebody, draft: str) -> None:
    for at in range(5):
        boss.patch(f"/purchase/{draft}", {"discount": f"0.{at + 1}"})

    first = boss.get(f"/purchase/{draft}/history?limit=4").json()
    second = boss.get(f"/purchase/{draft}/history?limit=4&cursor={first['next_cursor']}").json()

    assert (len(first["events"]), len(second["events"]), second["next_cursor"]) == (4, 2, None)
    ids = [one["id"] for one in (*first["events"], *second["events"])]
    assert len(set(ids)) == 6


def test_what_may_not_be_read_is_not_in_the_past_either(
    house: House, rep: Somebody, draft: str
) -> None:
    own = known(house, NORTH, f"OWN{next(NUMBERS)}", owner=str(rep.person))
    house.perform(NORTH, Edit(entity="client", id=own, values={"grade": "A", "name": "新名"}))

    events = rep.get(f"/client/{own}/history").json()["events"]

    assert set(events[0]["changes"][f"client:{own}"]) >= {"name"}
    assert "grade" not in str(events)
    assert "grade" not in rep.get(f"/client/{own}?as_of=2026-12-01").json()
    for path in ("history", "", "?as_of=2026-11-30"):
        assert rep.get(f"/purchase/{draft}/{path}".replace("/?", "?")).status_code == 404
    assert rep.get(f"/trace/{draft}").status_code == 404


def test_what_is_secret_is_in_no_fact_either(
    house: House, rep: Somebody, boss: Somebody, database_url: str
) -> None:
    own = known(house, NORTH, f"OWN{next(NUMBERS)}", owner=str(rep.person))
    with psycopg.connect(database_url) as connection:
        connection.execute("SET LOCAL search_path = c_north, public")
        connection.execute(
            "WITH told AS (INSERT INTO event (id, name, entity, record, at, trace, facts, changes) "
            "VALUES (%(e)s, 'client.noted', 'client', %(c)s, now(), %(e)s, "
            '\'{"lines": [{"cost": "5", "what": "bolt"}]}\', \'{}\') RETURNING id, recorded_at) '
            "INSERT INTO event_link (record, entity, event, recorded_at) "
            "SELECT %(c)s, 'client', id, recorded_at FROM told",
            {"e": uuid4(), "c": own},
        )

    def facts(who: Somebody) -> object:
        return who.get(f"/client/{own}/history").json()["events"][0]["facts"]

    assert facts(rep) == {"lines": [{"what": "bolt"}]}
    assert facts(boss) == {"lines": [{"cost": "5", "what": "bolt"}]}


def test_a_record_is_shown_as_it_was(house: House, boss: Somebody, draft: str) -> None:
    for day, discount in ((TUESDAY, "0.1"), (WEDNESDAY, "0.2")):
        house.perform(
            NORTH,
            Edit(entity="purchase", id=UUID(draft), values={"discount": discount}),
            now=day,
        )

    def then(at: str) -> str:
        return str(boss.get(f"/purchase/{draft}", params={"as_of": at}).json()["discount"])

    assert [then("2026-11-23"), then("2026-11-24"), then("2026-11-25")] == ["0", "0.1", "0.2"]
    assert then("2026-11-25T01:59:59Z") == "0.1"
    assert boss.get(f"/purchase/{draft}?as_of=2026-11-01").status_code == 404
    for wrong in ("yesterday", "2026-11-25T01:59:59", "2026-13-01"):
        assert boss.get(f"/purchase/{draft}?as_of={wrong}").json()["field"] == "as_of"


def test_a_trace_shows_what_a_record_set_in_motion(boss: Somebody, draft: str) -> None:
    confirmed = boss.post(f"/purchase/{draft}/confirm").headers["dougong-event"]

    [tree] = boss.get(f"/trace/{confirmed}").json()["caused"]
    of_record = boss.get(f"/trace/{draft}").json()["caused"]

    assert (tree["name"], tree["event"]) == ("purchase.confirmed", confirmed)
    assert [one["name"] for one in tree["caused"]] == ["limit_of.used"]
    assert [one["name"] for one in of_record] == ["purchase.created", "purchase.confirmed"]


def test_a_trace_keeps_silent_on_what_one_may_not_see(
    boss: Somebody, clerk: Somebody, draft: str
) -> None:
    confirmed = boss.post(f"/purchase/{draft}/confirm").headers["dougong-event"]

    [tree] = clerk.get(f"/trace/{confirmed}").json()["caused"]

    assert (tree["name"], tree["caused"]) == ("purchase.confirmed", [])


def test_an_edit_is_undone(boss: Somebody, draft: str) -> None:
    edited = boss.patch(f"/purchase/{draft}", {"discount": "0.1"}).headers["dougong-event"]

    undone = boss.post(f"/events/{edited}/undo")

    assert undone.status_code == 200, undone.text
    assert (float(undone.json()["discount"]), undone.json()["version"]) == (0, 3)


def test_a_creation_is_undone_by_deleting(boss: Somebody, acme: UUID) -> None:
    made = boss.post("/purchase", {"client": str(acme)})

    undone = boss.post(f"/events/{made.headers['dougong-event']}/undo")

    assert (undone.status_code, undone.json()) == (200, {"id": made.json()["id"]})
    assert boss.get(f"/purchase/{made.json()['id']}").status_code == 404


def test_what_cannot_be_undone_says_why_and_changes_nothing(
    house: House, boss: Somebody, clerk: Somebody, rep: Somebody, draft: str
) -> None:
    edited = boss.patch(f"/purchase/{draft}", {"discount": "0.1"}).headers["dougong-event"]
    boss.patch(f"/purchase/{draft}", {"discount": "0.2"})
    confirmed = boss.post(f"/purchase/{draft}/confirm").headers["dougong-event"]
    before = fingerprint(house, NORTH)

    answers = {
        "changed_since": boss.post(f"/events/{edited}/undo"),
        "nothing_to_undo": boss.post(f"/events/{confirmed}/undo"),
        "not_found": boss.post(f"/events/{uuid4()}/undo"),
    }

    assert {code: answer.json()["code"] for code, answer in answers.items()} == {
        code: code for code in answers
    }
    assert clerk.post(f"/events/{edited}/undo").status_code in (403, 409)
    assert rep.post(f"/events/{edited}/undo").status_code == 404
    assert fingerprint(house, NORTH) == before


def test_the_past_of_another_company_is_out_of_reach(
    house: House, boss: Somebody, southerner: Somebody
) -> None:
    secret = known(house, SOUTH, f"SECRET{next(NUMBERS)}")
    changed = southerner.patch(f"/client/{secret}", {"name": "x"}).headers["dougong-event"]

    for path in (f"/client/{secret}/history", f"/trace/{secret}", f"/trace/{changed}"):
        assert southerner.get(path).status_code == 200, path
        assert boss.get(path).status_code == 404, path
    assert boss.post(f"/events/{changed}/undo").status_code == 404

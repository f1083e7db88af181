"""Live: what happens is heard within a second, by whom it may, and nothing is ever missed."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import psycopg
import pytest
import uvicorn
from starlette.applications import Starlette

from dougong.kernel.house import House
from tests.kernel.house import published
from tests.web.conftest import API, BOSS, NORTH, SOUTH, Somebody, hired, known, ordered

COOKIE = "dougong_session"


@pytest.fixture(scope="module")
def address(app: Starlette) -> Iterator[str]:
    """Serve the door on a port of its own."""
    door = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, args=([door],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{door.getsockname()[1]}"
    server.should_exit = True
    app.state.live.loop.call_soon_threadsafe(app.state.live.close)
    thread.join(timeout=10)
    assert not thread.is_alive()


class Ear:
    """A browser that listens."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines
        self.last = ""

    def hear(self) -> dict[str, Any] | None:
        """Wait for the next thing that happened; None where a batch is complete."""
        kind = ""
        for line in self.lines:
            if line.startswith("id: "):
                self.last = line.removeprefix("id: ")
            elif line.startswith("event: "):
                kind = line.removeprefix("event: ")
            elif line.startswith("data: "):
                if kind == "told":
                    return None
                return dict(json.loads(line.removeprefix("data: ")))
        raise EOFError

    def until(self, name: str, count: int = 1) -> list[dict[str, Any]]:
        """Listen until something happened so many times."""
        heard: list[dict[str, Any]] = []
        while sum(1 for one in heard if one["name"] == name) < count:
            one = self.hear()
            if one is not None:
                heard.append(one)
        return heard


@contextmanager
def listening(address: str, who: Somebody, last: str = "") -> Iterator[Ear]:
    headers = {"Last-Event-ID": last} if last else {}
    cookies = {COOKIE: who.browser.cookies[COOKIE]}
    with (
        httpx.Client(base_url=address, cookies=cookies, timeout=8) as client,
        client.stream("GET", f"{API}/live", headers=headers) as answer,
    ):
        if answer.status_code != 200:
            answer.read()
        assert answer.status_code == 200, answer.text
        ear = Ear(answer.iter_lines())
        assert ear.hear() is None
        yield ear


def test_what_happens_is_heard_within_a_second(house: House, address: str, boss: Somebody) -> None:
    with listening(address, boss) as ear:
        began = time.monotonic()
        made = known(house, NORTH, "LIVE1")
        *_, heard = ear.until("client.created")

    assert heard["record"] == str(made)
    assert set(heard) == {
        "id", "name", "entity", "record", "at", "recorded_at", "actor", "cause", "trace",
    }  # fmt: skip
    assert time.monotonic() - began < 1


def test_one_hears_only_of_ones_company_and_of_what_one_may_see(
    house: House, address: str, rep: Somebody, boss: Somebody
) -> None:
    with listening(address, rep) as ear, listening(address, boss) as chief:
        known(house, SOUTH, "LIVE-SOUTH")
        hidden = known(house, NORTH, "LIVE-HIDDEN")
        ordered(house, NORTH, hidden)
        own = known(house, NORTH, "LIVE-OWN", owner=str(rep.person))

        assert [one["record"] for one in ear.until("client.created")] == [str(own)]
        heard = chief.until("client.created", 2)
        while heard[0]["record"] != str(hidden):  # what happened just before is told as well
            heard = heard[1:] or chief.until("client.created")
        if len(heard) < 3:
            heard += chief.until("client.created")
        assert [one["name"] for one in heard] == [
            "client.created",
            "purchase.created",
            "client.created",
        ]


def test_who_reconnects_hears_what_came_meanwhile_once(
    house: House, address: str, boss: Somebody
) -> None:
    with listening(address, boss) as ear:
        known(house, NORTH, "LIVE2")
        ear.until("client.created")
        assert ear.hear() is None
    missed = [known(house, NORTH, f"MISSED{at}") for at in range(700)]

    with listening(address, boss, ear.last) as again:
        new = known(house, NORTH, "LIVE3")
        heard = again.until("client.created", 701)

    assert [one["record"] for one in heard] == [str(one) for one in (*missed, new)]


def test_an_event_whose_transaction_ends_late_is_not_missed(
    house: House, address: str, boss: Somebody, database_url: str
) -> None:
    with listening(address, boss) as ear, psycopg.connect(database_url) as slow:
        slow.execute("SET LOCAL search_path = c_north, public")
        late = "01a00000-0000-7000-8000-000000000001"
        slow.execute(
            "INSERT INTO event (id, name, entity, record, at, trace, facts, changes) "
            "VALUES (%s, 'client.late', 'client', %s, now(), %s, '{}', '{}')",
            [late, late, late],
        )
        early = known(house, NORTH, "LIVE4")
        time.sleep(1.5)
        slow.commit()
        heard = ear.until("client.created")

    assert [one["record"] for one in heard] == [late, str(early)]


def test_who_begins_to_listen_while_a_transaction_is_late_hears_of_it(
    house: House, address: str, boss: Somebody, database_url: str
) -> None:
    with psycopg.connect(database_url) as slow:
        slow.execute("SET LOCAL search_path = c_north, public")
        late = "01a00000-0000-7000-8000-000000000002"
        slow.execute(
            "INSERT INTO event (id, name, entity, record, at, trace, facts, changes) "
            "VALUES (%s, 'client.late', 'client', %s, now(), %s, '{}', '{}')",
            [late, late, late],
        )
        known(house, NORTH, "LIVE6")
        with listening(address, boss) as ear:
            slow.commit()
            assert late in {one["record"] for one in ear.until("client.late")}


def test_a_company_that_is_dropped_leaves_the_listeners_of_others_alone(
    house: House, app: Starlette, address: str, boss: Somebody
) -> None:
    house.create_company("west", name="西店")
    published(house, "west", BOSS)
    westerner = hired(house, app, "west", "westerner", BOSS)
    with listening(address, boss) as ear, listening(address, westerner) as gone:
        house.drop_company("west")
        with pytest.raises(EOFError):
            gone.until("client.created")
        made = known(house, NORTH, "LIVE7")
        [heard] = ear.until("client.created")
        assert heard["record"] == str(made)


def test_listening_ends_with_the_session(
    house: House, address: str, app: Starlette, boss: Somebody
) -> None:
    issued = boss.post("/tokens", {"name": "listener"}).json()
    headers = {"Authorization": f"Bearer {issued['token']}"}
    with (
        httpx.Client(base_url=address, timeout=8, headers=headers) as client,
        client.stream("GET", f"{API}/live") as answer,
    ):
        ear = Ear(answer.iter_lines())
        assert ear.hear() is None
        boss.delete(f"/tokens/{issued['id']}")
        known(house, NORTH, "LIVE5")

        with pytest.raises(EOFError):
            ear.until("client.created")


def test_nobody_listens_without_signing_in(address: str) -> None:
    answer = httpx.get(f"{address}{API}/live")

    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
    spoiled = httpx.get(f"{address}{API}/live", headers={"Authorization": "Bearer dgt_x"})
    assert spoiled.status_code == 401

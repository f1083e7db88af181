"""The door on a real database: two companies of the small trade, their people, their browsers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dougong.kernel.access.entities import FieldAccess, Role, RoleField, RolePermission
from dougong.kernel.house import House
from dougong.kernel.identity import Passwords, create_identity, let_into
from dougong.kernel.perform import Done
from dougong.kernel.store.setup import prepare_database
from dougong.kernel.verbs import Create
from dougong.web.app import web_app
from tests.kernel.house import MONDAY, client, mini_house, person, published

CHEAP = Passwords(rounds=1, kibibytes=8)
PASSWORD = "sesame-open"
NORTH, SOUTH = "north", "south"
API = "/api/v1"

REP = Role(
    code="rep",
    name="销售",
    permissions=[
        RolePermission(entity="client", operation="read", rows="owner in my_people"),
        RolePermission(entity="client", operation="edit", rows="owner == me"),
        RolePermission(entity="client", operation="create"),
        RolePermission(entity="purchase", operation="*", rows="client.owner in my_people"),
    ],
    fields=[RoleField(entity="client", field="grade", access=FieldAccess.HIDDEN)],
)
BOSS = Role(
    code="boss",
    name="经理",
    permissions=[RolePermission(entity="*", operation="*")],
    fields=[RoleField(entity="purchase_line", field="cost", access=FieldAccess.SHOWN)],
)
CLERK = Role(
    code="clerk",
    name="文员",
    permissions=[
        RolePermission(entity="client", operation="read"),
        RolePermission(entity="purchase", operation="read"),
    ],
)


@dataclass
class Somebody:
    """A person with a login, and the browser in which they are signed in."""

    company: str
    person: UUID
    login: str
    browser: TestClient

    def get(self, path: str, **given: Any) -> httpx.Response:
        return self.browser.get(API + path, **given)

    def post(self, path: str, json: Any = None, **given: Any) -> httpx.Response:
        return self.browser.post(API + path, json=json or {}, **given)

    def patch(self, path: str, json: Any, **given: Any) -> httpx.Response:
        return self.browser.patch(API + path, json=json, **given)

    def delete(self, path: str, **given: Any) -> httpx.Response:
        return self.browser.delete(API + path, **given)


@pytest.fixture(scope="module")
def house(database_url: str) -> Iterator[House]:
    prepare_database(database_url)
    house = mini_house(database_url, NORTH)
    house.create_company(SOUTH, name="南店")
    for company in (NORTH, SOUTH):
        published(house, company, REP, BOSS, CLERK)
    yield house
    house.close()


@pytest.fixture(scope="module")
def app(house: House) -> Starlette:
    return web_app(house, passwords=CHEAP)


@pytest.fixture(scope="module")
def stranger(app: Starlette) -> Iterator[TestClient]:
    with browser(app) as opened:
        yield opened


def browser(app: Starlette) -> TestClient:
    """Open a browser on the door; its pages are of the same origin."""
    return TestClient(
        app,
        base_url="http://shop.test",
        headers={"Origin": "http://shop.test"},
        raise_server_exceptions=False,
    )


def hired(house: House, app: Starlette, company: str, login: str, *roles: Role) -> Somebody:
    """Make somebody with roles and a login, and sign them in."""
    actor = person(house, company, login, *roles)
    assert actor.person is not None
    with house.database.outside() as connection:
        identity = create_identity(
            connection, login=login, name=login, password=PASSWORD, now=MONDAY, passwords=CHEAP
        )
        let_into(connection, identity, company, actor.person)
    opened = browser(app)
    answer = opened.post(f"{API}/sign-in", json={"login": login, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return Somebody(company, actor.person, login, opened)


@pytest.fixture(scope="module")
def boss(house: House, app: Starlette) -> Somebody:
    return hired(house, app, NORTH, "boss", BOSS)


@pytest.fixture(scope="module")
def rep(house: House, app: Starlette) -> Somebody:
    return hired(house, app, NORTH, "rep", REP)


@pytest.fixture(scope="module")
def clerk(house: House, app: Starlette) -> Somebody:
    return hired(house, app, NORTH, "clerk", CLERK)


@pytest.fixture(scope="module")
def southerner(house: House, app: Starlette) -> Somebody:
    return hired(house, app, SOUTH, "southerner", BOSS)


def ordered(house: House, company: str, of: UUID, *lines: tuple[str, str, str]) -> Done:
    """Make a draft of a purchase: what, how many, at what price."""
    made = house.perform(
        company,
        Create(
            entity="purchase",
            values={
                "client": str(of),
                "lines": [{"what": w, "quantity": q, "price": p} for w, q, p in lines],
            },
        ),
    )
    assert isinstance(made, Done)
    return made


def known(house: House, company: str, code: str, **values: object) -> UUID:
    """Make a client and give its id."""
    return client(house, company, code, **values).id

"""A customer that is there already is named while it is typed in again, to who may see it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette

from dougong.kernel.access.entities import Role, RolePermission
from dougong.kernel.house import House
from dougong.main import open_house
from dougong.web.app import web_app
from tests.kernel.house import published
from tests.shop import COMPANY, Shop
from tests.web.conftest import CHEAP, Somebody, hired


@pytest.fixture(scope="module")
def house(database_url: str) -> Iterator[House]:
    house = open_house(database_url)
    Shop.found_company(house)
    yield house
    house.close()


@pytest.fixture(scope="module")
def app(house: House) -> Starlette:
    return web_app(house, passwords=CHEAP)


def employed(house: House, app: Starlette, code: str, rows: str) -> Somebody:
    allowed = [RolePermission(entity="customer", operation="read", rows=rows)]
    role = Role(code=code, name=code, permissions=allowed)
    published(house, COMPANY, role)
    return hired(house, app, COMPANY, code, role)


def test_who_is_there_already_is_named_to_who_may_see_them(house: House, app: Starlette) -> None:
    known = Shop(house).customer("上海哲达机械有限公司", phone="021-50001234")
    manager = employed(house, app, "manager", "")
    stranger = employed(house, app, "stranger", "owner == me")
    typed = {"name": "上海哲达机械", "phone": "02150001234"}

    [found] = manager.post("/customer/question/similar", typed).json()["answer"]

    assert (found["id"], found["name"]) == (str(known), "上海哲达机械有限公司")
    assert set(found["reasons"]) == {"same_name", "same_phone"}
    assert stranger.post("/customer/question/similar", typed).json() == {"answer": []}
    other = {"name": "广州恒信阀门"}
    assert manager.post("/customer/question/similar", other).json() == {"answer": []}

"""Who works in the demo company: where they stand, what they do there, how they sign in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from psycopg import Connection

from dougong.demo.roles import role_name
from dougong.kernel.access.actor import Actor
from dougong.kernel.access.rights import actor_of
from dougong.kernel.house import House
from dougong.kernel.identity import (
    STANDARD,
    Passwords,
    create_identity,
    identity_by_login,
    keep_out_of,
    let_into,
    memberships,
    set_password,
)
from dougong.kernel.perform import Done
from dougong.kernel.values import Id
from dougong.kernel.verbs import Create

PASSWORD = "dougong-demo"  # noqa: S105  printed on the first page for everybody to use


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody of the demo company."""

    login: str
    name: str
    name_en: str
    role: str
    unit: str
    reports_to: str = ""
    locale: str = "zh"
    regions: tuple[str, ...] = ()
    """The regions whose customers a sales representative looks after."""

    @property
    def post(self) -> str:
        """What they do there, in their language."""
        return role_name(self.role, self.locale)


UNITS = (
    ("HQ", "总经办", ""),
    ("SALES", "销售部", "HQ"),
    ("SALES-CN", "国内销售组", "SALES"),
    ("SALES-EX", "出口销售组", "SALES"),
    ("SERVICE", "客服组", "SALES"),
    ("SUPPLY", "供应链部", "HQ"),
    ("STORE", "仓储组", "SUPPLY"),
    ("FINANCE", "财务部", "HQ"),
)
"""The company's tree: code, name, and what it belongs to."""

COLLEAGUES = (
    Colleague(login="chen.jianhua", name="陈建华", name_en="Chen Jianhua", role="admin", unit="HQ"),
    Colleague(
        login="wang.wei", name="王伟", name_en="Wang Wei", role="sales_manager", unit="SALES",
        reports_to="chen.jianhua",
    ),
    Colleague(
        login="li.na", name="李娜", name_en="Li Na", role="sales_rep", unit="SALES-CN",
        reports_to="wang.wei", regions=("EC",),
    ),
    Colleague(
        login="zhang.min", name="张敏", name_en="Zhang Min", role="sales_rep", unit="SALES-CN",
        reports_to="wang.wei", regions=("SC", "SW"),
    ),
    Colleague(
        login="liu.yang", name="刘洋", name_en="Liu Yang", role="sales_rep", unit="SALES-CN",
        reports_to="wang.wei", regions=("CN", "NC", "CC", "NW", "NE"),
    ),
    Colleague(
        login="david.miller", name="David Miller", name_en="David Miller", role="sales_manager",
        unit="SALES-EX", reports_to="wang.wei", locale="en",
    ),
    Colleague(
        login="emma.fischer", name="Emma Fischer", name_en="Emma Fischer", role="sales_rep",
        unit="SALES-EX", reports_to="david.miller", locale="en", regions=("OS", "EU", "AM", "AP"),
    ),
    Colleague(
        login="zheng.xue", name="郑雪", name_en="Zheng Xue", role="service", unit="SERVICE",
        reports_to="wang.wei",
    ),
    Colleague(
        login="wu.jing", name="吴静", name_en="Wu Jing", role="purchaser", unit="SUPPLY",
        reports_to="chen.jianhua",
    ),
    Colleague(
        login="zhao.qiang", name="赵强", name_en="Zhao Qiang", role="warehouse", unit="STORE",
        reports_to="chen.jianhua",
    ),
    Colleague(
        login="sun.li", name="孙丽", name_en="Sun Li", role="warehouse", unit="STORE",
        reports_to="zhao.qiang",
    ),
    Colleague(
        login="zhou.fang", name="周芳", name_en="Zhou Fang", role="accountant", unit="FINANCE",
        reports_to="chen.jianhua",
    ),
)  # fmt: skip
"""Everybody, each after whom they report to."""


@dataclass(frozen=True, kw_only=True)
class People:
    """Everybody of a company that was made, by their login."""

    house: House
    company: str
    persons: dict[str, UUID]

    def actor(self, login: str) -> Actor:
        """Act as somebody, with what they may do now."""
        state = self.house.company_state(self.company)
        return actor_of(state, cast("Id[Any]", self.persons[login]))

    @property
    def in_charge(self) -> dict[str, str]:
        """Who looks after the customers of each region, by their login."""
        return {region: one.login for one in COLLEAGUES for region in one.regions}

    def owners(self, regions: Sequence[str]) -> list[UUID]:
        """Give who looks after each region."""
        return [self.persons[self.in_charge[region]] for region in regions]


def hire(house: House, company: str, *, now: datetime) -> People:
    """Make the company's tree and everybody in it; the roles must be there."""
    roles = {
        getattr(role, "code", ""): identity
        for identity, role in house.company_state(company).cached("role").items()
    }
    units: dict[str, UUID] = {}
    for code, name, above in UNITS:
        unit: dict[str, object] = {"code": code, "name": name, "above": units.get(above)}
        units[code] = made(house, company, "org_unit", unit, now)
    persons: dict[str, UUID] = {}
    for one in COLLEAGUES:
        values: dict[str, object] = {
            "name": one.name,
            "name_en": one.name_en,
            "login": one.login,
            "email": f"{one.login}@hengda.example",
            "unit": units[one.unit],
            "reports_to": persons.get(one.reports_to),
            "locale": one.locale,
            "roles": [{"role": roles[one.role]}],
        }
        persons[one.login] = made(house, company, "person", values, now)
    return People(house=house, company=company, persons=persons)


def made(
    house: House, company: str, entity: str, values: Mapping[str, object], now: datetime
) -> UUID:
    """Make a record."""
    done = house.perform(company, Create(entity=entity, values=values), now=now)
    assert isinstance(done, Done), done
    return done.id


def give_keys(
    connection: Connection[Any],
    people: People,
    *,
    now: datetime,
    passwords: Passwords = STANDARD,
) -> None:
    """Let everybody sign in, with the demo's password."""
    for one in COLLEAGUES:
        known = identity_by_login(connection, one.login)
        if known is None:
            identity = create_identity(
                connection, login=one.login, name=one.name, password=PASSWORD, now=now,
                locale=one.locale, passwords=passwords,
            )  # fmt: skip
        else:
            identity = known.id
            if not memberships(connection, identity):
                set_password(connection, identity, PASSWORD, passwords=passwords)
        let_into(connection, identity, people.company, people.persons[one.login])


def take_keys(connection: Connection[Any], company: str) -> None:
    """Let nobody of the demo in any more; who may enter nothing else is forgotten."""
    for one in COLLEAGUES:
        known = identity_by_login(connection, one.login)
        if known is None:
            continue
        keep_out_of(connection, known.id, company)
        if not memberships(connection, known.id):
            connection.execute("DELETE FROM dougong.identity WHERE id = %s", (known.id,))

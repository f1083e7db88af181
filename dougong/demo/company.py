"""Making the demo company, whole or not at all, and removing it with everything in it.

What is being made is noted beside the companies before the first table is built, and so is that it
is finished; nobody can sign in before. One that was left half-made is removed when the next is asked
for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from zoneinfo import ZoneInfo

import psycopg
from psycopg.conninfo import make_conninfo

from dougong.apps.base.demo import NAME
from dougong.demo.people import COLLEAGUES, Colleague, give_keys, take_keys
from dougong.demo.roles import publish_roles
from dougong.demo.year import Tell, tell_year, untold
from dougong.kernel.house import House
from dougong.kernel.identity import STANDARD, Passwords
from dougong.kernel.refusals import NotUnique, Refused, UnknownReference

SLUG = "demo"
ONE_AT_A_TIME = 0x646F7567_64656D6F
"""The advisory lock under which a demo company is made or removed."""
NOTES_SQL = """
CREATE TABLE IF NOT EXISTS dougong.demo_company (
    company text COLLATE "C" PRIMARY KEY,
    made timestamptz
)
"""


def install_demo(
    house: House,
    tell: Tell = untold,
    *,
    company: str = SLUG,
    today: date | None = None,
    begin: date | None = None,
    passwords: Passwords = STANDARD,
) -> list[Colleague]:
    """Make the demo company with its year; gives who may sign in. Refused where the name is taken."""
    with alone(house):
        remove_half_made(house)
        if company in house.companies():
            raise Refused(NotUnique("company", "slug", company))
        make(house, tell, company, today=today, begin=begin, passwords=passwords)
    return list(COLLEAGUES)


def make(
    house: House,
    tell: Tell,
    company: str,
    *,
    today: date | None = None,
    begin: date | None = None,
    passwords: Passwords = STANDARD,
) -> None:
    """Make the company, and note when it is begun and when it is finished."""
    with house.database.outside() as connection:
        connection.execute("INSERT INTO dougong.demo_company (company) VALUES (%s)", (company,))
    house.create_company(company, name=NAME)
    publish_roles(house, company)
    firm = tell_year(house, company, today=today or here(house), begin=begin, tell=tell)
    now = house.clock()
    with house.database.outside() as connection, connection.transaction():
        connection.execute("SET LOCAL synchronous_commit = on")
        give_keys(connection, firm.people, now=now, passwords=passwords)
        connection.execute(
            "UPDATE dougong.demo_company SET made = %s WHERE company = %s", (now, company)
        )


def here(house: House) -> date:
    """Tell which day it is where the demo company is."""
    return house.clock().astimezone(ZoneInfo("Asia/Shanghai")).date()


def prepare_demo(house: House, tell: Tell = untold) -> bool:
    """Make the demo company where there is no company at all; tells whether it made one."""
    with alone(house):
        remove_half_made(house)
        if house.companies():
            return False
        make(house, tell, SLUG)
    return True


def wipe_demo(house: House, *, company: str = SLUG) -> None:
    """Remove a demo company, finished or not; refused where the company is no demo."""
    with alone(house):
        if company not in noted(house):
            raise Refused(UnknownReference("company", "demo", company))
        remove(house, company)


def demo_colleagues(house: House, *, company: str = SLUG) -> list[Colleague]:
    """Give who may sign in to the demo company: nobody, where there is none."""
    with house.database.outside() as connection:
        known = connection.execute("SELECT to_regclass('dougong.demo_company')").fetchone()
        if known == (None,):
            return []
        rows = connection.execute(
            "SELECT i.login FROM dougong.identity i "
            "JOIN dougong.identity_company c ON c.identity = i.id "
            "JOIN dougong.demo_company d ON d.company = c.company "
            "WHERE d.company = %s AND d.made IS NOT NULL AND i.active",
            (company,),
        ).fetchall()
    logins = {login for (login,) in rows}
    return [one for one in COLLEAGUES if one.login in logins]


def hurried(dsn: str) -> str:
    """Give the same database, with commits that don't wait for the disk, for a house to make a demo in.

    What a crash would lose is made anew; the note that the demo is finished waits for everything.
    """
    return make_conninfo(dsn, options="-c synchronous_commit=off")


@contextmanager
def alone(house: House) -> Iterator[None]:
    """Make sure that no other process makes or removes a demo company meanwhile."""
    with psycopg.connect(house.database.dsn, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (ONE_AT_A_TIME,))
        connection.execute(NOTES_SQL)
        yield


def noted(house: House) -> dict[str, bool]:
    """Give every demo company, with whether it is finished."""
    with house.database.outside() as connection:
        rows = connection.execute(
            "SELECT company, made IS NOT NULL FROM dougong.demo_company"
        ).fetchall()
    return dict(rows)


def remove_half_made(house: House) -> None:
    """Remove what somebody began to make and didn't finish."""
    for company, finished in noted(house).items():
        if not finished:
            remove(house, company)


def remove(house: House, company: str) -> None:
    """Remove a demo company, its keys, and the note of it."""
    house.drop_company(company)
    with house.database.outside() as connection, connection.transaction():
        take_keys(connection, company)
        connection.execute("DELETE FROM dougong.demo_company WHERE company = %s", (company,))

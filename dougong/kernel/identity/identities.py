"""Identities: who may sign in at all, with which password, and into which companies."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from dougong.kernel.identity.passwords import STANDARD, Passwords, weaknesses
from dougong.kernel.identity.refusals import LoginTaken, LoginUnusable, NotYourCompany
from dougong.kernel.identity.secret import hash_of
from dougong.kernel.refusals import Refused
from dougong.kernel.values import new_id

LONGEST_LOGIN = 254


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who may sign in."""

    id: UUID
    login: str
    name: str
    active: bool
    locale: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Membership:
    """A company that an identity may enter, and the person that it is there."""

    company: str
    person: UUID


def normal_login(login: str) -> str:
    """Give the form in which logins are compared: case, width and outer spaces don't matter."""
    visible = "".join(sign for sign in login if unicodedata.category(sign)[0] != "C")
    return unicodedata.normalize("NFKC", visible).strip().lower()


def create_identity(
    connection: Connection[Any],
    *,
    login: str,
    name: str,
    password: str | None,
    now: datetime,
    locale: str = "zh",
    passwords: Passwords = STANDARD,
) -> UUID:
    """Let somebody sign in. Raises Refused: LoginUnusable, LoginTaken, PasswordTooWeak."""
    normal = normal_login(login)
    if not normal or len(normal) > LONGEST_LOGIN or any(sign.isspace() for sign in normal):
        raise Refused(LoginUnusable(login))
    identity = new_id()
    stored = None if password is None else _checked_hash(password, normal, passwords)
    made = connection.execute(
        "INSERT INTO dougong.identity (id, login, name, password_hash, locale, created)"
        " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (login) DO NOTHING",
        (identity, normal, name, stored, locale, now),
    )
    if not made.rowcount:
        raise Refused(LoginTaken(normal))
    return identity


def set_password(
    connection: Connection[Any],
    identity: UUID,
    password: str,
    *,
    keep_session: str | None = None,
    passwords: Passwords = STANDARD,
) -> None:
    """Replace the password and end all sessions but the one that asks. API tokens stay.

    Raises Refused(PasswordTooWeak).
    """
    login = _identity(connection, identity).login
    stored = _checked_hash(password, login, passwords)
    kept = hash_of(keep_session) if keep_session else b""
    with connection.transaction():
        connection.execute(
            "UPDATE dougong.identity SET password_hash = %s WHERE id = %s", (stored, identity)
        )
        connection.execute(
            "DELETE FROM dougong.session WHERE identity = %s AND token_hash <> %s",
            (identity, kept),
        )


def set_active(connection: Connection[Any], identity: UUID, *, active: bool) -> None:
    """Bar somebody from signing in and end their sessions, or let them in again.

    While barred their API tokens don't work either.
    """
    with connection.transaction():
        connection.execute(
            "UPDATE dougong.identity SET active = %s WHERE id = %s", (active, identity)
        )
        if not active:
            connection.execute("DELETE FROM dougong.session WHERE identity = %s", (identity,))


def set_locale(connection: Connection[Any], identity: UUID, locale: str) -> None:
    """Remember the language that somebody reads."""
    connection.execute("UPDATE dougong.identity SET locale = %s WHERE id = %s", (locale, identity))


def identity_by_login(connection: Connection[Any], login: str) -> Identity | None:
    """Give whoever signs in with this, or nobody."""
    cursor = connection.cursor(row_factory=class_row(Identity))
    return cursor.execute(
        "SELECT id, login, name, active, locale, created FROM dougong.identity WHERE login = %s",
        (normal_login(login),),
    ).fetchone()


def let_into(connection: Connection[Any], identity: UUID, company: str, person: UUID) -> None:
    """Let an identity into a company, as this person there."""
    connection.execute(
        "INSERT INTO dougong.identity_company (identity, company, person) VALUES (%s, %s, %s)"
        " ON CONFLICT (identity, company) DO UPDATE SET person = excluded.person",
        (identity, company, person),
    )


def keep_out_of(connection: Connection[Any], identity: UUID, company: str) -> None:
    """Close a company to an identity: its sessions and tokens there end."""
    connection.execute(
        "DELETE FROM dougong.identity_company WHERE identity = %s AND company = %s",
        (identity, company),
    )


def memberships(connection: Connection[Any], identity: UUID) -> list[Membership]:
    """Give the companies that an identity may enter, by name."""
    cursor = connection.cursor(row_factory=class_row(Membership))
    return cursor.execute(
        "SELECT company, person FROM dougong.identity_company WHERE identity = %s ORDER BY company",
        (identity,),
    ).fetchall()


def membership(connection: Connection[Any], identity: UUID, company: str) -> Membership:
    """Give who an identity is in a company. Raises Refused(NotYourCompany)."""
    of_company = [own for own in memberships(connection, identity) if own.company == company]
    if not of_company:
        raise Refused(NotYourCompany(company))
    return of_company[0]


def _identity(connection: Connection[Any], identity: UUID) -> Identity:
    cursor = connection.cursor(row_factory=class_row(Identity))
    found = cursor.execute(
        "SELECT id, login, name, active, locale, created FROM dougong.identity WHERE id = %s",
        (identity,),
    ).fetchone()
    assert found is not None, f"no identity {identity}"
    return found


def _checked_hash(password: str, login: str, passwords: Passwords) -> str:
    if weak := list(weaknesses(password, login)):
        raise Refused(weak)
    return passwords.hash(password)

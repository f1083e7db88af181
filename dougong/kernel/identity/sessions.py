"""Signing in and out, and who it is that comes back with a session's token."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

from dougong.kernel.identity.identities import Membership, membership, memberships, normal_login
from dougong.kernel.identity.passwords import STANDARD, Passwords
from dougong.kernel.identity.pauses import (
    FORGOTTEN_AFTER,
    KNOWN_FOR,
    count_attempt,
    forgive,
    normal_address,
)
from dougong.kernel.identity.refusals import SignInPaused, SignInRefused
from dougong.kernel.identity.secret import SESSION, hash_of, new_secret, same
from dougong.kernel.refusals import Refused

IDLE_FOR = timedelta(hours=12)
"""An unused session ends after this."""
LONGEST_SESSION = timedelta(days=30)
"""Every session ends after this."""
SEEN_EVERY = timedelta(minutes=1)
"""Being seen is noted no more often: a request is a read."""
_LONGEST_AGENT = 200


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who has shown a session's or an API token, and the company they are in."""

    identity: UUID
    login: str
    name: str
    locale: str
    company: str | None
    person: UUID | None
    token: UUID | None = None
    """The API token that was shown."""
    scopes: frozenset[str] | None = None
    """What the API token is restricted to; ``None`` for no restriction."""


@dataclass(frozen=True, slots=True)
class Session:
    """A fresh session. The token is known to its holder alone from here on."""

    token: str = field(repr=False)
    who: Who
    expires: datetime


def sign_in(
    connection: Connection[Any],
    login: str,
    password: str,
    address: str,
    now: datetime,
    *,
    company: str | None = None,
    user_agent: str = "",
    passwords: Passwords = STANDARD,
) -> Session:
    """Begin a session in the company named, or in the only one there is.

    Raises Refused: SignInRefused for an unknown login, a wrong password, a barred identity and a
    company of others alike, after the same time; SignInPaused after too many failures. The failure
    must stay counted whatever the caller does next, so the connection is in no transaction.
    """
    assert connection.info.transaction_status is TransactionStatus.IDLE, "failures must be kept"
    login, address = normal_login(login), normal_address(address)
    attempt = count_attempt(connection, login, address, now)
    if isinstance(attempt, int):
        raise Refused(SignInPaused(attempt))
    with connection.transaction():
        row = _stored(connection, login)
    stored = row["password_hash"] if row else None
    right = passwords.matches(stored, password)
    if row is None or not right or not row["active"]:
        raise Refused(SignInRefused())
    with connection.transaction():
        own = _entered(connection, row["id"], company)
        forgive(connection, attempt)
        _note_address(connection, row["id"], address, now)
        if passwords.is_outdated(row["password_hash"]):
            _store_anew(connection, row, passwords.hash(password))
        return _begin(connection, row, own, now, address=address, user_agent=user_agent)


def who(connection: Connection[Any], session_token: str, now: datetime) -> Who | None:
    """Tell whose session this is, and keep it alive; nobody where it has ended."""
    digest = hash_of(session_token)
    row = (
        connection.cursor(row_factory=dict_row)
        .execute(
            "SELECT session.token_hash, session.identity, login, name, locale, session.company,"
            " person, last_seen FROM dougong.session"
            " JOIN dougong.identity ON identity.id = session.identity"
            " LEFT JOIN dougong.identity_company AS own"
            " ON own.identity = session.identity AND own.company = session.company"
            " WHERE token_hash = %s AND expires > %s AND active",
            (digest, now),
        )
        .fetchone()
    )
    if row is None or not same(row["token_hash"], digest):
        return None
    if now - row["last_seen"] >= SEEN_EVERY:
        connection.execute(
            "UPDATE dougong.session SET last_seen = %(now)s,"
            " expires = least(created + %(longest)s, %(now)s + %(idle)s)"
            " WHERE token_hash = %(digest)s",
            {"now": now, "longest": LONGEST_SESSION, "idle": IDLE_FOR, "digest": digest},
        )
    return Who(
        row["identity"], row["login"], row["name"], row["locale"], row["company"], row["person"]
    )


def enter_company(
    connection: Connection[Any], session_token: str, company: str, now: datetime
) -> Who | None:
    """Go on in another company, in the same session. Raises Refused(NotYourCompany)."""
    somebody = who(connection, session_token, now)
    if somebody is None:
        return None
    membership(connection, somebody.identity, company)
    connection.execute(
        "UPDATE dougong.session SET company = %s WHERE token_hash = %s",
        (company, hash_of(session_token)),
    )
    return who(connection, session_token, now)


def sign_out(connection: Connection[Any], session_token: str) -> None:
    """End a session."""
    connection.execute(
        "DELETE FROM dougong.session WHERE token_hash = %s", (hash_of(session_token),)
    )


def sign_out_everywhere(connection: Connection[Any], identity: UUID) -> int:
    """End all sessions of an identity, and tell how many there were."""
    ended = connection.execute("DELETE FROM dougong.session WHERE identity = %s", (identity,))
    return ended.rowcount


def sweep(connection: Connection[Any], now: datetime) -> None:
    """Throw away what has ended: sessions, counts of old failures, addresses long unused."""
    connection.execute("DELETE FROM dougong.session WHERE expires <= %s", (now,))
    connection.execute(
        "DELETE FROM dougong.sign_in_attempt WHERE (scope, key) IN ("
        " SELECT scope, key FROM dougong.sign_in_attempt"
        " WHERE greatest(last, paused_until) < %s FOR UPDATE SKIP LOCKED)",
        (now - FORGOTTEN_AFTER,),
    )
    connection.execute(
        "DELETE FROM dougong.known_address WHERE last_seen <= %s", (now - KNOWN_FOR,)
    )


def _stored(connection: Connection[Any], login: str) -> dict[str, Any] | None:
    cursor = connection.cursor(row_factory=dict_row)
    return cursor.execute(
        "SELECT id, login, name, locale, active, password_hash FROM dougong.identity"
        " WHERE login = %s",
        (login,),
    ).fetchone()


def _entered(connection: Connection[Any], identity: UUID, company: str | None) -> Membership | None:
    """Give the company to begin in; none where there are several to choose from."""
    own = memberships(connection, identity)
    if company is not None:
        own = [entered for entered in own if entered.company == company]
        if not own:
            raise Refused(SignInRefused())
    return own[0] if len(own) == 1 else None


def _note_address(connection: Connection[Any], identity: UUID, address: str, now: datetime) -> None:
    connection.execute(
        "INSERT INTO dougong.known_address (identity, address, last_seen) VALUES (%s, %s, %s)"
        " ON CONFLICT (identity, address) DO UPDATE SET last_seen = excluded.last_seen",
        (identity, address, now),
    )


def _store_anew(connection: Connection[Any], row: dict[str, Any], fresh: str) -> None:
    """Keep the password under today's work, unless it was changed in between."""
    connection.execute(
        "UPDATE dougong.identity SET password_hash = %s WHERE id = %s AND password_hash = %s",
        (fresh, row["id"], row["password_hash"]),
    )


def _begin(
    connection: Connection[Any],
    row: dict[str, Any],
    own: Membership | None,
    now: datetime,
    *,
    address: str,
    user_agent: str,
) -> Session:
    token = new_secret(SESSION)
    expires = now + IDLE_FOR
    agent = user_agent.encode(errors="replace").decode().replace("\x00", "")[:_LONGEST_AGENT]
    company, person = (own.company, own.person) if own else (None, None)
    connection.execute(
        "INSERT INTO dougong.session"
        " (token_hash, identity, company, created, last_seen, expires, address, user_agent)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (hash_of(token), row["id"], company, now, now, expires, address, agent),
    )
    somebody = Who(row["id"], row["login"], row["name"], row["locale"], company, person)
    return Session(token, somebody, expires)

"""API tokens: what a program shows instead of signing in, for one identity in one company."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row, dict_row

from dougong.kernel.identity.identities import membership
from dougong.kernel.identity.secret import API, hash_of, new_secret, same
from dougong.kernel.identity.sessions import SEEN_EVERY, Who
from dougong.kernel.values import new_id


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A fresh token. The secret is shown once and kept nowhere."""

    id: UUID
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as its owner sees it listed."""

    id: UUID
    name: str
    company: str
    scopes: list[str] | None
    created: datetime
    last_used: datetime | None
    expires: datetime | None
    revoked: datetime | None


def issue_token(
    connection: Connection[Any],
    identity: UUID,
    company: str,
    name: str,
    now: datetime,
    *,
    expires: datetime | None = None,
    scopes: Iterable[str] | None = None,
) -> IssuedToken:
    """Make a token for an identity in a company. Raises Refused(NotYourCompany)."""
    membership(connection, identity, company)
    issued = IssuedToken(new_id(), new_secret(API))
    connection.execute(
        "INSERT INTO dougong.api_token"
        " (id, name, token_hash, identity, company, scopes, created, expires)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            issued.id,
            name,
            hash_of(issued.secret),
            identity,
            company,
            None if scopes is None else sorted(set(scopes)),
            now,
            expires,
        ),
    )
    return issued


def who_by_token(connection: Connection[Any], secret: str, now: datetime) -> Who | None:
    """Tell whose token this is; nobody where it is unknown, expired, revoked or its owner barred."""
    digest = hash_of(secret)
    row = (
        connection.cursor(row_factory=dict_row)
        .execute(
            "SELECT token.id, token.token_hash, token.identity, login, identity.name, locale,"
            " token.company, own.person, scopes, last_used FROM dougong.api_token AS token"
            " JOIN dougong.identity ON identity.id = token.identity"
            " JOIN dougong.identity_company AS own"
            " ON own.identity = token.identity AND own.company = token.company"
            " WHERE token_hash = %s AND active AND revoked IS NULL"
            " AND (expires IS NULL OR expires > %s)",
            (digest, now),
        )
        .fetchone()
    )
    if row is None or not same(row["token_hash"], digest):
        return None
    if row["last_used"] is None or now - row["last_used"] >= SEEN_EVERY:
        connection.execute(
            "UPDATE dougong.api_token SET last_used = %s WHERE id = %s", (now, row["id"])
        )
    return Who(
        row["identity"],
        row["login"],
        row["name"],
        row["locale"],
        row["company"],
        row["person"],
        token=row["id"],
        scopes=None if row["scopes"] is None else frozenset(row["scopes"]),
    )


def tokens_of(connection: Connection[Any], identity: UUID) -> list[ApiToken]:
    """List the tokens of an identity, the newest first, the revoked ones too."""
    cursor = connection.cursor(row_factory=class_row(ApiToken))
    return cursor.execute(
        "SELECT id, name, company, scopes, created, last_used, expires, revoked"
        " FROM dougong.api_token WHERE identity = %s ORDER BY created DESC, id DESC",
        (identity,),
    ).fetchall()


def revoke(connection: Connection[Any], identity: UUID, token: UUID, now: datetime) -> bool:
    """Make a token of this identity worthless; tell whether it was worth anything before."""
    revoked = connection.execute(
        "UPDATE dougong.api_token SET revoked = %s"
        " WHERE id = %s AND identity = %s AND revoked IS NULL",
        (now, token, identity),
    )
    return revoked.rowcount == 1

"""Pauses after failed sign-ins: guessing gets slow, and nobody is locked out from everywhere.

Failures are counted for login and address together, for the address (many logins tried from one
place) and for the login (one login tried from many places). The last pauses only addresses from
which the login has never been used, and shortly, so that its owner still gets in from where they
work. An attempt counts as failed before the password is looked at, so that a hundred at the same
moment are no way around; what is refused during a pause isn't counted and doesn't lengthen it.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection
from psycopg.rows import tuple_row

FORGOTTEN_AFTER = timedelta(minutes=15)
"""So long after the last failure, or the end of its pause, counting begins anew."""
KNOWN_FOR = timedelta(days=90)
_IPV6_NETWORK = 64
_LONGEST_ADDRESS = 64
_DOUBLED_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class Pause:
    """From this failure on a pause, each twice as long as the one before, up to the longest."""

    after: int
    first: timedelta
    longest: timedelta

    def following(self, failures: int) -> timedelta:
        """Tell how long nobody is looked at after so many failures."""
        if failures < self.after:
            return timedelta(0)
        doubled: int = 2 ** min(failures - self.after, _DOUBLED_AT_MOST)
        return min(self.first * doubled, self.longest)


PAUSES = {
    "address": Pause(50, timedelta(seconds=30), timedelta(minutes=15)),
    "login": Pause(50, timedelta(seconds=5), timedelta(minutes=1)),
    "login_address": Pause(5, timedelta(seconds=30), timedelta(minutes=15)),
}
"""In the order of their names, which is the one in which their rows are locked."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that was counted as failed for now: its keys, and the pauses that it began."""

    keys: dict[str, bytes]
    pauses: dict[str, datetime | None]


def normal_address(address: str) -> str:
    """Give the address that counts: of IPv6 the network, of which one person may have all."""
    try:
        parsed = ipaddress.ip_address(address.strip().partition("%")[0])
    except ValueError:
        return address.encode(errors="replace").decode().replace("\x00", "")[:_LONGEST_ADDRESS]
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, _IPV6_NETWORK), strict=False))


def count_attempt(
    connection: Connection[Any], login: str, address: str, now: datetime
) -> Attempt | int:
    """Count an attempt, or give the seconds to wait before the next one is looked at."""
    keys = {
        "address": _hashed(address),
        "login": _hashed(login),
        "login_address": _hashed(login, address),
    }
    with connection.transaction():
        failures, waits = _state(connection, keys, now)
        if waits.get("login") and _is_known(connection, login, address, now):
            del waits["login"]
        if waits:
            return max(1, math.ceil((max(waits.values()) - now).total_seconds()))
        pauses: dict[str, datetime | None] = {}
        for scope, pause in PAUSES.items():
            length = pause.following(failures[scope] + 1)
            pauses[scope] = now + length if length else None
        connection.execute(
            "UPDATE dougong.sign_in_attempt AS attempt"
            " SET failures = failures + 1, last = %(now)s, paused_until = fresh.paused_until"
            " FROM unnest(%(scopes)s::text[], %(keys)s::bytea[], %(pauses)s::timestamptz[])"
            " AS fresh (scope, key, paused_until)"
            " WHERE attempt.scope = fresh.scope AND attempt.key = fresh.key",
            {
                "now": now,
                "scopes": list(keys),
                "keys": list(keys.values()),
                "pauses": list(pauses.values()),
            },
        )
    return Attempt(keys, pauses)


def forgive(connection: Connection[Any], attempt: Attempt) -> None:
    """Take back an attempt that succeeded; only what this login did from this address is forgotten.

    Failures of others, from the same address or with the same login, stay counted.
    """
    connection.execute(
        "WITH locked AS ("
        " SELECT scope, key FROM dougong.sign_in_attempt"
        " WHERE (scope, key) IN (SELECT * FROM unnest(%(scopes)s::text[], %(keys)s::bytea[]))"
        " ORDER BY scope FOR UPDATE)"
        " UPDATE dougong.sign_in_attempt AS attempt"
        " SET failures = CASE WHEN attempt.scope = 'login_address' THEN 0"
        " ELSE greatest(failures - 1, 0) END,"
        " paused_until = nullif(attempt.paused_until, own.pause)"
        " FROM locked JOIN unnest(%(scopes)s::text[], %(pauses)s::timestamptz[])"
        " AS own (scope, pause) ON own.scope = locked.scope"
        " WHERE attempt.scope = locked.scope AND attempt.key = locked.key",
        {
            "scopes": list(attempt.keys),
            "keys": list(attempt.keys.values()),
            "pauses": list(attempt.pauses.values()),
        },
    )


def _state(
    connection: Connection[Any], keys: dict[str, bytes], now: datetime
) -> tuple[dict[str, int], dict[str, datetime]]:
    """Lock the counts, made or made anew where needed, and give them with the pauses that hold."""
    cursor = connection.cursor(row_factory=tuple_row)
    cursor.execute(
        "INSERT INTO dougong.sign_in_attempt AS kept (scope, key, failures, last)"
        " SELECT scope, key, 0, %(now)s"
        " FROM unnest(%(scopes)s::text[], %(keys)s::bytea[]) WITH ORDINALITY"
        " AS fresh (scope, key, place) ORDER BY place"
        " ON CONFLICT (scope, key) DO UPDATE SET failures = CASE"
        " WHEN greatest(kept.last, kept.paused_until) < %(forgotten)s THEN 0"
        " ELSE kept.failures END"
        " RETURNING scope, failures, paused_until",
        {
            "now": now,
            "forgotten": now - FORGOTTEN_AFTER,
            "scopes": list(keys),
            "keys": list(keys.values()),
        },
    )
    rows = cursor.fetchall()
    failures = {scope: count for scope, count, _ in rows}
    waits = {scope: until for scope, _, until in rows if until is not None and until > now}
    return failures, waits


def _is_known(connection: Connection[Any], login: str, address: str, now: datetime) -> bool:
    """Tell whether this login was used from this address in the last months."""
    found = connection.execute(
        "SELECT 1 FROM dougong.known_address AS known"
        " JOIN dougong.identity ON identity.id = known.identity"
        " WHERE identity.login = %s AND known.address = %s AND known.last_seen > %s",
        (login, address, now - KNOWN_FOR),
    )
    return found.fetchone() is not None


def _hashed(*parts: str) -> bytes:
    return hashlib.sha256("\x00".join(parts).encode()).digest()

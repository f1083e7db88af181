"""Passwords: which are good enough, and how they are kept so that nobody can read them."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dougong.kernel.identity.refusals import PasswordTooWeak

LEAST = 8
LONGEST = 1024
"""Bytes; more would only cost time."""

_AT_ONCE = BoundedSemaphore(4)
"""A flood of sign-ins takes the memory of so many, not of all."""

_COMMON = frozenset(
    [
        "12345678",
        "123456789",
        "1234567890",
        "87654321",
        "11111111",
        "00000000",
        "88888888",
        "66666666",
        "password",
        "password1",
        "passw0rd",
        "qwertyui",
        "qwertyuiop",
        "1qaz2wsx",
        "iloveyou",
        "sunshine",
        "princess",
        "football",
        "baseball",
        "superman",
        "admin123",
        "administrator",
        "letmein1",
        "welcome1",
        "abc12345",
        "a1234567",
        "a12345678",
        "123123123",
        "woaini1314",
        "5201314520",
        "1q2w3e4r",
        "1q2w3e4r5t",
        "asdfghjkl",
        "zxcvbnm1",
        "changeme",
        "qazwsxedc",
        "147258369",
    ]
)


@dataclass(frozen=True, kw_only=True)
class Passwords:
    """How much work one guess is: by default some 40 ms and 19 MiB of a small server (argon2id)."""

    rounds: int = 2
    kibibytes: int = 19_456
    lanes: int = 1

    def hash(self, password: str) -> str:
        """Give what is stored instead of a password."""
        with _AT_ONCE:
            return self._hasher.hash(_normal(password))

    def matches(self, stored: str | None, password: str) -> bool:
        """Tell whether this is the password, taking the same time where there is none to compare."""
        candidate = _normal(password)
        usable = stored is not None and len(candidate.encode()) <= LONGEST
        nobody = _of_nobody(self)
        against = stored if stored is not None and usable else nobody
        try:
            with _AT_ONCE:
                same = self._hasher.verify(against, candidate[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
        return usable and same

    def is_outdated(self, stored: str) -> bool:
        """Tell whether a stored hash was made with other work than is asked for now."""
        return self._hasher.check_needs_rehash(stored)

    @property
    def _hasher(self) -> PasswordHasher:
        return _hasher_of(self)


STANDARD = Passwords()


def weaknesses(password: str, login: str) -> Iterator[PasswordTooWeak]:
    """All that speaks against a new password."""
    normal = _normal(password)
    if len(normal) < LEAST:
        yield PasswordTooWeak("short", LEAST)
    if len(normal.encode()) > LONGEST:
        yield PasswordTooWeak("long", LEAST)
    if normal.lower() in _COMMON or len(set(normal)) == 1:
        yield PasswordTooWeak("common", LEAST)
    if login and normal.lower() in (login, login.partition("@")[0]):
        yield PasswordTooWeak("login", LEAST)


def _normal(password: str) -> str:
    """Make the same password of the same letters, however a keyboard composes them."""
    return unicodedata.normalize("NFC", password.encode(errors="replace").decode())


@cache
def _hasher_of(work: Passwords) -> PasswordHasher:
    return PasswordHasher(time_cost=work.rounds, memory_cost=work.kibibytes, parallelism=work.lanes)


@cache
def _of_nobody(work: Passwords) -> str:
    return _hasher_of(work).hash(secrets.token_urlsafe())

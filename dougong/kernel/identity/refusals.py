"""Why somebody doesn't get in."""

from __future__ import annotations

from dataclasses import dataclass

from dougong.kernel.refusals import Refusal


@dataclass(frozen=True)
class SignInRefused(Refusal):
    """Login or password is wrong, or may not be used; which of these is not told."""

    status = 401


@dataclass(frozen=True)
class SignInPaused(Refusal):
    """There were too many failures; the next attempt is looked at after this many seconds."""

    status = 429
    seconds: int


@dataclass(frozen=True)
class PasswordTooWeak(Refusal):
    """The password is ``short``, ``long``, ``common`` or ``login``."""

    status = 422
    problem: str
    least: int


@dataclass(frozen=True)
class LoginTaken(Refusal):
    """Somebody else signs in with this already."""

    login: str


@dataclass(frozen=True)
class LoginUnusable(Refusal):
    """Nobody can sign in with this: it is empty, too long, or has spaces or control characters."""

    status = 422
    login: str


@dataclass(frozen=True)
class NotYourCompany(Refusal):
    """The identity may not enter this company, or there is none of this name."""

    status = 403
    company: str

"""Why a request is turned away at the door, before any operation is asked."""

from __future__ import annotations

from dataclasses import dataclass

from dougong.kernel.refusals import Refusal


@dataclass(frozen=True)
class NotSignedIn(Refusal):
    """Nobody is signed in, or the session or token has ended."""

    status = 401


@dataclass(frozen=True)
class NoCompanyEntered(Refusal):
    """The person may enter several companies (or none) and has not said which."""

    status = 403
    companies: tuple[str, ...]


@dataclass(frozen=True)
class ForeignOrigin(Refusal):
    """Another website's page sent this in the person's name."""

    status = 403


@dataclass(frozen=True)
class SessionNeeded(Refusal):
    """Only somebody who has signed in may do this, not a program with a token."""

    status = 403


@dataclass(frozen=True)
class BodyTooLarge(Refusal):
    """The request carries more than the door takes."""

    status = 413
    most: int


@dataclass(frozen=True)
class NotJson(Refusal):
    """The body is said to be something else than JSON."""

    status = 415


@dataclass(frozen=True)
class UnreadableBody(Refusal):
    """The body is no JSON, or not the kind of value that is expected here."""

    status = 400
    problem: str
    expected: str = ""


@dataclass(frozen=True)
class PreconditionFailed(Refusal):
    """What If-Match names was never a version of this record."""

    status = 412
    tag: str


@dataclass(frozen=True)
class NoSuchAddress(Refusal):
    """There is nothing under this address."""

    status = 404
    path: str


@dataclass(frozen=True)
class NotThisWay(Refusal):
    """The address exists, but not with this method."""

    status = 405
    method: str


@dataclass(frozen=True)
class Busy(Refusal):
    """The house is too busy, or restarting; the request can be sent again."""

    status = 503


@dataclass(frozen=True)
class TookTooLong(Refusal):
    """It took longer than a transaction may; nothing was changed, and less can be asked at once."""

    status = 503


@dataclass(frozen=True)
class Broken(Refusal):
    """A mistake of ours; it is in the log under this mark."""

    status = 500
    mark: str

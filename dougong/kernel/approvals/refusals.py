"""Why an approval can't be given."""

from dataclasses import dataclass

from dougong.kernel.refusals import Refusal


@dataclass(frozen=True)
class NotYours(Refusal):
    """Only the role that was asked may answer."""

    status = 403
    role: str


@dataclass(frozen=True)
class OwnRequest(Refusal):
    """Nobody approves their own request."""

    status = 403


@dataclass(frozen=True)
class NotTheRequester(Refusal):
    """Only who asked may take the request back."""

    status = 403

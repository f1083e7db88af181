"""Why a change of the configuration can't be published."""

from dataclasses import dataclass

from dougong.kernel.refusals import Refusal


@dataclass(frozen=True)
class NotWhatItWas(Refusal):
    """Somebody changed the same thing since; take theirs into account first."""

    key: str


@dataclass(frozen=True)
class NothingChanged(Refusal):
    """A change set without changes."""

    status = 422

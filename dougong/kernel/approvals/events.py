"""What happens to commands that wait for approval."""

from dataclasses import dataclass

from dougong.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class CommandParked(Event, of="parked_command", verb="asked"):
    """Somebody's command waits for a role's approval."""

    role: str
    subject: str
    record: str


@dataclass(frozen=True, kw_only=True)
class CommandApproved(Event, of="parked_command", verb="approved"):
    """It was approved and will be performed for its requester."""


@dataclass(frozen=True, kw_only=True)
class CommandDeclined(Event, of="parked_command", verb="declined"):
    """It was declined and will not be performed."""

"""What happens to change sets."""

from dataclasses import dataclass

from dougong.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ChangesPublished(Event, of="change_set", verb="published"):
    """The configuration changed."""

    builds: bool
    """Whether tables have to be built before all of it is live."""


@dataclass(frozen=True, kw_only=True)
class ChangesReverted(Event, of="change_set", verb="reverted"):
    """The configuration changed back."""

    builds: bool

"""What happens to exports."""

from dataclasses import dataclass

from dougong.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ExportBegun(Event, of="export_batch", verb="begun"):
    """Somebody asked for an export."""


@dataclass(frozen=True, kw_only=True)
class ExportFinished(Event, of="export_batch", verb="finished"):
    """The file is there."""

    written: int


@dataclass(frozen=True, kw_only=True)
class ExportFailed(Event, of="export_batch", verb="failed"):
    """There will be no file."""

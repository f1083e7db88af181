"""What happens to imports."""

from dataclasses import dataclass

from dougong.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class ImportBegun(Event, of="import_batch", verb="begun"):
    """Somebody began an import."""


@dataclass(frozen=True, kw_only=True)
class ImportAdvanced(Event, of="import_batch", verb="advanced"):
    """An import has come so far."""

    done: int
    total: int
    bad: int


@dataclass(frozen=True, kw_only=True)
class ImportEnded(Event, of="import_batch", verb="ended"):
    """All rows were taken, or handed back."""

    bad: int


@dataclass(frozen=True, kw_only=True)
class ImportNoted(Event, of="import_batch", verb="noted"):
    """There is something to say of an import, or rows of it are handed back."""


@dataclass(frozen=True, kw_only=True)
class ImportUndone(Event, of="import_batch", verb="undone"):
    """What an import did was taken back, as far as it could be."""

    left: int


@dataclass(frozen=True, kw_only=True)
class MappingRemembered(Event, of="import_mapping", verb="remembered"):
    """A mapping is kept for the next file with the same headers."""

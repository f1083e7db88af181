"""What an entity says about how its rows are summed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RollUp:
    """By which day's month an entity's rows are put together, by what else, and what is summed."""

    day: str
    by: tuple[str, ...]
    sums: tuple[str, ...]

    def table(self, entity: str) -> str:
        """Name the table that holds the sums."""
        return f"{entity}_by_month"

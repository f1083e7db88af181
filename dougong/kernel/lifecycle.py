"""The states of an entity and the moves between them, as plain facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Lifecycle:
    """Which state may follow which; the first pair's left side is where a record begins."""

    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, moves: Mapping[str, Iterable[str]]) -> Lifecycle:
        """Write a lifecycle as state → states that may follow."""
        return cls(tuple((str(a), str(b)) for a, after in moves.items() for b in after))

    def allows(self, state: str, wanted: str) -> bool:
        """Tell whether a record may go from one state to another in one move."""
        return (str(state), str(wanted)) in self.pairs

    def after(self, state: str) -> tuple[str, ...]:
        """Give the states that may follow a state."""
        return tuple(b for a, b in self.pairs if a == state)

    @property
    def states(self) -> tuple[str, ...]:
        """All states, in the order in which they are first named."""
        return tuple(dict.fromkeys(s for pair in self.pairs for s in pair))

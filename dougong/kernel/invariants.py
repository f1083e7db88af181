"""Invariants: what must always be true of the stored facts, and the question that proves it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Invariant:
    """A law of the books. ``sql`` gives a row (key, expected, actual) for each difference."""

    name: str
    promise: str
    """One sentence in words of the trade."""
    sql: str

"""Discount chains: how "10+5" is read, each step taken from what the one before has left."""

from __future__ import annotations

import re
from decimal import Decimal

from dougong.kernel.values import ONE, ZERO

HUNDRED = Decimal(100)
STEP = re.compile(r"\d{1,3}(\.\d{1,6})?")
MOST_STEPS = 8


def read_chain(written: str) -> tuple[Decimal, ...]:
    """Read a chain of percent steps into fractions: "10+5" → 0.1, 0.05; "" is no discount.

    Raises ValueError for anything that is no chain of steps between 0 and 100.
    """
    plain = written.replace("＋", "+").replace("％", "%").replace("%", "").replace(" ", "")
    if not plain:
        return ()
    steps = plain.split("+")
    if len(steps) > MOST_STEPS or not all(STEP.fullmatch(step) for step in steps):
        raise ValueError(written)
    fractions = tuple(Decimal(step) / HUNDRED for step in steps)
    if any(fraction > ONE for fraction in fractions):
        raise ValueError(written)
    return tuple(fraction for fraction in fractions if fraction != ZERO)


def write_chain(fractions: tuple[Decimal, ...]) -> str:
    """Write a chain as people do: 0.1, 0.05 → "10+5"."""
    return "+".join(f"{(fraction * HUNDRED).normalize():f}" for fraction in fractions)


def is_chain(written: str) -> bool:
    """Tell whether a text can be read as a chain."""
    try:
        read_chain(written)
    except ValueError:
        return False
    return True

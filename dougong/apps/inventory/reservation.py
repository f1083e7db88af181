"""Reservation: how much of what is wanted can be set aside, and what is short."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from dougong.kernel.values import ZERO

Position = TypeVar("Position", bound=Hashable)
"""What names a place of stock: item, warehouse and, where it matters, lot."""


class Backorders(StrEnum):
    """What a customer wants when goods are short."""

    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Wanted(Generic[Position]):
    """So much is wanted from a position."""

    position: Position
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Allotted:
    """What one demand gets, and what it lacks."""

    reserved: Decimal
    short: Decimal


@dataclass(frozen=True, slots=True)
class Lack(Generic[Position]):
    """A position that holds less than all demands together want from it."""

    position: Position
    wanted: Decimal
    free: Decimal


@dataclass(frozen=True, slots=True)
class Allotment(Generic[Position]):
    """The decision on several demands: what each gets, in their order, and what is lacking where.

    When it is ``refused``, nothing is set aside at all.
    """

    demands: tuple[Allotted, ...]
    lacks: tuple[Lack[Position], ...]
    refused: bool


def allot(
    wanted: Sequence[Wanted[Position]],
    free: Mapping[Position, Decimal],
    *,
    backorders: Backorders,
) -> Allotment[Position]:
    """Share what is free among demands, the earlier first; all or nothing where nothing may wait.

    Demands on the same position share what it has; a position that is not known, or is overdrawn,
    has nothing.
    """
    lacks = lacking(wanted, free)
    if lacks and backorders is Backorders.NEVER:
        nothing = tuple(Allotted(ZERO, demand.quantity) for demand in wanted)
        return Allotment(nothing, lacks, refused=True)
    left: dict[Position, Decimal] = {}
    allotted = []
    for demand in wanted:
        there = left.get(demand.position, _free(demand.position, free))
        reserved = min(demand.quantity, there)
        left[demand.position] = there - reserved
        allotted.append(Allotted(reserved, demand.quantity - reserved))
    return Allotment(tuple(allotted), lacks, refused=False)


def lacking(
    wanted: Sequence[Wanted[Position]], free: Mapping[Position, Decimal]
) -> tuple[Lack[Position], ...]:
    """Name each position from which more is wanted than is free, in the order of the demands."""
    sums: dict[Position, Decimal] = {}
    for demand in wanted:
        assert demand.quantity >= 0, "nothing less than nothing can be wanted"
        sums[demand.position] = sums.get(demand.position, ZERO) + demand.quantity
    return tuple(
        Lack(position, total, _free(position, free))
        for position, total in sums.items()
        if total > _free(position, free)
    )


def _free(position: Position, free: Mapping[Position, Decimal]) -> Decimal:
    return max(free.get(position, ZERO), ZERO)

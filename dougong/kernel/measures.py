"""What can be analysed: measures, each one definition for every screen, report and program.

An app declares its measures in ``measures.py``. A plain measure sums a field over the records that
meet a condition; a derived one is made of others.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Written(StrEnum):
    """How a measure's value is written."""

    MONEY = "money"
    PERCENT = "percent"
    COUNT = "count"


@dataclass(frozen=True, kw_only=True)
class Measure:
    """The sum of a field over some records of one kind, or how many they are."""

    name: str
    on: str
    sums: str = ""
    """The field that is summed; without one, the records are counted."""
    where: str = ""
    """Which records count, in the expression language."""
    day: str = ""
    """The business day by which they belong to a period; a stock at a moment has none."""
    by: tuple[str, ...] = ()
    """Fields and paths by which it can be looked at."""
    sign: int = 1
    """−1 where what is kept as a negative amount is read as a positive one."""

    @property
    def written(self) -> Written:
        """Money where a field is summed."""
        return Written.MONEY if self.sums else Written.COUNT


@dataclass(frozen=True, kw_only=True)
class Derived:
    """A measure that is made of two others: what remains of one, or one's share of another."""

    name: str
    first: Measure
    second: Measure
    share: bool = False
    """``(first − second) ÷ first`` instead of ``first − second``."""

    @property
    def written(self) -> Written:
        """A share is a percentage."""
        return Written.PERCENT if self.share else Written.MONEY


AnyMeasure = Measure | Derived


def parts_of(measure: AnyMeasure) -> tuple[Measure, ...]:
    """Give the plain measures that one is made of."""
    return (measure.first, measure.second) if isinstance(measure, Derived) else (measure,)

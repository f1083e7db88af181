"""What may be asked: which measures, by what, of which days, compared with what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dougong.kernel.measures import AnyMeasure, Measure, parts_of

Compare = Literal["", "year", "period"]
TIME = "time"
"""The dimension of every measure that has a day."""
GRAINS = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question of measures."""

    measures: Sequence[AnyMeasure]
    by: str = ""
    """A dimension, ``time``, or nothing for the whole."""
    grain: str = "month"
    since: date | None = None
    until: date | None = None
    filter: str = ""
    """A condition on what is counted, in the expression language."""
    compare: Compare = ""
    limit: int = 100

    @property
    def parts(self) -> list[Measure]:
        """The plain measures that have to be summed, once each."""
        return list(dict.fromkeys(part for one in self.measures for part in parts_of(one)))

    @property
    def before(self) -> tuple[date, date] | None:
        """The days with which the asked ones are compared."""
        if not self.compare or self.since is None or self.until is None:
            return None
        if self.compare == "year":
            return year_before(self.since), year_before(self.until)
        length = self.until - self.since
        last = date.fromordinal(self.since.toordinal() - 1)
        return last - length, last


def year_before(day: date) -> date:
    """Give the same day a year earlier; of the 29th of February, the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def year_after(day: date) -> date:
    """Give the same day a year later; of the 29th of February, the 28th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)

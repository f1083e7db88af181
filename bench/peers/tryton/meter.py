"""What a step costs: statements on the wire, time on the clock, time on the processor."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from trytond.backend.postgresql import database  # type: ignore[import-not-found]  # see desk.py


class CountingCursor(database.LoggingCursor):  # type: ignore[misc]  # not typed
    """Tryton's cursor, counting what it sends; BEGIN and COMMIT don't pass through a cursor."""

    sent = 0

    def execute(self, query: Any, *args: Any, **named: Any) -> CountingCursor:
        if query:  # the pool's check of a connection is an empty query
            CountingCursor.sent += 1
        super().execute(query, *args, **named)
        return self


def count_statements() -> None:
    """From the next connection on, every statement is counted."""
    database.LoggingCursor = CountingCursor


@dataclass(frozen=True, kw_only=True)
class Cost:
    statements: int
    wall: float
    cpu: float


@dataclass
class Meter:
    """The costs of each step, in the order in which the steps were first taken."""

    costs: dict[str, list[Cost]] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        sent, wall, cpu = CountingCursor.sent, time.perf_counter(), time.process_time()
        yield
        cost = Cost(
            statements=CountingCursor.sent - sent,
            wall=time.perf_counter() - wall,
            cpu=time.process_time() - cpu,
        )
        self.costs.setdefault(name, []).append(cost)

    def __len__(self) -> int:
        """How many cycles were measured."""
        return min(map(len, self.costs.values()), default=0)

    def last(self) -> dict[str, float]:
        """What the last cycle took."""
        costs = [each[-1] for each in self.costs.values()]
        return {
            "wall_s": sum(cost.wall for cost in costs),
            "cpu_s": sum(cost.cpu for cost in costs),
        }

    def steps(self) -> list[dict[str, Any]]:
        """One row per step: the median of each cost."""
        return [
            {
                "step": name,
                "statements": median(cost.statements for cost in costs),
                "wall_ms": round(median(cost.wall for cost in costs) * 1000, 2),
                "cpu_ms": round(median(cost.cpu for cost in costs) * 1000, 2),
            }
            for name, costs in self.costs.items()
        ]

    def cycle(self) -> dict[str, Any]:
        """The whole cycle: the median of the cycles, and how many go into a second."""
        cycles = list(zip(*self.costs.values(), strict=True))
        walls = [sum(cost.wall for cost in cycle) for cycle in cycles]
        return {
            "statements": median(sum(cost.statements for cost in cycle) for cycle in cycles),
            "wall_s": round(median(walls), 4),
            "cpu_s": round(median(sum(cost.cpu for cost in cycle) for cycle in cycles), 4),
            "cycles_per_s": round(len(cycles) / sum(walls), 3),
        }

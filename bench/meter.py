"""What a step costs: statements on the wire, time on the clock, time on the processor."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import psycopg

NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK")


class Wire:
    """Counts what this process sends to the server, where the driver's cursor executes.

    The message that begins our transactions carries one statement that counts: it reads the
    company's version. Calls after the commit (NOTIFY) and blocks of numbers are counted, too.
    """

    sent = 0
    told: list[str] | None = None

    @classmethod
    def watch(cls) -> None:
        """Count from now on."""
        if hasattr(psycopg.Cursor, "_unwatched"):
            return
        execute = psycopg.Cursor.execute
        psycopg.Cursor._unwatched = execute  # type: ignore[attr-defined]  # noqa: SLF001  our own mark

        def counted(cursor: Any, query: Any, *args: Any, **named: Any) -> Any:
            text = query.decode() if isinstance(query, bytes) else str(query)
            if not text.startswith(NOT_COUNTED) or "SELECT version" in text:
                cls.sent += 1
                if cls.told is not None:
                    cls.told.append(text)
            return execute(cursor, query, *args, **named)

        psycopg.Cursor.execute = counted  # type: ignore[method-assign, assignment]  # only to count


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
        sent, wall, cpu = Wire.sent, time.perf_counter(), time.process_time()
        yield
        cost = Cost(
            wall=time.perf_counter() - wall,
            cpu=time.process_time() - cpu,
            statements=Wire.sent - sent,
        )
        self.costs.setdefault(name, []).append(cost)

    def add(self, other: Meter) -> None:
        """Take in what another has measured."""
        for name, costs in other.costs.items():
            self.costs.setdefault(name, []).extend(costs)

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
            "wall_s": round(median(walls), 5),
            "cpu_s": round(median(sum(cost.cpu for cost in cycle) for cycle in cycles), 5),
            "cycles_per_s": round(len(cycles) / sum(walls), 3),
        }


def show(result: dict[str, Any]) -> None:
    """Print a result as a table; what wasn't counted is left out."""
    counted = "statements" in result["cycle"]
    whole = result["cycle"]
    rows = [
        *result["steps"],
        whole
        | {"step": "cycle", "wall_ms": whole["wall_s"] * 1000, "cpu_ms": whole["cpu_s"] * 1000},
    ]
    print(f"{result['system']}, {result['cycles']} cycles of {result['lines']} lines")
    print(f"{'step':<20}{'statements' if counted else '':>12}{'wall ms':>10}{'CPU ms':>10}")
    for row in rows:
        statements = f"{row['statements']:g}" if counted else ""
        print(f"{row['step']:<20}{statements:>12}{row['wall_ms']:>10.2f}{row['cpu_ms']:>10.2f}")
    print(f"{whole['cycles_per_s']:.2f} cycles a second")


def uncounted(rows: dict[str, Any]) -> dict[str, Any]:
    """Leave the statements out: somebody else's process sent them."""
    return {name: value for name, value in rows.items() if name != "statements"}

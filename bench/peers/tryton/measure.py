"""Measure the cycle of an order in Tryton, in this process, step by step.

Entered through `run.py`, which gives it Tryton and a server.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import sys
import time
from collections.abc import Iterator
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

from cycle import Cycle
from desk import (
    VERSION,
    activate,
    drop_database,
    has_database,
    leave,
    leave_printing_out,
    make_database,
    server_version,
    sit_down,
)
from meter import Meter, count_statements
from shop import find_shop, open_shop


def main() -> None:
    asked = arguments()
    today = date.today()
    count_statements()

    pattern = f"{asked.database}_{fingerprint(today, asked.invoice)}"
    set_up(pattern, today, asked.invoice)
    make_database(asked.database, pattern)
    try:
        result = measured(asked, today)
    finally:
        drop_database(asked.database)

    show(result)
    print(json.dumps(result))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--cycles", type=int, required=True)
    parser.add_argument("--warmup", type=int, required=True)
    parser.add_argument("--lines", type=int, required=True)
    parser.add_argument("--invoice", required=True)
    parser.add_argument("--in-turns", action="store_true")
    return parser.parse_args()


def fingerprint(today: date, invoice: str) -> str:
    """What the set-up depends on: another Tryton, shop or year is set up anew."""
    here = Path(__file__).parent
    sources = (here / name for name in ("requirements.lock", "shop.py"))
    whole = b"".join(source.read_bytes() for source in sources) + f"{today.year}{invoice}".encode()
    return hashlib.sha256(whole).hexdigest()[:8]


def set_up(pattern: str, today: date, invoice: str) -> None:
    """Make the database that every run starts from, unless an earlier run has left it."""
    if has_database(pattern):
        return
    started = time.perf_counter()
    half_done = f"{pattern}_half"
    make_database(half_done)
    activate(half_done, "sale")
    open_shop(half_done, today, invoice)
    leave(half_done)
    make_database(pattern, half_done)
    drop_database(half_done)
    print(f"set up in {time.perf_counter() - started:.0f} s", file=sys.stderr)


def measured(asked: argparse.Namespace, today: date) -> dict[str, Any]:
    desk = sit_down(asked.database)
    leave_printing_out(asked.database)
    shop = desk.request(find_shop)
    meter = Meter()
    for when in turns(asked):
        cycle = Cycle(desk=desk, shop=shop, lines=asked.lines, today=today)
        cycle.run(meter if when is Turn.MEASURED else Meter())
        if asked.in_turns and when is Turn.MEASURED:
            print(json.dumps(meter.last()), flush=True)
    leave(asked.database)
    return {
        "system": f"Tryton {VERSION}",
        "python": platform.python_version(),
        "postgresql": server_version(),
        "cycles": len(meter),
        "warmup": asked.warmup,
        "lines": asked.lines,
        "invoice": asked.invoice,
        "total": str(cycle.total),
        "steps": meter.steps(),
        "cycle": meter.cycle(),
    }


class Turn(Enum):
    """What a cycle is run for."""

    WARMUP = 1
    MEASURED = 2


def turns(asked: argparse.Namespace) -> Iterator[Turn]:
    """The cycles that are asked for: so many, or one for each line that comes in."""
    yield from [Turn.WARMUP] * asked.warmup
    if not asked.in_turns:
        yield from [Turn.MEASURED] * asked.cycles
        return
    print("ready", flush=True)
    for _ in sys.stdin:
        yield Turn.MEASURED


def show(result: dict[str, Any]) -> None:
    cycle = result["cycle"]
    print(f"{result['system']}, {result['cycles']} cycles of {result['lines']} lines")
    print(f"{'step':<20}{'statements':>12}{'wall ms':>10}{'CPU ms':>10}")
    for row in result["steps"]:
        print(
            f"{row['step']:<20}{row['statements']:>12g}{row['wall_ms']:>10.1f}{row['cpu_ms']:>10.1f}"
        )
    wall, cpu = cycle["wall_s"] * 1000, cycle["cpu_s"] * 1000
    print(f"{'cycle':<20}{cycle['statements']:>12g}{wall:>10.1f}{cpu:>10.1f}")
    print(f"{cycle['cycles_per_s']:.2f} cycles a second")


if __name__ == "__main__":
    main()

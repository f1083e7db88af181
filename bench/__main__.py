"""`make bench`: the cycle of an order in one run, ours beside a bare script and beside Tryton.

All on the same PostgreSQL, with the same durability, one process and one connection at a time. The
ratios are printed with what they should be; one that falls short is said, and is no failure.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench import growing, http
from bench.bare import result_of, side_by_side
from bench.cycle import arguments, caught_up
from bench.ground import fresh_house, server, surroundings
from bench.meter import show
from bench.shop import open_shop

TRYTON = Path(__file__).parent / "peers" / "tryton" / "run.py"
TIMES_TRYTON = 50.0
OF_BARE = 1 / 3


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--tryton-cycles", type=int, default=10)
    parser.add_argument("--no-tryton", action="store_true", help="leave Tryton out")
    asked = parser.parse_args()
    with server(asked.dsn) as dsn:
        found: dict[str, Any] = {"where": describe(dsn)}
        found |= ours_and_bare(dsn, asked)
        if not asked.no_tryton:
            found["tryton"] = tryton(dsn, cycles=asked.tryton_cycles, lines=asked.lines)
        with fresh_house(dsn) as house:
            found["http"] = http.measured(
                open_shop(house), cycles=asked.cycles, warmup=asked.warmup, lines=asked.lines
            )
            show(found["http"])
            print()
        with fresh_house(dsn) as house:
            found["growing"] = growing.longest_wait(open_shop(house))
            growing.show(found["growing"])
            print()
    found["ratios"] = ratios(found)
    print(json.dumps(found))
    return 0


def describe(dsn: str) -> dict[str, str | int]:
    """Say on what it runs."""
    where = surroundings(dsn)
    print("; ".join(f"{name} {value}" for name, value in where.items()))
    print()
    return where


def ours_and_bare(dsn: str, asked: Any) -> dict[str, Any]:
    """Take turns with the bare script, in two companies of one house; ours must tie afterwards."""
    with fresh_house(dsn) as house:
        shop = open_shop(house)
        mine, theirs, bare, total = side_by_side(
            shop,
            open_shop(house, company="bare"),
            cycles=asked.cycles,
            warmup=asked.warmup,
            lines=asked.lines,
        )
        readers = caught_up(shop, asked.warmup + asked.cycles)
        shop.verify()
    ours = {
        "system": "Dougong",
        "cycles": asked.cycles,
        "lines": asked.lines,
        "total": str(total),
        "steps": mine.steps(),
        "cycle": mine.cycle(),
        "readers": readers,
    }
    written = result_of(bare, theirs, cycles=asked.cycles, lines=asked.lines)
    for result in (ours, written):
        show(result)
        print()
    return {"ours": ours, "bare": written}


def tryton(dsn: str, *, cycles: int, lines: int) -> dict[str, Any]:
    """Run Tryton in its own environment on the same server."""
    command = [
        sys.executable,
        str(TRYTON),
        f"--dsn={dsn}",
        f"--cycles={cycles}",
        f"--lines={lines}",
    ]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    *table, last = done.stdout.strip().splitlines()
    print("\n".join(table) + "\n")
    result: dict[str, Any] = json.loads(last)
    return result


def ratios(found: dict[str, Any]) -> dict[str, float]:
    """Compare, and say whether it is as it should be."""
    ours = found["ours"]["cycle"]["cycles_per_s"]
    wanted = {
        "of_bare": (ours / found["bare"]["cycle"]["cycles_per_s"], OF_BARE, "of the bare script"),
    }
    if "tryton" in found:
        times = ours / found["tryton"]["cycle"]["cycles_per_s"]
        assert found["tryton"]["total"] == found["ours"]["total"], "not the same order"
        wanted["times_tryton"] = (times, TIMES_TRYTON, "times Tryton")
    for ratio, limit, words in wanted.values():
        verdict = "as it should be" if ratio >= limit else "FALLS SHORT"
        print(f"{ratio:7.2f} {words:<20} at least {limit:.2f}: {verdict}")
    print(f"{found['http']['cycle']['cycles_per_s'] / ours:7.2f} of itself through HTTP")
    if "tryton" in found:
        theirs, mine = found["tryton"]["cycle"], found["ours"]["cycle"]
        cpu, sent = theirs["cpu_s"] / mine["cpu_s"], theirs["statements"] / mine["statements"]
        print(f"        Tryton takes {cpu:.0f} times our CPU and {sent:.0f} times our statements")
    return {name: round(ratio, 3) for name, (ratio, _, _) in wanted.items()}


if __name__ == "__main__":
    sys.exit(main())

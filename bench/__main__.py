"""`make bench`: the cycle of an order in one run, ours beside a bare script and beside Tryton.

All on the same PostgreSQL, with the same durability, one process and one connection at a time. The
ratios are printed with what they should be; one that falls short is said, and is no failure.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from bench import growing, http
from bench.cycle import arguments, caught_up
from bench.ground import fresh_house, server, surroundings
from bench.meter import show
from bench.rounds import Rounds, Tryton, in_rounds, tryton_ready
from bench.shop import open_shop

TIMES_TRYTON = 50.0
OF_BARE = 1 / 3


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--rounds", type=int, default=8, help="each with one cycle of Tryton's")
    parser.add_argument("--no-tryton", action="store_true", help="leave Tryton out")
    asked = parser.parse_args()
    with server(asked.dsn) as dsn:
        found: dict[str, Any] = {"where": describe(dsn)}
        if asked.no_tryton:
            found |= side_by_side(dsn, None, asked)
        else:
            with tryton_ready(dsn, lines=asked.lines) as tryton:
                found |= side_by_side(dsn, tryton, asked)
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
    tell(found)
    print(json.dumps(found))
    return 0


def describe(dsn: str) -> dict[str, str | int]:
    """Say on what it runs."""
    where = surroundings(dsn)
    print("; ".join(f"{name} {value}" for name, value in where.items()))
    print()
    return where


def side_by_side(dsn: str, tryton: Tryton | None, asked: Any) -> dict[str, Any]:
    """Take turns with the bare script and with Tryton; ours must tie afterwards."""
    each = max(asked.cycles // asked.rounds, 1)
    with fresh_house(dsn) as house:
        shop = open_shop(house)
        measured = in_rounds(
            shop,
            open_shop(house, company="bare"),
            tryton,
            rounds=asked.rounds,
            cycles=each,
            warmup=asked.warmup,
            lines=asked.lines,
        )
        readers = caught_up(shop, asked.warmup + asked.rounds * each)
        shop.verify()
    counted = {"cycles": asked.rounds * each, "lines": asked.lines}
    ours = counted | {
        "system": "Dougong",
        "total": str(measured.total),
        "steps": measured.ours.steps(),
        "cycle": measured.ours.cycle(),
        "readers": readers,
    }
    bare = counted | {
        "system": "bare psycopg",
        "statements_a_cycle": measured.statements_of_bare,
        "rows_a_cycle": measured.rows_of_bare,
        "steps": measured.bare.steps(),
        "cycle": measured.bare.cycle(),
    }
    found: dict[str, Any] = {"ours": ours, "bare": bare}
    for result in (ours, bare):
        show(result)
        print()
    if tryton is not None:
        table, found["tryton"] = tryton.end()
        print(table + "\n")
        assert found["tryton"]["total"] == ours["total"], "not the same order"
    return found | {"ratios": ratios(measured.rounds)}


def ratios(rounds: Rounds) -> dict[str, float]:
    """Compare within each round: by the time on the wall, and by the processor's."""
    found = {
        "of_bare": rounds.ratio(rounds.bare, rounds.ours, lambda turn: turn.wall),
        "of_bare_by_cpu": rounds.ratio(rounds.bare, rounds.ours, lambda turn: turn.cpu),
    }
    if rounds.tryton:
        found |= {
            "times_tryton": rounds.ratio(rounds.tryton, rounds.ours, lambda turn: turn.wall),
            "times_tryton_by_cpu": rounds.ratio(rounds.tryton, rounds.ours, lambda turn: turn.cpu),
            "times_tryton_by_client_cpu": rounds.ratio(
                rounds.tryton, rounds.ours, lambda turn: turn.client_cpu
            ),
        }
    return found


def tell(found: dict[str, Any]) -> None:
    """Say how the ratios compare with what they should be."""
    wanted = {
        "of_bare": (OF_BARE, "of the bare script, by the wall"),
        "of_bare_by_cpu": (OF_BARE, "of the bare script, by processor (process and server)"),
        "times_tryton": (TIMES_TRYTON, "times Tryton, by the wall"),
        "times_tryton_by_cpu": (TIMES_TRYTON, "times Tryton, by processor (process and server)"),
        "times_tryton_by_client_cpu": (TIMES_TRYTON, "times Tryton, by processor of the process"),
    }
    for name, ratio in found["ratios"].items():
        limit, words = wanted[name]
        verdict = "as it should be" if ratio >= limit else "FALLS SHORT"
        print(f"{ratio:7.2f} {words:<52} at least {limit:.2f}: {verdict}")
    ours = found["ours"]["cycle"]
    print(
        f"{found['http']['cycle']['cycles_per_s'] / ours['cycles_per_s']:7.2f} of itself through HTTP"
    )
    if "tryton" in found:
        sent = found["tryton"]["cycle"]["statements"] / ours["statements"]
        print(f"        Tryton sends {sent:.0f} times our statements")


if __name__ == "__main__":
    sys.exit(main())

"""An order of very many lines: each step of its cycle, and changing one line of it.

python -m bench.long --lines 1000 --edits 40
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from statistics import median, quantiles
from typing import Any
from uuid import UUID

from bench.cycle import Cycle
from bench.ground import fresh_house, server, surroundings
from bench.meter import Meter, Wire
from bench.shop import Shop, open_shop

EDIT_MS = 300.0
"""What changing one line of a thousand may take, at the 95th percentile."""


def measured(shop: Shop, *, lines: int, edits: int) -> dict[str, Any]:
    """Run the cycle of one long order, and change lines of a draft and of a confirmed one."""
    Wire.watch()
    Cycle(shop=shop, lines=lines).run(Meter())
    meter = Meter()
    cycle = Cycle(shop=shop, lines=lines)
    cycle.run(meter)
    cycle.check()
    draft, confirmed = Cycle(shop=shop, lines=lines), Cycle(shop=shop, lines=lines)
    for one in (draft, confirmed):
        one.create()
    confirmed.confirm()
    changes = Meter()
    for at in range(edits):
        with changes.step("change a line of a draft"):
            change_draft(shop, draft.order, at)
        with changes.step("change a confirmed line"):
            change_confirmed(shop, confirmed.order, at)
    shop.verify()
    return {
        "lines": lines,
        "steps": meter.steps(),
        "changes": [summed_up(name, changes) for name in changes.costs],
    }


def change_draft(shop: Shop, order: UUID | None, at: int) -> None:
    """Say a draft's lines again, as its form does, with another quantity in one of them."""
    with shop.house.database.transaction(shop.company) as transaction:
        rows = transaction.rows(
            "SELECT id FROM sales_order_line WHERE parent = %s ORDER BY position", [order]
        )
    lines: list[dict[str, str]] = [{"id": str(row[0])} for row in rows]
    lines[at % len(lines)]["quantity"] = str(7 + at)
    shop.do("sales_order.edit", {"lines": lines}, order)


def change_confirmed(shop: Shop, order: UUID | None, at: int) -> None:
    """Change one line of a confirmed order."""
    with shop.house.database.transaction(shop.company) as transaction:
        ((line,),) = transaction.rows(
            "SELECT id FROM sales_order_line WHERE parent = %s ORDER BY position OFFSET %s LIMIT 1",
            [order, at],
        )
    change = {"line": str(line), "quantity": str(9 + at)}
    shop.do("sales_order.change", {"lines": [change]}, order)


def summed_up(name: str, meter: Meter) -> dict[str, Any]:
    """Give median and 95th percentile beside the limit."""
    walls = [cost.wall * 1000 for cost in meter.costs[name]]
    p95 = quantiles(walls, n=20)[-1]
    return {
        "name": name,
        "median_ms": round(median(walls), 1),
        "p95_ms": round(p95, 1),
        "cpu_ms": round(median(cost.cpu for cost in meter.costs[name]) * 1000, 1),
        "statements": median(cost.statements for cost in meter.costs[name]),
        "of_limit": round(p95 / EDIT_MS, 3),
    }


def show(result: dict[str, Any]) -> None:
    """Print what was found."""
    print(f"an order of {result['lines']} lines")
    for row in result["steps"]:
        print(f"  {row['step']:<28}{row['statements']:>5g}{row['wall_ms']:>9.1f} ms")
    for row in result["changes"]:
        verdict = "as it should be" if row["of_limit"] <= 1 else "FALLS SHORT"
        print(
            f"  {row['name']:<28}{row['statements']:>5g}{row['median_ms']:>9.1f} ms,"
            f" p95 {row['p95_ms']:.1f}, {row['of_limit']:.2f} of {EDIT_MS:.0f} ms: {verdict}"
        )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--dsn", default=os.environ.get("DATABASE_URL"))
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--edits", type=int, default=40, help="lines changed")
    asked = parser.parse_args()
    with server(asked.dsn) as dsn, fresh_house(dsn) as house:
        shop = open_shop(house, products=asked.lines)
        result = measured(shop, lines=asked.lines, edits=asked.edits)
        where = surroundings(dsn)
    show(result)
    print(json.dumps(result | {"where": where}))
    return 0


if __name__ == "__main__":
    sys.exit(main())

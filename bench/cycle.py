"""One order from the customer's wish to the reconciled payment, each step one transaction of ours.

python -m bench.cycle --cycles 50 --lines 10
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from bench.ground import fresh_house, server, surroundings
from bench.meter import Meter, Wire, show
from bench.shop import Shop, open_shop
from dougong.kernel.log.runner import Readers

STEPS = ("create", "confirm", "pick", "pack", "ship", "draft_invoice", "issue", "pay")
"""Confirming reserves and plans the shipment; shipping and issuing post; paying reconciles."""


@dataclass(kw_only=True)
class Cycle:
    """One order on its way; only ids go from step to step, as they do through a door."""

    shop: Shop
    lines: int
    order: UUID | None = None
    shipment: UUID | None = None
    invoice: UUID | None = None
    gross: Decimal = field(default=Decimal(0))

    def run(self, meter: Meter) -> None:
        """All steps. What a client would look up between them is not measured."""
        for step in STEPS:
            self.look_up(step)
            with meter.step(step):
                getattr(self, step)()

    def create(self) -> None:
        goods = self.shop.products
        lines = [
            {"product": str(goods[at % len(goods)]), "quantity": str(1 + at)}
            for at in range(self.lines)
        ]
        body = {"customer": str(self.shop.customer), "lines": lines}
        self.order = self.shop.do("sales_order.create", body).id

    def confirm(self) -> None:
        self.shop.do("sales_order.confirm", {}, self.order)

    def pick(self) -> None:
        self.shop.do("shipment.pick", {}, self.shipment)

    def pack(self) -> None:
        self.shop.do("shipment.pack", {}, self.shipment)

    def ship(self) -> None:
        self.shop.do("shipment.ship", {}, self.shipment)

    def draft_invoice(self) -> None:
        body = {"documents": [f"sales_order:{self.order}"]}
        self.invoice = self.shop.do("invoice.draft", body).id

    def issue(self) -> None:
        self.gross = self.shop.do("invoice.issue", {}, self.invoice).gross

    def pay(self) -> None:
        body = {
            "customer": str(self.shop.customer),
            "amount": str(self.gross),
            "invoices": [str(self.invoice)],
        }
        self.shop.do("payment.receive", body)

    def look_up(self, step: str) -> None:
        """What the client knows from what it has on its screen."""
        if step == "pick":
            address = f"sales_order:{self.order}"
            ((self.shipment,),) = self.rows("SELECT id FROM shipment WHERE document = %s", address)

    def check(self) -> Decimal:
        """It did all that it was measured for; gives the order's total."""
        ((state, gross, lines),) = self.rows(
            "SELECT state, gross, (SELECT count(*) FROM sales_order_line WHERE parent = o.id "
            "AND delivered = stock_quantity) FROM sales_order o WHERE id = %s",
            self.order,
        )
        ((shipped, number, issued, left),) = self.rows(
            "SELECT s.state, i.number, i.gross, (SELECT sum(r.open) FROM receivable r "
            "WHERE r.invoice = i.id) FROM invoice i, shipment s WHERE i.id = %s AND s.id = %s",
            self.invoice,
            self.shipment,
        )
        assert (state, shipped, lines) == ("shipped", "shipped", self.lines), (
            state,
            shipped,
            lines,
        )
        assert number is not None
        assert (issued, left) == (gross, 0), (issued, gross, left)
        return Decimal(gross)

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with self.shop.house.database.transaction(self.shop.company) as transaction:
            return transaction.rows(sql, parameters)


def measured(shop: Shop, *, cycles: int, warmup: int, lines: int) -> dict[str, Any]:
    """Run cycles one after the other; the books must tie afterwards."""
    Wire.watch()
    unmeasured, meter = Meter(), Meter()
    total = Decimal(0)
    for at in range(warmup + cycles):
        cycle = Cycle(shop=shop, lines=lines)
        cycle.run(unmeasured if at < warmup else meter)
        total = cycle.check()
    reading = caught_up(shop, warmup + cycles)
    shop.verify()
    return {
        "system": "Dougong",
        "python": platform.python_version(),
        "cycles": cycles,
        "warmup": warmup,
        "lines": lines,
        "total": str(total),
        "steps": meter.steps(),
        "cycle": meter.cycle(),
        "readers": reading,
    }


def caught_up(shop: Shop, cycles: int) -> dict[str, Any]:
    """What the readers of the event log do about one cycle afterwards; no step waits for it."""
    sent, wall, cpu = Wire.sent, time.perf_counter(), time.process_time()
    Readers(shop.house).catch_up()
    return {
        "statements": round((Wire.sent - sent) / cycles, 1),
        "wall_ms": round((time.perf_counter() - wall) / cycles * 1000, 2),
        "cpu_ms": round((time.process_time() - cpu) / cycles * 1000, 2),
    }


@contextmanager
def opened(dsn: str | None) -> Iterator[tuple[Shop, dict[str, Any]]]:
    """Have a shop on a fresh database."""
    with server(dsn) as url, fresh_house(url) as house:
        yield open_shop(house), surroundings(url)


def arguments(doc: str | None) -> argparse.ArgumentParser:
    """What every benchmark of the cycle can be told."""
    parser = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--dsn",
        default=os.environ.get("DATABASE_URL"),
        help="a PostgreSQL server (default: DATABASE_URL, else the embedded one)",
    )
    parser.add_argument("--cycles", type=int, default=50, help="cycles measured")
    parser.add_argument("--warmup", type=int, default=5, help="cycles run before, not measured")
    parser.add_argument("--lines", type=int, default=10, help="lines of each order")
    return parser


def main() -> int:
    asked = arguments(__doc__).parse_args()
    with opened(asked.dsn) as (shop, where):
        result = measured(shop, cycles=asked.cycles, warmup=asked.warmup, lines=asked.lines)
    show(result)
    readers = result["readers"]
    print(
        f"readers afterwards: {readers['statements']:g} statements, {readers['cpu_ms']} ms CPU a cycle"
    )
    print(json.dumps(result | {"surroundings": where}))
    return 0


if __name__ == "__main__":
    sys.exit(main())

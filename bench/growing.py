"""How long writers wait while a company's own field is added to the table that they write.

Writers make orders all the time. Fields are published on the same table: first with nobody else
there, then while a report reads it for seconds, so that the column has to wait for its turn.

    python -m bench.growing
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg

from bench.ground import fresh_house, server, surroundings
from bench.shop import Shop, open_shop
from dougong.kernel.changes.building import build_waiting
from dougong.kernel.store.database import schema_of

WRITERS = 2
FIELDS = 5
REPORT = 2.0
"""Seconds that the report reads for."""
PAUSE = 0.2
"""Seconds between two tries of a field that waits."""


@dataclass
class Writers:
    """People who make orders; each order's time is noted with when it began."""

    shop: Shop
    took: list[float] = field(default_factory=list)
    problems: list[Exception] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def write(self) -> None:
        line = {"product": str(self.shop.products[0]), "quantity": "1"}
        body = {"customer": str(self.shop.customer), "lines": [line]}
        while not self.stopping.is_set():
            begun = time.perf_counter()
            try:
                self.shop.do("sales_order.create", body)
            except Exception as problem:  # noqa: BLE001  told at the end
                self.problems.append(problem)
                return
            self.took.append(time.perf_counter() - begun)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        threads = [threading.Thread(target=self.write) for _ in range(WRITERS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stopping.set()
            for thread in threads:
                thread.join()
        if self.problems:
            raise self.problems[0]

    @property
    def longest_ms(self) -> float:
        return round(max(self.took) * 1000, 1)


def longest_wait(shop: Shop) -> dict[str, Any]:
    """Compare the slowest order of three times: nothing published, fields published, a report on."""
    undisturbed, publishing, waiting = Writers(shop), Writers(shop), Writers(shop)
    with undisturbed.at_work():
        time.sleep(REPORT)
    with publishing.at_work():
        for at in range(FIELDS):
            publish(shop, f"x_alone_{at}")
            time.sleep(PAUSE)
    with waiting.at_work(), report(shop) as done:
        begun = time.perf_counter()
        publish(shop, "x_waits")
        tries = 1
        while build_waiting(shop.house, shop.company):
            tries += 1
            time.sleep(PAUSE)
        live, ended = time.perf_counter(), done()
    return {
        "undisturbed_ms": undisturbed.longest_ms,
        "publishing_ms": publishing.longest_ms,
        "behind_a_report_ms": waiting.longest_ms,
        "orders": [len(who.took) for who in (undisturbed, publishing, waiting)],
        "tries": tries,
        "waited_s": round(live - begun, 2),
        "live_after_report_s": round(live - ended, 2),
    }


def publish(shop: Shop, name: str) -> None:
    """Add a field to orders by a change set."""
    value = json.dumps({"kind": "text", "label": name, "label_en": name})
    item = {"what": "field", "action": "add", "key": f"sales_order.{name}", "value": value}
    made = shop.do("change_set.create", {"purpose": name, "items": [item]})
    shop.do("change_set.publish", {}, made.id)


@contextmanager
def report(shop: Shop) -> Iterator[Any]:
    """Read the table in one long transaction; gives what tells when it ended."""
    ended: list[float] = []
    begun = threading.Event()

    def read() -> None:
        with psycopg.connect(shop.house.database.dsn) as connection:
            schema = schema_of(shop.company)
            connection.execute(f'SELECT count(*) FROM "{schema}".sales_order'.encode())
            begun.set()
            time.sleep(REPORT)
        ended.append(time.perf_counter())

    reader = threading.Thread(target=read)
    reader.start()
    begun.wait()

    def done() -> float:
        reader.join()
        return ended[0]

    yield done
    reader.join()


def show(result: dict[str, Any]) -> None:
    """Print what was found."""
    print(f"slowest of the orders that {WRITERS} writers made meanwhile:")
    print(f"  nothing published         {result['undisturbed_ms']:8.1f} ms")
    print(f"  {FIELDS} fields published        {result['publishing_ms']:8.1f} ms")
    print(f"  a field behind a report   {result['behind_a_report_ms']:8.1f} ms")
    print(
        f"the last field waited {result['waited_s']} s and was live "
        f"{result['live_after_report_s']} s after the report had ended ({result['tries']} tries)"
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--dsn", default=os.environ.get("DATABASE_URL"))
    asked = parser.parse_args()
    with server(asked.dsn) as dsn, fresh_house(dsn) as house:
        result = longest_wait(open_shop(house))
        where = surroundings(dsn)
    show(result)
    print(json.dumps(result | {"where": where}))
    return 0


if __name__ == "__main__":
    sys.exit(main())

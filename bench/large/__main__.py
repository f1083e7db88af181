"""`make bench-large`: what a company of a million orders feels like; `bench/large/README.md` says what.

It is made once and kept in `.dougong/bench/large`; `--forget` removes it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from bench.cycle import Cycle
from bench.ground import execute, surroundings
from bench.large.asking import served
from bench.large.company import COMPANY
from bench.large.lists import Asker, figures, lists
from bench.large.making import HURRIED, make
from bench.large.progress import said
from bench.meter import Meter, Wire
from bench.shop import PRODUCTS, Shop
from dougong.kernel.house import House
from dougong.kernel.log.runner import Readers
from dougong.kernel.postgres import open_ground
from dougong.kernel.store.migrations.migrating import companies_behind, migrate
from dougong.kernel.verify import verify
from dougong.main import open_house

FOLDER = Path(__file__).parents[2] / ".dougong" / "bench" / "large"
FEW = 10_000
"""The company beside which the large one is measured."""
MAKING_MINUTES = 20
CYCLE_RATIO = 1.2
LINES = 10
ROOM = 30_000
"""Bytes that an order takes on the disk while it is made, its part of the write-ahead log included."""


def main() -> int:
    asked = arguments().parse_args()
    if asked.forget:
        shutil.rmtree(FOLDER, ignore_errors=True)
        return 0
    found: dict[str, Any] = {"orders": asked.orders}
    found["making"] = made(asked.orders, check=asked.verify)
    if asked.cycles and asked.orders > FEW:
        made(FEW, check=False)
    with open_ground(FOLDER, None) as ground:
        found["where"] = surroundings(ground.dsn)
        with opened(ground.dsn, asked.orders) as house:
            found["size_gb"] = size(house)
            report(f"{asked.orders:,} orders, {found['size_gb']} GB; {found['where']}", [])
            with served(house.database.dsn) as client:
                asker = Asker(house, client)
                found["lists"] = list(lists(asker, asked.times))
                report("first page of a list", found["lists"])
                found["figures"] = list(figures(asker, max(asked.times // 5, 3)))
                report("figures", found["figures"])
            if asked.cycles and asked.orders > FEW:
                with opened(ground.dsn, FEW) as small:
                    found["cycle"] = beside(house, small, asked.cycles)
    print(json.dumps(found))
    return 0


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=60, help="how often each list is asked for")
    parser.add_argument("--cycles", type=int, default=30, help="cycles beside the small company")
    parser.add_argument("--verify", action="store_true", help="prove the books once they are made")
    parser.add_argument("--forget", action="store_true", help="remove what was kept, and end")
    return parser


def made(orders: int, *, check: bool) -> dict[str, Any]:
    """Have a company of so many orders; gives how long it took."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(FOLDER).free
    with open_ground(FOLDER, None, settings=HURRIED) as ground:
        if not is_there(ground.dsn, orders):
            assert free > orders * ROOM, f"{orders} orders need {orders * ROOM >> 30} GB of room"
            name = sql.Identifier(database(orders))
            execute(ground.dsn, sql.SQL("CREATE DATABASE {}").format(name))
        with opened(ground.dsn, orders) as house:
            for one in migrate(house, companies_behind(house)):
                assert one.refused is None, one
            seconds = make(house, orders)
            if check:
                said("verifying")
                differences = verify(house, COMPANY)
                assert not differences, differences
                said("the books tie")
    of_limit = seconds / 60 / MAKING_MINUTES
    print(f"{orders:,} orders made in {seconds:.0f} s ({of_limit:.2f} of the limit)")
    return {"seconds": round(seconds), "of_limit": round(of_limit, 3)}


def database(orders: int) -> str:
    return f"large_{orders}"


def is_there(dsn: str, orders: int) -> bool:
    with psycopg.connect(dsn) as connection:
        known = "SELECT 1 FROM pg_database WHERE datname = %s"
        return connection.execute(known, [database(orders)]).fetchone() is not None


@contextmanager
def opened(dsn: str, orders: int) -> Iterator[House]:
    house = open_house(make_conninfo(dsn, dbname=database(orders)))
    try:
        yield house
    finally:
        house.close()


def size(house: House) -> float:
    """What the database takes on the disk, in GB."""
    with house.database.outside() as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    assert row is not None
    return round(row[0] / 2**30, 1)


# The cycle


def beside(large: House, small: House, cycles: int) -> dict[str, Any]:
    """Run the cycle in both companies in turns; the readers go on between, as they do in a house."""
    Wire.watch()
    shops = {"large": shop_of(large), "small": shop_of(small)}
    meters = {"large": Meter(), "small": Meter()}
    for at in range(-3, cycles):
        for name, shop in shops.items():
            cycle = Cycle(shop=shop, lines=LINES)
            cycle.run(meters[name] if at >= 0 else Meter())
            cycle.check()
            Readers(shop.house).catch_up()
    steps = {name: meter.steps() for name, meter in meters.items()}
    walls = {name: in_rounds(meter) for name, meter in meters.items()}
    ratio = median(a / b for a, b in zip(walls["large"], walls["small"], strict=True))
    print(f"\n{'step':<16}{'large ms':>10}{'small ms':>10}")
    for mine, theirs in zip(steps["large"], steps["small"], strict=True):
        print(f"{mine['step']:<16}{mine['wall_ms']:>10.1f}{theirs['wall_ms']:>10.1f}")
    print(
        f"{'cycle':<16}{median(walls['large']) * 1000:>10.1f}{median(walls['small']) * 1000:>10.1f}"
        f"   {ratio:.2f} times, at most {CYCLE_RATIO}: {verdict(ratio <= CYCLE_RATIO)}"
    )
    return {"steps": steps, "ratio": round(ratio, 3)}


def in_rounds(meter: Meter) -> list[float]:
    """Give the seconds of each cycle."""
    return [sum(one.wall for one in costs) for costs in zip(*meter.costs.values(), strict=True)]


def shop_of(house: House) -> Shop:
    """The shop of the company, with a product of each class; a customer of no one else's orders."""
    with house.database.transaction(COMPANY) as transaction:
        goods = transaction.rows("SELECT id FROM product ORDER BY id LIMIT %s", [PRODUCTS])
        ((customer,),) = transaction.rows("SELECT id FROM customer ORDER BY id DESC LIMIT 1")
    products = tuple(row[0] for row in goods)
    return Shop(house=house, company=COMPANY, customer=customer, products=products)


# Telling


def report(title: str, rows: list[dict[str, Any]]) -> None:
    """Print a table of medians and percentiles beside their limits."""
    print(f"\n{title}")
    for row in rows:
        print(
            f"  {row['name']:<22}{row['median_ms']:>9.1f}{row['p95_ms']:>9.1f} ms p95"
            f"{row['cpu_ms']:>8.1f} ms CPU"
            f"{row['limit_ms']:>8.0f} at most: {row['of_limit']:.2f} {verdict(row['of_limit'] <= 1)}"
        )


def verdict(reached: bool) -> str:
    return "as it should be" if reached else "FALLS SHORT"


if __name__ == "__main__":
    sys.exit(main())

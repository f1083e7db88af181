"""dougong migrate, trace and worker, as a person meets them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from dougong.kernel.house import House
from dougong.main import open_house
from tests.shop import COMPANY, Shop


@pytest.fixture(scope="module")
def house(database_url: str) -> Iterator[House]:
    house = open_house(database_url, size=2)
    Shop.found_company(house)
    yield house
    house.close()


def dougong(house: House, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dougong", *words],
        env={**os.environ, "DATABASE_URL": house.database.dsn, "LANG": "C.UTF-8"},
        text=True,
        capture_output=True,
        check=False,
        timeout=120,
    )


def test_the_worker_does_what_follows_and_trace_draws_it(house: House) -> None:
    shop = Shop(house)
    shop.stock("BOLT-M8", 30)
    shop.reorder_at("BOLT-M8", 25, 100)
    order = shop.confirm(shop.sales_order(("BOLT-M8", 20)))

    worked = dougong(house, "worker", "--once")
    drawn = dougong(house, "trace", order.number, "--company", COMPANY)
    unknown = dougong(house, "trace", "SO-1999-00001", "--company", COMPANY)
    nowhere = dougong(house, "trace", order.number, "--company", "nowhere")

    assert worked.returncode == 0, worked.stderr
    assert drawn.returncode == 0, drawn.stderr
    [confirmed] = [line for line in drawn.stdout.splitlines() if "sales_order.confirmed" in line]
    assert order.number in confirmed
    assert "replenishment_proposal.proposed" in drawn.stdout
    assert (unknown.returncode, unknown.stderr.count("\n")) == (1, 1)
    assert "SO-1999-00001" in unknown.stderr
    assert (nowhere.returncode, nowhere.stderr.count("\n")) == (1, 1)
    assert "nowhere" in nowhere.stderr


def test_an_old_company_is_named_refused_and_migrated(house: House) -> None:
    with house.database.outside() as connection, connection.transaction():
        connection.execute(f"SET LOCAL search_path = c_{COMPANY}")
        connection.execute("ALTER TABLE sales_order DROP COLUMN customer_reference")
        connection.execute("UPDATE company_state SET schema = 'before'")

    refused = dougong(house, "verify")
    listed = dougong(house, "company", "list")
    behind = dougong(house, "migrate", "--list")
    migrated = dougong(house, "migrate")
    verified = dougong(house, "verify")

    assert refused.returncode == 1
    assert "dougong migrate" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert listed.stdout == f"{COMPANY}: dougong migrate\n"
    assert behind.stdout == f"{COMPANY}\n"
    assert migrated.returncode == 0, migrated.stderr
    assert migrated.stdout.startswith(f"{COMPANY}: migrated in ")
    assert verified.returncode == 0, verified.stdout
    assert dougong(house, "migrate").stdout == "every company is at this version\n"

"""An import whose process is killed loses nothing and does nothing twice."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

from dougong.kernel.house import House
from dougong.kernel.imports import resume_import
from tests.kernel.imports.trade import folder, records, trade_house

ROOT = Path(__file__).parents[3]
ORDERS = 300
PATIENCE = 60


def write_files(place: Path) -> None:
    days = [
        f"2026-{month:02}-{day:02}"
        for month in range(1, 11)
        for day in range(1, 31)
        if (month, day) != (2, 29) and (month, day) != (2, 30)
    ]
    workdays = [day for day in days if time.strptime(day, "%Y-%m-%d").tm_wday != 6]
    orders = "no,client,ordered,confirmed,off,freight\n" + "".join(
        f"{n},X{n % 7},{workdays[n % 200]},{workdays[n % 200]},0,1\n" for n in range(ORDERS)
    )
    clients = "id,first,last,class\n" + "".join(f"X{n},Ann,{n},gold\n" for n in range(7))
    lines = "order,thing,pieces,price\n" + "".join(f"{n},nut,{n + 1},2\n" for n in range(ORDERS))
    folder(place, clients=clients, orders=orders, lines=lines)


def count(house: House, name: str) -> int:
    with house.database.transaction("killed") as transaction:
        return int(transaction.rows("SELECT count(*) FROM event WHERE name = %s", (name,))[0][0])


def test_a_killed_import_is_taken_up_again(database_url: str, tmp_path: Path) -> None:
    write_files(tmp_path / "files")
    house = trade_house(database_url, "killed")
    import_alone = [sys.executable, "-m", "tests.kernel.imports.killed"]
    process = subprocess.Popen(
        [*import_alone, database_url, "killed", str(tmp_path / "files")], cwd=ROOT
    )
    until = time.monotonic() + PATIENCE
    while count(house, "purchase.confirmed") < 20 and time.monotonic() < until:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    confirmed_before = count(house, "purchase.confirmed")
    with house.database.transaction("killed") as transaction:
        ((batch,),) = transaction.rows("SELECT id FROM import_batch")

    result = resume_import(house, "killed", batch)

    assert 20 <= confirmed_before < ORDERS
    assert (result.counts.created, result.counts.performed, result.counts.bad) == (307, 300, 0)
    assert (count(house, "purchase.created"), count(house, "purchase.confirmed")) == (300, 300)
    states = records(house, "killed", "purchase", "state", "confirmations")
    assert {state for state, _ in states} == {"confirmed"}
    assert len(states) == ORDERS
    with house.database.transaction("killed") as transaction:
        assert transaction.rows(
            "SELECT (SELECT sum(owed) FROM limit_of) - (SELECT sum(total) FROM purchase), "
            "(SELECT sum(total) FROM purchase) = %s",
            (ORDERS * (ORDERS + 1) + ORDERS,),
        ) == [(0, True)]
    house.close()

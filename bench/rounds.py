"""Everybody in turns: in each round some cycles of ours and of the bare script, then one of Tryton's.

A machine's load changes from minute to minute; within a round it is the same for all. Ratios are
therefore taken within each round, and the median of the rounds counts. Beside the time on the wall
stands the processor's: that of the process, and that of the server's processes which worked for it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from bench.bare import scribe
from bench.cycle import Cycle
from bench.meter import Meter, Wire
from bench.shop import Shop
from dougong.kernel.log.wake import TOGETHER

TRYTON = Path(__file__).parent / "peers" / "tryton" / "run.py"
TRYTON_DATABASE = "dougong_bench_tryton"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What a cycle took in one round."""

    wall: float
    client_cpu: float
    server_cpu: float | None
    """None where the server isn't on this machine."""

    @property
    def cpu(self) -> float | None:
        return None if self.server_cpu is None else self.client_cpu + self.server_cpu


@dataclass
class Rounds:
    """The rounds, by system."""

    ours: list[Turn] = field(default_factory=list)
    bare: list[Turn] = field(default_factory=list)
    tryton: list[Turn] = field(default_factory=list)

    def ratio(self, above: list[Turn], below: list[Turn], cost: Callable[[Turn], Any]) -> float:
        """Divide within each round, and give the median; 0 where the cost wasn't to be had."""
        pairs = [(cost(a), cost(b)) for a, b in zip(above, below, strict=True)]
        known = [a / b for a, b in pairs if a is not None and b]
        return round(median(known), 3) if known else 0.0


@dataclass
class Servers:
    """The server's processes that work for a database."""

    dsn: str
    database: str
    apart: int = 0
    """The process of a connection that is somebody else's."""

    def pids(self) -> list[int]:
        with psycopg.connect(self.dsn) as connection:
            rows = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                [self.database],
            ).fetchall()
        return [row[0] for row in rows if row[0] != self.apart]

    def cpu(self) -> float | None:
        """The processor time that they have taken up to now."""
        return cpu_of(self.pids())


def cpu_of(pids: list[int]) -> float | None:
    """Give the processor time of processes of this machine."""
    ticks = 0
    for pid in pids:
        try:
            after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        ticks += int(after_name[11]) + int(after_name[12])
    return ticks / TICKS


def between(before: float | None, after: float | None, cycles: int) -> float | None:
    return None if before is None or after is None else (after - before) / cycles


@dataclass
class Tryton:
    """Tryton in a process of its own, which runs a cycle when it is told to."""

    process: subprocess.Popen[str]
    servers: Servers

    def turn(self) -> Turn:
        """Run one cycle."""
        assert self.process.stdin is not None
        before = self.servers.cpu()
        self.process.stdin.write("turn\n")
        self.process.stdin.flush()
        said = json.loads(self.said())
        server = between(before, self.servers.cpu(), 1)
        return Turn(wall=said["wall_s"], client_cpu=said["cpu_s"], server_cpu=server)

    def said(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "Tryton ended too early"
        return line

    def end(self) -> tuple[str, dict[str, Any]]:
        """Let it end; gives its table and its result."""
        out, _ = self.process.communicate()
        assert self.process.returncode == 0, out
        *table, last = out.strip().splitlines()
        return "\n".join(table), json.loads(last)


@contextmanager
def tryton_ready(dsn: str, *, lines: int) -> Iterator[Tryton]:
    """Have Tryton set up and warmed up."""
    command = [sys.executable, str(TRYTON), f"--dsn={dsn}", f"--lines={lines}", "--in-turns"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            tryton = Tryton(process, Servers(dsn, TRYTON_DATABASE))
            assert tryton.said() == "ready\n"
            yield tryton
        finally:
            process.terminate()


@dataclass(kw_only=True)
class Measured:
    """What came of the rounds."""

    rounds: Rounds
    ours: Meter
    bare: Meter
    statements_of_bare: int
    rows_of_bare: int
    total: Decimal


def in_rounds(
    shop: Shop,
    scribes_shop: Shop,
    tryton: Tryton | None,
    *,
    rounds: int,
    cycles: int,
    warmup: int,
    lines: int,
) -> Measured:
    """Run the rounds, with so many cycles of ours and of the bare script in each."""
    Wire.watch()
    found, ours, theirs, total = Rounds(), Meter(), Meter(), Decimal(0)
    dsn = shop.house.database.dsn
    with scribe(scribes_shop, lines) as bare, psycopg.connect(dsn) as asking:
        bares_own = bare.connection.info.backend_pid
        servers = Servers(dsn, asking.info.dbname, apart=bares_own)
        asking.close()
        for at in range(-1, rounds):
            mine, scribes = Meter(), Meter()
            before = servers.cpu(), cpu_of([bares_own])
            many = cycles if at >= 0 else warmup
            for _ in range(many):
                cycle = Cycle(shop=shop, lines=lines)
                cycle.run(mine)
                total = cycle.check()
                time.sleep(2 * TOGETHER)  # until our call about the commits is made
                bare.run(scribes)
            if at < 0:
                continue
            found.ours.append(turn_of(mine, between(before[0], servers.cpu(), many)))
            found.bare.append(turn_of(scribes, between(before[1], cpu_of([bares_own]), many)))
            ours.add(mine)
            theirs.add(scribes)
            if tryton is not None:
                found.tryton.append(tryton.turn())
    return Measured(
        rounds=found,
        ours=ours,
        bare=theirs,
        statements_of_bare=len(bare.tape.writes),
        rows_of_bare=sum(len(write.rows) for write in bare.tape.writes),
        total=total,
    )


def turn_of(meter: Meter, server_cpu: float | None) -> Turn:
    """Give what a cycle of a round took."""
    whole = meter.cycle()
    return Turn(wall=whole["wall_s"], client_cpu=whole["cpu_s"], server_cpu=server_cpu)

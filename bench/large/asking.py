"""Who asks, and how: a client with a token, on the HTTP door of a server in a process of its own."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from psycopg.conninfo import conninfo_to_dict

from bench.http import HERE
from bench.large.company import COMPANY
from bench.rounds import Servers, cpu_of
from dougong.kernel.house import House
from dougong.kernel.identity import create_identity, issue_token, let_into
from dougong.kernel.perform import Done


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many milliseconds."""

    body: dict[str, Any]
    ms: float


@dataclass
class Client:
    """Somebody's program that keeps its connection."""

    connection: http.client.HTTPConnection
    server: int
    """The server's process."""
    database: Servers

    def cpu(self) -> float:
        """The processor time that the server and its connections have taken up to now.

        What PostgreSQL's parallel workers took is not in it.
        """
        return (cpu_of([self.server, *self.database.pids()]) or 0.0) * 1000

    def get(self, path: str, token: str, **parameters: str) -> Answer:
        """Ask; what isn't answered ends the run."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        begun = time.perf_counter()
        self.connection.request(
            "GET", f"/api/v1/{path}{query}", headers={"Authorization": f"Bearer {token}"}
        )
        answer = self.connection.getresponse()
        read = answer.read()
        took = (time.perf_counter() - begun) * 1000
        body: dict[str, Any] = json.loads(read)
        assert answer.status == 200, body
        return Answer(body, took)


@contextmanager
def served(dsn: str) -> Iterator[Client]:
    """Have a server on a database, and a client of it."""
    command = [sys.executable, "-m", "bench.http", "--serve", dsn]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            servers = Servers(dsn, conninfo_to_dict(dsn)["dbname"] or "")
            yield Client(http.client.HTTPConnection(HERE, port, timeout=60), process.pid, servers)
        finally:
            process.terminate()


def let_in(house: House, person: UUID, role: str) -> str:
    """Give somebody a role and a token."""
    state = house.company_state(COMPANY)
    (found,) = (one.id for one in state.cached("role").values() if getattr(one, "code", "") == role)
    done = house.do(COMPANY, "person.edit", {"roles": [{"role": str(found)}]}, id=person)
    assert isinstance(done, Done), done
    now = datetime.now(UTC)
    with house.database.outside() as connection:
        known = connection.execute(
            "SELECT identity FROM dougong.identity_company WHERE (company, person) = (%s, %s)",
            [COMPANY, person],
        ).fetchone()
        if known is None:
            login = f"bench-{person}"
            identity = create_identity(connection, login=login, name=login, password=None, now=now)
            let_into(connection, identity, COMPANY, person)
        else:
            identity = known[0]
        return issue_token(connection, identity, COMPANY, f"bench {time.time_ns()}", now).secret

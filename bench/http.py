"""The same cycle through the HTTP door: a server in a process of its own, a client that keeps its
connection and signs in with a token, one request for each step.

    python -m bench.http --cycles 50 --lines 10
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import uvicorn

from bench.cycle import Cycle, arguments
from bench.ground import fresh_house, server, surroundings
from bench.meter import Meter, show, uncounted
from bench.shop import Shop, open_shop
from dougong.cli.port import listening
from dougong.kernel.identity import create_identity, issue_token, let_into
from dougong.main import open_house
from dougong.web.app import web_app

HERE = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class Door(Shop):
    """The shop as a program sees it that has the address and a token."""

    client: http.client.HTTPConnection
    token: str

    def do(self, name: str, body: dict[str, Any], of: UUID | None = None) -> Any:
        entity, _, verb = name.partition(".")
        path = f"/api/v1/{entity}" + (f"/{of}" if of else "")
        path += "" if verb == "create" else f"/{verb}"
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        self.client.request("POST", path, json.dumps(body), headers)
        answer = self.client.getresponse()
        said = json.loads(answer.read())
        assert answer.status in (200, 201), said
        return SimpleNamespace(id=said["id"], gross=said.get("gross"))


@contextmanager
def open_door(shop: Shop) -> Iterator[Door]:
    """Serve the shop's company, and have a token for it."""
    token = hire(shop)
    command = [sys.executable, "-m", "bench.http", "--serve", shop.house.database.dsn]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            client = http.client.HTTPConnection(HERE, int(process.stdout.readline()))
            yield Door(**vars(shop), client=client, token=token)
            client.close()
        finally:
            process.terminate()


def hire(shop: Shop) -> str:
    """Let somebody in who may do everything; gives a token."""
    value = {"name": "all", "permissions": [{"entity": "*", "operation": "*"}]}
    item = {"what": "role", "action": "add", "key": "all", "value": json.dumps(value)}
    changes = shop.do("change_set.create", {"purpose": "bench", "items": [item]})
    shop.do("change_set.publish", {}, changes.id)
    state = shop.house.company_state(shop.company)
    (role,) = (one.id for one in state.cached("role").values() if getattr(one, "code", "") == "all")
    person = shop.do("person.create", {"name": "bench", "roles": [{"role": str(role)}]})
    now = datetime.now(UTC)
    with shop.house.database.outside() as connection:
        identity = create_identity(connection, login="bench", name="bench", password=None, now=now)
        let_into(connection, identity, shop.company, person.id)
        return issue_token(connection, identity, shop.company, "bench", now).secret


def serve(dsn: str) -> None:
    """Be the server: say the port, then answer until told to stop."""
    house = open_house(dsn)
    with listening(HERE, 0) as door:
        print(door.getsockname()[1], flush=True)
        config = uvicorn.Config(web_app(house), log_config=None, access_log=False)
        uvicorn.Server(config).run(sockets=[door])
    house.close()


def measured(shop: Shop, *, cycles: int, warmup: int, lines: int) -> dict[str, Any]:
    """Run cycles through the door; the books must tie afterwards."""
    meter = Meter()
    with open_door(shop) as door:
        for at in range(warmup + cycles):
            cycle = Cycle(shop=door, lines=lines)
            cycle.run(Meter() if at < warmup else meter)
            cycle.check()
    shop.verify()
    return {
        "system": "Dougong through HTTP",
        "cycles": cycles,
        "lines": lines,
        "steps": [uncounted(step) for step in meter.steps()],
        "cycle": uncounted(meter.cycle()),
    }


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--serve", metavar="DSN", help="be the server (used by the benchmark)")
    asked = parser.parse_args()
    if asked.serve:
        serve(asked.serve)
        return 0
    with server(asked.dsn) as dsn, fresh_house(dsn) as house:
        shop = open_shop(house)
        result = measured(shop, cycles=asked.cycles, warmup=asked.warmup, lines=asked.lines)
        where = surroundings(dsn)
    show(result)
    print(json.dumps(result | {"where": where}))
    return 0


if __name__ == "__main__":
    sys.exit(main())

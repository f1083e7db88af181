"""A server that is killed in the middle of its work, again and again."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from tests.shop import Shop

ROOT = Path(__file__).parents[2]
KILLS = 3
ENOUGH = 12
"""So many answers are waited for before a server is killed, at a moment that nobody chooses."""

HALF_DONE = """
SELECT 'confirmed without its billables' FROM sales_order o
 WHERE o.state <> 'draft' AND (SELECT count(*) FROM billable b WHERE b.document = 'sales_order:' || o.id)
       <> (SELECT count(*) FROM sales_order_line l WHERE l.parent = o.id)
UNION ALL
SELECT 'confirmed without its shipment' FROM sales_order o
 WHERE o.state <> 'draft' AND NOT EXISTS (
       SELECT FROM shipment s WHERE s.document = 'sales_order:' || o.id)
UNION ALL
SELECT 'shipped without its moves' FROM shipment s
 WHERE (SELECT count(*) FROM stock_move m WHERE m.document = 'shipment:' || s.id)
       <> CASE s.state WHEN 'shipped' THEN (
          SELECT count(*) FROM shipment_line l WHERE l.parent = s.id) ELSE 0 END
UNION ALL
SELECT 'issued without being owed, or owed without being issued' FROM invoice i
 WHERE (i.state = 'issued') <> EXISTS (SELECT FROM receivable r WHERE r.invoice = i.id)
UNION ALL
SELECT 'paid without an entry' FROM payment p
 WHERE NOT EXISTS (SELECT FROM journal_entry e WHERE e.document = 'payment:' || p.id)
UNION ALL
SELECT 'changed without an event' FROM sales_order o
 WHERE o.state <> 'draft' AND NOT EXISTS (
       SELECT FROM event e WHERE e.record = o.id AND e.name = 'sales_order.confirmed')
"""


def test_what_was_answered_is_there_and_nothing_is_half_done(shop: Shop) -> None:
    random.seed(time.time_ns())
    answered: list[tuple[str, str]] = []
    for kill in range(KILLS):
        answered += answers_until_killed(shop, f"RUN{kill}")

        told = Counter(
            (name, str(record)) for name, record in shop.rows("SELECT name, record FROM event")
        )
        assert [one for one in answered if told[one] != 1] == []
        assert shop.rows(HALF_DONE) == []
        shop.verify()

    assert {name for name, _ in answered} == {
        "sales_order.created",
        "sales_order.confirmed",
        "shipment.shipped",
        "invoice.issued",
        "payment.received",
    }
    state = shop.house.company_state(shop.company)
    shop.house.gapless.number_left(state, shop.now)
    for table, posted in (("invoice", "state = 'issued'"), ("journal_entry", "true")):
        numbers = shop.rows(
            f"SELECT right(number, 4)::int FROM {table} WHERE {posted} ORDER BY number"
        )
        assert [n for (n,) in numbers] == list(range(1, len(numbers) + 1)), table


def answers_until_killed(shop: Shop, name: str) -> list[tuple[str, str]]:
    """Let a server work for a while, then kill it; gives what it had answered until then."""
    command = [sys.executable, "-m", "tests.concurrency.killed", shop.house.database.dsn, name]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        heard = [server.stdout.readline() for _ in range(ENOUGH)]
        time.sleep(random.uniform(0.1, 0.6))
        server.kill()
        heard += server.stdout.readlines()
    whole = [line.split() for line in heard if line.endswith("\n")]
    assert len(whole) >= ENOUGH, heard
    return [(happened, record) for happened, record in whole]

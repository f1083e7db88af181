"""Making the company: real masters, real examples, then a million orders like them, set by set.

What is written is complete and ties: moves, vouchers, receivables, sales entries, numbers without a
gap. Running totals (stock, credit) are summed from what was written. Indexes are made afterwards.
Everything that was decided stands in the schema ``big`` beside the company, so that a run which was
interrupted goes on where it was.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from bench.large.company import ALIKE, CLASSES, COMPANY, OPEN_DAYS, Example, examples, found
from bench.large.copying import NUMBERED, Copied, Copying
from bench.large.progress import said
from dougong.kernel.house import House
from dougong.kernel.rollups.rolling import Rolling
from dougong.kernel.store.build import event_partition
from dougong.kernel.store.database import schema_of

DAYS = 730
TOLD_DAYS = 51
"""Orders of the last so many days have their events, so that those of the last month are all there."""
AT_ONCE = 10_000
ROLLED_AT_ONCE = 100_000
WORKERS = 2
HURRIED = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "16GB",
    "checkpoint_timeout": "1h",
    "shared_buffers": "1GB",
    "autovacuum": "off",
}
"""How the server runs while the company is made: what is lost is made anew."""

SALE = """
CREATE TABLE big.sale AS
WITH products AS MATERIALIZED (SELECT ids || '{{}}'::uuid[] AS ids FROM big.product)
SELECT n, numbered.at, days, later, choice[1 + (hash % cardinality(choice))::int] AS like_example,
       lpad(to_hex((extract(epoch FROM numbered.at) * 1000)::bigint), 12, '0') AS head,
       '8' || lpad(to_hex(n), 15, '0') AS tail,
       c.customer, c.seller, c.region, age <= {told} AS told,
       ARRAY[{goods}] AS goods
FROM (
    SELECT n, at, at - TIMESTAMPTZ '{begin}' AS later,
           (at AT TIME ZONE '{zone}')::date - (TIMESTAMPTZ '{begin}' AT TIME ZONE '{zone}')::date AS days,
           floor(extract(epoch FROM TIMESTAMPTZ '{now}' - at) / 86400)::int AS age,
           n * 2654435761 % 1000003 AS hash
    FROM (
        SELECT n, TIMESTAMPTZ '{now}' - INTERVAL '{days} days' * (1 - n::float8 / {orders}) AS at
        FROM generate_series(1::bigint, {orders}) AS n
    ) AS moments
) AS numbered
JOIN big.choice USING (age)
CROSS JOIN products
JOIN big.customer c ON c.at = n * 48271 % 2147483647 % (SELECT count(*) FROM big.customer)
ORDER BY n
"""
NUMBERS = """
CREATE TABLE big.number_{table} AS
SELECT n, i, year, month, rank, {written} AS number FROM (
    SELECT n, i, to_char(day, 'YYYY') AS year, to_char(day, 'MM') AS month,
           (SELECT coalesce(max(next), 1) FROM number_series WHERE series = {series}) - 1
           + row_number() OVER (PARTITION BY {partition} ORDER BY day, n, i) AS rank
    FROM (
        SELECT o.n, d.i, (d.day + o.days) AS day,
               to_char(d.day + o.days, 'YYYY') AS year, to_char(d.day + o.days, 'MM') AS month
        FROM big.sale o JOIN big.document d
            ON d.example = o.like_example AND d.of_table = '{table}'
    ) AS dated
) AS ranked
"""
RAISE_NUMBERS = """
INSERT INTO number_series (series, next)
SELECT {series}, max(rank) + 1 FROM big.number_{table} AS dated GROUP BY 1
ON CONFLICT (series) DO UPDATE SET next = excluded.next
"""
FISCAL_PERIODS = """
INSERT INTO fiscal_period (id, version, month, locked, created_at)
SELECT gen_random_uuid(), 1, month, false, now()
FROM (SELECT DISTINCT to_char(day, 'YYYY-MM') AS month FROM journal_entry) AS months
ON CONFLICT DO NOTHING
"""
CREDIT_POSITIONS = """
INSERT INTO credit_position (id, version, customer, {others}, created_at)
SELECT gen_random_uuid(), 1, c.customer, {others}, now()
FROM big.customer c, (SELECT * FROM credit_position LIMIT 1) AS one
ON CONFLICT DO NOTHING
"""
CREDIT = """
UPDATE credit_position p SET {component} = coalesce(s.total, 0)
FROM credit_position q LEFT JOIN (SELECT customer, sum({column}) AS total FROM {table} GROUP BY 1) s
    USING (customer)
WHERE q.id = p.id
"""
COMPONENTS = (
    ("open_orders", "on_order", "billable"),
    ("delivered_not_invoiced", "not_invoiced", "billable"),
    ("receivable", "company_open", "receivable"),
    ("unapplied", "company_unapplied", "payment"),
)
STOCK = """
UPDATE stock_position p SET on_hand = m.quantity, value = m.value, reserved = coalesce(r.quantity, 0)
FROM (SELECT product, warehouse, sum(quantity) AS quantity, sum(value) AS value
      FROM stock_move GROUP BY 1, 2) m
LEFT JOIN (SELECT product, warehouse, sum(quantity) AS quantity FROM reservation GROUP BY 1, 2) r
    USING (product, warehouse)
WHERE p.product = m.product AND p.warehouse = m.warehouse
"""
INDEXES = """
CREATE TABLE big.index AS
SELECT c.relname::text AS name, t.relname::text AS of_table,
       coalesce('ALTER TABLE ' || t.oid::regclass || ' ADD CONSTRAINT ' || quote_ident(k.conname)
                || ' ' || pg_get_constraintdef(k.oid), pg_get_indexdef(i.indexrelid)) AS made_by,
       k.conname IS NOT NULL AS is_constraint, pg_relation_size(c.oid) AS size
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_class t ON t.oid = i.indrelid
LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.contype = 'u'
WHERE t.relname = ANY(%s) AND t.relnamespace = current_schema()::regnamespace
    AND NOT i.indisprimary AND t.relkind = 'r'
"""


def make(house: House, orders: int) -> float:
    """Make the company, or go on with it; gives the seconds that it took, all runs together."""
    dsn = house.database.dsn
    with connected(dsn) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS big")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS big.done "
            "(step text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), seconds float8)"
        )

    def step(name: str, act: Callable[[], None]) -> None:
        with connected(dsn) as connection:
            if connection.execute("SELECT 1 FROM big.done WHERE step = %s", [name]).fetchone():
                return
            begun = time.monotonic()
            act()
            took = time.monotonic() - begun
            connection.execute("INSERT INTO big.done VALUES (%s, now(), %s)", [name, took])
            said(f"{name}: {took:.1f} s")

    step("masters and examples", lambda: begin(house, orders))
    step("orders numbered", lambda: number_all(house, dsn))
    step("indexes dropped", lambda: drop_indexes(dsn))
    step("rows written", lambda: write_all(dsn, orders))
    step("indexes made", lambda: make_indexes(dsn))
    step("totals summed", lambda: sum_up(dsn))
    step("figures rolled up", lambda: roll_up(house))
    step("vacuumed", lambda: vacuum(dsn))
    with connected(dsn) as connection:
        ((took,),) = connection.execute("SELECT sum(seconds) FROM big.done").fetchall()
    return float(took)


def connected(dsn: str) -> psycopg.Connection[Any]:
    """Connect inside the company's schema; what is written is not looked at by triggers."""
    connection = psycopg.connect(dsn, autocommit=True)
    connection.execute(f"SET search_path = {schema_of(COMPANY)}, public".encode())
    connection.execute("SET session_replication_role = replica")
    return connection


def run(connection: psycopg.Connection[Any], sql: str, parameters: Any = None) -> None:
    """Run a statement that was put together here."""
    connection.execute(sql.encode(), parameters)


# Beginning


def begin(house: House, orders: int) -> None:
    """Found the company, tell the examples, and write down the orders that are to be."""
    if COMPANY in house.companies():
        house.drop_company(COMPANY)
    founded = found(house)
    told = list(examples(founded))
    said(f"{len(told)} examples")
    with connected(house.database.dsn) as connection, connection.transaction():
        for table in ("choice", "customer", "product", "document", "statement", "sale"):
            run(connection, f"DROP TABLE IF EXISTS big.{table}")
        run(connection, "CREATE TABLE big.choice (age int PRIMARY KEY, choice int[])")
        for age in range(DAYS + 1):
            run(connection, "INSERT INTO big.choice VALUES (%s, %s)", [age, choice(told, age)])
        run(
            connection,
            "CREATE TABLE big.customer (at bigint PRIMARY KEY, customer uuid UNIQUE, seller uuid, region uuid)",
        )
        sellers, regions = founded.sellers, founded.regions
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO big.customer VALUES (%s, %s, %s, %s)",
                [
                    (at, one, sellers[at % len(sellers)], regions[at % len(regions)])
                    for at, one in enumerate(founded.customers)
                ],
            )
        run(connection, "CREATE TABLE big.product (ids uuid[])")
        ids = [one for of_class in founded.products for one in of_class]
        run(connection, "INSERT INTO big.product VALUES (%s)", [ids])
        zone = house.company_state(COMPANY).time_zone.key
        run(
            connection,
            SALE.format(
                begin=founded.begin.isoformat(),
                now=(founded.begin + timedelta(days=OPEN_DAYS)).isoformat(),
                zone=zone,
                days=DAYS,
                orders=orders,
                told=TOLD_DAYS,
                goods=", ".join(
                    f"ids[{at * ALIKE + 1} + (n * 7 + {at * 13}) % {ALIKE}]"
                    for at in range(CLASSES)
                ),
            ),
        )
        run(connection, "ALTER TABLE big.sale ADD PRIMARY KEY (n)")
        run(connection, "CREATE INDEX ON big.sale (like_example, n)")
        keep_examples(connection, founded, told, zone)


def choice(told: list[Example], age: int) -> list[int]:
    """Give the examples that an order of an age may be like, each as often as it comes."""
    return [
        at
        for at, one in enumerate(told)
        if one.youngest <= age and (one.oldest is None or age <= one.oldest)
        for _ in range(one.weight)
    ]


def keep_examples(
    connection: psycopg.Connection[Any], founded: Any, told: list[Example], zone: str
) -> None:
    """Write down the statements that make orders like the examples, and their numbered documents."""
    run(connection, "CREATE TABLE big.statement (of_table text, example int, sql text, rows int)")
    run(connection, "CREATE TABLE big.document (of_table text, example int, i int, day date)")
    for at, example in enumerate(told):
        copying = Copying(connection, founded, at, example)
        for one in copying.statements():
            run(
                connection,
                "INSERT INTO big.statement VALUES (%s, %s, %s, %s)",
                [one.table, at, one.sql, one.rows],
            )
        for table in NUMBERED:
            day = "day" if table in ("invoice", "journal_entry") else "NULL::date"
            for i, (identity, number) in enumerate(copying.in_order(table), start=1):
                if number:
                    run(
                        connection,
                        f"INSERT INTO big.document SELECT '{table}', {at}, {i}, "
                        f"coalesce({day}, (created_at AT TIME ZONE '{zone}')::date) "
                        f"FROM {table} WHERE id = %s",
                        [identity],
                    )


def number_all(house: House, dsn: str) -> None:
    """Give every document its number, in the order of their days."""
    with connected(dsn) as connection, connection.transaction():
        for table in NUMBERED:
            field = house.catalogue.entities[table].number_field
            assert field is not None
            head, _, tail = field.pattern.partition("{n:0")
            digits = int(tail.rstrip("}"))
            parts = head.replace("{year}", "' || dated.year || '").replace(
                "{month}", "' || dated.month || '"
            )
            series = f"'{parts}{{n:0{digits}}}'"
            ranked = parts.replace("dated.", "")
            written = f"'{ranked}' || lpad(rank::text, greatest({digits}, length(rank::text)), '0')"
            by_month = ", dated.month" if "{month}" in head else ""
            run(connection, f"DROP TABLE IF EXISTS big.number_{table}")
            run(
                connection,
                NUMBERS.format(
                    table=table, written=written, series=series, partition="dated.year" + by_month
                ),
            )
            run(connection, RAISE_NUMBERS.format(table=table, series=series))
            run(connection, f"ALTER TABLE big.number_{table} ADD PRIMARY KEY (n, i)")


def copied(connection: psycopg.Connection[Any]) -> list[Copied]:
    """Read the statements, with tables together."""
    rows = connection.execute(
        "SELECT of_table, sql, rows FROM big.statement ORDER BY of_table, example"
    )
    return [Copied(*row) for row in rows]


# Writing


def drop_indexes(dsn: str) -> None:
    """Drop the indexes of the tables that will be filled; they are made when all rows are there."""
    with connected(dsn) as connection, connection.transaction():
        tables = sorted({one.table for one in copied(connection)})
        run(connection, "DROP TABLE IF EXISTS big.index")
        run(connection, INDEXES, [tables])
        for name, table, constraint in connection.execute(
            "SELECT name, of_table, is_constraint FROM big.index"
        ).fetchall():
            if constraint:
                run(connection, f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
            else:
                run(connection, f'DROP INDEX "{name}"')
        now = datetime.now(UTC).date().replace(day=1)
        months = {now} | {
            (now - timedelta(days=days)).replace(day=1) for days in range(1, TOLD_DAYS + 31)
        }
        for month in sorted(months):
            for statement in event_partition(month):
                run(connection, statement)


def write_all(dsn: str, orders: int) -> None:
    """Write the rows of all orders, some thousand orders at once."""
    firsts = range(1, orders + 1, AT_ONCE)
    with ThreadPoolExecutor(WORKERS) as workers:
        for at, _ in enumerate(workers.map(lambda first: write_some(dsn, first), firsts), start=1):
            if at % 10 == 0:
                said(f"{min(at * AT_ONCE, orders):,} orders written")


def write_some(dsn: str, first: int) -> None:
    """Write the rows of some orders, all or none."""
    name = f"orders from {first}"
    with connected(dsn) as connection, connection.transaction():
        if connection.execute("SELECT 1 FROM big.done WHERE step = %s", [name]).fetchone():
            return
        for one in copied(connection):
            run(connection, one.sql.format(first=first, last=first + AT_ONCE - 1))
        run(connection, "INSERT INTO big.done VALUES (%s, now(), 0)", [name])


def make_indexes(dsn: str) -> None:
    """Make the indexes, the largest tables' first."""
    with connected(dsn) as connection:
        wanted = [
            row[0]
            for row in connection.execute("""
            SELECT i.made_by FROM big.index i
            WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.relname = i.name
                              AND c.relnamespace = current_schema()::regnamespace)
            ORDER BY pg_relation_size(quote_ident(i.of_table)::regclass) DESC, i.name
        """)
        ]

    def build(statement: str) -> None:
        with connected(dsn) as connection:
            connection.execute("SET maintenance_work_mem = '1GB'")
            connection.execute("SET max_parallel_maintenance_workers = 0")
            run(connection, statement)

    with ThreadPoolExecutor(WORKERS) as workers:
        list(workers.map(build, apart(wanted)))


def apart(statements: list[str]) -> Iterator[str]:
    """Let constraints come last: two of them on one table would wait for each other."""
    yield from sorted(statements, key=lambda one: one.startswith("ALTER"))


# Afterwards


def sum_up(dsn: str) -> None:
    """Sum the running totals from what was written; what readers would have to read is read."""
    with connected(dsn) as connection, connection.transaction():
        connection.execute("SET LOCAL work_mem = '256MB'")
        run(connection, FISCAL_PERIODS)
        others = ", ".join(
            f'"{name}"'
            for (name,) in connection.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = 'credit_position'::regclass "
                "AND attnum > 0 AND NOT attisdropped "
                "AND attname NOT IN ('id', 'version', 'customer', 'created_at')"
            )
        )
        run(connection, CREDIT_POSITIONS.format(others=others))
        for component, column, table in COMPONENTS:
            run(connection, CREDIT.format(component=component, column=column, table=table))
        run(connection, STOCK)
        run(connection, "UPDATE reader SET seq = (SELECT last_value FROM event_seq)")


def roll_up(house: House) -> None:
    """Let the runner's own chore do what it would have done by and by."""
    house.company_state(COMPANY)
    rolling = Rolling(house, at_once=ROLLED_AT_ONCE)
    while rolling.roll(COMPANY):
        pass


def vacuum(dsn: str) -> None:
    """Leave the tables as autovacuum would have left them by and by."""
    with connected(dsn) as connection:
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute("VACUUM ANALYZE")

"""Many orders like an example: each row of the example becomes an expression over the new order.

An order's ids are made of its number and of the row's place in its example, so that they are known
without looking anything up; they rise with time, as ours do. Days and moments move with the order;
the customer, the products, the seller and the region are the new order's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bench.large.company import Example, Founded

UUID_TEXT = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
DAY_TEXT = r"\b\d{4}-\d{2}-\d{2}(?!\d|-)"
NUMBERED = ("sales_order", "shipment", "invoice", "journal_entry", "payment", "sales_return")
EACH_ITS_OWN = {
    ("sales_order", "x_route"): "'R-' || lpad((o.n * 7919 % 1000)::text, 4, '0')",
    ("sales_order", "x_weight"): (
        "CASE WHEN o.n % 10 <> 0 THEN (o.n * 104729 % 1000003) / 100.0 END"
    ),
    ("sales_order", "note"): "CASE WHEN o.n % 5003 = 0 THEN '急件 urgent ' || o.n ELSE '' END",
    ("sales_order", "customer_reference"): ("CASE WHEN o.n % 5 = 0 THEN '' ELSE 'PO-' || o.n END"),
    ("event", "recorded_at"): "o.at",
    ("event_link", "recorded_at"): "o.at",
}
"""What no example can say."""
TEXTS = ("text", "jsonb", "text[]")
MOVED = {
    "date": "(DATE '{text}' + o.days)",
    "timestamp with time zone": "(TIMESTAMPTZ '{text}' + o.later)",
}
"""What lies so much later than in the example."""


@dataclass(frozen=True)
class Copied:
    """The statement that writes the rows of one table for all orders that are like one example."""

    table: str
    sql: str
    rows: int
    """So many for each order."""


@dataclass
class Copying:
    """One example, read row by row."""

    connection: Any
    founded: Founded
    at: int
    """The example's place among the examples."""
    example: Example

    def __post_init__(self) -> None:
        self.places = {
            identity: place
            for place, identity in enumerate(
                sorted(one for ids in self.example.made.values() for one in ids), start=1
            )
        }
        founded = self.founded
        self.others = {
            founded.customers[0]: "o.customer",
            founded.seller: "o.seller",
            founded.region: "o.region",
        }
        for of_class, products in enumerate(founded.products):
            self.others[products[0]] = f"o.goods[{of_class + 1}]"
        self.numbers = dict(self.numbered())

    def numbered(self) -> Iterator[tuple[str, str]]:
        """Give the human numbers of the example's documents, with where the new ones are found."""
        for table in NUMBERED:
            for at, (_, number) in enumerate(self.in_order(table), start=1):
                if number:
                    found = (
                        f"SELECT number FROM big.number_{table} k WHERE k.n = o.n AND k.i = {at}"
                    )
                    yield number, f"({found})"

    def in_order(self, table: str) -> list[tuple[UUID, str | None]]:
        """Give a table's documents of the example, with their numbers, the first first."""
        wanted = list(self.example.made.get(table, ()))
        if not wanted:
            return []
        found: list[tuple[UUID, str | None]] = self.connection.execute(
            f"SELECT id, number FROM {table} WHERE id = ANY(%s) ORDER BY id", [wanted]
        ).fetchall()
        return found

    def statements(self) -> Iterator[Copied]:
        """Write the statement for each table that the example has rows in."""
        for table in sorted(self.example.made):
            yield self.statement(table, "id")
        if self.example.made.get("event"):
            yield self.statement("event_link", "event", of="event")

    def statement(self, table: str, key: str, *, of: str = "") -> Copied:
        """Write the statement for one table."""
        columns = self.columns(table)
        names = list(columns)
        listed = ", ".join(f'"{name}"::text' for name in names)
        rows = self.connection.execute(
            f'SELECT {listed} FROM "{table}" WHERE "{key}" = ANY(%s) ORDER BY "{key}"',
            [list(self.example.made[of or table])],
        ).fetchall()
        values = ",\n".join(self.row(table, columns, row) for row in rows)
        put = ", ".join(f'"{name}"' for name in names)
        sql = (
            f'INSERT INTO "{table}" ({put}) SELECT v.* FROM big.sale o '
            f"CROSS JOIN LATERAL (VALUES {values}) AS v "
            f"WHERE o.like_example = {self.at} AND o.n BETWEEN {{first}} AND {{last}}"
        )
        if table in ("event", "event_link"):
            sql += " AND o.told"
        return Copied(table, sql, len(rows))

    def columns(self, table: str) -> dict[str, str]:
        """Give a table's columns with their types; what the server counts is left to it."""
        found: Sequence[tuple[str, str]] = self.connection.execute(
            "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            [f'"{table}"'],
        ).fetchall()
        left = ("seq", "txid") if table == "event" else ()
        return {name: kind for name, kind in found if name not in left}

    def row(self, table: str, columns: Mapping[str, str], row: Sequence[str | None]) -> str:
        """Write one row's values."""
        values = [
            self.value(table, name, kind, text)
            for (name, kind), text in zip(columns.items(), row, strict=True)
        ]
        return f"({', '.join(values)})"

    def value(self, table: str, name: str, kind: str, text: str | None) -> str:
        """Write one value as an expression over the new order ``o``."""
        if (table, name) in EACH_ITS_OWN:
            return f"({EACH_ITS_OWN[table, name]})::{kind}"
        if text is None:
            return f"NULL::{kind}"
        if kind == "uuid":
            return self.identity(UUID(text))
        if kind in TEXTS:
            return f"({self.text(text, kind)})::{kind}"
        return MOVED.get(kind, "'{text}'::{kind}").format(text=text, kind=kind)

    def identity(self, identity: UUID) -> str:
        """Write an id: the new order's own, somebody else's in the example's place, or the same."""
        place = self.places.get(identity)
        if place is not None:
            return f"(o.head || '7{place:03x}' || o.tail)::uuid"
        return self.others.get(identity, f"'{identity}'::uuid")

    def text(self, text: str, kind: str) -> str:
        """Write a text with what in it belongs to the order: ids, numbers and, in JSON, days."""
        sought = [UUID_TEXT, *map(re.escape, sorted(self.numbers, key=len, reverse=True))]
        if kind == "jsonb":
            sought.append(DAY_TEXT)
        parts: list[str] = []
        at = 0
        for found in re.finditer("|".join(sought), text):
            parts += [literal(text[at : found.start()]), self.part(found[0])]
            at = found.end()
        return " || ".join([*parts, literal(text[at:])])

    def part(self, text: str) -> str:
        """Write an id, a number or a day in a text."""
        if text in self.numbers:
            return self.numbers[text]
        if re.fullmatch(UUID_TEXT, text):
            return f"({self.identity(UUID(text))})::text"
        return f"(DATE '{text}' + o.days)::text"


def literal(text: str) -> str:
    """Quote a text; braces and percent signs mean themselves."""
    return "'" + text.replace("'", "''").replace("{", "{{").replace("}", "}}") + "'"

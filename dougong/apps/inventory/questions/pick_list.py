"""What is to be picked in a warehouse, across orders, as a scanner needs it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.kernel.store.database import Transaction

MOST = 200
OPEN = """
SELECT s.id, s.number, s.version, s.state, s.due, s.document, c.name, s.carrier, s.tracking_number
FROM shipment s LEFT JOIN customer c ON c.id = s.customer
WHERE s.warehouse = %s AND s.state IN ('planned', 'picked', 'packed') AND (s.due IS NULL OR s.due <= %s)
ORDER BY s.due NULLS LAST, s.number LIMIT %s
"""
LINES = """
SELECT l.parent, l.id, l.product, p.code, p.name, p.specification, u.name, l.quantity, l.picked
FROM shipment_line l JOIN product p ON p.id = l.product JOIN unit u ON u.id = p.unit
WHERE l.parent = ANY(%s) ORDER BY p.code, l.position
"""
BARCODES = """
SELECT barcode, id, 1::numeric FROM product WHERE barcode IS NOT NULL AND id = ANY(%(products)s)
UNION ALL
SELECT barcode, parent, factor FROM product_unit WHERE barcode IS NOT NULL AND parent = ANY(%(products)s)
UNION ALL
SELECT code, id, 1::numeric FROM product WHERE id = ANY(%(products)s)
"""


@dataclass(frozen=True)
class PickLine:
    """So much of a product for one shipment."""

    id: UUID
    product: UUID
    code: str
    name: str
    specification: str
    unit: str
    quantity: Decimal
    picked: Decimal


@dataclass(frozen=True)
class PickTask:
    """A shipment that has not left yet."""

    id: UUID
    number: str
    version: int
    state: str
    due: date | None
    document: str | None
    customer: str | None
    carrier: str
    tracking_number: str
    lines: tuple[PickLine, ...]


@dataclass(frozen=True)
class Barcode:
    """What a scanner reads off goods: which product, and how many of its own unit."""

    barcode: str
    product: UUID
    factor: Decimal


@dataclass(frozen=True)
class PickList:
    """Everything that a warehouse has to send until a day, and the codes on the goods."""

    tasks: tuple[PickTask, ...]
    barcodes: tuple[Barcode, ...]
    more: bool
    """Whether there are further shipments, later than these."""


def pick_list(transaction: Transaction, warehouse: UUID, until: date) -> PickList:
    """Give the open shipments of a warehouse that are due until a day, the earliest first.

    At most 200 of them; quantities are in the product's own unit. Three statements.
    """
    found = transaction.rows(OPEN, [warehouse, until, MOST + 1])
    tasks = found[:MOST]
    lines: dict[UUID, list[PickLine]] = defaultdict(list)
    for parent, *line in transaction.rows(LINES, [[task[0] for task in tasks]]):
        lines[parent].append(PickLine(*line))
    products = list({line.product for some in lines.values() for line in some})
    codes = transaction.rows(BARCODES, {"products": products})
    return PickList(
        tasks=tuple(PickTask(*(*task, tuple(lines[task[0]]))) for task in tasks),
        barcodes=tuple(Barcode(*code) for code in codes),
        more=len(found) > MOST,
    )

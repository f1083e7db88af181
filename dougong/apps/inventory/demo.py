"""The stock of the demo company: one warehouse, full shelves, and when to order more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from dougong.apps.inventory.operations.receive_goods_receipt import ReceiveGoodsReceipt
from dougong.apps.inventory.operations.set_reorder_point_stock_position import (
    SetReorderPointStockPosition,
)
from dougong.kernel.house import House
from dougong.kernel.operations import Command
from dougong.kernel.perform import Done
from dougong.kernel.verbs import Create

CLOSES = time(9, tzinfo=UTC)
"""Five in the afternoon in Shanghai."""
MOST_LINES = 40
"""So many lines has one opening receipt at most."""

ADDRESS = {
    "country": "CN",
    "province": "上海",
    "city": "上海",
    "street": "松江区新桥镇莘砖公路1299号",
}
LOCATIONS = (
    ("A-01", "螺栓区"),
    ("A-02", "螺钉区"),
    ("B-01", "螺母垫圈区"),
    ("C-01", "工具区"),
    ("C-02", "切削刃具区"),
    ("D-01", "劳保用品区"),
    ("Z-99", "退货暂存区"),
)


@dataclass(frozen=True, kw_only=True)
class Stocked:
    """A product on the shelves when the books are opened, and when to order how much more of it."""

    product: UUID
    opening: Decimal
    unit_cost: Decimal
    reorder_point: Decimal
    reorder_quantity: Decimal


def inventory_demo(house: House, company: str, *, opened: date, stock: Sequence[Stocked]) -> UUID:
    """Make the warehouse with its opening stock and reorder points; gives the warehouse."""
    now = datetime.combine(opened, CLOSES)
    [warehouse] = perform_all(
        house,
        company,
        [create("warehouse", code="SJ", name="松江总仓", address=ADDRESS)],
        now,
    )
    places = (
        create("location", warehouse=warehouse, code=code, name=name) for code, name in LOCATIONS
    )
    perform_all(house, company, list(places), now)
    receipts = list(opening_receipts(warehouse, opened, stock))
    received = perform_all(house, company, receipts, now)
    perform_all(house, company, [ReceiveGoodsReceipt(id=each) for each in received], now)
    watched = [
        SetReorderPointStockPosition(
            product=each.product,
            warehouse=warehouse,
            reorder_point=each.reorder_point,
            reorder_quantity=each.reorder_quantity,
        )
        for each in stock
    ]
    perform_all(house, company, watched, now)
    return warehouse


def create(entity: str, **values: Any) -> Create:
    """Say what to make."""
    return Create(entity=entity, values=values)


def opening_receipts(warehouse: UUID, opened: date, stock: Sequence[Stocked]) -> Iterator[Create]:
    """Write what lies on the shelves, some products to a sheet."""
    for at in range(0, len(stock), MOST_LINES):
        lines = [
            {"product": each.product, "quantity": each.opening, "unit_cost": each.unit_cost}
            for each in stock[at : at + MOST_LINES]
        ]
        yield create(
            "goods_receipt",
            warehouse=warehouse,
            day=opened,
            kind="opening",
            note="期初库存",
            lines=lines,
        )


def perform_all(
    house: House, company: str, commands: Sequence[Command[Any]], now: datetime
) -> list[UUID]:
    """Perform commands; a demo in which something is refused is a mistake."""
    made = []
    for outcome, command in zip(
        house.perform_many(company, commands, now=now), commands, strict=True
    ):
        assert isinstance(outcome, Done), (outcome, command)
        made.append(outcome.id)
    return made

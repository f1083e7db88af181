"""The inventory account is the value of the stock, whatever comes, is counted or is locked."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from dougong.apps.finance.books import set_up_books
from dougong.apps.finance.operations.lock_fiscal_period import LockFiscalPeriod
from dougong.apps.finance.operations.unlock_fiscal_period import UnlockFiscalPeriod
from dougong.apps.finance.refusals import NoAccount, PeriodLocked
from dougong.apps.inventory.operations.count_stock_position import CountStockPosition
from dougong.apps.inventory.operations.receive_goods_receipt import ReceiveGoodsReceipt
from dougong.kernel.catalogue import discover
from dougong.kernel.house import House
from dougong.kernel.store.database import Database
from dougong.kernel.verbs import VERBS
from tests.apps.finance.counting_house import NOW, TODAY, CountingHouse

PACKAGES = (
    "dougong.kernel.company",
    "dougong.apps.base",
    "dougong.apps.inventory",
    "dougong.apps.finance",
)


class Stockroom(CountingHouse):
    """A company with real stock."""

    @property
    def bolt(self) -> UUID:
        if "bolt" not in self.made:
            unit = self.create("unit", code="PCS", name="件").id
            product = self.create("product", code="BOLT", name="螺栓", unit=str(unit))
            self.made |= {"bolt": product.id}
        return self.made["bolt"]

    @property
    def main(self) -> UUID:
        if "main" not in self.made:
            self.made["main"] = self.create("warehouse", code="MAIN", name="主仓").id
        return self.made["main"]

    def receipt(self, quantity: int, cost: str, **values: Any) -> Any:
        line = {"product": str(self.bolt), "quantity": str(quantity), "unit_cost": cost}
        return self.create("goods_receipt", warehouse=str(self.main), lines=[line], **values)

    def broken(self) -> list[str]:
        return [law.name for law in self.house.catalogue.invariants if self.rows(law.sql)]


@pytest.fixture(scope="module")
def room(database_url: str) -> Iterator[Stockroom]:
    house = House(Database(database_url, size=2), discover(PACKAGES, VERBS), clock=lambda: NOW)
    house.create_company("stockroom", name="恒达紧固件", currency="CNY")
    yield Stockroom(house, "stockroom")
    house.close()


def test_goods_wait_for_books(room: Stockroom) -> None:
    receipt = room.receipt(3, "1")
    with room.nothing_changes() as refused:
        room.perform(ReceiveGoodsReceipt(id=receipt.id))
    assert set(refused.found) == {
        NoAccount("inventory"),
        NoAccount("opening"),
        NoAccount("received_not_billed"),
    }
    set_up_books(room.house, room.company, "plain")


def test_the_account_is_the_value_of_the_stock(room: Stockroom) -> None:
    opening = room.receipt(100, "10", kind="opening")
    bought = room.receipt(50, "13")
    for receipt in (opening, bought):
        room.perform(ReceiveGoodsReceipt(id=receipt.id))
    counted = room.perform(
        CountStockPosition(product=room.bolt, warehouse=room.main, counted=Decimal(149))
    )

    assert room.posted(f"goods_receipt:{opening.id}") == {"inventory": 1000, "opening": -1000}
    assert room.posted(f"goods_receipt:{bought.id}") == {
        "inventory": 650,
        "received_not_billed": -650,
    }
    assert room.posted(f"stock_position:{counted.id}") == {
        "inventory": -11,
        "stock_variance": 11,
    }
    assert room.broken() == []


def test_nothing_comes_in_or_is_counted_in_a_locked_month(room: Stockroom) -> None:
    receipt = room.receipt(5, "2")
    room.perform(LockFiscalPeriod(month="2026-03"))
    for command in (
        ReceiveGoodsReceipt(id=receipt.id),
        CountStockPosition(product=room.bolt, warehouse=room.main, counted=Decimal(1)),
    ):
        with room.nothing_changes() as refused:
            room.perform(command)
        assert refused.by == PeriodLocked("2026-03", TODAY)
    room.perform(UnlockFiscalPeriod(month="2026-03"))
    room.perform(ReceiveGoodsReceipt(id=receipt.id))


def test_an_entry_past_the_stock_is_named(room: Stockroom) -> None:
    with room.house.database.outside() as owner:
        owner.execute('SET search_path = "c_stockroom"')
        owner.execute(
            "INSERT INTO journal_line (id, parent, position, account, debit, credit, memo) "
            "SELECT gen_random_uuid(), e.id, 9, a.id, "
            "CASE a.role WHEN 'inventory' THEN 1 ELSE 0 END, "
            "CASE a.role WHEN 'inventory' THEN 0 ELSE 1 END, '' "
            "FROM account a, (SELECT id FROM journal_entry LIMIT 1) e "
            "WHERE a.role IN ('inventory', 'stock_variance')"
        )
        owner.execute("RESET search_path")

    assert room.broken() == ["inventory_control"]

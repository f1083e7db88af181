"""The shop that the orders are made in: ten products, one customer, goods without end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dougong.apps.finance.books import set_up_books
from dougong.kernel.house import House
from dougong.kernel.perform import Done
from dougong.kernel.verify import verify

COMPANY = "bench"
PRODUCTS = 10
GOODS = "1000000"
COST = "60"


@dataclass(frozen=True, kw_only=True)
class Shop:
    """The records that every order needs."""

    house: House
    company: str
    customer: UUID
    products: tuple[UUID, ...]

    def do(self, name: str, body: dict[str, Any], of: UUID | None = None) -> Any:
        """Perform an operation by its name, as every door does; gives the record."""
        outcome = self.house.do(self.company, name, body, id=of)
        assert isinstance(outcome, Done), outcome
        return outcome.record

    def verify(self) -> None:
        """The books tie; a run whose books don't isn't worth its numbers."""
        found = verify(self.house, self.company)
        assert not found, found


def open_shop(house: House, *, company: str = COMPANY, products: int = PRODUCTS) -> Shop:
    """Found the company."""

    def make(entity: str, **values: Any) -> UUID:
        outcome = house.do(company, f"{entity}.create", values)
        assert isinstance(outcome, Done), outcome
        return outcome.id

    house.create_company(company, name="斗拱五金")
    make("currency", code="CNY", name="人民币")
    unit = make("unit", code="PCS", name="件")
    rates = [{"valid_from": "2020-01-01", "rate": "0.13"}]
    tax = make("tax", code="VAT13", name="增值税 13%", rates=rates)
    warehouse = make("warehouse", code="MAIN", name="主仓")
    set_up_books(house, company, "plain")
    goods = tuple(
        make(
            "product",
            code=f"P{at:04}",
            name=f"五金 {at}",
            unit=str(unit),
            tax=str(tax),
            list_price=str(100 + at),
        )
        for at in range(products)
    )
    receipt = make(
        "goods_receipt",
        warehouse=str(warehouse),
        lines=[{"product": str(p), "quantity": GOODS, "unit_cost": COST} for p in goods],
    )
    house.do(company, "goods_receipt.receive", {}, id=receipt)
    customer = make("customer", name="上海哲达机械有限公司")
    return Shop(house=house, company=company, customer=customer, products=goods)

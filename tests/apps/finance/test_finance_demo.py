"""The books of the demo company."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from dougong.apps.finance.demo import finance_demo, month_of_expenses
from dougong.apps.finance.questions.statements import balance_sheet, profit_and_loss
from tests.apps.finance.counting_house import CountingHouse


def test_the_demo_opens_its_books_and_pays_its_way(books: CountingHouse) -> None:
    customers = {books.customer(): grade for grade in "AABCDE"}
    supplier = books.create("supplier", name="沪东标准件厂")
    demo = finance_demo(
        books.house,
        books.company,
        opened=date(2025, 2, 28),
        grades=customers,
        suppliers=[supplier.id],
    )
    month_of_expenses(books.house, books.company, date(2025, 3, 31), Decimal(1000000))

    assert sorted(str(limit) for limit in demo.limits.values()) == [
        "0", "300000", "80000", "800000", "None", "None",
    ]  # fmt: skip
    assert demo.brought_forward == 6
    with books.house.database.transaction(books.company) as transaction:
        march = profit_and_loss(transaction, date(2025, 3, 1), date(2025, 3, 31))
        sheet = balance_sheet(transaction, date(2025, 3, 31))
    assert march.result == Decimal("-212350.00")
    assert sheet.assets_total == sheet.claims_total
    assert books.verify() == []

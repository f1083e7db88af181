"""What we owe suppliers: brought forward, billed, paid, and aged, and what the ledger says of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dougong.apps.finance.entities import Bill, BillPayment, BillState
from dougong.apps.finance.questions.ageing import AgedPayables, aged_payables
from dougong.apps.finance.refusals import (
    ControlAccount,
    MoreThanOpen,
    NotPaidByThat,
    NotPositive,
    PaidAlready,
    PeriodLocked,
)
from dougong.apps.finance.vouchers import VoucherLine
from dougong.kernel.log.undo import undo
from dougong.kernel.refusals import InvalidField, WrongState
from dougong.kernel.values import new_id
from tests.shop import Shop

DUE = date(2026, 3, 31)


def supplier(shop: Shop, name: str = "宁波紧固件") -> UUID:
    """A supplier of that name."""
    if name not in shop.made:
        shop.made[name] = shop.make("supplier", name=name).id
    return shop.made[name]


def brought_forward(shop: Shop, amount: str, due: date = DUE, **values: Any) -> Bill:
    """What was owed before the books began."""
    bill: Bill = shop.do(
        "bill",
        "bring_forward",
        **{"supplier": supplier(shop), "amount": Decimal(amount), "due": due} | values,
    )
    return bill


def aged(shop: Shop, as_of: date) -> AgedPayables:
    """What was owed at the end of a day, by age."""
    with shop.house.database.transaction(shop.company) as transaction:
        return aged_payables(transaction, as_of)


def test_what_we_owed_before_is_owed_here_and_paid_in_parts(shop: Shop) -> None:
    bill = brought_forward(shop, "1000.00", their_number="A-17")
    assert (shop.balance("payable"), shop.balance("opening")) == (-1000, 1000)

    shop.do("bill", "pay", id=bill.id, amount=Decimal("400.00"))
    part = shop.fresh(bill)
    assert (part.open, part.company_open, part.is_open) == (600, 600, True)
    shop.do("bill", "pay", id=bill.id)

    paid = shop.fresh(bill)
    assert (paid.open, paid.company_open, paid.is_open) == (0, 0, False)
    assert (shop.balance("payable"), shop.balance("bank")) == (0, -1000)
    shop.verify()


def test_a_bill_turns_what_came_in_into_what_is_owed(shop: Shop) -> None:
    shop.stock("BOLT-M8", 100, cost=10)

    shop.do(
        "bill",
        "enter",
        supplier=supplier(shop),
        amount=Decimal("1130.00"),
        tax_amount=Decimal("130.00"),
        due=DUE,
    )

    assert shop.balance("received_not_billed") == 0
    assert (shop.balance("input_tax"), shop.balance("payable")) == (130, -1130)
    shop.verify()


def test_what_rates_change_until_payment_is_realised_then(shop: Shop) -> None:
    bill = brought_forward(shop, "10000.00", currency="USD", rate=Decimal("7.10"))
    assert bill.company_amount == 71000

    shop.do("bill", "pay", id=bill.id, rate=Decimal("7.15"))

    assert shop.balance("payable") == 0
    assert shop.balance("bank") == -71500
    assert shop.balance("exchange_difference") == 500  # paid dearer: a loss
    shop.verify()


def test_no_more_is_paid_than_is_open(shop: Shop) -> None:
    bill = brought_forward(shop, "100.00")

    with shop.nothing_changes() as too_much:
        shop.do("bill", "pay", id=bill.id, amount=Decimal("100.01"))
    with shop.nothing_changes() as nothing:
        shop.do("bill", "pay", id=bill.id, amount=Decimal(0))
    shop.do("bill", "pay", id=bill.id)
    with shop.nothing_changes() as again:
        shop.do("bill", "pay", id=bill.id)

    assert too_much.by == MoreThanOpen(bill.id, Decimal("100.01"), Decimal(100))
    assert nothing.by == NotPositive("amount", Decimal(0))
    assert again.by == WrongState("posted", "paid")


def test_a_payment_that_did_not_go_is_owed_again(shop: Shop) -> None:
    bill = brought_forward(shop, "10000.00", currency="USD", rate=Decimal("7.10"))
    shop.do("bill", "pay", id=bill.id, amount=Decimal(4000), rate=Decimal("7.15"))
    [payment] = shop.read(BillPayment, [bill.id], by="bill")
    assert (payment.company_amount, payment.paid) == (28400, 28600)

    shop.do("bill", "take_back_payment", id=bill.id, payment=payment.id)

    back = shop.fresh(bill)
    assert (back.open, back.company_open) == (10000, 71000)
    assert (shop.balance("bank"), shop.balance("exchange_difference")) == (0, 0)
    shop.verify()
    with shop.nothing_changes() as twice:
        shop.do("bill", "take_back_payment", id=bill.id, payment=payment.id)
    stranger = new_id()
    with shop.nothing_changes() as unknown:
        shop.do("bill", "take_back_payment", id=bill.id, payment=stranger)
    assert twice.by == NotPaidByThat(payment.id)
    assert unknown.by == NotPaidByThat(stranger)


def test_a_bill_is_undone_while_nothing_of_it_is_paid(shop: Shop) -> None:
    bill = brought_forward(shop, "100.00")
    [(event,)] = shop.rows("SELECT id FROM event WHERE name = 'bill.brought_forward'")
    shop.do("bill", "pay", id=bill.id, amount=Decimal(1))
    with shop.nothing_changes() as paid:
        shop.do("bill", "cancel", id=bill.id)
    assert paid.by == PaidAlready(Decimal(1))
    [payment] = shop.read(BillPayment, [bill.id], by="bill")
    shop.do("bill", "take_back_payment", id=bill.id, payment=payment.id)

    undo(shop.house, shop.company, event)

    cancelled = shop.fresh(bill)
    assert (cancelled.state, cancelled.open) == (BillState.CANCELLED, 0)
    assert (shop.balance("payable"), shop.balance("opening")) == (0, 0)
    assert aged(shop, shop.today).total == 0
    shop.verify()


def test_what_we_owe_is_aged_as_of_any_day_and_ties_to_its_account(shop: Shop) -> None:
    today = shop.today  # 2 March
    brought_forward(shop, "100.00", due=today, day=date(2026, 1, 5))
    brought_forward(shop, "200.00", due=date(2026, 1, 31), day=date(2026, 1, 5))  # 30 days
    other = supplier(shop, "温州五金")
    old = brought_forward(
        shop, "400.00", due=date(2026, 1, 30), day=date(2026, 1, 5), supplier=other
    )
    shop.do("bill", "pay", id=old.id, amount=Decimal("150.00"))

    found = aged(shop, today)
    amounts = {bucket.code: amount for bucket, amount in found.all.amounts if amount}
    assert amounts == {"not_due": 100, "1_30": 200, "31_60": 250}
    assert found.suppliers[other].total == 250
    assert found.total == -shop.balance("payable") == 550
    before = aged(shop, date(2026, 3, 1))
    assert before.total == 700


def test_only_bills_move_the_payables_account(shop: Shop) -> None:
    payable, bank = shop.account("payable"), shop.account("bank")
    lines = (
        VoucherLine(account=bank, debit=Decimal(5)),
        VoucherLine(account=payable, credit=Decimal(5)),
    )

    with shop.nothing_changes() as by_hand:
        shop.do("journal_entry", "post", lines=lines)
    with shop.nothing_changes() as opening:
        shop.do("journal_entry", "open", lines=lines[1:])

    assert isinstance(by_hand.by, ControlAccount)
    assert isinstance(opening.by, ControlAccount)


def test_nothing_is_owed_in_a_locked_month_or_due_before_it_is_written(shop: Shop) -> None:
    bill = brought_forward(shop, "100.00")
    shop.do("fiscal_period", "lock", month="2026-02")

    with shop.nothing_changes() as locked:
        brought_forward(shop, "1.00", day=date(2026, 2, 3))
    with shop.nothing_changes() as paid:
        shop.do("bill", "pay", id=bill.id, day=date(2026, 2, 3))
    with shop.nothing_changes() as due:
        shop.do("bill", "enter", supplier=supplier(shop), amount=Decimal(1), due=date(2026, 3, 1))

    assert locked.by == PeriodLocked("2026-02", date(2026, 2, 3))
    assert paid.by == PeriodLocked("2026-02", date(2026, 2, 3))
    assert due.by == InvalidField("due", "too_small", "2026-03-02")


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    rate=st.decimals("0.1", "20", places=6),
    amount=st.decimals("0.05", "9999.99", places=2),
    parts=st.lists(st.decimals("0.01", "1", places=2), max_size=3),
)
def test_however_a_bill_is_paid_the_account_is_what_is_open(
    shop: Shop, rate: Decimal, amount: Decimal, parts: list[Decimal]
) -> None:
    bill = brought_forward(shop, str(amount), currency="USD", rate=rate)
    before = shop.balance("payable") + bill.company_amount
    for part in parts:
        pay = (shop.fresh(bill).open * part).quantize(Decimal("0.01"))
        if pay:
            shop.do("bill", "pay", id=bill.id, amount=pay, rate=rate + part)
    left = shop.fresh(bill)
    assert shop.balance("payable") == before - left.company_open
    if left.open:
        shop.do("bill", "pay", id=bill.id, rate=rate)

    assert shop.balance("payable") == before
    shop.verify()

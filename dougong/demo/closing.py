"""Closing: what every month costs, what suppliers and the state are paid, and the months that are locked."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from dougong.apps.finance.demo import accounts_by_code, month_of_expenses
from dougong.apps.finance.operations.enter_bill import EnterBill
from dougong.apps.finance.operations.lock_fiscal_period import LockFiscalPeriod
from dougong.apps.finance.operations.pay_bill import PayBill
from dougong.apps.finance.operations.post_journal_entry import PostJournalEntry
from dougong.apps.finance.vouchers import VoucherLine
from dougong.demo.calendar import moment, month_before
from dougong.demo.collecting import CLERK
from dougong.demo.firm import Firm
from dougong.kernel.values import ZERO, rounded

TAX = Decimal("0.13")
BANK, NOT_BILLED, OUTPUT, INPUT = "1002", "220201", "222101", "222102"
INVOICED = "SELECT coalesce(sum(net), 0) FROM sales_entry WHERE kind = 'invoiced' AND day BETWEEN %s AND %s"
STANDS_AT = (
    "SELECT coalesce(sum(l.credit - l.debit), 0) FROM journal_line l "
    "JOIN account a ON a.id = l.account WHERE a.code = %s"
)
OPEN_BILLS = "SELECT id FROM bill WHERE is_open ORDER BY due, id"
TO_BE_BILLED = (
    "SELECT l.supplier, sum(l.credit - l.debit) FROM journal_line l "
    "JOIN account a ON a.id = l.account WHERE a.code = %s AND l.supplier IS NOT NULL "
    "GROUP BY l.supplier HAVING sum(l.credit - l.debit) > 0 ORDER BY l.supplier"
)
LOCKING_DAY = 6
"""The day of the next month on which a month is locked."""


def close_month(firm: Firm, last_day: date) -> None:
    """Book what the month cost, the suppliers' bills, and what is paid to them and to the state."""
    firm.at(last_day, 18)
    [(sales,)] = firm.rows(INVOICED, [last_day.replace(day=1), last_day])
    month_of_expenses(firm.house, firm.company, last_day, sales)
    for (bill,) in firm.rows(OPEN_BILLS):
        firm.done(CLERK, PayBill(id=bill, day=last_day))
    for supplier, received in firm.rows(TO_BE_BILLED, [NOT_BILLED]):
        firm.done(CLERK, bill_for(supplier, received, last_day))
    pay_tax(firm, last_day)


def bill_for(supplier: UUID, received: Decimal, last_day: date) -> EnterBill:
    """Write a supplier's bill for what came in this month, due at the end of the next."""
    tax = rounded(received * TAX, 2)
    return EnterBill(
        supplier=supplier,
        amount=received + tax,
        tax_amount=tax,
        day=last_day,
        due=last_day + timedelta(days=30),
        their_number=f"{last_day:%Y%m}",
    )


def pay_tax(firm: Firm, last_day: date) -> None:
    """Pay the state what we charged for it, less what we were charged."""
    charged, paid = balance(firm, OUTPUT), -balance(firm, INPUT)
    if charged > paid > 0:
        lines = [(OUTPUT, charged), (INPUT, -paid), (BANK, paid - charged)]
        voucher(firm, last_day, "缴纳增值税", lines)


def balance(firm: Firm, code: str) -> Decimal:
    """Tell what stands on the credit side of an account."""
    [(amount,)] = firm.rows(STANDS_AT, [code])
    return Decimal(amount)


def voucher(firm: Firm, day: date, memo: str, amounts: list[tuple[str, Decimal]]) -> None:
    """Post a voucher by hand: what is positive is debit."""
    accounts = accounts_by_code(firm.house, firm.company)
    lines = tuple(
        VoucherLine(
            account=accounts[code], debit=max(amount, ZERO), credit=max(-amount, ZERO), memo=memo
        )
        for code, amount in amounts
    )
    firm.done(CLERK, PostJournalEntry(lines=lines, day=day, memo=f"{day:%Y-%m} {memo}"))


def lock_month(firm: Firm, day: date) -> None:
    """Lock the month before; the last one that is over stays open."""
    month = month_before(day)
    if month < month_before(firm.last + timedelta(days=1)):
        firm.now = moment(day, 17)
        firm.done(CLERK, LockFiscalPeriod(month=f"{month:%Y-%m}"))

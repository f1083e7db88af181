"""Closing: what every month costs, what suppliers and the state are paid, and the months that are locked."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from dougong.apps.finance.demo import accounts_by_code, month_of_expenses
from dougong.apps.finance.operations.lock_fiscal_period import LockFiscalPeriod
from dougong.apps.finance.operations.post_journal_entry import PostJournalEntry
from dougong.apps.finance.vouchers import VoucherLine
from dougong.demo.calendar import moment, month_before
from dougong.demo.collecting import CLERK
from dougong.demo.firm import Firm
from dougong.demo.supplying import Supply
from dougong.kernel.values import ZERO, rounded

TAX = Decimal("0.13")
BANK, PAYABLE, NOT_BILLED, OUTPUT, INPUT = "1002", "2202", "220201", "222101", "222102"
INVOICED = "SELECT coalesce(sum(net), 0) FROM sales_entry WHERE kind = 'invoiced' AND day BETWEEN %s AND %s"
STANDS_AT = (
    "SELECT coalesce(sum(l.credit - l.debit), 0) FROM journal_line l "
    "JOIN account a ON a.id = l.account WHERE a.code = %s"
)
LOCKING_DAY = 6
"""The day of the next month on which a month is locked."""


def close_month(firm: Firm, supply: Supply, last_day: date) -> None:
    """Book what the month cost, the suppliers' bills, and what is paid to them and to the state."""
    firm.at(last_day, 18)
    [(sales,)] = firm.rows(INVOICED, [last_day.replace(day=1), last_day])
    month_of_expenses(firm.house, firm.company, last_day, sales)
    owed_before = balance(firm, PAYABLE)
    if supply.purchased:
        book_bills(firm, supply.purchased, last_day)
        supply.purchased = ZERO
    if owed_before > 0:
        voucher(firm, last_day, "支付供应商货款", [(PAYABLE, owed_before), (BANK, -owed_before)])
    pay_tax(firm, last_day)


def book_bills(firm: Firm, received: Decimal, last_day: date) -> None:
    """Book the suppliers' invoices for what came in this month."""
    tax = rounded(received * TAX, 2)
    lines = [(NOT_BILLED, received), (INPUT, tax), (PAYABLE, -(received + tax))]
    voucher(firm, last_day, "本月供应商发票", lines)


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

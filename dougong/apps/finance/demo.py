"""The books of the demo company: opened a year ago, with limits, old debts and monthly expenses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from dougong.apps.finance.books import set_up_books
from dougong.apps.finance.operations.bring_forward_bill import BringForwardBill
from dougong.apps.finance.operations.bring_forward_invoice import BringForwardInvoice
from dougong.apps.finance.operations.open_journal_entry import OpenJournalEntry
from dougong.apps.finance.operations.post_journal_entry import PostJournalEntry
from dougong.apps.finance.operations.set_credit_limit import SetCreditLimit
from dougong.apps.finance.vouchers import VoucherLine
from dougong.kernel.house import House
from dougong.kernel.operations import Command
from dougong.kernel.refusals import Refused
from dougong.kernel.values import ZERO, rounded

CHART = "small_business_cn"
SEED = 20260102
CLOSES = time(9, tzinfo=UTC)
"""Five in the afternoon in Shanghai."""

LIMITS: Mapping[str, int | None] = {"A": None, "B": 800_000, "C": 300_000, "D": 80_000, "E": 0}
"""How much a customer of each grade may owe; the best are not limited."""

OPENING: Mapping[str, int] = {
    "1001": 12_600,
    "1002": 2_350_000,
    "1601": 860_000,
    "1602": -215_000,
    "2001": -500_000,
    "2211": -146_000,
    "3001": -3_000_000,
}
"""What the accounts had when the books were opened, debit less credit."""

OWED_TO_SUPPLIERS = (128_400, 64_250, 37_980, 21_500)
OLD_DEBTS = (86_400, 152_300, 41_275, 23_960, 9_850, 68_120)
BANK = "1002"

EXPENSES: tuple[tuple[str, str, int, str], ...] = (
    ("5601", "销售人员工资及提成", 86_000, ""),
    ("5601", "运费及包装", 0, "0.011"),
    ("5602", "办公室及仓库租金", 42_000, ""),
    ("5602", "管理人员工资", 64_000, ""),
    ("5602", "水电、通讯及办公费", 6_800, ""),
    ("5603", "银行手续费及利息", 2_150, "0.0004"),
)
"""What every month costs: account, for what, a fixed amount, and a share of the month's sales."""


@dataclass(frozen=True, kw_only=True)
class FinanceDemo:
    """What was made."""

    accounts: Mapping[str, UUID]
    limits: Mapping[UUID, Decimal | None]
    brought_forward: int


def finance_demo(
    house: House,
    company: str,
    *,
    opened: date,
    grades: Mapping[UUID, str],
    suppliers: Sequence[UUID] = (),
    seed: int = SEED,
) -> FinanceDemo:
    """Set up the books, open them and give every customer a limit by their grade.

    ``grades`` are the customers' grades. The opening stock is received by whoever keeps it.
    """
    now = datetime.combine(opened, CLOSES)
    set_up_books(house, company, CHART, now=now)
    accounts = accounts_by_code(house, company)
    limits = {customer: limit_of(grade) for customer, grade in grades.items()}
    debts = list(old_debts(list(grades), opened, Random(seed)))  # noqa: S311  a story, no secret
    commands: list[Command[Any]] = [
        OpenJournalEntry(lines=tuple(opening_lines(accounts)), day=opened, memo="期初余额"),
        *owed_to(suppliers, opened),
        *(limit_command(customer, limit) for customer, limit in limits.items()),
        *debts,
    ]
    perform_all(house, company, commands, now)
    return FinanceDemo(accounts=accounts, limits=limits, brought_forward=len(debts))


def perform_all(
    house: House, company: str, commands: Sequence[Command[Any]], now: datetime
) -> None:
    """Perform commands; a demo in which something is refused is a mistake."""
    for outcome in house.perform_many(company, commands, now=now):
        if isinstance(outcome, Refused):
            raise outcome


def accounts_by_code(house: House, company: str) -> dict[str, UUID]:
    """Give the company's accounts by their code."""
    cached = house.company_state(company).cached("account")
    return {getattr(account, "code", ""): identity for identity, account in cached.items()}


def limit_of(grade: str) -> Decimal | None:
    """Give the limit of a grade."""
    limit = LIMITS[grade]
    return None if limit is None else Decimal(limit)


def limit_command(customer: UUID, limit: Decimal | None) -> SetCreditLimit:
    """Say how much a customer may owe."""
    return SetCreditLimit(customer=customer, credit_limit=limit)


def opening_lines(accounts: Mapping[str, UUID]) -> Iterator[VoucherLine]:
    """Write what the accounts had."""
    for code, amount in OPENING.items():
        yield voucher_line(accounts[code], Decimal(amount))


def owed_to(suppliers: Iterable[UUID], opened: date) -> Iterator[BringForwardBill]:
    """Write what was owed to suppliers, each due in a month."""
    for supplier, owed in zip(suppliers, OWED_TO_SUPPLIERS, strict=False):
        yield BringForwardBill(
            supplier=supplier, amount=Decimal(owed), day=opened, due=opened + timedelta(days=30)
        )


def voucher_line(account: UUID, amount: Decimal, memo: str = "") -> VoucherLine:
    """Write one line, on the side where its amount belongs."""
    return VoucherLine(
        account=account, debit=max(amount, ZERO), credit=max(-amount, ZERO), memo=memo
    )


def old_debts(
    customers: Sequence[UUID], opened: date, chance: Random
) -> Iterator[BringForwardInvoice]:
    """Let some customers owe something from before, each with its old number and due date."""
    debtors = chance.sample(list(customers), min(len(customers), len(OLD_DEBTS)))
    for at, (customer, amount) in enumerate(zip(debtors, OLD_DEBTS, strict=False)):
        yield BringForwardInvoice(
            customer=customer,
            amount=Decimal(amount),
            day=opened,
            due=opened + timedelta(days=chance.randint(-20, 40)),
            number=f"{opened.year - 1}-{at + 1:04}",
        )


def month_of_expenses(house: House, company: str, last_day: date, sales: Decimal) -> None:
    """Post what a month cost: wages, rent, freight and the bank, paid on its last day."""
    accounts = accounts_by_code(house, company)
    costs = [
        (code, memo, rounded(fixed + sales * Decimal(share or 0), 2))
        for code, memo, fixed, share in EXPENSES
    ]
    lines = [voucher_line(accounts[code], cost, memo) for code, memo, cost in costs if cost]
    lines.append(voucher_line(accounts[BANK], -sum((cost for *_, cost in costs), ZERO)))
    command = PostJournalEntry(lines=tuple(lines), day=last_day, memo=f"{last_day:%Y-%m} 费用")
    house.perform(company, command, now=datetime.combine(last_day, CLOSES))

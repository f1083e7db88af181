"""The statements: trial balance, profit and loss, balance sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.finance.entities import AccountType
from dougong.kernel.store.database import Transaction
from dougong.kernel.values import ZERO

MOVED = """
SELECT a.id, a.code, a.name, a.type,
    coalesce(sum(l.debit - l.credit) FILTER (WHERE e.day < %(first)s), 0),
    coalesce(sum(l.debit) FILTER (WHERE e.day >= %(first)s), 0),
    coalesce(sum(l.credit) FILTER (WHERE e.day >= %(first)s), 0)
FROM account a
JOIN journal_line l ON l.account = a.id
JOIN journal_entry e ON e.id = l.parent AND e.day <= %(last)s
GROUP BY a.id ORDER BY a.code
"""

FIRST_DAY = date(1, 1, 1)
DEBIT_TYPES = (AccountType.ASSET, AccountType.EXPENSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMoved:
    """An account over some days; balances are debit less credit."""

    account: UUID
    code: str
    name: str
    type: AccountType
    opening: Decimal
    debit: Decimal
    credit: Decimal

    @property
    def moved(self) -> Decimal:
        """What the days changed, debit less credit."""
        return self.debit - self.credit

    @property
    def closing(self) -> Decimal:
        """The balance at the end, debit less credit."""
        return self.opening + self.moved

    @property
    def natural(self) -> Decimal:
        """The closing balance, positive on the side where the account belongs."""
        return self.closing if self.type in DEBIT_TYPES else -self.closing


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Every account that ever moved, over some days; its debits are its credits."""

    first: date
    last: date
    accounts: tuple[AccountMoved, ...]

    @property
    def debit(self) -> Decimal:
        """All debits of the days."""
        return sum((each.debit for each in self.accounts), ZERO)

    @property
    def credit(self) -> Decimal:
        """All credits of the days."""
        return sum((each.credit for each in self.accounts), ZERO)


@dataclass(frozen=True, slots=True)
class Amount:
    """One line of a statement."""

    account: UUID | None
    code: str
    name: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ProfitAndLoss:
    """What was earned and spent over some days."""

    first: date
    last: date
    income: tuple[Amount, ...]
    expenses: tuple[Amount, ...]

    @property
    def result(self) -> Decimal:
        """Profit, or, negative, loss."""
        return total(self.income) - total(self.expenses)


@dataclass(frozen=True, slots=True)
class BalanceSheet:
    """What we have and whose it is, at the end of a day.

    ``result`` is what was earned and not yet closed into an account of equity.
    """

    day: date
    assets: tuple[Amount, ...]
    liabilities: tuple[Amount, ...]
    equity: tuple[Amount, ...]
    result: Decimal

    @property
    def assets_total(self) -> Decimal:
        """All that we have."""
        return total(self.assets)

    @property
    def claims_total(self) -> Decimal:
        """All that others and the owners have a claim to."""
        return total(self.liabilities) + total(self.equity) + self.result


def trial_balance(transaction: Transaction, first: date, last: date) -> TrialBalance:
    """Give every account's opening balance, debits, credits and closing balance."""
    rows = transaction.rows(MOVED, {"first": first, "last": last})
    return TrialBalance(
        first,
        last,
        tuple(
            AccountMoved(
                account=account,
                code=code,
                name=name,
                type=AccountType(kind),
                opening=opening,
                debit=debits,
                credit=credits_,
            )
            for account, code, name, kind, opening, debits, credits_ in rows
        ),
    )


def profit_and_loss(transaction: Transaction, first: date, last: date) -> ProfitAndLoss:
    """Give what was earned and spent from one day to another, both included."""
    moved = trial_balance(transaction, first, last).accounts
    return ProfitAndLoss(
        first,
        last,
        income=tuple(
            Amount(each.account, each.code, each.name, -each.moved)
            for each in moved
            if each.type is AccountType.INCOME and each.moved
        ),
        expenses=tuple(
            Amount(each.account, each.code, each.name, each.moved)
            for each in moved
            if each.type is AccountType.EXPENSE and each.moved
        ),
    )


def balance_sheet(transaction: Transaction, day: date) -> BalanceSheet:
    """Give what we had, and whose it was, at the end of a day."""
    accounts = trial_balance(transaction, FIRST_DAY, day).accounts
    results = (AccountType.INCOME, AccountType.EXPENSE)
    return BalanceSheet(
        day,
        assets=side(accounts, AccountType.ASSET),
        liabilities=side(accounts, AccountType.LIABILITY),
        equity=side(accounts, AccountType.EQUITY),
        result=-sum((each.closing for each in accounts if each.type in results), ZERO),
    )


def side(accounts: Iterable[AccountMoved], kind: AccountType) -> tuple[Amount, ...]:
    """Give the balances of one type of account."""
    return tuple(
        Amount(each.account, each.code, each.name, each.natural)
        for each in accounts
        if each.type is kind and each.closing
    )


def total(amounts: Iterable[Amount]) -> Decimal:
    """Sum lines of a statement."""
    return sum((each.amount for each in amounts), ZERO)

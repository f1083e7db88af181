"""The ledger: accounts, journal entries that are never changed, and the months they fall in."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from dougong.kernel.entities import Entity, Line
from dougong.kernel.fields import (
    auto_number,
    choice,
    day,
    lines,
    long_text,
    money,
    reference,
    reference_any,
    text,
    yes_no,
)
from dougong.kernel.values import ZERO


class AccountType(StrEnum):
    """On which side of which statement an account stands."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"


class Role(StrEnum):
    """What the house itself posts to an account; each role is played by one account at most."""

    RECEIVABLE = "receivable"
    REVENUE = "revenue"
    OUTPUT_TAX = "output_tax"
    INPUT_TAX = "input_tax"
    INVENTORY = "inventory"
    COGS = "cogs"
    BANK = "bank"
    CASH = "cash"
    RECEIVED_NOT_BILLED = "received_not_billed"
    PAYABLE = "payable"
    OPENING = "opening"
    STOCK_VARIANCE = "stock_variance"
    EXCHANGE_DIFFERENCE = "exchange_difference"
    RESULT = "result"


class EntryKind(StrEnum):
    """Where a journal entry comes from."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"
    OPENING = "opening"
    REVERSAL = "reversal"


class Account(
    Entity,
    name="account",
    rank=12,
    cached=True,
    unique=[("code",)],
    laws=["CREATE UNIQUE INDEX uq_account_role ON account (role) WHERE role IS NOT NULL"],
):
    """One account of the chart: what is gathered under its code."""

    code: str = text(longest=20, searchable=True)
    name: str = text(longest=100, searchable=True)
    type: AccountType = choice(AccountType, once=True)
    role: Role | None = choice(Role, default=None, once=True)
    part_of: UUID | None = reference("account", default=None)
    active: bool = yes_no(default=True)


BALANCED = (
    """
    CREATE FUNCTION refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
        IF EXISTS (SELECT 1 FROM posted GROUP BY parent HAVING sum(debit) <> sum(credit)) THEN
            RAISE EXCEPTION 'a journal entry must balance';
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER balances AFTER INSERT ON journal_line REFERENCING NEW TABLE AS posted
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_unbalanced()
    """,
)
"""What one statement posts to an entry balances in itself: nothing can be slipped in afterwards."""


class JournalLine(
    Line,
    name="journal_line",
    append_only=True,
    indexes=[("account",)],
    checks={
        "one_side": "debit >= 0 AND credit >= 0 AND (debit = 0 OR credit = 0)",
    },
    laws=BALANCED,
):
    """One side of an entry: so much, in company currency, to this account."""

    account: UUID = reference("account", indexed=False)
    debit: Decimal = money(default=ZERO, least=0)
    credit: Decimal = money(default=ZERO, least=0)
    customer: UUID | None = reference("customer", default=None, indexed=False)
    supplier: UUID | None = reference("supplier", default=None, indexed=False)
    memo: str = text(default="")


class JournalEntry(
    Entity,
    name="journal_entry",
    rank=28,
    append_only=True,
    operations=(),
    indexes=[("day",)],
):
    """A voucher: what happened, on which day, and the accounts that it moved. Never changed."""

    number: str | None = auto_number("{year}{month}-{n:04}", gapless=True)
    day: date = day()
    kind: EntryKind = choice(EntryKind, default=EntryKind.AUTOMATIC)
    document: str | None = reference_any(default=None)
    reverses: UUID | None = reference("journal_entry", default=None, unique=True)
    memo: str = long_text(default="")
    lines: list[JournalLine] = lines(JournalLine)


class FiscalPeriod(
    Entity, name="fiscal_period", rank=90, operations=(), history=False, unique=[("month",)]
):
    """A month of the books; once locked, nothing is posted to its days."""

    month: str = text(longest=7)
    locked: bool = yes_no(default=False, kept=True)


def month_of(day_posted: date) -> str:
    """Name the month that a day is booked in: ``2026-11``."""
    return f"{day_posted:%Y-%m}"

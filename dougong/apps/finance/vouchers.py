"""Vouchers: what somebody posts by hand, and what keeps it from being posted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from dougong.apps.finance.entities import Account, Role
from dougong.apps.finance.posting import Posting
from dougong.apps.finance.refusals import (
    AccountClosed,
    ControlAccount,
    NothingPosted,
    OneSidedLine,
    UnknownAccount,
)
from dougong.kernel.refusals import Refusal
from dougong.kernel.values import ZERO, round_money
from dougong.kernel.work import Work

CONTROLLED = (Role.RECEIVABLE, Role.PAYABLE, Role.INVENTORY)
"""Accounts that are the sum of other records, and are therefore moved only by those."""


@dataclass(frozen=True, kw_only=True)
class VoucherLine:
    """One line of a voucher: debit or credit."""

    account: UUID
    debit: Decimal = ZERO
    credit: Decimal = ZERO
    customer: UUID | None = None
    supplier: UUID | None = None
    memo: str = ""


def postings_of(lines: Sequence[VoucherLine]) -> list[Posting]:
    """Read the lines of a voucher."""
    return [
        Posting(
            account=line.account,
            amount=line.debit - line.credit,
            customer=line.customer,
            supplier=line.supplier,
            memo=line.memo,
        )
        for line in lines
    ]


def sides_of(lines: Sequence[VoucherLine]) -> tuple[Decimal, Decimal]:
    """Sum both sides."""
    debits = sum((line.debit for line in lines), ZERO)
    return debits, sum((line.credit for line in lines), ZERO)


def line_obstacles(work: Work, lines: Sequence[VoucherLine]) -> Iterator[Refusal]:
    """Name what is wrong with the lines of a voucher."""
    if not lines:
        yield NothingPosted()
    for at, line in enumerate(lines, start=1):
        if not is_one_sided(line, work.currency):
            yield OneSidedLine(at)
        account = work.maybe(Account, line.account)
        if account is None:
            yield UnknownAccount(line.account)
        elif not account.active:
            yield AccountClosed(account.code)
        elif account.role in CONTROLLED:
            yield ControlAccount(account.code, str(account.role))


def is_one_sided(line: VoucherLine, currency: str) -> bool:
    """Tell whether a line is either debit or credit, positive and in whole cents."""
    sides = [line.debit, line.credit]
    exact = all(round_money(side, currency) == side and side >= 0 for side in sides)
    return exact and sides.count(ZERO) == 1

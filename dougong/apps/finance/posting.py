"""Posting: journal entries in the transaction of what they tell of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.finance.entities import (
    Account,
    EntryKind,
    FiscalPeriod,
    JournalEntry,
    JournalLine,
    Role,
    month_of,
)
from dougong.apps.finance.events import JournalEntryPosted
from dougong.apps.finance.refusals import NoAccount, PeriodLocked
from dougong.kernel.operations import Mode, Touch
from dougong.kernel.refusals import Refusal
from dougong.kernel.values import ZERO
from dougong.kernel.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One side of an entry; a negative amount is a credit. Use ``debit`` and ``credit``."""

    account: Role | UUID
    amount: Decimal
    customer: UUID | None = None
    supplier: UUID | None = None
    memo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A journal entry to be posted, in company currency; what cancels out is left out."""

    day: date
    lines: Sequence[Posting]
    document: str | None = None
    memo: str = ""
    kind: EntryKind = EntryKind.AUTOMATIC
    reverses: UUID | None = None
    gathered: bool = True
    """Whether lines of one account and party become one."""


def debit(
    account: Role | UUID,
    amount: Decimal,
    *,
    customer: UUID | None = None,
    supplier: UUID | None = None,
    memo: str = "",
) -> Posting:
    """Debit an account, or the account that plays a role; a negative amount credits it."""
    return Posting(account=account, amount=amount, customer=customer, supplier=supplier, memo=memo)


def credit(
    account: Role | UUID,
    amount: Decimal,
    *,
    customer: UUID | None = None,
    supplier: UUID | None = None,
    memo: str = "",
) -> Posting:
    """Credit an account, or the account that plays a role; a negative amount debits it."""
    return Posting(account=account, amount=-amount, customer=customer, supplier=supplier, memo=memo)


def posting_touches(*days: date) -> list[Touch]:
    """Rely on the months of the days staying open until the commit."""
    months = frozenset(month_of(day) for day in days)
    return [Touch("fiscal_period", ("month",), months, Mode.SHARE, ensure=True)]


def posting_obstacles(
    work: Work, days: Iterable[date], roles: Iterable[Role] = ()
) -> Iterator[Refusal]:
    """Name the months that are locked, and the roles that no account plays."""
    periods = {period.month: period for period in work.all(FiscalPeriod)}
    for day in sorted(set(days)):
        period = periods.get(month_of(day))
        if period is not None and period.locked:
            yield PeriodLocked(period.month, day)
    known = accounts_by_role(work)
    for role in roles:
        if role not in known:
            yield NoAccount(str(role))


def post(work: Work, entries: Iterable[Entry]) -> list[JournalEntry]:
    """Post entries; each balances. An entry that moves nothing is not made.

    Whether the months are open was asked by ``posting_obstacles``.
    """
    return [posted for entry in entries if (posted := post_one(work, entry)) is not None]


def post_one(work: Work, entry: Entry) -> JournalEntry | None:
    """Post one entry."""
    lines = gathered(work, entry.lines) if entry.gathered else as_lines(work, entry.lines)
    if not lines:
        return None
    total = sum((line.debit for line in lines), ZERO)
    assert total == sum((line.credit for line in lines), ZERO), f"unbalanced: {entry}"
    posted = work.add(
        JournalEntry(
            day=entry.day,
            kind=entry.kind,
            document=entry.document,
            reverses=entry.reverses,
            memo=entry.memo,
            lines=lines,
        )
    )
    work.emit(
        JournalEntryPosted(
            id=posted.id,
            day=entry.day,
            kind=str(entry.kind),
            total=total,
            documents=(entry.document,) if entry.document else (),
        )
    )
    return posted


def gathered(work: Work, postings: Iterable[Posting]) -> list[JournalLine]:
    """Make one line of all postings to an account for one party."""
    sums: dict[tuple[UUID, UUID | None, UUID | None, str], Decimal] = {}
    for each in postings:
        key = (account_of(work, each.account), each.customer, each.supplier, each.memo)
        sums[key] = sums.get(key, ZERO) + each.amount
    return [
        line_of(account, amount, customer, supplier, memo)
        for (account, customer, supplier, memo), amount in sums.items()
        if amount
    ]


def as_lines(work: Work, postings: Iterable[Posting]) -> list[JournalLine]:
    """Make a line of each posting, as somebody wrote them."""
    return [
        line_of(account_of(work, p.account), p.amount, p.customer, p.supplier, p.memo)
        for p in postings
        if p.amount
    ]


def line_of(
    account: UUID, amount: Decimal, customer: UUID | None, supplier: UUID | None, memo: str
) -> JournalLine:
    """Put an amount on its side."""
    return JournalLine(
        account=account,
        debit=max(amount, ZERO),
        credit=max(-amount, ZERO),
        customer=customer,
        supplier=supplier,
        memo=memo,
    )


def account_of(work: Work, account: Role | UUID) -> UUID:
    """Give an account's id, or that of the account that plays a role."""
    if isinstance(account, UUID):
        return account
    return accounts_by_role(work)[account]


def accounts_by_role(work: Work) -> Mapping[Role, UUID]:
    """Tell which account plays which role, found once for each version of the company."""
    known: Mapping[Role, UUID] | None = work.state.extras.get("finance.roles")
    if known is None:
        accounts = work.state.cached("account").values()
        known = {
            account.role: account.id
            for account in accounts
            if isinstance(account, Account) and account.role is not None
        }
        work.state.extras["finance.roles"] = known
    return known

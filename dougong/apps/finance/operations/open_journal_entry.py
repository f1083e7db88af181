"""Open the ledger: the balances of the books before these, except what documents bring forward."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from dougong.apps.finance.entities import EntryKind, JournalEntry, Role
from dougong.apps.finance.events import JournalEntryPosted
from dougong.apps.finance.posting import Entry, credit, post, posting_obstacles, posting_touches
from dougong.apps.finance.vouchers import VoucherLine, line_obstacles, postings_of, sides_of
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.refusals import Refusal
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class OpenJournalEntry(Command[JournalEntry]):
    """Balances by account. What is lacking is met by ``opening``."""

    lines: tuple[VoucherLine, ...]
    day: date | None = None
    memo: str = ""


def touches(_record: None, command: OpenJournalEntry, work: Work) -> Iterator[Touch]:
    """Rely on the month being open."""
    yield from posting_touches(command.day or work.today)


def obstacles(_record: None, command: OpenJournalEntry, work: Work) -> Iterator[Refusal]:
    """Name all that keeps it from being posted."""
    yield from line_obstacles(work, command.lines)
    yield from posting_obstacles(work, [command.day or work.today], [Role.OPENING])


@operation(
    on=JournalEntry,
    touches=touches,
    unless=obstacles,
    emits=[JournalEntryPosted],
    creates=True,
    inverse="reverse",
)
def open_journal_entry(_record: None, command: OpenJournalEntry, work: Work) -> JournalEntry:
    """Post opening balances against the opening account.

    Stock is opened by goods receipts; receivables and payables are brought forward one by one. Once
    all is there, the opening account is empty.
    """
    debits, credits_ = sides_of(command.lines)
    entry = Entry(
        day=command.day or work.today,
        memo=command.memo,
        lines=[*postings_of(command.lines), credit(Role.OPENING, debits - credits_)],
        kind=EntryKind.OPENING,
        gathered=False,
    )
    return post(work, [entry])[0]

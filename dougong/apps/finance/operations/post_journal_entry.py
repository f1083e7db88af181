"""Post a voucher by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from dougong.apps.finance.entities import EntryKind, JournalEntry
from dougong.apps.finance.events import JournalEntryPosted
from dougong.apps.finance.posting import Entry, post, posting_obstacles, posting_touches
from dougong.apps.finance.refusals import Unbalanced
from dougong.apps.finance.vouchers import VoucherLine, line_obstacles, postings_of, sides_of
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.refusals import Refusal
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class PostJournalEntry(Command[JournalEntry]):
    """What moved from where to where, and why."""

    lines: tuple[VoucherLine, ...]
    day: date | None = None
    memo: str = ""


def touches(_record: None, command: PostJournalEntry, work: Work) -> Iterator[Touch]:
    """Rely on the month being open."""
    yield from posting_touches(command.day or work.today)


def obstacles(_record: None, command: PostJournalEntry, work: Work) -> Iterator[Refusal]:
    """Name all that keeps it from being posted."""
    yield from line_obstacles(work, command.lines)
    debits, credits_ = sides_of(command.lines)
    if debits != credits_:
        yield Unbalanced(debits, credits_)
    yield from posting_obstacles(work, [command.day or work.today])


@operation(
    on=JournalEntry,
    touches=touches,
    unless=obstacles,
    emits=[JournalEntryPosted],
    creates=True,
    inverse="reverse",
)
def post_journal_entry(_record: None, command: PostJournalEntry, work: Work) -> JournalEntry:
    """Post a voucher; it stands for good, and can be answered by its reversal only."""
    entry = Entry(
        day=command.day or work.today,
        memo=command.memo,
        lines=postings_of(command.lines),
        kind=EntryKind.MANUAL,
        gathered=False,
    )
    return post(work, [entry])[0]

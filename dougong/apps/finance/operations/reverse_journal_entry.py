"""Reverse a voucher: answer it by its opposite."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from dougong.apps.finance.entities import EntryKind, JournalEntry
from dougong.apps.finance.events import JournalEntryReversed
from dougong.apps.finance.posting import (
    Entry,
    Posting,
    post,
    posting_obstacles,
    posting_touches,
)
from dougong.apps.finance.refusals import AlreadyReversed, PostedByDocument
from dougong.kernel.operations import Command, Touch, operation, read
from dougong.kernel.refusals import Refusal
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class ReverseJournalEntry(Command[JournalEntry]):
    """The day of the reversal, and why."""

    day: date | None = None
    memo: str = ""


def touches(entry: JournalEntry, command: ReverseJournalEntry, work: Work) -> Iterator[Touch]:
    """Look for an earlier reversal; rely on the month being open."""
    yield read(JournalEntry, [entry.id], by="reverses")
    yield from posting_touches(command.day or work.today)


def obstacles(entry: JournalEntry, command: ReverseJournalEntry, work: Work) -> Iterator[Refusal]:
    """Name all that keeps it from being reversed."""
    for other in work.all(JournalEntry):
        if other.reverses == entry.id:
            yield AlreadyReversed(other.id)
    if entry.document is not None:
        yield PostedByDocument(entry.document)
    yield from posting_obstacles(work, [command.day or work.today])


@operation(on=JournalEntry, touches=touches, unless=obstacles, emits=[JournalEntryReversed])
def reverse_journal_entry(entry: JournalEntry, command: ReverseJournalEntry, work: Work) -> None:
    """Post the opposite of a voucher; both stay."""
    reversal = Entry(
        day=command.day or work.today,
        memo=command.memo,
        lines=[
            Posting(
                account=line.account,
                amount=line.credit - line.debit,
                customer=line.customer,
                supplier=line.supplier,
                memo=line.memo,
            )
            for line in entry.lines
        ],
        kind=EntryKind.REVERSAL,
        reverses=entry.id,
        gathered=False,
    )
    posted = post(work, [reversal])[0]
    work.emit(JournalEntryReversed(id=entry.id, reversal=posted.id, day=posted.day))

"""Netting: a credit note settles what its customer owes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from dougong.apps.finance.applying import Applied, apply, automatic_parts, gain_postings
from dougong.apps.finance.credit import move_exposure
from dougong.apps.finance.entities import Receivable
from dougong.apps.finance.exposure import Exposure
from dougong.apps.finance.posting import Entry, post
from dougong.apps.finance.settling import Funds
from dougong.kernel.work import Work


def apply_credit(
    work: Work,
    credit_note: Receivable,
    receivables: Iterable[Receivable],
    day: date,
    invoices: Iterable[UUID] = (),
) -> Applied:
    """Let a credit note settle what is open among receivables, those of ``invoices`` first."""
    fitting = [each for each in receivables if each.currency == credit_note.currency]
    parts = automatic_parts(Funds(amount=-credit_note.open), fitting, invoices)
    applied = apply(work, credit_note, parts, day)
    move_exposure(work, credit_note.customer, Exposure(receivable=applied.gain))
    postings = gain_postings(credit_note.customer, applied.gain)
    post(work, [Entry(day=day, document=f"invoice:{credit_note.invoice}", lines=postings)])
    return applied

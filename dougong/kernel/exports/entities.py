"""Exports as records: who asked for what, and when; what was written lies with the files for a day."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from dougong.kernel.entities import Entity
from dougong.kernel.exports.exporting import Format
from dougong.kernel.fields import choice, instant, long_text, number, reference_any, text
from dougong.kernel.lifecycle import Lifecycle
from dougong.kernel.values import ZERO


class ExportState(StrEnum):
    """How far an export is."""

    RUNNING = "running"
    """It runs, or was interrupted: then it is asked for anew."""
    FINISHED = "finished"
    FAILED = "failed"


EXPORT = Lifecycle.of({ExportState.RUNNING: (ExportState.FINISHED, ExportState.FAILED)})


class ExportBatch(Entity, name="export_batch", rank=7, title="name", operations=()):
    """One export: which records of which kind, in what form, for whoever asked."""

    name: str = text(searchable=True, kept=True)
    entity: str = text(longest=63, kept=True)
    asked: str = long_text(default="", kept=True)
    """The question, as JSON."""
    form: Format = choice(Format, kept=True)
    state: ExportState = choice(ExportState, default=ExportState.RUNNING, lifecycle=EXPORT)
    written: Decimal = number(default=ZERO, digits=0, kept=True)
    file: str | None = reference_any(default=None, kept=True)
    """What was written. It belongs to no record: only its asker sees it, and it goes after a day."""
    remarks: str = long_text(default="", kept=True)
    """Why it failed."""
    ended_at: datetime | None = instant(default=None, kept=True)

"""Imports as records: each batch with its counts, and the mappings that are remembered."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from dougong.kernel.entities import Entity
from dougong.kernel.fields import choice, instant, long_text, number, reference_any, text
from dougong.kernel.lifecycle import Lifecycle
from dougong.kernel.values import ZERO


class BatchState(StrEnum):
    """How far an import is."""

    RUNNING = "running"
    """It runs, or was interrupted and can be taken up again."""
    FINISHED = "finished"
    UNDONE = "undone"


BATCH = Lifecycle.of(
    {
        BatchState.RUNNING: (BatchState.FINISHED, BatchState.UNDONE),
        BatchState.FINISHED: (BatchState.RUNNING, BatchState.UNDONE),
    }
)


class ImportBatch(Entity, name="import_batch", rank=7, title="name", operations=()):
    """One import: from where, by which mapping, and what came of its rows.

    Everything that it did carries its identity as trace, so that it can be shown and undone.
    """

    name: str = text(searchable=True, kept=True)
    source: str = text(default="", longest=1000, kept=True)
    mapping: str = long_text(kept=True)
    state: BatchState = choice(BatchState, default=BatchState.RUNNING, lifecycle=BATCH)
    total: Decimal = number(default=ZERO, digits=0, kept=True)
    """How many rows and steps there are."""
    done: Decimal = number(default=ZERO, digits=0, kept=True)
    created: Decimal = number(default=ZERO, digits=0, kept=True)
    changed: Decimal = number(default=ZERO, digits=0, kept=True)
    unchanged: Decimal = number(default=ZERO, digits=0, kept=True)
    performed: Decimal = number(default=ZERO, digits=0, kept=True)
    """Steps that followed."""
    bad: Decimal = number(default=ZERO, digits=0, kept=True)
    """Rows that were handed back."""
    handed_back: str | None = reference_any(default=None, kept=True)
    """The file with these rows and the reasons."""
    remarks: str = long_text(default="", kept=True)
    """What else there is to say, a sentence a line: why it stopped, what undoing it left."""
    ended_at: datetime | None = instant(default=None, kept=True)


class RememberedMapping(
    Entity, name="import_mapping", rank=7, title="name", operations=("delete",)
):
    """A mapping that was used before, found again by the headers of a file and the entity."""

    name: str = text(searchable=True, kept=True)
    entity: str = text(longest=63, kept=True)
    signature: str = text(longest=64, unique=True, kept=True)
    mapping: str = long_text(kept=True)
    headers: str = long_text(default="", kept=True)

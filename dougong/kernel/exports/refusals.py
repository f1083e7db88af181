"""Why an export isn't written, or isn't handed out."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dougong.kernel.refusals import Refusal


@dataclass(frozen=True)
class ExportTooLarge(Refusal):
    """More comes together than we keep in one file."""

    most: int


@dataclass(frozen=True)
class ExportNotReady(Refusal):
    """It still runs, or it failed."""

    export: UUID


@dataclass(frozen=True)
class ExportGone(Refusal):
    """The file was kept for a day."""

    status = 410
    export: UUID

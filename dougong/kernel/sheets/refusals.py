"""Why a sheet can't be read or written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dougong.kernel.refusals import Refusal


class Bound(StrEnum):
    """What there may be too much of in a sheet."""

    FILE_BYTES = "file_bytes"
    UNPACKED_BYTES = "unpacked_bytes"
    ROWS = "rows"
    COLUMNS = "columns"
    CELLS = "cells"
    TEXT = "text"


class Flaw(StrEnum):
    """What may be wrong with a file."""

    DAMAGED = "damaged"
    ENCODING = "encoding"
    OLD_EXCEL_OR_PASSWORD = "old_excel_or_password"  # noqa: S105  the flaw's name, no password
    NOT_TEXT = "not_text"
    QUOTES = "quotes"


@dataclass(frozen=True)
class SheetTooLarge(Refusal):
    """There is more in it than we take at once; rows are counted from 1, the header included."""

    status = 413
    what: str
    most: int
    row: int = 0


@dataclass(frozen=True)
class SheetUnreadable(Refusal):
    """The file isn't CSV or XLSX, or is damaged; where it is known, in this row."""

    status = 422
    flaw: str
    row: int = 0


@dataclass(frozen=True)
class SheetEmpty(Refusal):
    """There is no header row."""

    status = 422


@dataclass(frozen=True)
class SheetMissing(Refusal):
    """The workbook has no sheet of this name."""

    status = 422
    wanted: str
    there_are: tuple[str, ...]

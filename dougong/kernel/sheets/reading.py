"""Read a sheet from a CSV or XLSX file, row by row.

What kind of file it is, its encoding and its delimiter are found by looking into it: names of files
are often wrong.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from python_calamine import CalamineError, CalamineWorkbook, WorksheetNotFound

from dougong.kernel.refusals import Refused
from dougong.kernel.sheets.cells import Cell, as_text, from_float
from dougong.kernel.sheets.guard import Limits, check_workbook
from dougong.kernel.sheets.refusals import (
    Bound,
    Flaw,
    SheetEmpty,
    SheetMissing,
    SheetTooLarge,
    SheetUnreadable,
)

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet program takes for the beginning of a formula."""

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_CHUNK = 1 << 20
_SAMPLE = 64 * 1024
_SAMPLED_ROWS = 30
_DELIMITERS = ",;\t|"
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_TWO_HIGH_BYTES = re.compile(rb"[\x81-\xfe][\xa1-\xfe]")
_ONE_HIGH_BYTE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")


@dataclass(frozen=True, slots=True)
class Row:
    """One row that isn't blank: its number as the spreadsheet shows it, a cell for each header.

    ``surplus`` is what stands beyond the last header: mostly a comma that nobody quoted.
    """

    number: int
    cells: tuple[Cell, ...]
    surplus: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that is open: its headers, each a different one, and its rows, to be read once."""

    headers: tuple[str, ...]
    rows: Iterator[Row]
    encoding: str = ""
    """Of a CSV file."""
    delimiter: str = ""
    sheets: tuple[str, ...] = ()
    """The names of a workbook's sheets."""


@contextmanager
def open_sheet(
    source: Path | bytes,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    limits: Limits | None = None,
) -> Iterator[Sheet]:
    """Open a CSV or XLSX file; of a workbook the first sheet, or the one named.

    Raises Refused: SheetTooLarge, SheetUnreadable, SheetEmpty, SheetMissing; while rows are read,
    the first two as well.
    """
    limits = limits or Limits()
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as opened:
        if opened.seek(0, io.SEEK_END) > limits.file_bytes:
            raise Refused(SheetTooLarge(Bound.FILE_BYTES, limits.file_bytes))
        opened.seek(0)
        head = opened.read(len(_ZIP))
        opened.seek(0)
        if head == _OLE:
            raise Refused(SheetUnreadable(Flaw.OLD_EXCEL_OR_PASSWORD))
        if head == _ZIP:
            yield _open_workbook(opened, sheet, limits)
        else:
            yield _open_csv(opened, encoding, limits)


def distinct(headers: Iterable[str]) -> tuple[str, ...]:
    """Make headers differ: the second ``Name`` becomes ``Name (2)``, an empty one its column."""
    given: dict[str, None] = {}
    for column, header in enumerate(headers, 1):
        plain = header or f"#{column}"
        name, turn = plain, 1
        while name in given:
            turn += 1
            name = f"{plain} ({turn})"
        given[name] = None
    return tuple(given)


def _open_workbook(source: BinaryIO, wanted: str | None, limits: Limits) -> Sheet:
    check_workbook(source, limits)
    try:
        book = CalamineWorkbook.from_filelike(source)
        names = tuple(book.sheet_names)
        if not names:
            raise Refused(SheetEmpty())
        opened = book.get_sheet_by_name(names[0] if wanted is None else wanted)
    except WorksheetNotFound:
        raise Refused(SheetMissing(wanted or "", names)) from None
    except CalamineError as broken:
        raise Refused(SheetUnreadable(Flaw.DAMAGED)) from broken
    rows = enumerate(([_cell(value) for value in row] for row in opened.iter_rows()), 1)
    return _sheet(rows, limits, sheets=names)


def _cell(value: Any) -> Cell:
    match value:
        case str():
            return value or None
        case bool():
            return value
        case float():
            return from_float(value)
        case int():
            return Decimal(value)
        case timedelta():
            return str(value)
        case _:
            cell: Cell = value
            return cell


def _open_csv(source: BinaryIO, encoding: str | None, limits: Limits) -> Sheet:
    found = encoding or _encoding_of(source)
    source.seek(0)
    text = io.TextIOWrapper(source, encoding=found, newline="")
    try:
        sample = text.read(_SAMPLE)
        stated = _SEPARATOR_LINE.match(sample)
        delimiter = stated[1] if stated else _delimiter_of(sample)
        text.seek(0)
        if stated:
            text.readline()
    except UnicodeError as broken:
        raise Refused(SheetUnreadable(Flaw.ENCODING)) from broken
    if "\x00" in sample:
        raise Refused(SheetUnreadable(Flaw.NOT_TEXT))
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    rows = _csv_rows(reader, 2 if stated else 1)
    return _sheet(rows, limits, encoding=found, delimiter=delimiter)


def _csv_rows(reader: Iterator[list[str]], first: int) -> Iterator[tuple[int, list[Cell]]]:
    number = first - 1
    try:
        for number, row in enumerate(reader, first):
            yield number, [_unguarded(text) or None for text in row]
    except csv.Error as broken:
        raise Refused(SheetUnreadable(Flaw.QUOTES, row=number + 1)) from broken
    except UnicodeError as broken:
        raise Refused(SheetUnreadable(Flaw.ENCODING, row=number + 1)) from broken


def _unguarded(text: str) -> str:
    """Take away the apostrophe that a careful writer put before a formula's sign."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_SIGNS) else text


def _encoding_of(source: BinaryIO) -> str:
    """Find the encoding that the whole file can be read in, the likelier of two if need be."""
    head = source.read(_CHUNK)
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return encoding
    if _can_read(source, "utf-8"):
        return "utf-8"
    western = len(_ONE_HIGH_BYTE.findall(head)) > len(_TWO_HIGH_BYTES.findall(head))
    for encoding in ("cp1252", "gb18030") if western else ("gb18030", "cp1252"):
        if _can_read(source, encoding):
            return encoding
    raise Refused(SheetUnreadable(Flaw.ENCODING))


def _can_read(source: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    source.seek(0)
    try:
        while chunk := source.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _delimiter_of(sample: str) -> str:
    """Choose what splits the first rows into the same number of columns most often."""
    whole = sample if len(sample) < _SAMPLE else sample[: sample.rfind("\n") + 1] or sample
    return max(_DELIMITERS, key=lambda delimiter: _evenness(whole, delimiter))


def _evenness(sample: str, delimiter: str) -> tuple[int, int]:
    rows: list[list[str]] = []
    try:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, strict=True)
        rows.extend(row for row in islice(reader, _SAMPLED_ROWS) if row)
    except csv.Error:
        pass
    widths = Counter(len(row) for row in rows if len(row) > 1)
    width, times = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return times, width


def _sheet(
    numbered: Iterator[tuple[int, list[Cell]]],
    limits: Limits,
    *,
    encoding: str = "",
    delimiter: str = "",
    sheets: tuple[str, ...] = (),
) -> Sheet:
    """Take the first row that isn't blank as the headers."""
    filled = _filled(numbered, limits)
    _, first = next(filled, (0, []))
    names = [as_text(cell) for cell in first]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise Refused(SheetEmpty())
    rows = (_row(number, cells, len(names)) for number, cells in filled)
    return Sheet(distinct(names), rows, encoding, delimiter, sheets)


def _filled(
    numbered: Iterator[tuple[int, list[Cell]]], limits: Limits
) -> Iterator[tuple[int, list[Cell]]]:
    """Leave out blank rows, and keep to the limits."""
    taken = 0
    for number, cells in numbered:
        if not any(cell is not None and cell != "" for cell in cells):
            continue
        taken += 1
        if taken > limits.rows:
            raise Refused(SheetTooLarge(Bound.ROWS, limits.rows, row=number))
        if len(cells) > limits.columns:
            raise Refused(SheetTooLarge(Bound.COLUMNS, limits.columns, row=number))
        if any(isinstance(cell, str) and len(cell) > limits.cell_letters for cell in cells):
            raise Refused(SheetTooLarge(Bound.TEXT, limits.cell_letters, row=number))
        yield number, cells


def _row(number: int, cells: Sequence[Cell], width: int) -> Row:
    if len(cells) < width:
        cells = list(chain(cells, [None] * (width - len(cells))))
    surplus = tuple(cells[width:])
    while surplus and surplus[-1] is None:
        surplus = surplus[:-1]
    return Row(number, tuple(cells[:width]), surplus)

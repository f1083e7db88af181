"""Write rows as CSV or XLSX, so that a spreadsheet program shows them and runs none of them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import BinaryIO

from rustpy_xlsxwriter import Format, write_worksheet

from dougong.kernel.refusals import Refused
from dougong.kernel.sheets.cells import Cell, as_text
from dougong.kernel.sheets.reading import FORMULA_SIGNS, distinct
from dougong.kernel.sheets.refusals import Bound, SheetTooLarge

XLSX_ROWS = 1_048_575
"""What fits below the header of one XLSX sheet."""
XLSX_COLUMNS = 16_384
XLSX_LETTERS = 32_767

_FIRST_DAY = date(1900, 1, 1)
_DIGITS = 15
_EXACT_WHOLE = 10**_DIGITS
_LOOKED_AT = 200
_LONGEST_SHEET_NAME = 31
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff]|^'|'$")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_DAY, _INSTANT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"


def write_csv(
    target: BinaryIO,
    headers: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    delimiter: str = ",",
    mark: bool = True,
) -> None:
    """Write CSV in UTF-8, with the mark by which Excel knows it.

    Text that a spreadsheet program would take for a formula gets an apostrophe before it, which
    reading takes away again; numbers stay numbers, to the last digit.
    """
    text = io.TextIOWrapper(target, "utf-8-sig" if mark else "utf-8", newline="", errors="replace")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow([_guarded(header) for header in distinct(headers)])
    writer.writerows([_csv_cell(cell) for cell in row] for row in rows)
    text.detach()


def write_xlsx(
    target: BinaryIO,
    headers: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    sheet: str = "Sheet1",
) -> None:
    """Write one sheet of a workbook, its header fixed and with filters.

    All text is text, never a formula or a link. A number of more digits than a spreadsheet keeps is
    written as text, so that none is lost. Raises Refused(SheetTooLarge) beyond Excel's rows.
    """
    names = distinct(headers)
    if len(names) > XLSX_COLUMNS:
        raise Refused(SheetTooLarge(Bound.COLUMNS, XLSX_COLUMNS))
    remaining = iter(rows)
    looked_at = list(islice(remaining, _LOOKED_AT))
    if not looked_at:
        looked_at = [[None] * len(names)]
    records = _records(names, chain(looked_at, remaining))
    write_worksheet(
        records,
        target,
        sheet_name=sheet_name(sheet),
        freeze_row=1,
        bold_headers=True,
        autofilter=True,
        datetime_format=_INSTANT,
        column_formats=dict(_formats(names, looked_at)),
    )


def sheet_name(wanted: str) -> str:
    """Make a name that Excel takes for a sheet."""
    return _NO_SHEET_NAME.sub(" ", wanted).strip()[:_LONGEST_SHEET_NAME].strip() or "Sheet1"


def _records(
    names: tuple[str, ...], rows: Iterable[Sequence[Cell]]
) -> Iterator[dict[str, Cell | float]]:
    clean = tuple(_xml_text(name) for name in names)
    for number, row in enumerate(rows, 1):
        if number > XLSX_ROWS:
            raise Refused(SheetTooLarge(Bound.ROWS, XLSX_ROWS, row=number + 1))
        yield dict(zip(clean, map(_xlsx_cell, row), strict=True))


def _formats(names: tuple[str, ...], rows: list[Sequence[Cell]]) -> Iterator[tuple[str, Format]]:
    """Show days as days: a column is one if all that stands in its first rows is."""
    for column, name in enumerate(names):
        kinds = {type(row[column]) for row in rows if row[column] is not None}
        if kinds == {date}:
            yield _xml_text(name), Format().set_num_format(_DAY)


def _xlsx_cell(cell: Cell) -> Cell:
    match cell:
        case str():
            return _xml_text(cell)
        case Decimal():
            return cell if _kept_by_excel(cell) else as_text(cell)
        case datetime():
            wall = cell.replace(tzinfo=None)
            return wall if wall.date() >= _FIRST_DAY else as_text(wall)
        case date():
            return cell if cell >= _FIRST_DAY else as_text(cell)
        case _:
            return cell


def _kept_by_excel(number: Decimal) -> bool:
    """Tell whether the 15 digits of a spreadsheet's number hold this one."""
    assert number.is_finite(), "no number of ours is infinite"
    return len(number.as_tuple().digits) <= _DIGITS and abs(number) < _EXACT_WHOLE


def _xml_text(text: str) -> str:
    clean = _NO_XML.sub("", text)
    return clean if len(clean) <= XLSX_LETTERS else clean[: XLSX_LETTERS - 1] + "…"


def _csv_cell(cell: Cell) -> str:
    return _guarded(cell) if isinstance(cell, str) else as_text(cell)


def _guarded(text: str) -> str:
    """Put an apostrophe before what looks like a formula; a plain number does not."""
    if text.startswith(FORMULA_SIGNS) and not _PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text

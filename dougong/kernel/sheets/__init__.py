"""Sheets: CSV and XLSX files as rows of exact values, and back."""

from dougong.kernel.sheets.cells import (
    Cell,
    CellUnreadable,
    DayOrder,
    as_day,
    as_instant,
    as_number,
    as_text,
    as_yes_no,
)
from dougong.kernel.sheets.guard import Limits
from dougong.kernel.sheets.mapping import FieldNames, propose_mapping
from dougong.kernel.sheets.reading import Row, Sheet, open_sheet
from dougong.kernel.sheets.refusals import (
    Bound,
    Flaw,
    SheetEmpty,
    SheetMissing,
    SheetTooLarge,
    SheetUnreadable,
)
from dougong.kernel.sheets.writing import write_csv, write_xlsx

__all__ = [
    "Bound",
    "Cell",
    "CellUnreadable",
    "DayOrder",
    "FieldNames",
    "Flaw",
    "Limits",
    "Row",
    "Sheet",
    "SheetEmpty",
    "SheetMissing",
    "SheetTooLarge",
    "SheetUnreadable",
    "as_day",
    "as_instant",
    "as_number",
    "as_text",
    "as_yes_no",
    "open_sheet",
    "propose_mapping",
    "write_csv",
    "write_xlsx",
]

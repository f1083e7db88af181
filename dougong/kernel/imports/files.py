"""The files of an import: opened by name, read in rows, put together with their lines."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from dougong.kernel.imports.mapping import (
    ImportMapping,
    LinesFrom,
    PutTogether,
    SheetMapping,
    columns_of,
    columns_of_lines,
    lookups_of,
)
from dougong.kernel.imports.refusals import NoSuchColumn, NoSuchFile
from dougong.kernel.imports.transforms import Cells, Row, is_met
from dougong.kernel.refusals import Refusal, Refused
from dougong.kernel.sheets import Cell, Limits, as_number, as_text, open_sheet
from dougong.kernel.sheets import Row as SheetRow


@dataclass(frozen=True)
class FileRow:
    """One row as it stands in a file."""

    file: str
    number: int
    cells: tuple[Cell, ...]
    surplus: tuple[Cell, ...] = ()


@dataclass
class Item:
    """What becomes one record: a row (or the first of a group) with the rows of its lines."""

    number: int
    cells: Cells
    lines: dict[str, list[tuple[LinesFrom, Cells]]] = field(default_factory=dict)
    rows: list[FileRow] = field(default_factory=list)
    """All rows that it comes from, to be handed back if they are bad."""


@dataclass(eq=False)
class Files:
    """A folder of files, or one file."""

    place: Path
    limits: Limits | None = None
    headers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tables: dict[tuple[str, str], dict[str, Cells]] = field(default_factory=dict)

    @cached_property
    def is_folder(self) -> bool:
        """Whether the mapping names files in a folder."""
        return self.place.is_dir()

    def path(self, file: str | None) -> Path:
        """Find a file; refused by name where there is none, or where it lies elsewhere."""
        path = self.place if file is None and not self.is_folder else None
        if path is None:
            folder = self.place if self.is_folder else self.place.parent
            path = folder / (file or ".")
            if leads_out(file or ""):
                raise Refused(NoSuchFile(file or ""))
        if not path.is_file():
            raise Refused(NoSuchFile(file or path.name))
        return path

    def header(self, file: str | None, sheet: str | None = None) -> tuple[str, ...]:
        """Read the header of a file."""
        with open_sheet(self.path(file), sheet=sheet, limits=self.limits) as opened:
            return opened.headers

    def rows(self, file: str | None, sheet: str | None = None) -> Iterator[tuple[FileRow, Cells]]:
        """Read a file row by row."""
        path = self.path(file)
        with open_sheet(path, sheet=sheet, limits=self.limits) as opened:
            self.headers[path.name] = opened.headers
            for row in opened.rows:
                yield file_row(path.name, row), dict(zip(opened.headers, row.cells, strict=True))

    def count(self, mapping: SheetMapping) -> int:
        """Count what will become records, as far as the rows alone tell."""
        if mapping.rows is not None:
            return len(mapping.rows)
        if mapping.group:
            keys = {
                as_text(cells[mapping.group]) for _, cells in self.rows(mapping.file, mapping.sheet)
            }
            return len(keys)
        return sum(1 for _ in self.rows(mapping.file, mapping.sheet))

    def look_up(self, file: str, key: str, value: str) -> Cells | None:
        """Give the row of a file whose cell in column ``key`` is a value; the file is read once."""
        table = self.tables.get((file, key))
        if table is None:
            table = self.tables[file, key] = {
                as_text(cells[key]): cells for _, cells in self.rows(file)
            }
        return table.get(value)

    # Items

    def items(self, mapping: SheetMapping) -> Iterator[Item]:
        """Give what becomes records, each with its lines' rows."""
        of_lines = {
            (name, at): self.grouped(lines)
            for name, sources in mapping.lines.items()
            for at, lines in enumerate(sources)
            if lines.file
        }
        for item in self.bare_items(mapping):
            if not is_met(mapping.when, Row(item.cells, self)):
                continue
            own = [(row, self.cells_of(row)) for row in item.rows]
            for name, sources in mapping.lines.items():
                found = item.lines.setdefault(name, [])
                for at, lines in enumerate(sources):
                    rows = self.rows_of(lines, of_lines[name, at], item) if lines.file else own
                    found += [
                        (lines, cells) for _, cells in rows if is_met(lines.when, Row(cells, self))
                    ]
                    if lines.file and lines.group:
                        item.rows += [row for row, _ in rows]
            yield item

    def cells_of(self, row: FileRow) -> Cells:
        """Give the cells of a row by their headers."""
        return dict(zip(self.headers[row.file], row.cells, strict=True))

    def bare_items(self, mapping: SheetMapping) -> Iterator[Item]:
        """Give what becomes records, without lines of other files."""
        if mapping.rows is not None:
            for number, told in enumerate(mapping.rows, start=1):
                yield Item(number, {name: as_cell(value) for name, value in told.items()})
            return
        rows = self.rows(mapping.file, mapping.sheet)
        if not mapping.group:
            yield from (Item(row.number, cells, rows=[row]) for row, cells in rows)
            return
        groups: dict[str, Item] = {}
        for row, cells in rows:
            key = as_text(cells[mapping.group])
            item = groups.setdefault(key, Item(row.number, cells))
            item.rows.append(row)
        yield from groups.values()

    def grouped(self, lines: LinesFrom) -> dict[str, list[tuple[FileRow, Cells]]]:
        """Read the file of some lines, by whose they are."""
        found: dict[str, list[tuple[FileRow, Cells]]] = {}
        rows = self.rows(lines.file, lines.sheet)
        for row, cells in put_together(rows, lines.put_together) if lines.put_together else rows:
            key = as_text(cells[lines.group]) if lines.group else ""
            found.setdefault(key, []).append((row, cells))
        return found

    def rows_of(
        self, lines: LinesFrom, grouped: Mapping[str, list[tuple[FileRow, Cells]]], item: Item
    ) -> list[tuple[FileRow, Cells]]:
        """Give the rows of one item's lines."""
        column = lines.of or lines.group
        return grouped.get(as_text(item.cells.get(column)) if column else "", [])

    # Checking

    def check(self, mapping: ImportMapping) -> None:
        """See that all files and columns that the mapping names are there; refuses with all that aren't."""
        problems: dict[Refusal, None] = {}
        for sheet in mapping.sheets:
            wanted: list[tuple[str | None, str | None, set[str]]] = []
            if sheet.rows is None:
                wanted.append((sheet.file, sheet.sheet, columns_of(sheet)))
            wanted += [
                (lines.file, lines.sheet, columns_of_lines(lines))
                for sources in sheet.lines.values()
                for lines in sources
                if lines.file
            ]
            wanted += [(file, None, {column}) for file, column in lookups_of(sheet)]
            for file, name, columns in wanted:
                problems |= dict.fromkeys(self.lacking(file, name, columns))
        if problems:
            raise Refused(problems)

    def lacking(self, file: str | None, sheet: str | None, columns: Iterable[str]) -> list[Refusal]:
        """Name what a file lacks."""
        try:
            header = self.header(file, sheet)
        except Refused as refused:
            return list(refused.refusals)
        name = self.path(file).name
        return [NoSuchColumn(name, column) for column in sorted(set(columns) - set(header))]


def leads_out(file: str) -> bool:
    """Tell whether a name leads out of the folder that it is looked for in."""
    return Path(file).is_absolute() or Path(os.path.normpath(file)).parts[:1] == (os.pardir,)


def as_cell(value: object) -> Cell:
    """Take a value of the mapping as a cell would hold it."""
    match value:
        case bool() | str() | date() | None:
            return value
        case int() | float():
            return Decimal(str(value))
        case _:
            return str(value)


def file_row(file: str, row: SheetRow) -> FileRow:
    """Keep a row as it stands."""
    return FileRow(file, row.number, row.cells, row.surplus)


def put_together(
    rows: Iterable[tuple[FileRow, Cells]], told: PutTogether
) -> Iterator[tuple[FileRow, Cells]]:
    """Make one row of those with the same cells in some columns, the others added up."""
    found: dict[tuple[str, ...], tuple[FileRow, dict[str, Cell]]] = {}
    for row, cells in rows:
        key = tuple(as_text(cells[column]) for column in told.by)
        if key not in found:
            found[key] = (row, {**cells, **{name: Decimal(0) for name in told.sum}})
        together = found[key][1]
        for name in told.sum:
            total = together[name]
            assert isinstance(total, Decimal), "sums begin at zero"
            together[name] = total + (as_number(cells[name]) or 0)
    yield from found.values()

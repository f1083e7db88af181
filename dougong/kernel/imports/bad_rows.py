"""Rows that could not be taken, handed back in files of the same shape with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from dougong.kernel.imports.files import FileRow
from dougong.kernel.sheets import Cell, write_csv

REASON = "reason"


class BadRows:
    """Collects bad rows by the file that they come from; each row once, with all its reasons."""

    def __init__(self) -> None:
        """Begin with none."""
        self.rows: dict[str, dict[int, tuple[FileRow, list[str]]]] = {}
        self.loose: list[str] = []
        """Reasons about what comes from no file."""

    def add(self, rows: Iterable[FileRow], reason: str) -> None:
        """Hand back rows for a reason."""
        found = False
        for row in rows:
            found = True
            _, reasons = self.rows.setdefault(row.file, {}).setdefault(row.number, (row, []))
            if reason not in reasons:
                reasons.append(reason)
        if not found:
            self.loose.append(reason)

    def write(
        self, folder: Path, headers: Mapping[str, tuple[str, ...]], *, title: str = REASON
    ) -> tuple[Path, ...]:
        """Write one CSV file for each file with bad rows; mended, it can be imported as it is."""
        written = []
        for file, rows in sorted(self.rows.items()):
            header = headers[file]
            path = folder / f"{Path(file).stem}.bad.csv"
            folder.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as target:
                write_csv(
                    target,
                    [*(name for name in header if name != title), title],
                    [
                        self.shown(row, header, reasons, title)
                        for _, (row, reasons) in sorted(rows.items())
                    ],
                )
            written.append(path)
        return tuple(written)

    def shown(
        self, row: FileRow, header: tuple[str, ...], reasons: list[str], title: str
    ) -> list[Cell]:
        """Give a row as it stood, with its reasons behind; an earlier reason goes."""
        cells = [cell for name, cell in zip(header, row.cells, strict=True) if name != title]
        return [*cells, "; ".join(reasons)]

"""Imports: CSV and XLSX files into records of any entity, by a mapping, through the one door."""

from dougong.kernel.imports.labels import SpokenLabels
from dougong.kernel.imports.mapping import ImportMapping, read_mapping, write_mapping
from dougong.kernel.imports.previewing import PreviewedRow, preview_import
from dougong.kernel.imports.proposing import propose, remember
from dougong.kernel.imports.running import Counts, Result, batch_of, resume_import, run_import
from dougong.kernel.imports.undoing import Left, Undone, undo_import

__all__ = [
    "Counts",
    "ImportMapping",
    "Left",
    "PreviewedRow",
    "Result",
    "SpokenLabels",
    "Undone",
    "batch_of",
    "preview_import",
    "propose",
    "read_mapping",
    "remember",
    "resume_import",
    "run_import",
    "undo_import",
    "write_mapping",
]

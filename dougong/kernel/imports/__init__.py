"""Imports: CSV and XLSX files into records of any entity, by a mapping, through the one door."""

from dougong.kernel.imports.kept import kept_files, laid_out, run_kept
from dougong.kernel.imports.labels import SpokenLabels
from dougong.kernel.imports.mapping import ImportMapping, read_mapping, write_mapping
from dougong.kernel.imports.operations.begin import Upload
from dougong.kernel.imports.previewing import PreviewedRow, preview_import
from dougong.kernel.imports.proposing import propose, remember
from dougong.kernel.imports.running import (
    Counts,
    Result,
    batch_of,
    refuse_unpermitted,
    resume_import,
    run_import,
)
from dougong.kernel.imports.undoing import Left, Undone, undo_import

__all__ = [
    "Counts",
    "ImportMapping",
    "Left",
    "PreviewedRow",
    "Result",
    "SpokenLabels",
    "Undone",
    "Upload",
    "batch_of",
    "kept_files",
    "laid_out",
    "preview_import",
    "propose",
    "read_mapping",
    "refuse_unpermitted",
    "remember",
    "resume_import",
    "run_import",
    "run_kept",
    "undo_import",
    "write_mapping",
]

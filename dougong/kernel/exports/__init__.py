"""Exports: the answer to a question as CSV or XLSX, read page by page."""

from dougong.kernel.exports.exporting import Format, export, refuse_hidden
from dougong.kernel.exports.kept import export_of, kept_content, write_kept

__all__ = ["Format", "export", "export_of", "kept_content", "refuse_hidden", "write_kept"]

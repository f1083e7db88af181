"""Exports: the answer to a question as CSV or XLSX, read page by page."""

from dougong.kernel.exports.exporting import Format, export

__all__ = ["Format", "export"]

"""Look at a workbook before it is opened: is it what it says, and will it fit into memory?

A workbook is a ZIP file. A small one can unpack to gigabytes, one cell far out makes the reader lay
out all cells up to it, and one long text may be named by a million cells; each is found here by
reading the parts through once, whatever sizes the file itself claims.
"""

from __future__ import annotations

import copy
import re
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from dougong.kernel.refusals import Refused
from dougong.kernel.sheets.refusals import Bound, Flaw, SheetTooLarge, SheetUnreadable

MEGABYTE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much we take from one file; the width and length of Excel's own sheets are the outmost."""

    file_bytes: int = 200 * MEGABYTE
    unpacked_bytes: int = 700 * MEGABYTE
    rows: int = 1_048_576
    columns: int = 500
    cells: int = 30_000_000
    text_bytes: int = 1_500 * MEGABYTE
    cell_letters: int = 32_767


_CHUNK = 1 << 20
_OVERLAP = 256
_PARTS = 2_000
_AT = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,9})([0-9]{1,12})["']""")
_FAR_OUT = re.compile(rb"""r\s*=\s*["'](?:[A-Za-z]{2}|[A-Za-z][0-9]{7})""")
"""A cell beyond column Z or row 999,999; a sheet without one has less than 26 million cells."""
_SHARED_NUMBER = re.compile(
    rb"""\st\s*=\s*["']s["'][^>]*>\s*<(?:\w+:)?v[^>]*>\s*([0-9]{1,10})\s*<"""
)
_TEXT_ENDS = re.compile(rb"</(?:\w+:)?si\s*>|<(?:\w+:)?si\s*/>")
_TWO_BYTE_TEXT = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")


def check_workbook(source: BinaryIO, limits: Limits) -> None:
    """Refuse a workbook that is damaged or would unpack to more than the limits."""
    try:
        with zipfile.ZipFile(source) as pack:
            _check_parts(pack, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as broken:
        raise Refused(SheetUnreadable(Flaw.DAMAGED)) from broken
    finally:
        source.seek(0)


def _check_parts(pack: zipfile.ZipFile, limits: Limits) -> None:
    members = pack.infolist()
    if len(members) > _PARTS:
        raise Refused(SheetTooLarge(Bound.UNPACKED_BYTES, limits.unpacked_bytes))
    left = limits.unpacked_bytes
    texts = array("Q")
    for member in sorted(members, key=lambda part: "sharedstrings" not in part.filename.lower()):
        name = member.filename.lower()
        if "sharedstrings" in name:
            lengths, size = _text_lengths(_chunks(pack, member, left, limits))
            texts.extend(lengths)
        elif PurePosixPath(name).suffix == ".xml" and "sheet" in name:
            size = _check_sheet(pack, member, left, limits, texts)
        else:
            size = sum(len(chunk) for chunk in _chunks(pack, member, left, limits))
        left -= size


def _chunks(
    pack: zipfile.ZipFile, member: zipfile.ZipInfo, most: int, limits: Limits
) -> Iterator[bytes]:
    """Unpack a part piece by piece; the size that it claims is not believed."""
    unbelieved = copy.copy(member)
    unbelieved.file_size = most + _CHUNK
    read = 0
    with pack.open(unbelieved) as part:
        while chunk := part.read(_CHUNK):
            if not read and chunk.startswith(_TWO_BYTE_TEXT):
                raise Refused(SheetUnreadable(Flaw.ENCODING))
            read += len(chunk)
            if read > most:
                raise Refused(SheetTooLarge(Bound.UNPACKED_BYTES, limits.unpacked_bytes))
            yield chunk


def _text_lengths(chunks: Iterator[bytes]) -> tuple[array[int], int]:
    """Give the length of each shared text, and of all."""
    lengths: array[int] = array("Q")
    seen = since = 0
    tail = b""
    for chunk in chunks:
        window = tail + chunk
        start = seen - len(tail)
        end = 0
        for found in _TEXT_ENDS.finditer(window):
            end = found.end()
            lengths.append(start + end - since)
            since = start + end
        seen += len(chunk)
        tail = window[max(end, len(window) - _OVERLAP) :]
    return lengths, seen


def _check_sheet(
    pack: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    most: int,
    limits: Limits,
    texts: array[int],
) -> int:
    """Find how far out the cells of a sheet reach and how much text they name; give its size."""
    longest = max(texts, default=0)
    size = shared = weight = 0
    far_out = False
    for window, fresh in _windows(_chunks(pack, member, most, limits)):
        size += fresh
        far_out = far_out or _FAR_OUT.search(window) is not None
        shared += _shared_texts(window)
        if longest * shared > limits.text_bytes:
            weight += _named_text(window, texts, longest)
        if weight > limits.text_bytes:
            raise Refused(SheetTooLarge(Bound.TEXT, limits.text_bytes))
    if far_out:
        _check_reach(_chunks(pack, member, most, limits), limits)
    return size


def _check_reach(chunks: Iterator[bytes], limits: Limits) -> None:
    """Refuse a sheet whose cells reach so far that all up to there would not fit."""
    last_row = last_column = 0
    columns: set[bytes] = set()
    for window, _ in _windows(chunks):
        places = _AT.findall(window)
        columns.update({letters for letters, _ in places})
        last_row = max(last_row, max((int(row) for _, row in places), default=0))
        last_column = max(map(_column, columns), default=0)
        if last_row * last_column > limits.cells:
            raise Refused(SheetTooLarge(Bound.CELLS, limits.cells))


def _windows(chunks: Iterator[bytes]) -> Iterator[tuple[bytes, int]]:
    """Give each piece with the end of the one before, and how much of it is new."""
    tail = b""
    for chunk in chunks:
        window = tail + chunk
        yield window, len(chunk)
        tail = window[-_OVERLAP:]


def _column(letters: bytes) -> int:
    """Count a column's letters: A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _shared_texts(window: bytes) -> int:
    return window.count(b'"s"') + window.count(b"'s'")


def _named_text(window: bytes, texts: array[int], longest: int) -> int:
    """Sum the texts that these cells name; one whose number isn't seen counts as the longest."""
    numbers = [int(number) for number in _SHARED_NUMBER.findall(window)]
    unseen = max(_shared_texts(window) - len(numbers), 0)
    return unseen * longest + sum(texts[at] for at in numbers if at < len(texts))

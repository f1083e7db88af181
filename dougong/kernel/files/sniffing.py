"""What a file is, told by its name and its bytes, which must agree; and what is not let in.

A file of a kind that we don't know is kept, and only ever handed out as bytes to save. What runs on
the asker's machine or in their browser is refused, whatever it is called.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import PurePosixPath

from dougong.kernel.files.refusals import (
    FileEmpty,
    FileTooLarge,
    HostileFile,
    MisnamedFile,
)
from dougong.kernel.refusals import InvalidField, Refusal

LARGEST_FILE = 20 * 2**20
LONGEST_NAME = 200
LONGEST_EXTENSION = 20
HEAD = 4096
UNKNOWN = "application/octet-stream"
OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
    "docx": f"{OFFICE}.wordprocessingml.document",
    "pptx": f"{OFFICE}.presentationml.presentation",
    "zip": "application/zip",
    "csv": "text/csv",
    "txt": "text/plain",
}
"""The kinds that we know, by extension."""
BEGINNINGS: tuple[tuple[bytes, tuple[str, ...]], ...] = (
    (b"\x89PNG\r\n\x1a\n", ("png",)),
    (b"\xff\xd8\xff", ("jpg", "jpeg")),
    (b"GIF87a", ("gif",)),
    (b"GIF89a", ("gif",)),
    (b"%PDF-", ("pdf",)),
)
PACKED = (b"PK\x03\x04", b"PK\x05\x06")
PARTS = {"xlsx": b"xl/workbook", "docx": b"word/document", "pptx": b"ppt/presentation"}
"""By extension, the name of a part that such a document has; names lie unpacked in it."""
MACROS = b"vbaProject.bin"
PROGRAMS = (
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"L\x00\x00\x00\x01\x14\x02\x00",
    b"#!",
)
RUN = frozenset(
    [
        "app",
        "apk",
        "bat",
        "bin",
        "cmd",
        "com",
        "cpl",
        "dll",
        "dmg",
        "elf",
        "exe",
        "hta",
        "iso",
        "jar",
        "js",
        "jse",
        "lnk",
        "mjs",
        "msc",
        "msi",
        "msp",
        "php",
        "pif",
        "pkg",
        "ps1",
        "py",
        "reg",
        "scf",
        "scr",
        "sh",
        "swf",
        "url",
        "vb",
        "vbe",
        "vbs",
        "wsf",
        "wsh",
    ]
)
"""Extensions that machines run."""
PAGES = frozenset(
    ["htm", "html", "mht", "mhtml", "shtml", "svg", "svgz", "xht", "xhtml", "xml", "xsl", "xslt"]
)
"""Extensions that browsers show, with whatever scripts are in them."""
PAGE_MARKS = (b"<html", b"<!doctype html", b"<svg", b"<script", b"<body", b"<iframe", b"<head")
MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
NOT_IN_NAMES = re.compile(r'[<>:"|?*]')


def clean_name(raw: str) -> str:
    """Give the name that a file is kept under: no path, nothing invisible, not too long."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", raw))[-1]
    name = re.sub(r"\s+", " ", name)
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C")
    name = NOT_IN_NAMES.sub("_", name).strip(" .")
    if len(name) > LONGEST_NAME:
        ending = PurePosixPath(name).suffix[: LONGEST_EXTENSION + 1]
        name = name[: LONGEST_NAME - len(ending)] + ending
    return name


def extension_of(name: str) -> str:
    """Give a name's extension, in small letters and without its dot."""
    return PurePosixPath(name).suffix[1:].lower()


def media_type_of(name: str) -> str:
    """Give the media type that a name stands for."""
    return MEDIA_TYPES.get(extension_of(name), UNKNOWN)


def problems_of_file(name: str, content: bytes) -> Iterator[Refusal]:
    """Name everything that keeps a file from being taken, under its clean name."""
    if len(content) > LARGEST_FILE:
        yield FileTooLarge(len(content), LARGEST_FILE)
        return
    if not content:
        yield FileEmpty(name)
        return
    wrong = list(problems_of_name(name))
    if wrong:
        yield from wrong
    elif kind := hostile(content):
        yield HostileFile(name, kind)
    elif extension_of(name) in MEDIA_TYPES:
        kinds = looks_like(content)
        if extension_of(name) not in kinds:
            yield MisnamedFile(name, extension_of(name), ", ".join(sorted(kinds)) or "?")


def problems_of_name(name: str) -> Iterator[Refusal]:
    """Name what is wrong with a clean name."""
    if not name:
        yield InvalidField("name", "required")
    extension = extension_of(name)
    if extension in RUN:
        yield HostileFile(name, "program")
    elif extension in PAGES:
        yield HostileFile(name, "page")


def hostile(content: bytes) -> str:
    """Tell whether the bytes are a program or a page; empty where they are neither."""
    if content.startswith(PROGRAMS):
        return "program"
    if content.startswith(b"MZ") and not is_text(content):
        return "program"
    head = content[:HEAD].replace(b"\x00", b"").lower()
    head = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\f")
    if head.startswith(b"<") and any(mark in head for mark in PAGE_MARKS):
        return "page"
    return ""


def looks_like(content: bytes) -> frozenset[str]:
    """Give the extensions that a file of these bytes may have, of those that we know."""
    for beginning, extensions in BEGINNINGS:
        if content.startswith(beginning):
            return frozenset(extensions)
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return frozenset(("webp",))
    if content.startswith(PACKED):
        documents = () if MACROS in content else PARTS.items()
        return frozenset(("zip", *(name for name, part in documents if part in content)))
    return frozenset(("csv", "txt")) if is_text(content) else frozenset()


def is_text(content: bytes) -> bool:
    """Tell whether the bytes are text: UTF-8 or GB 18030, or UTF-16 with its mark."""
    marked = next((name for mark, name in MARKS if content.startswith(mark)), "")
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return CONTROL.search(text) is None
    return False

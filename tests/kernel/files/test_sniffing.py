"""What a file is, by its name and its bytes; what is not let in."""

from __future__ import annotations

import pytest

from dougong.kernel.files.refusals import FileEmpty, FileTooLarge, HostileFile, MisnamedFile
from dougong.kernel.files.sniffing import (
    LARGEST_FILE,
    clean_name,
    media_type_of,
    problems_of_file,
)
from dougong.kernel.refusals import InvalidField
from tests.kernel.files.shop import PDF, PNG, packed

XLSX = packed("[Content_Types].xml", "xl/workbook.xml")


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.png", PNG, "image/png"),
        ("a.JPG", b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        ("a.gif", b"GIF89a rest", "image/gif"),
        ("a.webp", b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        ("合同.pdf", PDF, "application/pdf"),
        (
            "a.xlsx",
            XLSX,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("a.zip", packed("anything"), "application/zip"),
        ("a.zip", packed(), "application/zip"),
        ("a.zip", XLSX, "application/zip"),
        ("a.csv", "名称;数量\n螺栓;40".encode("gb18030"), "text/csv"),
        ("a.txt", "数量".encode("utf-16"), "text/plain"),
        ("a.txt", b"MZ-100 is a machine", "text/plain"),
        ("a.txt", b"a < b, <html> is spoken of", "text/plain"),
        ("plan.dwg", b"AC1032\0\0", "application/octet-stream"),
        ("scan", PNG, "application/octet-stream"),
    ],
)
def test_a_file_that_is_what_it_says_is_taken(name: str, content: bytes, media_type: str) -> None:
    assert list(problems_of_file(name, content)) == []
    assert media_type_of(name) == media_type


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.png", PDF, "pdf"),
        ("a.jpg", PNG, "png"),
        ("a.pdf", b"some text", "csv, txt"),
        ("a.xlsx", packed("anything"), "zip"),
        ("a.xlsx", packed("xl/workbook.xml", "xl/vbaProject.bin"), "zip"),
        ("a.docx", XLSX, "xlsx, zip"),
        ("a.txt", PNG, "png"),
        ("a.csv", b"a\0b", "?"),
        ("a.zip", b"PK but no zip", "csv, txt"),
    ],
)
def test_a_file_that_is_something_else_is_refused(name: str, content: bytes, found: str) -> None:
    said = name.rpartition(".")[2]
    assert list(problems_of_file(name, content)) == [MisnamedFile(name, said, found)]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("setup.exe", b"anything", "program"),
        ("invoice.pdf.EXE", PDF, "program"),
        ("go.sh", b"echo", "program"),
        ("photo.dwg", b"MZ\x90\0\x03\0\0\0", "program"),
        ("photo.png", b"\x7fELF\x02\x01", "program"),
        ("notes.txt", b"#!/bin/sh\nrm -rf /", "program"),
        ("page.html", b"hello", "page"),
        ("logo.svg", b"<svg/>", "page"),
        ("notes.txt", b"\xef\xbb\xbf \n<!DOCTYPE HTML><p>", "page"),
        ("drawing.bin2", b'<?xml version="1.0"?><!-- x --><svg onload="x">', "page"),
        ("notes.txt", "<script>".encode("utf-16"), "page"),
    ],
)
def test_programs_and_pages_are_refused_whatever_they_are_called(
    name: str, content: bytes, kind: str
) -> None:
    assert list(problems_of_file(name, content)) == [HostileFile(name, kind)]


def test_nothing_and_too_much_are_refused() -> None:
    assert list(problems_of_file("a.txt", b"")) == [FileEmpty("a.txt")]
    assert list(problems_of_file("a.txt", b"x" * LARGEST_FILE)) == []
    assert list(problems_of_file("a.txt", b"x" * (LARGEST_FILE + 1))) == [
        FileTooLarge(LARGEST_FILE + 1, LARGEST_FILE)
    ]
    assert list(problems_of_file("", b"x")) == [InvalidField("name", "required")]


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("合同 2026年.pdf", "合同 2026年.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\报价.xlsx", "报价.xlsx"),
        ("a\x00b\r\nc.txt", "ab c.txt"),
        ("gnp\u202eexe.png", "gnpexe.png"),
        ('a"b:c.txt', "a_b_c.txt"),
        (" .hidden. ", "hidden"),
        ("a.exe.", "a.exe"),
        ("..", ""),
        ("名" * 300 + ".pdf", "名" * 196 + ".pdf"),
    ],
)
def test_a_name_is_kept_without_path_and_without_what_nobody_sees(raw: str, clean: str) -> None:
    assert clean_name(raw) == clean

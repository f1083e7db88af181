"""Files of rows: read as they come from elsewhere, written so that nothing in them runs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from dougong.kernel.refusals import Refusal, Refused
from dougong.kernel.sheets import (
    Cell,
    Limits,
    Row,
    SheetEmpty,
    SheetMissing,
    SheetTooLarge,
    SheetUnreadable,
    open_sheet,
    write_csv,
    write_xlsx,
)

HEADERS = ("编号", "客户", "金额")


def read(file: bytes | str, **how) -> tuple[tuple[str, ...], list[Row]]:
    with open_sheet(file.encode() if isinstance(file, str) else file, **how) as sheet:
        return sheet.headers, list(sheet.rows)


def cells(file: bytes | str, **how) -> list[tuple[Cell, ...]]:
    return [row.cells for row in read(file, **how)[1]]


def refusal(file: bytes | str, **how) -> Refusal:
    with pytest.raises(Refused) as refused:
        read(file, **how)
    return refused.value.by


def csv_of(headers: Sequence[str], rows: list[Sequence[Cell]]) -> bytes:
    target = io.BytesIO()
    write_csv(target, headers, rows)
    return target.getvalue()


def xlsx_of(headers: Sequence[str], rows: list[Sequence[Cell]], sheet: str = "订单") -> bytes:
    target = io.BytesIO()
    write_xlsx(target, headers, rows, sheet=sheet)
    return target.getvalue()


def workbook(rows: str, texts: str = "") -> bytes:
    """A workbook by hand, as an attacker would make one."""
    spreadsheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("[Content_Types].xml", f'<Types xmlns="{package}/content-types"/>')
        pack.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        pack.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
            f'Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        )
        pack.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{spreadsheet}" xmlns:r="{office}"><sheets>'
            '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        pack.writestr("xl/sharedStrings.xml", f'<sst xmlns="{spreadsheet}">{texts}</sst>')
        pack.writestr(
            "xl/worksheets/sheet1.xml",
            f'<worksheet xmlns="{spreadsheet}"><sheetData>{rows}</sheetData></worksheet>',
        )
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_csv_file_is_read_whatever_made_it(encoding: str, delimiter: str) -> None:
    text = "编号,客户,金额\r\n00042,上海哲达,12.50\r\n00043,北京通宏,8\r\n".replace(",", delimiter)

    headers, rows = read(text.encode(encoding))

    assert headers == HEADERS
    assert rows == [
        Row(2, ("00042", "上海哲达", "12.50")),
        Row(3, ("00043", "北京通宏", "8")),
    ]


def test_a_western_file_is_not_taken_for_a_chinese_one() -> None:
    assert cells("name\nKöniglich Essen\nBlauer See Délices\n".encode("cp1252")) == [
        ("Königlich Essen",),
        ("Blauer See Délices",),
    ]


def test_commas_quotes_and_lines_inside_a_cell() -> None:
    assert cells('a,b\n"x, ""y""\nz",1\n') == [('x, "y"\nz', "1")]


def test_the_delimiter_that_excel_states() -> None:
    headers, rows = read("sep=;\r\na;b\r\n1,5;2\r\n")

    assert headers == ("a", "b")
    assert rows == [Row(3, ("1,5", "2"))]


def test_blank_rows_are_left_out_and_numbers_stay() -> None:
    _, rows = read("\na,b\n\n1,2\n,\n3,4\n")

    assert rows == [Row(4, ("1", "2")), Row(6, ("3", "4"))]


def test_short_rows_are_filled_and_long_ones_tell() -> None:
    _, rows = read("a,b\n1\n1,2,3,\n")

    assert rows == [Row(2, ("1", None)), Row(3, ("1", "2"), ("3",))]


def test_headers_that_are_the_same_are_told_apart() -> None:
    assert read("name,name,,name\n1,2,3,4\n")[0] == ("name", "name (2)", "#3", "name (3)")


def test_a_file_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(csv_of(HEADERS, [("1", "哲达", Decimal("2.50"))]))

    with open_sheet(path) as sheet:
        assert [row.cells for row in sheet.rows] == [("1", "哲达", "2.50")]
        assert sheet.encoding == "utf-8-sig"
        assert sheet.delimiter == ","


def test_a_workbook_keeps_numbers_days_and_text_apart() -> None:
    rows: list[Sequence[Cell]] = [
        ("00042", Decimal("9.80000019"), date(2024, 2, 29), datetime(2024, 2, 29, 13, 5), True),
        ("00043", Decimal("-0.15"), None, None, False),
    ]

    assert cells(xlsx_of(("n", "x", "d", "t", "b"), rows)) == [tuple(row) for row in rows]


def test_a_number_too_long_for_excel_is_kept_as_text() -> None:
    long = Decimal("123456789012345678.12")

    assert cells(xlsx_of(("n", "m"), [(long, Decimal(999999999999999))])) == [
        ("123456789012345678.12", Decimal(999999999999999))
    ]


def test_a_day_before_excel_is_kept_as_text() -> None:
    assert cells(xlsx_of(("d",), [(date(1899, 12, 31),)])) == [("1899-12-31",)]


def test_dust_of_floats_in_a_workbook_is_not_taken_over() -> None:
    file = workbook('<row r="1"><c r="A1" t="str"><v>n</v></c></row>'
                    '<row r="2"><c r="A2"><v>0.30000000000000004</v></c></row>')  # fmt: skip

    assert cells(file) == [(Decimal("0.3"),)]


def test_a_sheet_is_chosen_by_its_name() -> None:
    file = xlsx_of(("a",), [("1",)], sheet="订单")

    assert cells(file, sheet="订单") == [("1",)]
    assert refusal(file, sheet="客户") == SheetMissing("客户", ("订单",))


def test_rows_of_a_workbook_are_numbered_as_it_shows_them() -> None:
    file = workbook('<row r="3"><c r="B3" t="str"><v>n</v></c></row>'
                    '<row r="7"><c r="B7"><v>5</v></c></row>')  # fmt: skip

    assert read(file) == (("n",), [Row(7, (Decimal(5),))])


FORMULAS = ["=1+1", "+86 10", "-cmd", "@sum", "\tx", '=HYPERLINK("http://x")']


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_is_written_to_csv_as_text_and_read_back(formula: str) -> None:
    file = csv_of((formula, "b"), [(formula, "x")])

    assert f"'{formula}".replace('"', '""') in file.decode("utf-8-sig")
    assert cells(file) == [(formula, "x")]


def test_a_negative_number_is_no_formula() -> None:
    assert csv_of(("a", "b"), [(Decimal("-5.10"), "-5.10")]).decode("utf-8-sig") == (
        "a,b\r\n-5.10,-5.10\r\n"
    )


@pytest.mark.parametrize("formula", [*FORMULAS, "http://example.com", "{=1}"])
def test_a_formula_is_written_to_a_workbook_as_text(formula: str) -> None:
    file = xlsx_of(("a",), [(formula,)])

    assert cells(file) == [(formula,)]
    with zipfile.ZipFile(io.BytesIO(file)) as pack:
        sheet = pack.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"<hyperlink" not in sheet


def test_signs_that_no_workbook_may_hold_are_left_out() -> None:
    assert cells(xlsx_of(("a",), [("x\x00\x01\ud800y",)])) == [("xy",)]
    assert cells(xlsx_of(("a",), [("x" * 40_000,)])) == [("x" * 32_766 + "…",)]


def test_a_sheet_without_rows_still_has_its_headers() -> None:
    assert read(xlsx_of(HEADERS, [])) == (HEADERS, [])
    assert read(csv_of(HEADERS, [])) == (HEADERS, [])


def test_a_name_that_no_sheet_may_have_is_made_one() -> None:
    file = xlsx_of(("a",), [("1",)], sheet="a/b:c[" + "x" * 40)

    (name,) = CalamineWorkbook.from_filelike(io.BytesIO(file)).sheet_names
    assert name == "a b c " + "x" * 25


@pytest.mark.parametrize("file", ["", "\n\n", ",,\n", xlsx_of([], [])])
def test_a_file_without_headers_is_refused(file: bytes | str) -> None:
    assert refusal(file) == SheetEmpty()


def test_a_file_that_is_no_sheet_is_refused() -> None:
    assert refusal(b"PK\x03\x04 and then nothing") == SheetUnreadable("damaged")
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1") == SheetUnreadable("old_excel_or_password")
    assert refusal(b"a\x00b\x00\x00,\n") == SheetUnreadable("not_text")
    assert refusal(b"a\n\xff\xff\x81\n") == SheetUnreadable("encoding")
    assert refusal(xlsx_of(("a",), [("1",)])[:-40]) == SheetUnreadable("damaged")


def test_a_quote_that_never_ends_is_refused_with_its_row() -> None:
    assert refusal('a,b\n1,2\n3,"4\n') == SheetUnreadable("quotes", row=3)


def test_too_much_is_refused() -> None:
    file = "a,b\n1,2\n3,4\n"

    assert refusal(file, limits=Limits(file_bytes=5)) == SheetTooLarge("file_bytes", 5)
    assert refusal(file, limits=Limits(rows=2)) == SheetTooLarge("rows", 2, row=3)
    assert refusal(file, limits=Limits(columns=1)) == SheetTooLarge("columns", 1, row=1)
    assert refusal("a\nxyz\n", limits=Limits(cell_letters=2)) == SheetTooLarge("text", 2, row=2)


def test_a_zip_bomb_is_refused_unopened() -> None:
    bomb = workbook(" " * 3_000_000)

    assert len(bomb) < 10_000
    assert refusal(bomb, limits=Limits(unpacked_bytes=2_000_000)) == SheetTooLarge(
        "unpacked_bytes", 2_000_000
    )


def test_a_zip_bomb_that_lies_about_its_size_is_refused() -> None:
    honest = workbook(" " * 3_000_000)
    size = next(
        part.file_size for part in zipfile.ZipFile(io.BytesIO(honest)).infolist()
        if part.filename.endswith("sheet1.xml")
    )  # fmt: skip
    liar = honest.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))

    assert liar != honest
    assert refusal(liar, limits=Limits(unpacked_bytes=2_000_000)) == SheetTooLarge(
        "unpacked_bytes", 2_000_000
    )


def test_a_cell_far_out_is_refused_unopened() -> None:
    file = workbook('<row><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>')

    assert refusal(file) == SheetTooLarge("cells", 30_000_000)


def test_a_wide_but_short_sheet_is_fine() -> None:
    headers = [f"c{at}" for at in range(100)]

    assert cells(xlsx_of(headers, [["x"] * 100])) == [("x",) * 100]


def test_one_text_named_a_thousand_times_is_refused_unopened() -> None:
    row = "".join(f'<c r="A{at}" t="s"><v>0</v></c>' for at in range(1, 1001))
    file = workbook(f"<row>{row}</row>", f"<si><t>{'x' * 10_000}</t></si>")

    assert refusal(file, limits=Limits(text_bytes=5_000_000)) == SheetTooLarge("text", 5_000_000)


def test_a_long_text_that_is_named_once_is_fine() -> None:
    row = "".join(f'<row r="{at}"><c r="A{at}" t="s"><v>1</v></c></row>' for at in range(1, 1000))
    long = '<row r="1000"><c r="A1000" t="s"><v>0</v></c></row>'
    file = workbook(row + long, f"<si><t>{'x' * 10_000}</t></si><si><t>y</t></si>")

    assert len(cells(file, limits=Limits(text_bytes=5_000_000))) == 999


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)


@settings(max_examples=50)
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=5))
def test_text_that_was_written_is_read_back(rows: list[tuple[str, str]]) -> None:
    assert cells(csv_of(("a", "b"), list(rows))) == rows
    assert cells(xlsx_of(("a", "b"), list(rows))) == rows

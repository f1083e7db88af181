"""Files of all shapes: workbooks, one file with its lines, what people call things, proposals."""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from dougong.kernel.house import House
from dougong.kernel.imports import SpokenLabels, propose, read_mapping, remember, run_import
from dougong.kernel.messages import Messages
from dougong.kernel.sheets import write_xlsx
from tests.kernel.house import client
from tests.kernel.imports.trade import records, trade_house

MESSAGES = Messages(
    {
        "en": {"field.client.code": "Client no.", "field.client.name": "Name"},
        "zh": {
            "field.client.code": "客户编号",
            "field.client.name": "名称",
            "choice.client.grade.A": "优",
        },
    }
)


@pytest.fixture(scope="module")
def house(database_url: str) -> Iterator[House]:
    house = trade_house(database_url, "shapes")
    yield house
    house.close()


def test_a_workbook_is_read_like_a_csv_file(house: House, tmp_path: Path) -> None:
    book = tmp_path / "clients.xlsx"
    target = io.BytesIO()
    write_xlsx(target, ["no", "name"], [[Decimal(1001), "Ann"], [Decimal(1002), "Bob"]])
    book.write_bytes(target.getvalue())

    run_import(house, "shapes", "entity: client\nkey: code\nfields: {code: no, name: name}", book)

    assert {"1001", "1002"} <= {code for (code,) in records(house, "shapes", "client", "code")}


def test_rows_of_one_file_become_one_order_with_their_lines(house: House, tmp_path: Path) -> None:
    client(house, "shapes", "F1")
    file = tmp_path / "flat.csv"
    file.write_text("no,client,thing,pieces\n7,F1,nut,1\n8,F1,bolt,5\n7,F1,screw,2\n")
    mapping = """\
entity: purchase
group: no
fields: {client: client}
lines:
  lines: [{fields: {what: thing, quantity: pieces, price: {constant: "3"}}}]
"""

    counts = run_import(house, "shapes", mapping, file).counts

    assert (counts.created, counts.bad) == (2, 0)
    totals = sorted(Decimal(total) for (total,) in records(house, "shapes", "purchase", "total"))
    assert totals == [9, 15]


def test_options_are_understood_as_people_call_them(house: House, tmp_path: Path) -> None:
    file = tmp_path / "grades.csv"
    file.write_text("code,name,grade\nG1,Ann,优\nG2,Bob,c\nG3,Cy,差\n", encoding="utf-8")
    mapping = "entity: client\nkey: code\nfields: {code: code, name: name, grade: grade}"

    result = run_import(
        house, "shapes", mapping, file, bad_folder=tmp_path, labels=SpokenLabels(MESSAGES)
    )

    found = dict(records(house, "shapes", "client", "code", "grade"))
    assert (found["G1"], found["G2"]) == ("A", "C")
    assert result.bad_files == (tmp_path / "grades.bad.csv",)
    assert "G3,Cy,差," in (tmp_path / "grades.bad.csv").read_text("utf-8-sig")


def test_a_mapping_is_proposed_from_headers_and_remembered(house: House, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("客户编号,名称\nP1,Ann\n", encoding="utf-8")

    proposed, known = propose(house, "shapes", "client", file, MESSAGES)
    sheet = read_mapping(proposed).sheets[0]
    assert (known, sheet.key, sheet.fields) == (
        False,
        ("code",),
        {"code": "客户编号", "name": "名称"},
    )

    other = proposed.replace("名称", "客户编号")
    remember(house, "shapes", other, file)
    turned = tmp_path / "turned.csv"
    turned.write_text("名称,客户编号\nAnn,P1\n", encoding="utf-8")
    assert propose(house, "shapes", "client", turned, MESSAGES) == (other, True)


def test_rows_may_stand_in_the_mapping_and_leave_what_is_there(
    house: House, tmp_path: Path
) -> None:
    client(house, "shapes", "R1", name="Old")
    mapping = """\
entity: client
key: code
existing: leave
rows: [{code: R1, name: New}, {code: R2, name: New}]
fields: {code: code, name: name}
"""

    counts = run_import(house, "shapes", mapping, tmp_path).counts

    assert (counts.created, counts.unchanged) == (1, 1)
    found = dict(records(house, "shapes", "client", "code", "name"))
    assert (found["R1"], found["R2"]) == ("Old", "New")


def test_a_row_with_a_comma_too_many_is_handed_back(house: House, tmp_path: Path) -> None:
    file = tmp_path / "commas.csv"
    file.write_text("code,name\nS1,Nuts, Bolts\nS2,Ray\n")

    result = run_import(
        house, "shapes", "entity: client\nkey: code\nfields: {code: code, name: name}", file
    )

    assert (result.counts.created, result.counts.bad) == (1, 1)

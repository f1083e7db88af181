"""Exports hold what was asked for, in order, as far as its reader may see it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from dougong.kernel.access.actor import HOUSE
from dougong.kernel.access.entities import FieldAccess, Role, RoleField, RolePermission
from dougong.kernel.exports import Format, export
from dougong.kernel.house import House
from dougong.kernel.imports import run_import
from dougong.kernel.messages import Messages
from dougong.kernel.questions import Question
from dougong.kernel.refusals import Refused
from dougong.kernel.sheets import as_text, open_sheet
from dougong.kernel.verbs import Create
from tests.kernel.house import client, person, published
from tests.kernel.imports.trade import trade_house

MESSAGES = Messages({"en": {"entity.client": "Client"}, "zh": {"field.client.code": "编号"}})


@pytest.fixture(scope="module")
def house(database_url: str) -> Iterator[House]:
    house = trade_house(database_url, "exported")
    for n in range(7):
        client(house, "exported", f"C{n}", grade="ABC"[n % 3])
    maker = client(house, "exported", "=1+1")
    house.perform(
        "exported",
        Create(
            entity="purchase",
            values={
                "client": str(maker.id),
                "wanted": "2026-03-05",
                "lines": [{"what": "nut", "quantity": "2", "price": "9.80"}],
            },
        ),
    )
    yield house
    house.close()


def exported(house: House, form: Format = Format.CSV, **asked: object) -> list[list[str]]:
    by, messages = asked.pop("by", HOUSE), asked.pop("messages", None)
    target = io.BytesIO()
    export(
        house,
        "exported",
        Question(**asked),
        target,
        form=form,
        by=by,
        messages=messages,
        locale="zh",
    )
    with open_sheet(target.getvalue()) as sheet:
        return [list(sheet.headers), *([as_text(cell) for cell in row.cells] for row in sheet.rows)]


@pytest.mark.parametrize("form", list(Format))
def test_a_question_is_written_page_by_page(
    house: House, form: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dougong.kernel.exports.exporting.PAGE", 2)

    found = exported(
        house,
        form,
        entity="client",
        filter='grade != "C"',
        fields=["code", "grade"],
        sort=[("code", True)],
    )

    assert found == [
        ["code", "grade"],
        ["C6", "A"],
        ["C4", "B"],
        ["C3", "A"],
        ["C1", "B"],
        ["C0", "A"],
        ["=1+1", "B"],
    ]


def test_references_are_named_and_amounts_are_numbers(house: House) -> None:
    found = exported(house, entity="purchase", fields=["wanted", "client", "client.code", "total"])

    assert found[1][:3] == ["2026-03-05", "客户 =1+1", "=1+1"]
    assert float(found[1][3]) == 19.6


def test_headers_are_labels_where_a_language_is_asked_for(house: House) -> None:
    assert exported(house, entity="client", fields=["code"], messages=MESSAGES)[0] == ["编号"]


def test_progress_reaches_the_end(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dougong.kernel.exports.exporting.PAGE", 3)
    told: list[tuple[int, int]] = []

    written = export(
        house,
        "exported",
        Question(entity="client"),
        io.BytesIO(),
        progress=lambda done, total, _what: told.append((done, total)),
    )

    assert written == 8
    assert told == [(3, 8), (6, 8), (8, 8)]


def test_nobody_exports_what_they_may_not_read(house: House) -> None:
    role = Role(code="clerk", name="Clerk")
    role.permissions = [RolePermission(entity="client", operation="read", rows='grade == "A"')]
    role.fields = [RoleField(entity="client", field="name", access=FieldAccess.HIDDEN)]
    published(house, "exported", role)
    clerk = person(house, "exported", "Eve", role)

    found = exported(house, entity="client", by=clerk, sort=[("code", False)])

    assert "name" not in found[0]
    assert [row[0] for row in found[1:]] == ["C0", "C3", "C6"]
    with pytest.raises(Refused):
        exported(house, entity="purchase", by=clerk)


def test_an_export_can_be_imported_again(house: House, tmp_path: Path) -> None:
    file = tmp_path / "clients.csv"
    with file.open("wb") as target:
        export(
            house, "exported", Question(entity="client", fields=["code", "name", "grade"]), target
        )
    mapping = "entity: client\nkey: code\nfields: {code: code, name: name, grade: grade}"

    counts = run_import(house, "exported", mapping, file).counts

    assert (counts.unchanged, counts.changed, counts.created) == (8, 0, 0)

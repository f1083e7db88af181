"""Importing: rows become records by a mapping, through the one door for changes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dougong.kernel.house import House
from dougong.kernel.imports import (
    batch_of,
    preview_import,
    resume_import,
    run_import,
    undo_import,
)
from dougong.kernel.imports.refusals import BadMapping, NoSuchColumn, NoSuchFile
from dougong.kernel.refusals import Refused, UnknownReference
from tests.kernel.house import client, fingerprint, person
from tests.kernel.imports.trade import (
    CLIENT_ROWS,
    CLIENTS,
    LINE_ROWS,
    ORDER_ROWS,
    TRADE,
    folder,
    records,
    trade_house,
)

NUMBERS = itertools.count()


@dataclass(frozen=True)
class Trade:
    house: House
    company: str

    def records(self, entity: str, *fields: str) -> list[list[Any]]:
        return records(self.house, self.company, entity, *fields, sort=[(fields[0], False)])


@pytest.fixture
def trade(database_url: str) -> Iterator[Trade]:
    company = f"trade_{next(NUMBERS)}"
    house = trade_house(database_url, company)
    yield Trade(house, company)
    house.drop_company(company)
    house.close()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return folder(tmp_path / "files", clients=CLIENT_ROWS, orders=ORDER_ROWS, lines=LINE_ROWS)


def test_rows_become_records(trade: Trade, place: Path) -> None:
    result = run_import(trade.house, trade.company, CLIENTS, place)

    assert result.counts.created == 2
    assert trade.records("client", "code", "name", "grade") == [
        ["X1", "Ann Lee", "A"],
        ["X2", "Bob Ray", "B"],
    ]


def test_a_second_import_changes_what_is_different_and_leaves_the_rest(
    trade: Trade, place: Path
) -> None:
    run_import(trade.house, trade.company, CLIENTS, place)
    folder(place, clients="id,first,last,class\nX1,Ann,Li,gold\nX2,Bob,Ray,silver\nX3,Cy,Fox,\n")

    counts = run_import(trade.house, trade.company, CLIENTS, place).counts

    assert (counts.created, counts.changed, counts.unchanged, counts.bad) == (1, 1, 1, 0)
    assert trade.records("client", "code", "name") == [
        ["X1", "Ann Li"],
        ["X2", "Bob Ray"],
        ["X3", "Cy Fox"],
    ]


def test_a_code_that_comes_twice_makes_one_record_that_the_later_row_changes(
    trade: Trade, place: Path
) -> None:
    folder(place, clients="id,first,last,class\nX1,Ann,Lee,gold\nX1,Ann,Li,gold\n")

    counts = run_import(trade.house, trade.company, CLIENTS, place).counts

    assert (counts.created, counts.changed) == (1, 1)
    assert trade.records("client", "code", "name") == [["X1", "Ann Li"]]


def test_orders_come_with_their_lines_and_are_confirmed_on_their_days(
    trade: Trade, place: Path
) -> None:
    counts = run_import(trade.house, trade.company, TRADE, place).counts

    assert (counts.created, counts.performed, counts.bad) == (5, 2, 0)
    orders = trade.records("purchase", "wanted", "number", "discount", "state", "total")
    assert [[*row[:2], Decimal(row[2]), row[3], Decimal(row[4])] for row in orders] == [
        ["2026-03-02", "P-2026-0001", Decimal("0.15"), "confirmed", Decimal("91.375")],
        ["2026-03-05", "P-2026-0002", Decimal(0), "confirmed", Decimal("102.5")],
        ["2026-03-06", "P-2026-0003", Decimal(0), "draft", Decimal(1)],
    ]
    with trade.house.database.transaction(trade.company) as transaction:
        told = transaction.rows(
            "SELECT name, at::date::text FROM event WHERE name LIKE 'purchase.%%' ORDER BY seq"
        )
    assert told == [
        ("purchase.created", "2026-03-02"),
        ("purchase.created", "2026-03-05"),
        ("purchase.created", "2026-03-06"),
        ("purchase.confirmed", "2026-03-09"),
        ("purchase.confirmed", "2026-03-10"),
    ]


def test_bad_rows_come_back_in_files_of_the_same_shape_with_the_reason(
    trade: Trade, place: Path, tmp_path: Path
) -> None:
    folder(place, orders=ORDER_ROWS.replace("2,X2", "2,X9"))

    result = run_import(trade.house, trade.company, TRADE, place, bad_folder=tmp_path / "bad")

    assert (result.counts.created, result.counts.bad) == (4, 1)
    header, row = (tmp_path / "bad/orders.bad.csv").read_text("utf-8-sig").splitlines()
    assert header == "no,client,ordered,confirmed,off,freight,reason"
    assert row == (
        "2,X9,2026-03-02,2026-03-10,0.150000006,7.50,"
        '"unknown_reference (field: client, entity: client, value: X9)"'
    )
    lines = (tmp_path / "bad/lines.bad.csv").read_text("utf-8-sig").splitlines()
    assert [line.split(",")[:4] for line in lines[1:]] == [["2", "bolt", "4", "25"]]

    mended = folder(tmp_path / "mended", clients=CLIENT_ROWS)
    for name in ("orders", "lines"):
        text = (tmp_path / f"bad/{name}.bad.csv").read_text("utf-8-sig")
        (mended / f"{name}.csv").write_text(text.replace("X9", "X2"), encoding="utf-8")
    again = run_import(trade.house, trade.company, TRADE, mended).counts
    assert (again.created, again.unchanged, again.performed, again.bad) == (1, 2, 1, 0)


def test_one_row_that_the_trade_refuses_leaves_the_others_alone(trade: Trade, place: Path) -> None:
    folder(place, clients="id,first,last,class\nX1,Ann,Lee,tin\n,Bob,Ray,silver\nX3,Cy,Fox,gold\n")

    result = run_import(trade.house, trade.company, CLIENTS, place)

    assert (result.counts.created, result.counts.bad) == (1, 2)
    assert trade.records("client", "code") == [["X3"]]


def test_a_step_that_is_refused_is_named_and_the_record_stays(
    trade: Trade, place: Path, tmp_path: Path
) -> None:
    folder(place, orders=ORDER_ROWS.replace("2026-03-09", "2026-03-08"))

    counts = run_import(
        trade.house, trade.company, TRADE, place, bad_folder=tmp_path / "bad"
    ).counts

    assert (counts.created, counts.performed, counts.bad) == (5, 1, 1)
    bad = (tmp_path / "bad/orders.bad.csv").read_text("utf-8-sig").splitlines()
    assert bad[1:] == ["1,X1,2026-03-05,2026-03-08,0,0,confirm: closed_today"]


class Killed(BaseException):
    pass


@pytest.mark.parametrize("stop", [1, 2, 3, 5, 6])
def test_an_import_that_was_killed_is_taken_up_where_it_stopped(
    trade: Trade, place: Path, stop: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dougong.kernel.imports.pace.FIRST", 1)
    turns = itertools.count(1)

    def until(_done: int, _total: int, _what: str) -> None:
        if next(turns) == stop:
            raise Killed

    with pytest.raises(Killed):
        run_import(trade.house, trade.company, TRADE, place, progress=until)
    (batch,) = (one for (one,) in running(trade))
    result = resume_import(trade.house, trade.company, batch)

    assert result.counts.bad == 0
    assert (result.counts.created, result.counts.performed) == (5, 2)
    assert [row[0] for row in trade.records("purchase", "wanted", "state")] == [
        "2026-03-02",
        "2026-03-05",
        "2026-03-06",
    ]
    assert trade.records("diary", "note") == [["confirmed 102.5000"], ["confirmed 91.375000"]]
    with trade.house.database.transaction(trade.company) as transaction:
        assert transaction.rows("SELECT count(*) FROM event WHERE name = 'purchase.created'") == [
            (3,)
        ]


def running(trade: Trade) -> list[tuple[object, ...]]:
    with trade.house.database.transaction(trade.company) as transaction:
        return transaction.rows("SELECT id FROM import_batch WHERE state = 'running'")


def test_an_import_that_is_resumed_after_its_end_does_nothing_twice(
    trade: Trade, place: Path
) -> None:
    result = run_import(trade.house, trade.company, TRADE, place)
    before = trade.records("purchase", "number", "version")

    again = resume_import(trade.house, trade.company, result.batch)

    assert again.counts == result.counts
    assert trade.records("purchase", "number", "version") == before


def test_the_batch_keeps_its_counts(trade: Trade, place: Path) -> None:
    batch = run_import(trade.house, trade.company, TRADE, place).batch

    kept = batch_of(trade.house, trade.company, batch)

    assert (kept.name, kept.state) == ("trade", "finished")
    assert (kept.total, kept.done, kept.created, kept.performed, kept.bad) == (7, 7, 5, 2, 0)


def test_what_was_undone_is_neither_resumed_nor_undone_again(trade: Trade, place: Path) -> None:
    batch = run_import(trade.house, trade.company, CLIENTS, place).batch
    undo_import(trade.house, trade.company, batch)

    with pytest.raises(Refused):
        resume_import(trade.house, trade.company, batch)
    with pytest.raises(Refused):
        undo_import(trade.house, trade.company, batch)

    assert trade.records("client", "code") == []


def test_undoing_deletes_what_nothing_refers_to_and_gives_changed_fields_back(
    trade: Trade, place: Path
) -> None:
    client(trade.house, trade.company, "X1", name="Old Ann")
    batch = run_import(trade.house, trade.company, CLIENTS, place).batch
    made = next(row for row in trade.records("client", "code", "id") if row[0] == "X2")
    assert made

    undone = undo_import(trade.house, trade.company, batch)

    assert (undone.deleted, undone.restored, undone.reversed, undone.left) == (1, 1, 0, [])
    assert trade.records("client", "code", "name", "grade") == [["X1", "Old Ann", "B"]]
    assert batch_of(trade.house, trade.company, batch).state == "undone"


def test_undoing_lists_what_can_not_be_taken_back(trade: Trade, place: Path) -> None:
    batch = run_import(trade.house, trade.company, TRADE, place).batch

    undone = undo_import(trade.house, trade.company, batch)

    assert undone.deleted == 1
    assert batch_of(trade.house, trade.company, batch).state == "finished"
    assert [row[1] for row in trade.records("purchase", "wanted", "state")] == [
        "confirmed",
        "confirmed",
    ]
    assert sorted((left.operation, left.reasons[0].code) for left in undone.left) == [
        ("client.created", "still_referenced"),
        ("client.created", "still_referenced"),
        ("purchase.confirmed", "no_inverse"),
        ("purchase.confirmed", "no_inverse"),
    ]


def test_people_who_report_to_people_further_down_in_the_file(trade: Trade, tmp_path: Path) -> None:
    mapping = """\
entity: person
file: staff.csv
key: login
fields:
  login: {column: name, lower: true}
  name: name
  reports_to:
    column: boss
    lookup: {file: staff.csv, key: no, value: {column: name, lower: true}}
    find: login
"""
    place = folder(tmp_path / "staff", staff="no,name,boss\n1,Nancy,2\n2,Andrew,\n3,Eve,9\n")

    result = run_import(trade.house, trade.company, mapping, place)
    again = run_import(trade.house, trade.company, mapping, place)

    people = {row[0]: row for row in trade.records("person", "name", "id", "reports_to")}
    assert people["Nancy"][2]["id"] == people["Andrew"][1]
    assert (result.counts.created, result.counts.bad) == (2, 1)
    assert (again.counts.unchanged, again.counts.changed) == (2, 0)
    assert undo_import(trade.house, trade.company, result.batch).deleted == 2


def test_a_preview_judges_the_first_rows_and_writes_nothing(trade: Trade, place: Path) -> None:
    folder(place, orders=ORDER_ROWS + "4,X9,2026-03-06,,0,0\n")
    before = fingerprint(trade.house, trade.company)

    rows = preview_import(trade.house, trade.company, TRADE, place)

    assert [(row.sheet, row.number, row.would) for row in rows] == [
        ("clients", 2, "create"),
        ("clients", 3, "create"),
        ("orders", 2, "create"),
        ("orders", 3, "create"),
        ("orders", 4, "create"),
        ("orders", 5, "refuse"),
    ]
    assert rows[5].reasons == (UnknownReference("client", "client", "X9"),)
    assert rows[2].waits == (UnknownReference("client", "client", "X1"),)
    assert fingerprint(trade.house, trade.company) == before


def test_a_preview_asks_the_operation_itself(trade: Trade, place: Path) -> None:
    folder(place, clients="id,first,last,class\n,Ann,Lee,gold\n")

    (row,) = preview_import(trade.house, trade.company, CLIENTS, place)

    assert row.would == "refuse"
    assert [(one.field, one.problem) for one in row.reasons] == [("code", "required")]


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        (
            "entity: client\nfile: clients.csv\nfields: {code: nr}",
            NoSuchColumn("clients.csv", "nr"),
        ),
        ("entity: client\nfile: ../x.csv\nfields: {code: id}", NoSuchFile("../x.csv")),
        ("entity: client\nfile: none.csv\nfields: {code: id}", NoSuchFile("none.csv")),
        (
            "entity: client\nfile: clients.csv\nfields: {code: {column: id, shout: 1}}",
            BadMapping("sheets[0].fields.code.shout", "unknown_transform"),
        ),
        ("entity: client\nfields: [", BadMapping("line 2", "not_yaml")),
        ("entity: client\nfelds: {}", BadMapping("sheets[0].felds", "unknown_field")),
    ],
)
def test_a_mapping_that_can_not_be_followed_is_refused_with_the_place(
    trade: Trade, place: Path, wrong: str, refusal: object
) -> None:
    with pytest.raises(Refused) as refused:
        run_import(trade.house, trade.company, wrong, place)

    assert refused.value.by == refusal
    assert running(trade) == []


def test_somebody_imports_no_more_than_they_may(trade: Trade, place: Path) -> None:
    nobody = person(trade.house, trade.company, "Eve")

    with pytest.raises(Refused):
        run_import(trade.house, trade.company, CLIENTS, place, by=nobody)

    assert trade.records("client", "code") == []

"""A company's own fields and objects are imported, undone and exported like ours."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dougong.kernel.changes.operations.publish import PublishChangeSet
from dougong.kernel.exports import export
from dougong.kernel.house import House
from dougong.kernel.imports import run_import, undo_import
from dougong.kernel.perform import Done
from dougong.kernel.questions import Question
from dougong.kernel.verbs import Create
from tests.kernel.house import client
from tests.kernel.imports.trade import records, trade_house

REPAIRS = """\
entity: x_repair
file: repairs.csv
key: x_slip
fields:
  x_slip: slip
  x_client: {column: client, find: code}
  x_since: since
lines:
  x_parts:
    - {file: parts.csv, group: slip, fields: {x_part: part, x_cost: cost}}
steps:
  - do: start
    when: {column: begun, yes_no: true}
"""


def item(what: str, key: str, **value: Any) -> dict[str, Any]:
    told = json.dumps(value, ensure_ascii=False)
    return {"what": what, "action": "add", "key": key, "value": told}


@pytest.fixture
def house(fresh_database: str) -> Iterator[House]:
    house = trade_house(fresh_database, "own")
    parts = "x_repair_part"
    moves = json.dumps([{"verb": "start", "from": ["new"], "to": "working"}])
    items = [
        item("object", parts, label="备件", is_line=True),
        item("field", f"{parts}.x_part", kind="text", label="备件", required=True),
        item("field", f"{parts}.x_cost", kind="money", label="费用"),
        item("object", "x_repair", label="维修单", title_field="x_slip", moves=moves),
        item("field", "x_repair.x_slip", kind="text", label="单号", required=True),
        item("field", "x_repair.x_client", kind="reference", target="client", label="客户"),
        item("field", "x_repair.x_since", kind="day", label="日期"),
        item(
            "field",
            "x_repair.x_state",
            kind="choice",
            label="状态",
            options='["new", "working"]',
            initial='"new"',
        ),
        item("field", "x_repair.x_parts", kind="lines", target=parts, label="备件"),
    ]
    values = {"purpose": "试", "items": items}
    made = house.perform("own", Create(entity="change_set", values=values))
    assert isinstance(made, Done)
    house.perform("own", PublishChangeSet(id=made.id))
    client(house, "own", "X1")
    yield house
    house.close()


def test_an_object_of_the_companys_own(house: House, tmp_path: Path) -> None:
    (tmp_path / "repairs.csv").write_text(
        "slip,client,since,begun\nW1,X1,2026-03-05,yes\nW2,X9,,no\nW3,X1,2026年3月6日,no\n",
        encoding="utf-8",
    )
    (tmp_path / "parts.csv").write_text("slip,part,cost\nW1,belt,12.50\nW1,bolt,\nW3,nut,1\n")

    result = run_import(house, "own", REPAIRS, tmp_path)
    again = run_import(house, "own", REPAIRS, tmp_path)

    assert (result.counts.created, result.counts.performed, result.counts.bad) == (2, 1, 1)
    assert (again.counts.unchanged, again.counts.changed, again.counts.bad) == (2, 0, 1)
    found = records(house, "own", "x_repair", "x_slip", "x_since", "x_state", "x_parts")
    assert sorted([*row[:3], len(row[3])] for row in found) == [
        ["W1", "2026-03-05", "working", 2],
        ["W3", "2026-03-06", "new", 1],
    ]
    target = io.BytesIO()
    question = Question(entity="x_repair", fields=["x_slip", "x_client"], sort=[("x_slip", False)])
    assert export(house, "own", question, target) == 2
    assert target.getvalue().decode("utf-8-sig").splitlines()[1] == "W1,客户 X1"

    undone = undo_import(house, "own", result.batch)

    assert (undone.deleted, undone.left) == (2, [])
    assert records(house, "own", "x_repair", "x_slip") == []

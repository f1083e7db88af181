"""A company adds fields and objects of its own, which are at once like ours."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from dougong.kernel.changes.building import build_waiting
from dougong.kernel.changes.operations.publish import PublishChangeSet
from dougong.kernel.changes.operations.revert import RevertChangeSet
from dougong.kernel.house import House
from dougong.kernel.log.runner import Readers
from dougong.kernel.perform import Done
from dougong.kernel.refusals import BadExpression, BrokenRule, InvalidField, WrongState
from dougong.kernel.verbs import Create, Edit
from tests.kernel.house import client, mini_house, nothing_changes
from tests.kernel.mini import ConfirmPurchase

MINI = "mini"


@pytest.fixture
def house(fresh_database: str) -> Iterator[House]:
    house = mini_house(fresh_database)
    yield house
    house.close()


def item(what: str, key: str, action: str = "add", **value: object) -> dict[str, object]:
    return {
        "what": what,
        "action": action,
        "key": key,
        "value": json.dumps(value, ensure_ascii=False),
    }


def draft(house: House, *items: dict[str, object]) -> UUID:
    made = house.perform(
        MINI, Create(entity="change_set", values={"purpose": "试", "items": list(items)})
    )
    assert isinstance(made, Done)
    return made.id


def publish(house: House, *items: dict[str, object]) -> UUID:
    changes = draft(house, *items)
    house.perform(MINI, PublishChangeSet(id=changes))
    return changes


def test_a_new_field_is_a_real_column_at_once(house: House) -> None:
    who = client(house, MINI, "before").id
    publish(house, item("field", "client.x_since", kind="day", label="建交日", label_en="Since"))

    house.perform(MINI, Edit(entity="client", id=who, values={"x_since": "2020-02-29"}))

    with house.database.transaction(MINI) as transaction:
        assert transaction.rows("SELECT x_since FROM client WHERE id = %s", [who]) == [
            (date(2020, 2, 29),)
        ]
        changes = transaction.rows(
            "SELECT changes FROM event WHERE name = 'client.edited' AND record = %s", [who]
        )
    assert changes[0][0][f"client:{who}"]["x_since"] == [None, "2020-02-29"]


def test_its_bad_values_are_refused_by_name(house: House) -> None:
    publish(
        house,
        item("field", "client.x_size", kind="choice", label="规模", options='["大", "小"]'),
        item("field", "client.x_staff", kind="number", label="人数", required=True),
    )
    with nothing_changes(house, MINI) as refused:
        client(house, MINI, "bad", x_size="中")
    assert refused.refusals == (
        InvalidField("x_size", "not_a_choice", "大, 小"),
        InvalidField("x_staff", "required"),
    )


def test_rules_speak_of_it(house: House) -> None:
    publish(house, item("field", "purchase.x_rush", kind="yes_no", label="加急", initial="false"))
    publish(
        house,
        item(
            "rule",
            "加急不收",
            on_entity="purchase",
            on_operation="confirm",
            then="refuse",
            condition="x_rush and total < 100",
            message="加急单至少一百元",
        ),
    )
    who = client(house, MINI, "rush").id
    made = house.perform(
        MINI, Create(entity="purchase", values={"client": str(who), "x_rush": True})
    )
    assert isinstance(made, Done)
    with nothing_changes(house, MINI) as refused:
        house.perform(MINI, ConfirmPurchase(id=made.id))
    assert refused.by == BrokenRule("加急不收", "加急单至少一百元")


def repair(house: House) -> None:
    publish(
        house,
        item("object", "x_repair_part", label="备件", is_line=True),
        item("field", "x_repair_part.x_part", kind="text", label="备件", required=True),
        item("field", "x_repair_part.x_cost", kind="money", label="费用"),
        item(
            "object",
            "x_repair",
            label="维修单",
            title_field="x_number",
            moves=json.dumps(
                [
                    {"verb": "start", "from": ["new"], "to": "working"},
                    {"verb": "finish", "from": ["working"], "to": "done"},
                ]
            ),
        ),
        item("field", "x_repair.x_number", kind="auto_number", label="单号", pattern="WX-{n:04}"),
        item("field", "x_repair.x_client", kind="reference", target="client", label="客户"),
        item(
            "field",
            "x_repair.x_state",
            kind="choice",
            label="状态",
            options='["new", "working", "done"]',
            initial='"new"',
        ),
        item("field", "x_repair.x_parts", kind="lines", target="x_repair_part", label="备件"),
    )


def test_a_new_object_has_a_number_lines_and_a_lifecycle(house: House) -> None:
    repair(house)
    who = client(house, MINI, "broken").id
    made = house.do(
        MINI,
        "x_repair.create",
        {
            "x_client": str(who),
            "x_parts": [{"x_part": "轴承", "x_cost": "12.50"}, {"x_part": "皮带"}],
        },
    )
    assert isinstance(made, Done)
    assert made.record.x["x_number"] == "WX-0001"
    assert [p.x["x_cost"] for p in made.record.x["x_parts"]] == [Decimal("12.50"), None]

    house.do(MINI, "x_repair.start", id=made.id)
    done = house.do(MINI, "x_repair.finish", id=made.id)
    assert isinstance(done, Done)
    assert done.record.x["x_state"] == "done"
    with nothing_changes(house, MINI) as refused:
        house.do(MINI, "x_repair.start", id=made.id)
    assert refused.by == WrongState("done", "working")


def test_everything_wrong_is_named_before_anything_is_changed(house: House) -> None:
    changes = draft(
        house,
        item("field", "client.since", kind="day", label="x"),
        item("field", "nothing.x_a", kind="day", label="x"),
        item("field", "client.x_b", kind="float", label="x"),
        item("field", "client.x_c", kind="reference", target="nowhere", label="x"),
        item("field", "client.x_d", kind="choice", label="x"),
        item("rule", "r", on_entity="client", on_operation="edit", then="ask", condition="x_b +"),
        item("rule", "gone", action="remove"),
    )
    with nothing_changes(house, MINI) as refused:
        house.perform(MINI, PublishChangeSet(id=changes))
    named = [
        (r.field, r.problem)
        for r in refused.refusals
        if isinstance(r, InvalidField | BadExpression)
    ]
    assert named == [
        ("items[0].key", "not_an_own_name"),
        ("items[1].key", "unknown_entity"),
        ("items[2].value.kind", "not_a_choice"),
        ("items[3].value.target", "unknown_entity"),
        ("items[4].value.options", "required"),
        ("items[5].value.condition", "syntax"),
        ("items[5].value.role", "required"),
        ("items[6].key", "unknown"),
    ]


def test_what_was_published_is_taken_back(house: House) -> None:
    changes = publish(house, item("field", "client.x_note", kind="text", label="注"))
    who = client(house, MINI, "noted", x_note="老客户").id
    house.perform(MINI, RevertChangeSet(id=changes))
    with nothing_changes(house, MINI) as refused:
        client(house, MINI, "later", x_note="x")
    assert refused.by == InvalidField("x_note", "unknown_field")

    publish(house, item("field", "client.x_note", kind="text", label="注"))
    done = house.perform(MINI, Edit(entity="client", id=who, values={"grade": "A"}))
    assert isinstance(done, Done)
    assert done.record.x["x_note"] == "老客户"


def test_numbering_follows_the_company(house: House) -> None:
    publish(house, item("numbering", "purchase", pattern="采-{year}{month}-{n:03}"))
    who = client(house, MINI, "numbered").id
    made = house.perform(MINI, Create(entity="purchase", values={"client": str(who)}))
    assert isinstance(made, Done)
    assert made.record.number == "采-202611-001"


def test_while_a_long_reader_holds_the_table_it_waits_and_writers_go_on(house: House) -> None:
    who = client(house, MINI, "held").id
    release = threading.Event()
    holding = threading.Event()

    def read_long() -> None:
        with house.database.outside() as connection, connection.transaction():
            connection.execute("SELECT count(*) FROM c_mini.client")
            holding.set()
            release.wait(10)

    reader = threading.Thread(target=read_long)
    reader.start()
    holding.wait(5)
    publish(house, item("field", "client.x_late", kind="text", label="迟"))
    longest = 0.0
    for at in range(20):
        began = time.perf_counter()
        house.perform(MINI, Edit(entity="client", id=who, values={"name": f"n{at}"}))
        longest = max(longest, time.perf_counter() - began)
    assert [(w.entity, w.name) for w in build_waiting(house, MINI)] == [("client", "x_late")]
    with nothing_changes(house, MINI) as refused:
        client(house, MINI, "early", x_late="x")
    assert refused.by == InvalidField("x_late", "unknown_field")
    release.set()
    reader.join()
    assert build_waiting(house, MINI) == []
    client(house, MINI, "now", x_late="x")


def test_an_indexed_field_gets_its_index(house: House) -> None:
    publish(house, item("field", "client.x_tax", kind="text", label="税号", unique=True))
    client(house, MINI, "t1", x_tax="1")
    with nothing_changes(house, MINI) as refused:
        client(house, MINI, "t2", x_tax="1")
    assert refused.by.code == "not_unique"


def test_what_had_to_wait_goes_live_by_itself_within_a_second(house: House) -> None:
    client(house, MINI, "anyone")
    readers = Readers(house)
    readers.start()
    try:
        with house.database.outside() as connection, connection.transaction():
            connection.execute("SELECT count(*) FROM c_mini.client")
            publish(house, item("field", "client.x_soon", kind="text", label="即"))
            time.sleep(1.2)
            assert "x_soon" not in house.catalogue_of(MINI).entities["client"].fields
        released = time.monotonic()
        while "x_soon" not in house.company_state(MINI).catalogue.entities["client"].fields:
            assert time.monotonic() - released < 3
            time.sleep(0.02)
        assert time.monotonic() - released < 1
    finally:
        readers.stop()

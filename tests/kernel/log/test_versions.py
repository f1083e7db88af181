"""Lines belong to their document, in its version and in its history."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dougong.kernel.house import House
from dougong.kernel.refusals import Refused, Stale
from dougong.kernel.verbs import Delete, Edit
from tests.kernel.log.trade import TouchPart
from tests.kernel.log.trading import SHOP, deal, make, rows, trading


@pytest.fixture(scope="module")
def house(database_url: str) -> Iterator[House]:
    with trading(database_url) as house:
        yield house


def test_a_deal_of_which_only_a_line_changes_has_a_new_version(house: House) -> None:
    made = deal(house, make(house, "buyer", name="张三").id, "bolt", "nut")
    lines = [{"id": str(made.lines[0].id), "quantity": "7"}, {"id": str(made.lines[1].id)}]

    done = house.perform(SHOP, Edit(entity="deal", id=made.id, values={"lines": lines}))

    assert done.record.version == 2
    stored = rows(
        house, "SELECT version, updated_at > created_at FROM deal WHERE id = %s", [made.id]
    )
    assert stored == [(2, True)]
    versions = rows(
        house, "SELECT version FROM deal_line WHERE parent = %s ORDER BY position", [made.id]
    )
    assert versions == [(2,), (1,)]


def test_a_change_two_levels_down_raises_line_and_deal(house: House) -> None:
    made = deal(house, make(house, "buyer", name="李四").id, "bolt")

    done = house.perform(SHOP, TouchPart(id=made.id, note="heavy"))

    assert done.record.version == 2
    assert done.record.lines[0].version == 2
    assert [part.version for part in done.record.lines[0].parts] == [2, 2]
    (changes,) = rows(house, "SELECT changes FROM event WHERE id = %s", [done.event])[0]
    assert changes[f"deal:{made.id}"] == {"version": [1, 2]}
    assert changes[f"deal_line:{made.lines[0].id}"] == {"version": [1, 2]}


def test_who_saw_the_deal_before_its_lines_changed_is_stale(house: House) -> None:
    made = deal(house, make(house, "buyer", name="王五").id, "bolt")
    house.perform(SHOP, Edit(entity="deal", id=made.id, values={"lines": [{"what": "nut"}]}))

    with pytest.raises(Refused) as refused:
        house.perform(
            SHOP, Edit(entity="deal", id=made.id, values={"lines": [{"what": "nail"}]}), seen=1
        )

    assert refused.value.by == Stale("deal", made.id, 1, 2, ("lines",))


def test_an_edit_that_changes_nothing_leaves_the_version(house: House) -> None:
    made = deal(house, make(house, "buyer", name="赵六").id, "bolt")

    done = house.perform(SHOP, Edit(entity="deal", id=made.id, values={"remark": ""}))

    assert done.record.version == 1


def test_the_deletion_of_a_deal_tells_of_all_that_was_in_it(house: House) -> None:
    made = deal(house, make(house, "buyer", name="孙七").id, "bolt")

    done = house.perform(SHOP, Delete(entity="deal", id=made.id))

    (changes,) = rows(house, "SELECT changes FROM event WHERE id = %s", [done.event])[0]
    [line] = made.lines
    assert set(changes) == {
        f"deal:{made.id}",
        f"deal_line:{line.id}",
        *(f"deal_part:{part.id}" for part in line.parts),
    }
    assert changes[f"deal_line:{line.id}"]["deleted"][0]["what"] == "bolt"
    assert rows(house, "SELECT count(*) FROM deal_part WHERE parent = %s", [line.id]) == [(0,)]

"""Finding: by a piece of the name, by pinyin, by code; only what one may see."""

from __future__ import annotations

import pytest

from dougong.kernel.house import House
from dougong.kernel.log.runner import Readers
from dougong.kernel.search.projection import index_anew, search_projection
from dougong.kernel.verbs import Delete, Edit
from tests.web.conftest import NORTH, SOUTH, Somebody, known, ordered


@pytest.fixture(scope="module")
def readers(house: House) -> Readers:
    house.projections.append(search_projection(house))
    return Readers(house)


def titles(who: Somebody, text: str, **more: str) -> list[str]:
    answer = who.get("/search", params={"q": text, **more})
    assert answer.status_code == 200, answer.text
    return [hit["title"] for hit in answer.json()["hits"]]


def test_a_record_is_found_soon_after_it_was_made_and_as_it_is_called_now(
    house: House, readers: Readers, boss: Somebody
) -> None:
    made = known(house, NORTH, "FIND1", name="宏达五金")
    readers.catch_up()
    for text in ("宏达", "五金", "hongda", "hdwj"):
        assert titles(boss, text) == ["宏达五金"], text

    house.perform(NORTH, Edit(entity="client", id=made, values={"name": "永兴机电"}))
    readers.catch_up()
    assert titles(boss, "宏达") == []
    assert titles(boss, "yongxing") == ["永兴机电"]

    house.perform(NORTH, Delete(entity="client", id=made))
    readers.catch_up()
    assert titles(boss, "永兴") == []


def test_a_document_is_found_by_its_number(house: House, readers: Readers, boss: Somebody) -> None:
    of = known(house, NORTH, "FIND2")
    number = ordered(house, NORTH, of).record.number
    readers.catch_up()

    assert titles(boss, number[2:]) == [number]
    assert titles(boss, number, entity="client") == []


def test_one_finds_only_what_one_may_see(
    house: House, readers: Readers, rep: Somebody, southerner: Somebody, clerk: Somebody
) -> None:
    own = known(house, NORTH, "OWN3", name="同名甲", owner=str(rep.person))
    known(house, NORTH, "FIND3", name="同名乙")
    known(house, SOUTH, "FIND4", name="同名丙")
    readers.catch_up()

    hits = rep.get("/search?q=同名").json()["hits"]
    assert [(hit["id"], hit["entity"]) for hit in hits] == [(str(own), "client")]
    assert titles(southerner, "同名") == ["同名丙"]
    assert sorted(titles(clerk, "同名")) == ["同名乙", "同名甲"]
    assert titles(clerk, "clerk") == []


def test_the_index_can_be_made_anew(house: House, readers: Readers, boss: Somebody) -> None:
    known(house, NORTH, "FIND5", name="重建索引")
    readers.catch_up()
    with house.database.transaction(NORTH) as transaction:
        transaction.run("DELETE FROM search_entry")
    assert titles(boss, "重建") == []

    index_anew(house, NORTH)

    assert titles(boss, "重建") == ["重建索引"]


@pytest.mark.parametrize(
    "query", ["?q=a&limit=0", "?q=a&limit=101", "?q=a&sort=x", f"?q={'x' * 201}"]
)
def test_a_search_that_asks_too_much_is_refused(boss: Somebody, query: str) -> None:
    assert boss.get(f"/search{query}").status_code == 422
    assert boss.get("/search?q=a&entity=saucer").status_code == 404

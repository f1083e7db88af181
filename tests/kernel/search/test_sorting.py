"""Texts sort as a Chinese reader expects: by pinyin, with Latin letters among them."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest

from dougong.kernel.access.actor import HOUSE
from dougong.kernel.changes.operations.publish import PublishChangeSet
from dougong.kernel.house import House
from dougong.kernel.perform import Done
from dougong.kernel.questions import Question, ask
from dougong.kernel.store.setup import prepare_database
from dougong.kernel.verbs import Create
from tests.kernel.house import client, mini_house

MINI = "mini"


@pytest.fixture
def house(fresh_database: str) -> Iterator[House]:
    house = mini_house(fresh_database)
    yield house
    house.close()


@pytest.fixture(scope="module")
def database(database_url: str) -> str:
    prepare_database(database_url)
    return database_url


def in_order(dsn: str, *texts: str) -> list[str]:
    with psycopg.connect(dsn) as connection:
        rows = connection.execute(
            'SELECT t FROM unnest(%s::text[]) AS s (t) ORDER BY public.sort_key(t) COLLATE "C"',
            [list(texts)],
        ).fetchall()
    return [row[0] for row in rows]


def test_characters_sort_by_their_sound(database: str) -> None:
    wanted = ["阿里", "Acme", "北京", "beta", "上海", "绿城", "重庆", "张三", "鑫源"]
    assert in_order(database, *wanted) == [
        "阿里",
        "Acme",
        "北京",
        "beta",
        "绿城",
        "上海",
        "鑫源",
        "张三",
        "重庆",
    ]


def test_what_sounds_alike_sorts_by_tone_and_stays_together(database: str) -> None:
    texts = ["马云", "妈妈", "麻辣", "马上", "码头", "码尺"]
    assert in_order(database, *texts) == ["妈妈", "麻辣", "码尺", "码头", "马上", "马云"]


def test_missing_empty_and_what_has_no_sound(database: str) -> None:
    assert in_order(database, "é", "", "𠮷", "A", "中") == ["", "A", "中", "é", "𠮷"]


def test_a_list_by_name_pages_through_its_index(house: House) -> None:
    wanted = ["阿里", "Acme", "北京", "beta", "上海", "重庆"]
    for at, name in enumerate(reversed(wanted)):
        client(house, MINI, f"S{at}", name=name)

    for descending in (False, True):
        found: list[str] = []
        cursor = ""
        while True:
            question = Question(
                entity="client", sort=[("name", descending)], limit=2, cursor=cursor
            )
            with house.database.transaction(MINI) as transaction:
                page = ask(transaction, house.state(transaction), HOUSE, question)
            found += [one["name"] for one in page.records]
            cursor = page.next_cursor
            if not cursor:
                break
        assert found == (wanted[::-1] if descending else wanted)

    with house.database.transaction(MINI) as transaction:
        transaction.run("SET LOCAL enable_seqscan = off")
        plan = transaction.rows(
            "EXPLAIN SELECT id FROM client WHERE (public.sort_key(name), id) > ('b', %s) "
            "ORDER BY public.sort_key(name), id LIMIT 2",
            [UUID(int=0)],
        )
    assert "ix_client_name_order" in str(plan)


def test_a_companys_own_text_with_an_index_sorts_by_sound_too(house: House) -> None:
    made = house.perform(
        MINI,
        Create(
            entity="change_set",
            values={
                "purpose": "别名",
                "items": [
                    {
                        "what": "field",
                        "action": "add",
                        "key": "client.x_alias",
                        "value": {"kind": "text", "label": "别名", "indexed": True},
                    }
                ],
            },
        ),
    )
    assert isinstance(made, Done)
    house.perform(MINI, PublishChangeSet(id=made.id))
    for at, alias in enumerate(["中", "阿", "北"]):
        client(house, MINI, f"A{at}", x_alias=alias)

    question = Question(
        entity="client", filter='x_alias > ""', sort=[("x_alias", False)], fields=["x_alias"]
    )
    with house.database.transaction(MINI) as transaction:
        page = ask(transaction, house.state(transaction), HOUSE, question)
        indexes = transaction.rows(
            "SELECT indexname FROM pg_indexes WHERE schemaname = 'c_mini' "
            "AND indexname LIKE 'ix_client_x_alias%%' ORDER BY 1",
            [],
        )
    assert [one["x_alias"] for one in page.records] == ["阿", "北", "中"]
    assert [row[0] for row in indexes] == ["ix_client_x_alias", "ix_client_x_alias_order"]

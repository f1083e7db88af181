"""Records are found in a real database, the best first."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest

from dougong.kernel.search import SEARCH_TABLE_SQL, Entry, find, forget, index

ORDER = UUID(int=1)
LATER_ORDER = UUID(int=2)
ZHEDA = UUID(int=3)
ZHEDA_SHOP = UUID(int=4)
BOLT = UUID(int=5)

ENTRIES = [
    Entry("sales_order", ORDER, "SO-2026-00042", ["PO77123"]),
    Entry("sales_order", LATER_ORDER, "SO-2026-00142", []),
    Entry("customer", ZHEDA, "上海哲达贸易有限公司", ["C00017"]),
    Entry("customer", ZHEDA_SHOP, "哲达", ["C00042"]),
    Entry("product", BOLT, "Bolt M8", ["BOLT-M8", "哲达螺栓"]),
]


@pytest.fixture(scope="module")
def server(database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(SEARCH_TABLE_SQL)
        yield connection


@pytest.fixture
def company(server: psycopg.Connection) -> Iterator[psycopg.Connection]:
    with server.transaction(force_rollback=True):
        index(server, ENTRIES)
        yield server


def found(company: psycopg.Connection, text: str, *entities: str) -> list[UUID]:
    return [hit.record for hit in find(company, text, entities or None)]


def test_a_piece_of_a_number_finds_order_and_customer(company: psycopg.Connection) -> None:
    assert found(company, "00042") == [ZHEDA_SHOP, ORDER]


def test_a_picker_asks_for_one_kind_of_record(company: psycopg.Connection) -> None:
    assert found(company, "00042", "sales_order") == [ORDER]
    assert found(company, "00042", "sales_order", "customer") == [ZHEDA_SHOP, ORDER]
    assert found(company, "00042", "product") == []
    assert find(company, "00042", []) == []


def test_the_same_name_comes_first_then_what_begins_so_then_the_rest(
    company: psycopg.Connection,
) -> None:
    hits = find(company, "哲达")

    assert [hit.record for hit in hits] == [ZHEDA_SHOP, BOLT, ZHEDA]
    assert [hit.score for hit in hits] == [1.0, 0.5, 0.5]
    assert hits[0].entity == "customer"
    assert hits[0].title == "哲达"


def test_a_whole_code_comes_before_a_number_that_holds_it(company: psycopg.Connection) -> None:
    assert found(company, "c00042") == [ZHEDA_SHOP]
    assert found(company, "PO-77123") == [ORDER]


def test_a_beginning_finds_the_newest_of_equal_length_first(company: psycopg.Connection) -> None:
    assert found(company, "so2026") == [LATER_ORDER, ORDER]
    assert found(company, "SO-2026-00") == [LATER_ORDER, ORDER]


@pytest.mark.parametrize("typed", ["shanghai", "shzd", "shanghaizd", "上海zd", "zd mao"])
def test_a_customer_is_found_by_its_sound(company: psycopg.Connection, typed: str) -> None:
    assert found(company, typed) == [ZHEDA]


def test_no_more_than_the_limit(company: psycopg.Connection) -> None:
    assert len(find(company, "so", limit=1)) == 1


def test_a_changed_name_is_found_by_the_new_one_only(company: psycopg.Connection) -> None:
    index(company, [Entry("customer", ZHEDA, "北京哲达", ["C00017"])])

    assert found(company, "北京") == [ZHEDA]
    assert found(company, "上海") == []
    assert found(company, "c00017") == [ZHEDA]


def test_an_unchanged_record_is_not_written_again(company: psycopg.Connection) -> None:
    def versions() -> list[tuple[object, ...]]:
        return company.execute("SELECT ctid::text FROM search_entry ORDER BY record").fetchall()

    before = versions()
    index(company, ENTRIES)

    assert versions() == before


def test_a_forgotten_record_is_not_found(company: psycopg.Connection) -> None:
    forget(company, [ZHEDA, BOLT])

    assert found(company, "哲达") == [ZHEDA_SHOP]


@pytest.mark.parametrize("typed", ["' | 'x", "\\'", "a:*", "!so & (", "%_", "100%"])
def test_signs_of_the_query_language_mean_nothing(company: psycopg.Connection, typed: str) -> None:
    find(company, typed)


def test_nothing_asked_finds_nothing(company: psycopg.Connection) -> None:
    assert found(company, "  - ") == []

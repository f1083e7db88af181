"""The tests' own ground: each module and each test has a database that nobody else writes to."""

from __future__ import annotations

import psycopg


def fill(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE trace_of_a_test (n int)")


def traces(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_tables WHERE tablename = 'trace_of_a_test'"
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_a_fresh_database_shows_nothing_of_other_tests(
    fresh_database: str, database_url: str
) -> None:
    fill(database_url)
    assert traces(fresh_database) == 0
    fill(fresh_database)
    assert traces(database_url) == 1


def test_the_next_fresh_database_is_fresh_again(fresh_database: str) -> None:
    assert traces(fresh_database) == 0


def test_the_database_speaks_utf_8_and_utc(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        assert connection.info.parameter_status("server_encoding") == "UTF8"
        assert connection.info.server_version >= 170000

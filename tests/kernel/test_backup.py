"""A backup holds everything, and comes back wholly or not at all."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from dougong.kernel.postgres import Embedded, GroundError
from dougong.kernel.postgres.backup import Contents, back_up, bring_back

Told = list[tuple[int, int, str]]


@pytest.fixture(scope="module")
def ground() -> Iterator[Embedded]:
    place = Path(tempfile.mkdtemp(prefix="dougong-ground-"))
    place.chmod(0o755)
    embedded = Embedded(place / "ground", durable=False)
    embedded.start()
    yield embedded
    embedded.discard()
    shutil.rmtree(place)


@pytest.fixture
def shop(ground: Embedded) -> Iterator[str]:
    """A database of one company, with a role of its own and Chinese in its rows."""
    with psycopg.connect(ground.dsn, autocommit=True) as connection:
        connection.execute("CREATE DATABASE shop")
    dsn = make_conninfo(ground.dsn, dbname="shop")
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE ROLE company_a NOLOGIN NOINHERIT")
        connection.execute("CREATE ROLE clerk LOGIN IN ROLE company_a")
        connection.execute("CREATE SCHEMA company_a; CREATE EXTENSION pg_trgm")
        connection.execute("GRANT USAGE ON SCHEMA company_a TO company_a, clerk")
        connection.execute("CREATE TABLE company_a.customer (name text PRIMARY KEY)")
        connection.execute("CREATE TABLE company_a.sales_order (total numeric(20, 4))")
        connection.execute("GRANT SELECT ON company_a.customer TO company_a")
        connection.execute("INSERT INTO company_a.customer VALUES ('斗拱商行')")
        connection.execute("INSERT INTO company_a.sales_order VALUES (1234567890.1234)")
    yield dsn
    leave_nothing(ground, "shop")


@pytest.fixture
def empty(ground: Embedded) -> Iterator[str]:
    with psycopg.connect(ground.dsn, autocommit=True) as connection:
        connection.execute("CREATE DATABASE empty")
    yield make_conninfo(ground.dsn, dbname="empty")
    leave_nothing(ground, "empty")


def leave_nothing(ground: Embedded, database: str) -> None:
    with psycopg.connect(ground.dsn, autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} (FORCE)").format(sql.Identifier(database))
        )
        left = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname IN ('company_a', 'clerk')"
        ).fetchall()
        if database == "empty" or not left:
            return
        connection.execute("DROP DATABASE IF EXISTS empty (FORCE)")
        connection.execute("DROP ROLE clerk, company_a")


def untold(_done: int, _total: int, _what: str) -> None:
    """Nobody watches."""


def test_a_backup_brings_back_every_row_and_the_companies_roles(
    ground: Embedded, shop: str, empty: str, tmp_path: Path
) -> None:
    told: Told = []
    made = back_up(shop, tmp_path / "shop.backup", lambda *so_far: told.append(so_far))
    leave_nothing(ground, "shop")
    with psycopg.connect(ground.dsn, autocommit=True) as connection:
        connection.execute("CREATE DATABASE empty")

    brought = bring_back(empty, tmp_path / "shop.backup", untold)

    assert brought == made
    assert [role.name for role in made.roles] == ["clerk", "company_a"]
    assert told == [(1, 2, "company_a.customer"), (2, 2, "company_a.sales_order")]
    with psycopg.connect(empty) as connection:
        assert connection.execute("SELECT total::text FROM company_a.sales_order").fetchone() == (
            "1234567890.1234",
        )
        connection.execute("SET ROLE clerk")
        connection.execute("SET ROLE company_a")
        assert connection.execute("SELECT name FROM company_a.customer").fetchone() == ("斗拱商行",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT total FROM company_a.sales_order")


def test_a_backup_is_for_its_owner_s_eyes_and_overwrites_nothing(shop: str, tmp_path: Path) -> None:
    file = tmp_path / "shop.backup"
    back_up(shop, file, untold)
    before = file.read_bytes()

    with pytest.raises(GroundError, match="exists already"):
        back_up(shop, file, untold)

    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["shop.backup"]


def test_data_that_is_there_is_never_restored_over(shop: str, tmp_path: Path) -> None:
    back_up(shop, tmp_path / "shop.backup", untold)
    with psycopg.connect(shop) as connection:
        connection.execute("INSERT INTO company_a.customer VALUES ('later')")

    with pytest.raises(GroundError) as refused:
        bring_back(shop, tmp_path / "shop.backup", untold)

    assert refused.value.sentence == "The database already holds data (2 tables in 2 schemas)."
    with psycopg.connect(shop) as connection:
        assert connection.execute("SELECT count(*) FROM company_a.customer").fetchone() == (2,)


@pytest.mark.parametrize("harm", ["cut short", "one byte changed", "something else", "not there"])
def test_a_damaged_backup_brings_nothing(shop: str, empty: str, tmp_path: Path, harm: str) -> None:
    file = tmp_path / "shop.backup"
    back_up(shop, file, untold)
    whole = file.read_bytes()
    middle = len(whole) // 2
    match harm:
        case "cut short":
            file.write_bytes(whole[:middle])
        case "one byte changed":
            file.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
        case "something else":
            with zipfile.ZipFile(file, "w") as other:
                other.writestr("holiday.jpg", "sea")
        case _:
            file.unlink()

    with pytest.raises(GroundError, match=r"no backup that Dougong made|There is no file"):
        bring_back(empty, file, untold)

    assert tables_in(empty) == 0


def test_a_restore_that_breaks_off_leaves_the_database_empty(
    shop: str, empty: str, tmp_path: Path
) -> None:
    with psycopg.connect(shop) as connection:
        connection.execute(
            "CREATE FUNCTION company_a.odd(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS "
            "$$BEGIN RETURN (SELECT count(*) FROM company_a.customer) > 0; END$$"
        )
        connection.execute("ALTER TABLE company_a.sales_order ADD CHECK (company_a.odd('x'))")
    with psycopg.connect(shop) as connection:
        connection.execute(
            "CREATE OR REPLACE FUNCTION company_a.odd(text) RETURNS boolean LANGUAGE plpgsql "
            "IMMUTABLE AS $$BEGIN RETURN false; END$$"
        )
    file = tmp_path / "shop.backup"
    back_up(shop, file, untold)

    with pytest.raises(GroundError, match=r"Nothing was restored: .*violates check constraint"):
        bring_back(empty, file, untold)

    assert tables_in(empty) == 0


def tables_in(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        found = connection.execute(
            "SELECT count(*)::int FROM pg_tables WHERE schemaname = 'company_a'"
        ).fetchone()
    assert found is not None
    return int(found[0])


def test_a_backup_of_a_newer_format_is_refused(shop: str, empty: str, tmp_path: Path) -> None:
    file = tmp_path / "shop.backup"
    made: Contents = back_up(shop, file, untold)
    newer = tmp_path / "newer.backup"
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(newer, "w") as new:
        assert made.format == 1
        said = old.read("contents.json").replace(b'"format": 1', b'"format": 2')
        new.writestr("contents.json", said)
        new.writestr("database.dump", old.read("database.dump"))

    with pytest.raises(GroundError, match="was made by a newer Dougong"):
        bring_back(empty, newer, untold)

"""A company that an older Dougong made follows the code, with everything that is in it."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dougong.kernel.catalogue import Catalogue
from dougong.kernel.house import House
from dougong.kernel.refusals import Refused
from dougong.kernel.store.database import Database
from dougong.kernel.store.migrations import migrating
from dougong.kernel.store.migrations.migrating import Migrated, companies_behind, migrate
from dougong.kernel.store.migrations.refusals import (
    CompanyIsNewer,
    CompanyNotMigrated,
    NeedsAStepByHand,
    RowsDoNotFit,
)
from dougong.kernel.store.migrations.standing import Standing, standing_in
from dougong.kernel.store.migrations.written import written_parts
from dougong.kernel.verbs import Create
from dougong.kernel.verify import verify
from dougong.main import APPS, KERNEL
from tests.kernel.house import CATALOGUE, MONDAY, client


class KilledError(BaseException):
    """The process is gone."""


def without(catalogue: Catalogue, *entities: str, **fields: str) -> Catalogue:
    """A catalogue as it was before some entities, and a field of others, came into it."""
    kept = {}
    for name, description in catalogue.entities.items():
        if name in entities:
            continue
        own = {f.name: f for f in description.own.values() if f.name != fields.get(name)}
        kept[name] = dataclasses.replace(description, own=own)
    operations = {key: one for key, one in catalogue.operations.items() if key[0] not in entities}
    return dataclasses.replace(catalogue, entities=kept, operations=operations)


def changed(catalogue: Catalogue, entity: str, field: str, **how: object) -> Catalogue:
    """A catalogue in which a field was otherwise."""
    description = catalogue.entities[entity]
    own = description.own | {field: dataclasses.replace(description.own[field], **how)}
    entities = {**catalogue.entities, entity: dataclasses.replace(description, own=own)}
    return dataclasses.replace(catalogue, entities=entities)


OLD = changed(
    changed(
        without(CATALOGUE, "diary", client="grade", purchase="discount"),
        "limit_of",
        "client",
        unique=False,
        indexed=True,
    ),
    "client",
    "name",
    required=False,
    default="",
)


@pytest.fixture
def database(fresh_database: str) -> Iterator[Database]:
    database = Database(fresh_database, size=8)
    yield database
    database.close()


@pytest.fixture
def old(database: Database) -> House:
    """An old house, with one company in which there are a client and what it may owe."""
    house = House(database, OLD, clock=lambda: MONDAY)
    house.create_company("old", name="老店")
    house.perform("old", Create(entity="client", values={"code": "A", "name": "甲"}))
    run(
        house,
        "INSERT INTO limit_of (id, version, client, most, owed, created_at) "
        "SELECT gen_random_uuid(), 1, id, 500, 20, now() FROM client",
    )
    run(house, "ALTER TABLE record_grant RENAME COLUMN allows TO can")
    run(house, "ALTER TABLE company_state DROP COLUMN schema")
    run(house, "DROP TABLE migration")
    return house


@pytest.fixture
def new(database: Database, old: House) -> House:
    house = House(database, CATALOGUE, clock=lambda: MONDAY)
    house.create_company("fresh", name="新店")
    return house


def run(house: House, sql: str, company: str = "old") -> None:
    with house.database.outside() as connection, connection.transaction():
        connection.execute(f"SET LOCAL search_path = c_{company}, public".encode())
        connection.execute(sql.encode())


def standing(house: House, company: str) -> Standing:
    with house.database.outside() as connection, connection.transaction():
        return standing_in(connection, company)


def rows(house: House, sql: str) -> list[tuple[object, ...]]:
    with house.database.transaction("old") as transaction:
        return transaction.rows(sql)


def test_an_old_company_stands_as_a_new_one_and_keeps_what_it_had(new: House) -> None:
    assert companies_behind(new) == ["old"]

    [migrated] = migrate(new, ["old"])

    assert migrated.refused is None
    assert standing(new, "old") == standing(new, "fresh")
    assert rows(new, "SELECT code, name, grade FROM client") == [("A", "甲", "B")]
    assert rows(new, "SELECT most, owed FROM limit_of") == [(500, 20)]
    assert companies_behind(new) == []
    client(new, "old", "B")
    assert verify(new, "old") == []
    assert list(migrate(new, ["old"])) == [Migrated("old", steps=0)]


def test_who_is_killed_after_any_step_goes_on_there(new: House) -> None:
    def die(_done: str) -> None:
        raise KilledError

    killed = 0
    while companies_behind(new):
        try:
            list(migrate(new, ["old"], die))
        except KilledError:
            killed += 1

    assert killed > 10
    assert standing(new, "old") == standing(new, "fresh")
    assert rows(new, "SELECT code, name, grade FROM client") == [("A", "甲", "B")]


def test_an_index_that_was_left_half_made_is_made_anew(new: House) -> None:
    run(new, "CREATE UNIQUE INDEX uq_limit_of_client ON limit_of (client)")
    run(
        new,
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'uq_limit_of_client'::regclass",
    )

    [migrated] = migrate(new, ["old"])

    assert migrated.refused is None
    assert standing(new, "old") == standing(new, "fresh")


def test_an_old_company_is_not_served(new: House, old: House) -> None:
    with pytest.raises(Refused) as refused:
        client(new, "old", "B")
    assert refused.value.by == CompanyNotMigrated("old")
    with pytest.raises(Refused):
        verify(new, "old")

    list(migrate(new, ["old"]))
    with pytest.raises(Refused) as refused:
        old.perform("old", Create(entity="client", values={"code": "B", "name": "乙"}))
    assert refused.value.by == CompanyNotMigrated("old")


def test_a_table_that_somebody_reads_is_waited_for_while_writers_go_on(
    new: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "PAUSES", (0.01,))
    waits = threading.Event()
    told = []

    def tell(what: str) -> None:
        told.append(what)
        if "waits" in what:
            waits.set()

    with new.database.outside() as reader, reader.transaction():
        reader.execute("SELECT count(*) FROM c_old.client")
        thread = threading.Thread(target=lambda: list(migrate(new, ["old"], tell)))
        thread.start()
        assert waits.wait(20), told
        with new.database.outside() as writer:
            writer.execute("SET lock_timeout = '2s'")
            writer.execute("UPDATE c_old.client SET code = 'AA'")
    thread.join()

    assert companies_behind(new) == []
    assert rows(new, "SELECT code, grade FROM client") == [("AA", "B")]


def test_rows_that_do_not_fit_are_named_and_the_other_companies_follow(
    new: House, old: House
) -> None:
    old.create_company("other", name="别家")
    run(
        new,
        "INSERT INTO limit_of (id, version, client, owed, created_at) "
        "SELECT gen_random_uuid(), 1, id, 0, now() FROM client",
    )

    by_company = {one.company: one.refused for one in migrate(new, ["old", "other"])}

    assert by_company["other"] is None
    refused = by_company["old"]
    assert refused is not None
    assert isinstance(refused.by, RowsDoNotFit)
    assert refused.by.place == "uq_limit_of_client"
    assert companies_behind(new) == ["old"]

    run(new, "DELETE FROM limit_of WHERE owed = 0")
    [migrated] = migrate(new, ["old"])
    assert migrated.refused is None
    assert standing(new, "old") == standing(new, "fresh")


def test_what_needs_a_value_that_nobody_knows_is_not_guessed(database: Database) -> None:
    older = House(database, without(CATALOGUE, client="name"), clock=lambda: MONDAY)
    older.create_company("old", name="老店")
    older.perform("old", Create(entity="client", values={"code": "A"}))
    new = House(database, CATALOGUE, clock=lambda: MONDAY)

    [migrated] = migrate(new, ["old"])
    assert migrated.refused is not None
    assert migrated.refused.by.code == "rows_do_not_fit"

    run(new, "UPDATE client SET name = code")
    [migrated] = migrate(new, ["old"])
    assert migrated.refused is None


def test_a_column_of_another_type_needs_a_step_by_hand(new: House) -> None:
    run(new, "ALTER TABLE client ALTER COLUMN code TYPE varchar(20)")

    [migrated] = migrate(new, ["old"])

    assert migrated.refused is not None
    assert migrated.refused.by == NeedsAStepByHand(
        "old", "client.code", "it is character varying(20) and should be text"
    )


def test_what_the_code_no_longer_has_stays_but_asks_for_nothing(database: Database) -> None:
    older = House(database, CATALOGUE, clock=lambda: MONDAY)
    older.create_company("old", name="老店")
    older.perform("old", Create(entity="client", values={"code": "A", "name": "甲"}))
    run(older, "ALTER TABLE client ADD COLUMN x_colour text")
    run(older, "CREATE INDEX ix_client_x_colour ON client (x_colour)")
    new = House(database, without(CATALOGUE, client="code"), clock=lambda: MONDAY)

    [migrated] = migrate(new, ["old"])

    assert migrated.refused is None
    new.perform("old", Create(entity="client", values={"name": "乙"}))
    assert rows(new, "SELECT code, name FROM client ORDER BY code") == [("A", "甲"), (None, "乙")]
    assert ("client", "ix_client_x_colour") in standing(new, "old").indexes


@pytest.fixture
def by_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package with one step that is written by hand."""
    folder = tmp_path / "written_by_hand" / "migrations"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    (folder / "0042_grades_by_what_is_owed.sql").write_text(
        "ALTER TABLE client ADD COLUMN IF NOT EXISTS grade text;\n"
        "-- next\n"
        "-- again\n"
        "UPDATE client SET grade = 'C' WHERE id IN (\n"
        "    SELECT id FROM client WHERE grade IS NULL LIMIT 1)\n",
        "utf-8",
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    return "written_by_hand"


def test_a_step_by_hand_runs_once_part_by_part(old: House, by_hand: str) -> None:
    old.perform("old", Create(entity="client", values={"code": "B", "name": "乙"}))
    packages = (*CATALOGUE.packages, by_hand)
    new = House(
        old.database, dataclasses.replace(CATALOGUE, packages=packages), clock=lambda: MONDAY
    )

    [migrated] = migrate(new, ["old"])

    assert migrated.refused is None
    assert rows(new, "SELECT code, grade FROM client ORDER BY 1") == [("A", "C"), ("B", "C")]
    with new.database.outside() as connection:
        taken = connection.execute(
            "SELECT step, part FROM c_old.migration WHERE step LIKE '0042%' ORDER BY 1, 2"
        ).fetchall()
    step = "0042_grades_by_what_is_owed"
    assert taken == [(step, 1), (step, 2)]

    [newer] = migrate(House(old.database, CATALOGUE, clock=lambda: MONDAY), ["old"])
    assert newer.refused is not None
    assert newer.refused.by == CompanyIsNewer("old", step)


def test_the_steps_by_hand_of_all_packages_are_found_in_their_order() -> None:
    steps = [part.step for part in written_parts((*KERNEL, *APPS))]
    assert steps[0] == "0001_grants_say_what_they_allow"
    assert steps == sorted(steps)

"""Files belong to records: seen with them, changed with them, gone with them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from dougong.kernel.access.actor import Actor
from dougong.kernel.changes.building import build_waiting
from dougong.kernel.changes.entities import CompanyField
from dougong.kernel.files.entities import File
from dougong.kernel.files.operations.upload import UploadFile
from dougong.kernel.files.refusals import FileTaken, HostileFile, MisnamedFile
from dougong.kernel.files.sweeping import sweep_files
from dougong.kernel.house import House
from dougong.kernel.log.runner import Readers
from dougong.kernel.perform import Done
from dougong.kernel.questions import Question, ask
from dougong.kernel.refusals import (
    InvalidField,
    NotFound,
    NotPermitted,
    Refused,
    StillReferenced,
    UnknownReference,
)
from dougong.kernel.verbs import Create, Delete, Edit
from tests.kernel.files.shop import PDF, PNG, READER, REP, file_house, kept, uploaded
from tests.kernel.house import MONDAY, client, nothing_changes, person, published

NORTH, SOUTH = "north", "south"
NUMBERS = iter(range(1000))
LATER = MONDAY + timedelta(days=1, seconds=1)


@pytest.fixture(scope="module")
def house(database_url: str) -> Iterator[House]:
    house = file_house(database_url, NORTH, SOUTH)
    published(house, NORTH, REP, READER)
    yield house
    house.close()


@pytest.fixture(scope="module")
def rep(house: House) -> Actor:
    return person(house, NORTH, "rep", REP)


@pytest.fixture(scope="module")
def other(house: House) -> Actor:
    return person(house, NORTH, "other", REP)


@pytest.fixture(scope="module")
def reader(house: House) -> Actor:
    return person(house, NORTH, "reader", READER)


def known(house: House, owner: Actor | None = None) -> UUID:
    values = {"owner": str(owner.person)} if owner else {}
    return client(house, NORTH, f"C{next(NUMBERS)}", **values).id


def made(house: House, company: str = NORTH, by: Actor | None = None, **values: object) -> Done:
    command = Create(entity="machine", values={"name": "泵", **values})
    done = house.perform(company, command, **({"by": by} if by else {}))
    assert isinstance(done, Done)
    return done


def record(house: House, identity: UUID, company: str = NORTH) -> dict[str, object] | None:
    with house.database.transaction(company) as transaction:
        rows = transaction.rows("SELECT name, record FROM file WHERE id = %s", [identity])
    return dict(zip(("name", "record"), rows[0], strict=True)) if rows else None


def seen(house: House, by: Actor) -> set[str]:
    with house.database.transaction(NORTH) as transaction:
        page = ask(transaction, house.state(transaction), by, Question(entity="file", limit=500))
    return {one["id"] for one in page.records}


def test_a_file_is_kept_as_it_came(house: House) -> None:
    content = PNG + b"as it came"
    file = uploaded(house, NORTH, "../照片.png", content)

    assert (file.name, file.media_type, file.size) == ("照片.png", "image/png", len(content))
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert kept(house, NORTH, file.sha256) == content


def test_what_two_files_share_is_kept_once_and_until_the_last_is_deleted(house: House) -> None:
    first = uploaded(house, NORTH, "a.png", PNG + b"shared")
    second = uploaded(house, NORTH, "b.png", PNG + b"shared")
    assert first.sha256 == second.sha256

    house.perform(NORTH, Delete(entity="file", id=first.id))
    assert kept(house, NORTH, first.sha256) == PNG + b"shared"
    house.perform(NORTH, Delete(entity="file", id=second.id))
    assert kept(house, NORTH, first.sha256) is None


def test_no_company_has_another_ones_content(house: House) -> None:
    file = uploaded(house, NORTH, "a.png", PNG + b"north")

    assert kept(house, SOUTH, file.sha256) is None
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        house.database.transaction(SOUTH) as transaction,
    ):
        transaction.rows("SELECT content FROM c_north.file_content")
    with nothing_changes(house, SOUTH) as refused:
        made(house, SOUTH, picture=str(file.id))
    assert refused.by == UnknownReference("picture", "file", str(file.id))


def test_the_database_keeps_no_content_under_a_wrong_name(house: House) -> None:
    for sql in (
        "INSERT INTO file_content (sha256, content) VALUES (repeat('0', 64), 'x')",
        "UPDATE file_content SET content = content || 'x'",
        "DELETE FROM file_content",
    ):
        uploaded(house, NORTH, "a.png")
        with (
            pytest.raises(psycopg.errors.IntegrityError),
            house.database.transaction(NORTH) as transaction,
        ):
            transaction.run(sql)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.exe", b"MZ\x90\0", "hostile_file"),
        ("a.png", PDF, "misnamed_file"),
        ("a.png", b"", "file_empty"),
        ("/", PNG, "invalid_field"),
    ],
)
def test_what_is_not_taken_leaves_nothing(
    house: House, name: str, content: bytes, code: str
) -> None:
    with nothing_changes(house, NORTH) as refused:
        uploaded(house, NORTH, name, content)
    assert refused.by.code == code


def test_a_file_belongs_only_to_a_record_that_is_there(house: House) -> None:
    nobody = uuid4()
    own = uploaded(house, NORTH)
    for to, why in (
        (f"client:{nobody}", UnknownReference("record", "client", str(nobody))),
        (f"unheard:{nobody}", UnknownReference("record", "unheard", str(nobody))),
        (f"file:{own.id}", UnknownReference("record", "file", str(own.id))),
        ("client", InvalidField("record", "not_an_id", "entity:id")),
    ):
        with nothing_changes(house, NORTH) as refused:
            uploaded(house, NORTH, to=to)
        assert refused.by == why


def test_who_may_read_the_record_may_read_its_files_and_nobody_else(
    house: House, rep: Actor, other: Actor, reader: Actor
) -> None:
    own = uploaded(house, NORTH, to=f"client:{known(house, rep)}")
    foreign = uploaded(house, NORTH, to=f"client:{known(house, other)}")
    loose = uploaded(house, NORTH, by=other)

    assert str(own.id) in seen(house, rep)
    assert str(foreign.id) not in seen(house, rep)
    assert {str(own.id), str(foreign.id)} <= seen(house, reader)
    assert str(loose.id) in seen(house, other)
    assert str(loose.id) not in seen(house, rep) | seen(house, reader)


def test_a_grant_on_the_record_shows_its_files(house: House, rep: Actor) -> None:
    one = known(house)
    file = uploaded(house, NORTH, to=f"client:{one}")
    assert str(file.id) not in seen(house, rep)

    values = {"record": f"client:{one}", "person": str(rep.person), "allows": "read"}
    house.perform(NORTH, Create(entity="record_grant", values=values))

    assert str(file.id) in seen(house, rep)
    with nothing_changes(house, NORTH) as refused:
        house.perform(NORTH, Delete(entity="file", id=file.id), by=rep)
    assert refused.by == NotPermitted("file", "delete")


def test_who_may_edit_the_record_may_attach_and_remove(
    house: House, rep: Actor, other: Actor, reader: Actor
) -> None:
    one = known(house, rep)
    to = f"client:{one}"
    file = uploaded(house, NORTH, to=to, by=rep)

    with nothing_changes(house, NORTH) as refused:
        uploaded(house, NORTH, to=to, by=reader)
    assert refused.by == NotPermitted("client", "edit")
    with nothing_changes(house, NORTH) as refused:
        uploaded(house, NORTH, to=to, by=other)
    assert refused.by == UnknownReference("record", "client", str(one))
    with nothing_changes(house, NORTH) as refused:
        house.perform(NORTH, Delete(entity="file", id=file.id), by=reader)
    assert refused.by == NotPermitted("file", "delete")
    with nothing_changes(house, NORTH) as refused:
        house.perform(NORTH, Delete(entity="file", id=file.id), by=other)
    assert refused.by == NotFound("file", str(file.id))

    house.perform(NORTH, Delete(entity="file", id=file.id), by=rep)
    assert record(house, file.id) is None


def test_a_file_may_be_attached_later_but_not_where_one_may_not_edit(
    house: House, rep: Actor, other: Actor
) -> None:
    mine, theirs = known(house, rep), known(house, other)
    file = uploaded(house, NORTH, by=rep)

    with nothing_changes(house, NORTH) as refused:
        values = {"record": f"client:{theirs}"}
        house.perform(NORTH, Edit(entity="file", id=file.id, values=values), by=rep)
    assert refused.by == NotPermitted("file", "edit")

    values = {"record": f"client:{mine}"}
    house.perform(NORTH, Edit(entity="file", id=file.id, values=values), by=rep)
    assert record(house, file.id) == {"name": "照片.png", "record": f"client:{mine}"}


def test_a_new_name_says_the_same_of_what_it_is(house: House) -> None:
    file = uploaded(house, NORTH, "a.png")

    house.perform(NORTH, Edit(entity="file", id=file.id, values={"name": "x/正面.PNG"}))
    assert record(house, file.id) == {"name": "正面.PNG", "record": None}
    for name, why in (
        ("a.pdf", MisnamedFile("a.pdf", "pdf", "image/png")),
        ("a.html", HostileFile("a.html", "page")),
    ):
        with nothing_changes(house, NORTH) as refused:
            house.perform(NORTH, Edit(entity="file", id=file.id, values={"name": name}))
        assert refused.by == why


def test_what_was_kept_is_not_rewritten(house: House) -> None:
    file = uploaded(house, NORTH)
    other = uploaded(house, NORTH, "b.pdf", PDF)

    with nothing_changes(house, NORTH) as refused:
        values = {"sha256": other.sha256, "media_type": "text/html", "size": 1}
        house.perform(NORTH, Edit(entity="file", id=file.id, values=values))
    assert set(refused.refusals) == {InvalidField(name, "read_only") for name in values}
    with pytest.raises(Refused) as none:
        house.perform(NORTH, Create(entity="file", values={"name": "a.png", **values}))
    assert none.value.by.code == "no_such_operation"


def test_a_field_that_takes_a_file_makes_it_the_records(house: House, rep: Actor) -> None:
    file = uploaded(house, NORTH, by=rep)
    machine = made(house, by=rep, client=str(known(house, rep)), picture=str(file.id))

    assert record(house, file.id) == {"name": "照片.png", "record": f"machine:{machine.id}"}
    with nothing_changes(house, NORTH) as refused:
        house.perform(NORTH, Delete(entity="file", id=file.id))
    assert refused.by == StillReferenced("file", file.id, "machine")
    house.perform(NORTH, Edit(entity="machine", id=machine.id, values={"picture": None}))
    house.perform(NORTH, Edit(entity="machine", id=machine.id, values={"picture": str(file.id)}))


def test_nobody_sees_a_file_by_putting_it_into_a_field(
    house: House, rep: Actor, other: Actor
) -> None:
    secret = uploaded(house, NORTH, to=f"client:{known(house, other)}")
    loose = uploaded(house, NORTH, by=other)
    own = str(known(house, rep))
    machine = made(house, by=rep, client=own)

    for file in (secret, loose):
        for command in (
            Create(entity="machine", values={"name": "x", "client": own, "picture": str(file.id)}),
            Edit(entity="machine", id=machine.id, values={"picture": str(file.id)}),
        ):
            with nothing_changes(house, NORTH) as refused:
                house.perform(NORTH, command, by=rep)
            assert refused.by == FileTaken("picture", str(file.id))


def test_a_companys_own_field_takes_files(house: House, rep: Actor) -> None:
    field = CompanyField(entity="client", name="x_contract", label="合同", kind="file", target="")
    published(house, NORTH, field)
    assert build_waiting(house, NORTH) == []
    house.company_state(NORTH)
    file = uploaded(house, NORTH, "合同.pdf", PDF, by=rep)

    one = known(house, rep)
    edit = Edit(entity="client", id=one, values={"x_contract": str(file.id)})
    house.perform(NORTH, edit, by=rep)

    assert record(house, file.id) == {"name": "合同.pdf", "record": f"client:{one}"}
    with nothing_changes(house, NORTH) as refused:
        house.perform(NORTH, Delete(entity="file", id=file.id))
    assert refused.by == StillReferenced("file", file.id, "client")


def test_uploads_that_nobody_used_go_after_a_day(fresh_database: str) -> None:
    house = file_house(fresh_database, NORTH)
    loose = uploaded(house, NORTH, "a.png", PNG + b"loose")
    used = uploaded(house, NORTH, "b.png", PNG + b"used")
    made(house, picture=str(used.id))
    one = client(house, NORTH, "C1").id
    attached = uploaded(house, NORTH, "c.png", PNG + b"attached", to=f"client:{one}")
    two = client(house, NORTH, "C2").id
    orphan = uploaded(house, NORTH, "d.png", PNG + b"orphan", to=f"client:{two}")
    house.perform(NORTH, Delete(entity="client", id=two))

    house.clock = lambda: LATER - timedelta(seconds=2)
    assert sweep_files(house, NORTH) == 0
    house.clock = lambda: LATER
    Readers(house).catch_up()

    left = {one.id for one in (loose, used, attached, orphan) if record(house, one.id)}
    assert left == {used.id, attached.id}
    assert kept(house, NORTH, loose.sha256) is None
    assert kept(house, NORTH, orphan.sha256) is None
    assert kept(house, NORTH, used.sha256) == PNG + b"used"
    house.close()


def test_an_upload_is_carried_out_once_under_one_key_and_can_be_undone(house: House) -> None:
    command = UploadFile(name="a.png", content=PNG + b"once")
    first = house.perform(NORTH, command, key="once")
    again = house.perform(NORTH, command, key="once")
    assert isinstance(first, Done)
    assert isinstance(again, Done)
    assert (again.id, again.replayed) == (first.id, True)
    assert isinstance(first.record, File)

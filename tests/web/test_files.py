"""Files through the door: brought in, handed out only to be saved, to whoever sees their record."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import httpx
import pytest
from starlette.applications import Starlette

from dougong.kernel.access.entities import Role, RolePermission
from dougong.kernel.files.sniffing import LARGEST_FILE
from dougong.kernel.house import House
from dougong.kernel.store.setup import prepare_database
from dougong.web.app import web_app
from dougong.web.files import LARGEST_UPLOAD, to_save
from tests.kernel.files.shop import PDF, PNG, file_house
from tests.kernel.house import fingerprint, published
from tests.web.conftest import API, BOSS, CHEAP, CLERK, NORTH, REP, SOUTH, Somebody, hired, known

NUMBERS = iter(range(1000))
MECHANIC = Role(
    code="mechanic",
    name="技工",
    permissions=[RolePermission(entity="machine", operation="*")],
)


@pytest.fixture(scope="module")
def house(database_url: str) -> Iterator[House]:
    prepare_database(database_url)
    house = file_house(database_url, NORTH, SOUTH)
    for company in (NORTH, SOUTH):
        published(house, company, REP, BOSS, CLERK, MECHANIC)
    yield house
    house.close()


@pytest.fixture(scope="module")
def app(house: House) -> Starlette:
    return web_app(house, passwords=CHEAP)


@pytest.fixture(scope="module")
def colleague(house: House, app: Starlette) -> Somebody:
    return hired(house, app, NORTH, "colleague", REP)


def sent(who: Somebody, name: str, content: bytes = PNG, **given: Any) -> httpx.Response:
    """Bring a file in as the body."""
    return who.browser.post(f"{API}/file", params={"name": name, **given}, content=content)


def taken(who: Somebody, name: str = "照片.png", content: bytes = PNG, **given: Any) -> Any:
    """Bring a file in that is taken, and give its record."""
    answer = sent(who, name, content, **given)
    assert answer.status_code == 201, answer.text
    return answer.json()


def content(who: Somebody, file: Any, **headers: str) -> httpx.Response:
    return who.get(f"/file/{file['id']}/content", headers=headers)


def own_client(house: House, who: Somebody) -> UUID:
    return known(house, NORTH, f"F{next(NUMBERS)}", owner=str(who.person))


def test_a_file_comes_back_as_it_was_and_only_to_be_saved(boss: Somebody) -> None:
    answer = sent(boss, "合同 2026.pdf", PDF)
    file = answer.json()

    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/api/v1/file/{file['id']}"
    assert (file["name"], file["media_type"]) == ("合同 2026.pdf", "application/pdf")
    assert (file["size"], file["record"]) == (str(len(PDF)), None)
    back = content(boss, file)
    assert (back.status_code, back.content) == (200, PDF)
    assert back.headers["content-type"] == "application/pdf"
    assert back.headers["content-disposition"] == (
        "attachment; filename=\"__ 2026.pdf\"; filename*=UTF-8''%E5%90%88%E5%90%8C%202026.pdf"
    )
    assert back.headers["x-content-type-options"] == "nosniff"
    assert back.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert back.headers["cache-control"] == "private, no-cache"
    assert back.headers["etag"] == f'"{hashlib.sha256(PDF).hexdigest()}"'


def test_whoever_has_it_kept_is_told_that_it_is_the_same(boss: Somebody) -> None:
    file = taken(boss)
    tag = content(boss, file).headers["etag"]

    same = content(boss, file, **{"If-None-Match": tag})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    assert content(boss, file, **{"If-None-Match": '"other"'}).content == PNG


def test_a_form_brings_a_file(house: House, boss: Somebody) -> None:
    one = own_client(house, boss)
    answer = boss.browser.post(
        f"{API}/file",
        files={"file": ("C:\\tmp\\报价.png", PNG, "text/html")},
        data={"record": f"client:{one}"},
    )

    file = answer.json()
    assert answer.status_code == 201, answer.text
    assert (file["name"], file["media_type"]) == ("报价.png", "image/png")
    assert file["record"]["id"] == str(one)
    assert content(boss, file).content == PNG


@pytest.mark.parametrize(
    "form",
    [
        b"",
        b"no form at all",
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nbroken off',
        b"--x\r\n\r\n\r\n" * 20,
        b"--x\r\n" + b"a" * 9000 + b": b\r\n\r\n\r\n--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="other"\r\n\r\n1\r\n--x--\r\n',
        b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n\xff\r\n--x--\r\n',
    ],
)
def test_a_form_that_is_none_is_refused(boss: Somebody, form: bytes) -> None:
    for kind in ("multipart/form-data; boundary=x", "multipart/form-data"):
        answer = boss.browser.post(f"{API}/file", content=form, headers={"Content-Type": kind})
        assert answer.status_code in (400, 422), answer.text
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("name", "bytes_", "status", "code"),
    [
        ("virus.exe", b"MZ\x90\0", 422, "hostile_file"),
        ("page.html", b"<script>alert(1)</script>", 422, "hostile_file"),
        ("logo.svg", b"<svg onload='x'/>", 422, "hostile_file"),
        ("notes.txt", b"<html><script>", 422, "hostile_file"),
        ("photo.png", b"GIF89a", 422, "misnamed_file"),
        ("photo.png", b"", 422, "file_empty"),
        ("", PNG, 422, "invalid_field"),
        ("\u202e\x00", PNG, 422, "invalid_field"),
        ("big.txt", b"x" * (LARGEST_FILE + 1), 413, "file_too_large"),
        ("big.txt", b"x" * (LARGEST_UPLOAD + 1), 413, "body_too_large"),
    ],
)
def test_what_is_hostile_misnamed_or_too_large_is_refused(
    boss: Somebody, name: str, bytes_: bytes, status: int, code: str
) -> None:
    answer = sent(boss, name, bytes_)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_refusal_has_a_sentence_in_the_askers_language(boss: Somebody) -> None:
    assert sent(boss, "a.exe", b"MZ\x90\0", lang="zh").json()["detail"] == (
        "不接收 a.exe：它是可执行程序。"
    )
    assert sent(boss, "a.exe", b"MZ\x90\0", lang="en").json()["detail"] == (
        "a.exe isn't taken: it is a program."
    )


def test_the_largest_file_goes_in_and_out(boss: Somebody) -> None:
    largest = b"%PDF-" + b"x" * (LARGEST_FILE - 5)
    assert content(boss, taken(boss, "large.pdf", largest)).content == largest


def test_a_preview_keeps_nothing(boss: Somebody) -> None:
    before = boss.get("/file?count&limit=1").json()["count"]
    looked = sent(boss, "a.png", PNG + b"preview", preview="true").json()

    assert (looked["possible"], looked["record"]["name"]) == (True, "a.png")
    assert boss.get("/file?count&limit=1").json()["count"] == before
    assert sent(boss, "a.exe", preview="true").json()["possible"] is False


def test_only_who_sees_the_record_sees_the_file(
    house: House, boss: Somebody, rep: Somebody, colleague: Somebody, clerk: Somebody
) -> None:
    file = taken(rep, record=f"client:{own_client(house, rep)}")

    for who in (rep, boss, clerk):
        assert content(who, file).content == PNG
        assert who.get(f"/file/{file['id']}").json()["name"] == "照片.png"
    assert content(colleague, file).status_code == 404
    for path in ("", "/history", "/content"):
        assert colleague.get(f"/file/{file['id']}{path}").status_code == 404
    assert file["id"] not in [one["id"] for one in colleague.get("/file").json()["records"]]
    assert colleague.get("/file/group?by=name").json()["groups"] == []
    for who in (clerk, colleague):
        refused = who.delete(f"/file/{file['id']}")
        assert refused.status_code == (403 if who is clerk else 404)


def test_what_belongs_to_nothing_is_its_uploaders_alone(
    boss: Somebody, rep: Somebody, clerk: Somebody
) -> None:
    file = taken(rep)

    assert content(rep, file).status_code == 200
    assert content(boss, file).status_code == 404
    assert content(clerk, file).status_code == 404


def test_one_attaches_only_where_one_may_edit(
    house: House, rep: Somebody, colleague: Somebody, clerk: Somebody
) -> None:
    one = own_client(house, rep)
    for who, status, code in (
        (clerk, 403, "not_permitted"),
        (colleague, 422, "unknown_reference"),
    ):
        with_record = sent(who, "a.png", record=f"client:{one}")
        assert (with_record.status_code, with_record.json()["code"]) == (status, code)
    loose = taken(colleague)
    moved = colleague.patch(f"/file/{loose['id']}", {"record": f"client:{one}"})
    assert moved.status_code == 403
    assert sent(rep, "a.png", record=f"client:{uuid4()}").json()["code"] == "unknown_reference"
    assert sent(rep, "a.png", record="client").json()["code"] == "invalid_field"


def test_no_company_reaches_anothers_files(
    house: House, boss: Somebody, southerner: Somebody
) -> None:
    file = taken(boss, record=f"client:{own_client(house, boss)}")

    with_id = southerner.get(f"/file/{file['id']}/content")
    assert (with_id.status_code, with_id.json()["code"]) == (404, "not_found")
    tag = content(boss, file).headers["etag"]
    assert content(southerner, file, **{"If-None-Match": tag}).status_code == 404
    assert southerner.get("/file").json()["records"] == []
    assert southerner.delete(f"/file/{file['id']}").status_code == 404


def test_nobody_comes_by_a_content_by_naming_its_sum(clerk: Somebody) -> None:
    sha256 = hashlib.sha256(PNG).hexdigest()
    body = {"name": "a.png", "sha256": sha256, "media_type": "image/png", "size": 1}
    file = taken(clerk, "own.pdf", PDF)

    assert clerk.post("/file", body).json()["code"] == "invalid_field"
    assert clerk.post("/file/bulk/create", [body]).json()["code"] == "no_such_operation"
    assert clerk.post("/file/upload", body).json()["code"] == "invalid_field"
    assert clerk.patch(f"/file/{file['id']}", {"sha256": sha256}).status_code == 422
    assert content(clerk, file).content == PDF


def test_a_program_may_send_a_file_in_json(boss: Somebody) -> None:
    answer = boss.post("/file/upload", {"name": "a.txt", "content": "5paX5ouxCg=="})
    assert answer.status_code == 201, answer.text
    assert content(boss, answer.json()).content.decode() == "斗拱\n"


def test_nobody_and_no_other_website_brings_files(boss: Somebody, stranger: Any) -> None:
    assert stranger.post(f"{API}/file?name=a.png", content=PNG).status_code == 401
    foreign = boss.browser.post(
        f"{API}/file?name=a.png", content=PNG, headers={"Origin": "http://evil.test"}
    )
    assert foreign.json()["code"] == "foreign_origin"
    file = taken(boss)
    assert stranger.get(f"{API}/file/{file['id']}/content").status_code == 401


def test_a_picture_is_seen_with_its_machine(
    house: House, app: Starlette, rep: Somebody, colleague: Somebody
) -> None:
    mechanic = hired(house, app, NORTH, "mechanic", MECHANIC)
    picture = taken(mechanic)
    assert content(rep, picture).status_code == 404

    made = mechanic.post("/machine", {"name": "泵", "picture": picture["id"]})

    assert made.json()["picture"] == {"id": picture["id"], "title": "照片.png"}
    apprentice = hired(house, app, NORTH, "apprentice", MECHANIC)
    assert content(apprentice, picture).content == PNG
    assert content(colleague, picture).status_code == 404
    used = mechanic.delete(f"/file/{picture['id']}")
    assert (used.status_code, used.json()["code"]) == (409, "still_referenced")


def test_what_may_be_done_with_a_file_is_offered(
    house: House, rep: Somebody, clerk: Somebody
) -> None:
    file = taken(rep, record=f"client:{own_client(house, rep)}")

    assert rep.get(f"/file/{file['id']}").json()["can"] == {"edit": True, "delete": True}
    assert clerk.get(f"/file/{file['id']}").json()["can"] == {}
    before = fingerprint(house, NORTH)
    assert clerk.delete(f"/file/{file['id']}").json()["code"] == "not_permitted"
    assert fingerprint(house, NORTH) == before
    assert rep.delete(f"/file/{file['id']}").status_code == 204
    assert content(rep, file).status_code == 404


@pytest.mark.parametrize(
    "name", ['a"b.png', "a\r\nX: y.png", "名.png", "a;b%.png", "\U0001f600.png"]
)
def test_no_name_breaks_out_of_its_header(name: str) -> None:
    written = to_save(name)
    assert written.isascii()
    assert written.isprintable()
    assert written.count('"') == 2
    assert written.endswith(f"UTF-8''{quote(name, safe='')}")

"""Records through the door: read, made, changed, refused, previewed, many at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from uuid import UUID

import pytest

from dougong.kernel.approvals.entities import Rule, Then
from dougong.kernel.house import House
from tests.kernel.house import fingerprint, published
from tests.web.conftest import NORTH, Somebody, known, ordered

NOBODY = UUID("019a2b3c-0000-7000-8000-000000000000")
"""An id that nothing has."""

NUMBERS = iter(range(1000))


@contextmanager
def nothing_changes(house: House) -> Iterator[None]:
    """See that every table of the company is as it was."""
    before = fingerprint(house, NORTH)
    yield
    assert fingerprint(house, NORTH) == before


@pytest.fixture
def acme(house: House) -> UUID:
    return known(house, NORTH, f"A{next(NUMBERS)}")


@pytest.fixture
def draft(house: House, acme: UUID) -> str:
    return str(ordered(house, NORTH, acme, ("bolt", "40", "1.25")).id)


def test_a_record_comes_with_its_version_and_what_may_be_done(boss: Somebody, draft: str) -> None:
    answer = boss.get(f"/purchase/{draft}")

    record = answer.json()
    assert record["total"] == "50.00"
    assert [line["what"] for line in record["lines"]] == ["bolt"]
    assert record["version"] == 1
    assert answer.headers["etag"] == '"1"'
    assert record["can"] == {"confirm": True, "edit": True, "delete": True}


def test_what_may_not_be_done_comes_with_its_reason(boss: Somebody, draft: str) -> None:
    boss.post(f"/purchase/{draft}/confirm")

    can = boss.get(f"/purchase/{draft}").json()["can"]["confirm"]

    assert [one["code"] for one in can["refusals"]] == ["wrong_state"]
    assert can["refusals"][0]["facts"] == {"state": "confirmed", "wanted": "confirmed"}


def test_what_the_roles_do_not_allow_is_not_offered(clerk: Somebody, draft: str) -> None:
    assert clerk.get(f"/purchase/{draft}").json()["can"] == {}


def test_a_record_is_found_by_its_number_and_by_its_code(
    boss: Somebody, house: House, acme: UUID
) -> None:
    purchase = ordered(house, NORTH, acme, ("nut", "1", "1")).record

    assert boss.get(f"/purchase/{purchase.number}").json()["id"] == str(purchase.id)
    confirmed = boss.post(f"/purchase/{purchase.number}/confirm").json()
    assert confirmed["state"] == "confirmed"
    code = boss.get(f"/client/{acme}").json()["code"]
    assert boss.get(f"/client/{code}").json()["id"] == str(acme)


def test_a_page_is_filtered_sorted_counted_and_followed_by_the_next(
    boss: Somebody, house: House
) -> None:
    for name in ("Zeta", "Eta", "Theta"):
        known(house, NORTH, f"P-{name}", grade="C")
    asked = {"filter": 'grade == "C"', "sort": "-code", "fields": "code", "limit": 2}

    first = boss.get("/client", params={**asked, "count": ""}).json()
    second = boss.get("/client", params={**asked, "cursor": first["next_cursor"]}).json()

    assert [one["code"] for one in first["records"]] == ["P-Zeta", "P-Theta"]
    assert first["count"] == {"number": 3, "exact": True}
    assert [one["code"] for one in second["records"]] == ["P-Eta"]
    assert second["next_cursor"] is None


def test_a_filter_may_be_built_or_typed(boss: Somebody, acme: UUID, draft: str) -> None:
    built = f'{{"field": "client", "op": "eq", "value": "{acme}"}}'
    typed = f'client == "{acme}"'

    for text in (built, typed):
        found = boss.get("/purchase", params={"filter": text})
        assert [one["id"] for one in found.json()["records"]] == [draft], found.text


def test_groups_count_and_sum_exactly(boss: Somebody, house: House, acme: UUID) -> None:
    ordered(house, NORTH, acme, ("bolt", "3", "0.1"))
    ordered(house, NORTH, acme, ("bolt", "1", "0.2"))

    groups = boss.get(
        "/purchase/group",
        params={"by": "client", "sums": "total", "filter": f'client == "{acme}"'},
    ).json()["groups"]

    assert [(one["count"], Decimal(one["total"])) for one in groups] == [(2, Decimal("0.5"))]


def test_numbers_travel_exactly(boss: Somebody, acme: UUID) -> None:
    made = boss.browser.post(
        "/api/v1/purchase",
        content=(
            f'{{"client": "{acme}", "lines": [{{"what": "x", "quantity": 0.1, "price": 1234567890123.4567}}]}}'
        ),
        headers={"Content-Type": "application/json"},
    )

    assert made.status_code == 201, made.text
    line = made.json()["lines"][0]
    assert (line["quantity"], line["price"]) == ("0.1", "1234567890123.4567")
    assert made.json()["total"] == "123456789012.34567"


def test_what_was_made_says_where_it_is_and_what_happened(boss: Somebody, acme: UUID) -> None:
    made = boss.post("/purchase", {"client": str(acme)})

    assert made.status_code == 201
    assert made.headers["location"] == f"/api/v1/purchase/{made.json()['id']}"
    assert UUID(made.headers["dougong-event"])
    assert boss.get(f"/purchase/{made.json()['id']}").status_code == 200


# Refused


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"cleint": "x"}, ["cleint", "client"]),
        ({"client": "x"}, ["client"]),
        ({"client": None}, ["client"]),
        ({"client": str(NOBODY), "discount": "2"}, ["discount"]),
        ({"client": str(NOBODY), "discount": "NaN"}, ["discount"]),
        ({"client": str(NOBODY), "total": "2"}, ["total"]),
        ({"client": str(NOBODY), "wanted": "31.12.2026"}, ["wanted"]),
        ({"client": str(NOBODY), "state": "confirmed"}, ["state"]),
        ({"client": str(NOBODY), "id": str(NOBODY)}, ["id"]),
        (
            {"client": str(NOBODY), "lines": [{"what": "x", "quantity": "-1"}, {"quantity": "1"}]},
            ["lines[0].quantity", "lines[1].what"],
        ),
        ({"client": str(NOBODY)}, ["client"]),
    ],
)
def test_bad_input_is_refused_naming_the_field(
    house: House, boss: Somebody, body: dict[str, object], fields: list[str]
) -> None:
    with nothing_changes(house):
        answer = boss.post("/purchase", body)

    problem = answer.json()
    assert answer.status_code == 422, problem
    assert answer.headers["content-type"] == "application/problem+json"
    assert [one["field"] for one in problem.get("problems", [problem])] == fields
    assert problem["field"] == fields[0]
    assert problem["type"].endswith(problem["code"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"remrk": ""}, "remrk"),
        ({"remark": 1}, "remark"),
        ({"remark": "a\x00b"}, "remark"),
        ({"id": str(NOBODY)}, "id"),
    ],
)
def test_arguments_of_an_operation_are_refused_naming_them(
    house: House, boss: Somebody, draft: str, body: dict[str, object], field: str
) -> None:
    with nothing_changes(house):
        answer = boss.post(f"/purchase/{draft}/confirm", body)

    assert answer.status_code == 422, answer.text
    assert answer.json()["field"] == field


@pytest.mark.parametrize(
    ("content", "kind", "answered"),
    [
        (b"{", "application/json", (400, "unreadable_body")),
        (b"[" * 100_000, "application/json", (400, "unreadable_body")),
        (b"[1]", "application/json", (400, "unreadable_body")),
        (b'{"client": NaN}', "application/json", (400, "unreadable_body")),
        (b"\xff\xfe", "application/json", (400, "unreadable_body")),
        (b'{"client": "x"}', "text/plain", (415, "not_json")),
        (b" " * (8 * 2**20 + 1), "application/json", (413, "body_too_large")),
    ],
)
def test_a_body_that_cannot_be_read_changes_nothing(
    house: House, boss: Somebody, content: bytes, kind: str, answered: tuple[int, str]
) -> None:
    with nothing_changes(house):
        answer = boss.browser.post(
            "/api/v1/purchase", content=content, headers={"Content-Type": kind}
        )

    assert (answer.status_code, answer.json()["code"]) == answered


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/purchase?fliter=1", "fliter"),
        ("/purchase?limit=0", "limit"),
        ("/purchase?limit=ten", "limit"),
        ("/purchase?limit=1001", "limit"),
        ("/purchase?cursor=abc", "cursor"),
        ("/purchase?sort=colour", "sort.0"),
        ("/purchase?filter=colour == 1", "filter"),
        ("/purchase?filter={", "filter"),
        ("/purchase?fields=colour", "fields"),
        ("/purchase/group?by=colour", "by.0"),
    ],
)
def test_a_question_that_cannot_be_understood_names_its_part(
    boss: Somebody, path: str, field: str
) -> None:
    answer = boss.get(path)

    assert answer.status_code == 422, answer.text
    assert answer.json()["field"].startswith(field)


@pytest.mark.parametrize(
    ("method", "path", "code", "status"),
    [
        ("GET", "/flying_saucer", "no_such_entity", 404),
        ("GET", f"/purchase/{NOBODY}", "not_found", 404),
        ("GET", "/purchase/P-1999-0001", "not_found", 404),
        ("POST", f"/purchase/{NOBODY}/confirm", "not_found", 404),
        ("POST", f"/purchase/{NOBODY}/levitate", "no_such_operation", 404),
        ("POST", "/purchase/confirm", "no_such_operation", 404),
        ("POST", "/diary", "no_such_operation", 404),
        ("GET", "/a/b/c/d", "no_such_address", 404),
        ("PUT", "/purchase", "not_this_way", 405),
    ],
)
def test_what_is_not_there_is_said_so(
    boss: Somebody, method: str, path: str, code: str, status: int
) -> None:
    answer = boss.browser.request(method, f"/api/v1{path}", json={} if method != "GET" else None)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_refusal_carries_facts_and_a_sentence_in_the_asked_language(
    boss: Somebody, draft: str
) -> None:
    boss.post(f"/purchase/{draft}/confirm")

    english = boss.post(
        f"/purchase/{draft}/confirm", headers={"Accept-Language": "en-GB, zh;q=0.5"}
    )
    chinese = boss.post(f"/purchase/{draft}/confirm?lang=zh")

    assert english.status_code == chinese.status_code == 409
    assert english.json()["facts"] == {"state": "confirmed", "wanted": "confirmed"}
    assert english.json()["detail"].startswith("That isn't possible now")
    assert chinese.headers["content-language"] == "zh"
    assert chinese.json()["detail"] != english.json()["detail"]


def test_what_roles_do_not_allow_is_refused_and_changes_nothing(
    house: House, clerk: Somebody, draft: str
) -> None:
    with nothing_changes(house):
        for answer in (
            clerk.post(f"/purchase/{draft}/confirm"),
            clerk.patch(f"/purchase/{draft}", {"discount": "0.1"}),
            clerk.delete(f"/purchase/{draft}"),
            clerk.post("/client", {"code": "X", "name": "x"}),
            clerk.get("/person"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


def test_a_row_rule_hides_by_id_number_list_group_search_and_operation(
    house: House, rep: Somebody, acme: UUID, draft: str
) -> None:
    number = house.company_state(NORTH) and ordered(house, NORTH, acme).record.number
    own = known(house, NORTH, f"OWN{next(NUMBERS)}", owner=str(rep.person))
    mine = ordered(house, NORTH, own, ("bolt", "1", "1"))

    with nothing_changes(house):
        for hidden in (f"/purchase/{draft}", f"/purchase/{number}", f"/client/{acme}"):
            assert rep.get(hidden).status_code == 404
        assert rep.post(f"/purchase/{number}/confirm").status_code == 404
        assert rep.post(f"/purchase/{draft}/confirm").status_code == 404
        assert rep.post(f"/purchase/{draft}/confirm?preview").status_code == 404
        assert rep.patch(f"/purchase/{draft}", {"discount": "0.1"}).status_code == 404
        assert rep.delete(f"/purchase/{draft}").status_code == 404
    assert [one["id"] for one in rep.get("/purchase").json()["records"]] == [str(mine.id)]
    [group] = rep.get("/purchase/group?by=client&sums=total").json()["groups"]
    assert group["client"]["id"] == str(own)


def test_a_hidden_field_is_nowhere(house: House, rep: Somebody) -> None:
    own = known(house, NORTH, f"OWN{next(NUMBERS)}", owner=str(rep.person))
    mine = ordered(house, NORTH, own, ("bolt", "1", "1"))

    assert "grade" not in rep.get(f"/client/{own}").json()
    assert "cost" not in rep.get(f"/purchase/{mine.id}").json()["lines"][0]
    for question in ("/client?filter=grade=='B'", "/client?sort=grade", "/client/group?by=grade"):
        assert rep.get(question).status_code == 422
    assert "grade" not in [f["name"] for f in rep.get("/meta/client").json()["fields"]]
    schemas = rep.browser.get("/api/openapi.json").json()["components"]["schemas"]
    assert "grade" not in schemas["client"]["properties"]
    assert "cost" not in schemas["purchase_line"]["properties"]


# Versions and keys


def test_a_stale_write_is_merged_where_nobody_touched_its_fields(
    boss: Somebody, draft: str
) -> None:
    boss.patch(f"/purchase/{draft}", {"discount": "0.1"}, headers={"If-Match": '"1"'})

    merged = boss.patch(f"/purchase/{draft}", {"wanted": "2026-12-01"}, headers={"If-Match": '"1"'})

    assert merged.status_code == 200, merged.text
    assert (merged.json()["discount"], merged.json()["wanted"]) == ("0.1", "2026-12-01")
    assert merged.headers["etag"] == '"3"'


def test_a_stale_write_to_the_same_field_gets_both_versions(
    house: House, boss: Somebody, draft: str
) -> None:
    boss.patch(f"/purchase/{draft}", {"discount": "0.1"}, headers={"If-Match": '"1"'})

    with nothing_changes(house):
        answer = boss.patch(f"/purchase/{draft}", {"discount": "0.2"}, headers={"If-Match": '"1"'})

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "stale")
    assert (problem["facts"]["seen"], problem["facts"]["current"]) == (1, 2)
    assert problem["facts"]["fields"] == ["discount"]
    assert (problem["current"]["version"], problem["current"]["discount"]) == (2, "0.1")


def test_an_operation_on_a_version_that_is_gone_is_refused(
    house: House, boss: Somebody, draft: str
) -> None:
    boss.patch(f"/purchase/{draft}", {"discount": "0.1"})

    with nothing_changes(house):
        answer = boss.post(f"/purchase/{draft}/confirm", headers={"If-Match": '"1"'})

    assert (answer.status_code, answer.json()["code"]) == (409, "stale")
    assert boss.post(f"/purchase/{draft}/confirm", headers={"If-Match": '"2"'}).status_code == 200


def test_a_tag_that_was_never_a_version_fails_the_precondition(
    house: House, boss: Somebody, draft: str
) -> None:
    with nothing_changes(house):
        for tag in ('"abc"', 'W/"1"', "1", '"1", "2"'):
            answer = boss.patch(
                f"/purchase/{draft}", {"discount": "0.2"}, headers={"If-Match": tag}
            )
            assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")


def test_a_request_sent_twice_is_carried_out_once(house: House, boss: Somebody, acme: UUID) -> None:
    key = {"Idempotency-Key": f"order {acme}"}
    body = {"client": str(acme), "lines": [{"what": "bolt", "quantity": "2", "price": "3"}]}

    first = boss.post("/purchase", body, headers=key)
    with nothing_changes(house):
        again = boss.post("/purchase", body, headers=key)
        other = boss.post("/purchase", {"client": str(acme)}, headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


@pytest.mark.parametrize("key", ["", "x" * 256, "parked:1"])
def test_a_key_that_is_none_is_refused(house: House, boss: Somebody, draft: str, key: str) -> None:
    with nothing_changes(house):
        answer = boss.post(f"/purchase/{draft}/confirm", headers={"Idempotency-Key": key})

    assert (answer.status_code, answer.json()["field"]) == (422, "Idempotency-Key")


# Previews


def test_a_preview_decides_and_writes_nothing(house: House, boss: Somebody, draft: str) -> None:
    with nothing_changes(house):
        confirmed = boss.post(f"/purchase/{draft}/confirm?preview").json()
        edited = boss.patch(f"/purchase/{draft}?preview", {"discount": "0.1"}).json()
        made = boss.post(
            "/purchase?preview",
            {
                "client": edited["record"]["client"]["id"],
                "lines": [{"what": "x", "quantity": 2, "price": 3}],
            },
        ).json()
        gone = boss.delete(f"/purchase/{draft}?preview").json()

    assert confirmed["possible"] is True
    assert confirmed["record"]["state"] == "confirmed"
    assert edited["record"]["total"] == "45.000"
    assert (made["record"]["total"], made["record"]["number"]) == ("6", "")
    assert gone["possible"] is True


def test_a_preview_names_the_obstacles(boss: Somebody, draft: str) -> None:
    boss.post(f"/purchase/{draft}/confirm")

    looked = boss.post(f"/purchase/{draft}/confirm?preview").json()

    assert looked["possible"] is False
    assert [one["code"] for one in looked["obstacles"]] == ["wrong_state"]


# Many at a time


def test_in_bulk_each_row_gets_its_own_answer(
    house: House, boss: Somebody, acme: UUID, draft: str
) -> None:
    second = str(ordered(house, NORTH, acme, ("nut", "1", "1")).id)
    boss.post(f"/purchase/{second}/confirm")

    answer = boss.post(
        "/purchase/bulk/confirm",
        [{"id": draft, "remark": "go"}, {"id": second}, {"id": draft, "rmark": ""}, {}],
    )

    results = answer.json()["results"]
    assert [one["status"] for one in results] == [200, 409, 422, 422]
    assert results[0]["record"]["state"] == "confirmed"
    assert results[1]["problem"]["code"] == "wrong_state"
    assert [results[2]["problem"]["field"], results[3]["problem"]["field"]] == ["rmark", "id"]
    assert answer.json()["refused"] == 3


def test_in_bulk_records_are_made_changed_and_deleted(boss: Somebody) -> None:
    codes = [f"B{next(NUMBERS)}" for _ in range(150)]

    made = boss.post("/client/bulk/create", [{"code": c, "name": c} for c in codes]).json()
    rows = [{"id": one["record"]["id"], "version": 1, "grade": "A"} for one in made["results"]]
    edited = boss.post("/client/bulk/edit", rows).json()
    stale = boss.post("/client/bulk/edit", [{**rows[0], "grade": "C"}]).json()
    gone = boss.post("/client/bulk/delete", [{"id": one["id"]} for one in rows]).json()

    assert {one["status"] for one in made["results"]} == {201}
    assert {one["record"]["grade"] for one in edited["results"]} == {"A"}
    assert stale["results"][0]["problem"]["code"] == "stale"
    assert {one["status"] for one in gone["results"]} == {204}


def test_in_bulk_what_the_database_refuses_leaves_the_others_alone(
    boss: Somebody, acme: UUID
) -> None:
    taken = boss.get(f"/client/{acme}").json()["code"]
    fresh = f"B{next(NUMBERS)}"

    results = boss.post(
        "/client/bulk/create", [{"code": taken, "name": "x"}, {"code": fresh, "name": "y"}]
    ).json()["results"]

    assert [one["status"] for one in results] == [409, 201]
    assert results[0]["problem"]["code"] == "not_unique"


# Approval


def test_what_needs_approval_waits_and_is_performed_once_approved(
    house: House, boss: Somebody, rep: Somebody
) -> None:
    published(
        house,
        NORTH,
        Rule(
            name="高折扣",
            on_entity="purchase",
            on_operation="confirm",
            then=Then.ASK,
            condition="discount > 0.3",
            role="boss",
            message="折扣太高",
        ),
    )
    own = known(house, NORTH, f"OWN{next(NUMBERS)}", owner=str(rep.person))
    purchase = rep.post(
        "/purchase",
        {
            "client": str(own),
            "discount": "0.4",
            "lines": [{"what": "x", "quantity": 1, "price": 9}],
        },
    ).json()

    offered = rep.get(f"/purchase/{purchase['id']}").json()["can"]["confirm"]
    answer = rep.post(f"/purchase/{purchase['id']}/confirm")

    assert offered["waits_for"] == "boss"
    assert answer.status_code == 202, answer.text
    parked = answer.json()["waiting"]
    assert (parked["role"], parked["reasons"][0]["code"]) == ("boss", "broken_rule")
    assert rep.get(f"/purchase/{purchase['id']}").json()["state"] == "draft"
    approved = boss.post(f"/parked_command/{parked['parked']}/approve")
    assert approved.status_code == 200, approved.text
    assert rep.get(f"/purchase/{purchase['id']}").json()["state"] == "confirmed"

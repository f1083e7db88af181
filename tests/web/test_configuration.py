"""The configuration over the door: change sets as plain data, in words, and what meta tells of them."""

from __future__ import annotations

from typing import Any

import pytest

from dougong.kernel.house import House
from tests.web.conftest import NORTH, Somebody, known, ordered


def drafted(boss: Somebody, purpose: str, *items: dict[str, Any]) -> str:
    answer = boss.post("/change_set", {"purpose": purpose, "items": list(items)})
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


def published(boss: Somebody, purpose: str, *items: dict[str, Any]) -> str:
    made = drafted(boss, purpose, *items)
    answer = boss.post(f"/change_set/{made}/publish")
    assert answer.status_code == 200, answer.text
    return made


def added(what: str, key: str, **value: Any) -> dict[str, Any]:
    return {"what": what, "action": "add", "key": key, "value": value}


SIZE = {
    "kind": "choice",
    "label": "规模",
    "label_en": "Size",
    "options": ["小", "大"],
    "initial": "小",
}


def test_a_change_says_plainly_how_things_shall_be(boss: Somebody) -> None:
    made = published(boss, "规模", added("field", "client.x_size", **SIZE, help="按员工人数"))

    fields = {one["name"]: one for one in boss.get("/meta/client?lang=en").json()["fields"]}
    assert [one["value"] for one in fields["x_size"]["options"]] == ["小", "大"]
    assert fields["x_size"]["help"] == "按员工人数"
    assert fields["x_size"]["default"] == "小"
    item = boss.get(f"/change_set/{made}").json()["items"][0]
    assert item["value"] == {**SIZE, "help": "按员工人数"}
    assert item["before"] == {}


@pytest.mark.parametrize("value", ["nonsense", [1], 3, "[1]"])
def test_what_is_no_object_is_refused_by_its_place(boss: Somebody, value: object) -> None:
    item = {"what": "field", "action": "add", "key": "client.x_bad", "value": value}
    answer = boss.post("/change_set", {"purpose": "bad", "items": [item]})

    assert answer.status_code == 422
    assert answer.json()["field"] == "items[0].value"


def test_a_change_set_is_told_in_words_before_and_after(boss: Somebody) -> None:
    rule = {
        "on_entity": "purchase",
        "on_operation": "confirm",
        "then": "refuse",
        "condition": "total > 900000",
        "message": "太大",
    }
    published(boss, "规则", added("rule", "大单", **rule))
    raised = {"condition": "total > 950000"}
    made = drafted(
        boss, "放宽", {"what": "rule", "action": "change", "key": "大单", "value": raised}
    )

    for publish in (False, True):
        if publish:
            assert boss.post(f"/change_set/{made}/publish").status_code == 200
        told = boss.get(f"/change_set/{made}/diff?lang=en").json()
        assert told["purpose"] == "放宽"
        (change,) = told["changes"]
        assert change["sentence"] == "Change Rule “大单”"
        assert [(p["name"], p["before"], p["after"]) for p in change["parts"]] == [
            ("condition", "total > 900000", "total > 950000")
        ]
        assert change["parts"][0]["sentence"].endswith(": total > 900000 → total > 950000")
    assert told["by"]["id"] == str(boss.person)
    chinese = boss.get(f"/change_set/{made}/diff?lang=zh").json()
    assert chinese["changes"][0]["sentence"] == "修改规则“大单”"

    assert boss.post(f"/change_set/{made}/revert").status_code == 200
    rules = {one["name"]: one for one in boss.get("/meta/purchase").json()["rules"]}
    assert rules["大单"]["condition"] == "total > 900000"


def test_a_preview_names_what_would_be_refused_and_publishes_nothing(boss: Somebody) -> None:
    made = drafted(boss, "bad", added("field", "client.size", kind="number", label="x"))

    told = boss.post(f"/change_set/{made}/publish?preview").json()

    assert [one["field"] for one in told["obstacles"]] == ["items[0].key"]
    assert boss.get(f"/change_set/{made}").json()["state"] == "draft"


def test_views_reach_those_whom_they_are_for(boss: Somebody, rep: Somebody) -> None:
    published(
        boss,
        "列表",
        added("view", "client/所有", kind="list", content={"columns": ["code", "name"]}),
        added("view", "client/销售", kind="list", role="rep", content={"columns": ["name"]}),
    )

    mine = {one["name"]: one for one in rep.get("/meta/client").json()["views"]}
    assert mine["所有"]["content"] == {"columns": ["code", "name"]}
    assert mine["销售"]["content"] == {"columns": ["name"]}
    assert "销售" not in [one["name"] for one in boss.get("/meta/client").json()["views"]]


def test_only_who_may_read_rules_and_roles_is_told_of_them(boss: Somebody, rep: Somebody) -> None:
    told, hidden = boss.get("/meta/client").json(), rep.get("/meta/client").json()

    rows = {one["code"]: one["permissions"] for one in told["roles"]}
    assert {"operation": "edit", "rows": "owner == me"} in rows["rep"]
    assert "roles" not in hidden
    assert "rules" not in hidden
    assert rep.get("/change_set").status_code == 403


def test_meta_says_what_things_mean(boss: Somebody) -> None:
    told = boss.get("/meta/purchase").json()

    sections = {one["name"]: one["fields"] for one in told["sections"]}
    assert sections["identity"] == ["number", "state"]
    assert sections["lines"] == ["lines"]
    assert {"total", "confirmations"} <= set(sections["kept"])
    assert told["number"] == "number"
    assert told["numbering"] == "P-{year}-{n:04}"
    assert told["columns"][:3] == ["number", "state", "client"]
    fields = {one["name"]: one for one in told["fields"]}
    assert fields["total"]["kept"] is True


def test_meta_is_told_again_only_where_it_changed(boss: Somebody, rep: Somebody) -> None:
    first = boss.get("/meta/client?lang=en")
    mark = {"If-None-Match": first.headers["etag"]}

    again = boss.get("/meta/client?lang=en", headers=mark)
    assert (again.status_code, again.content) == (304, b"")
    assert boss.get("/meta/client?lang=zh", headers=mark).status_code == 200
    assert boss.get("/meta?lang=en", headers=mark).status_code == 200
    assert rep.get("/meta/client?lang=en", headers=mark).status_code == 200
    published(boss, "又一个", added("field", "client.x_more", kind="day", label="日"))
    assert boss.get("/meta/client?lang=en", headers=mark).status_code == 200


def test_who_am_i(rep: Somebody) -> None:
    me = rep.get("/me?lang=en").json()

    assert me["person"] == {"id": str(rep.person), "name": "rep", "locale": "zh"}
    assert me["company"]["time_zone"] == "Asia/Shanghai"
    assert [one["code"] for one in me["roles"]] == ["rep"]
    assert (me["companies"], me["language"]) == ([rep.company], "en")


def test_tags_addresses_and_formulas_are_spoken_of_behind_references(boss: Somebody) -> None:
    published(
        boss,
        "客户画像",
        added("field", "client.x_words", kind="tags", label="标签"),
        added("field", "client.x_home", kind="address", label="地址"),
        added("field", "client.x_staff", kind="number", label="人数"),
        added("field", "client.x_score", kind="formula", label="分", pattern="x_staff * 2"),
        added(
            "rule",
            "上海大客户",
            on_entity="purchase",
            on_operation="confirm",
            then="refuse",
            condition='"vip" in client.x_words and client.x_home.city == "上海" and client.x_score > 9',
            message="请找总监",
        ),
    )

    def bought(code: str, city: str, staff: str) -> str:
        values = {"x_words": ["vip", "张"], "x_home": {"city": city}, "x_staff": staff}
        who = boss.post("/client", {"code": code, "name": code, **values}).json()["id"]
        found: str = boss.post("/purchase", {"client": who}).json()["id"]
        return found

    caught, small, far = (
        bought("P1", "上海", "5"),
        bought("P2", "上海", "4"),
        bought("P3", "北京", "5"),
    )

    assert boss.post(f"/purchase/{caught}/confirm").json()["facts"]["rule"] == "上海大客户"
    assert boss.post(f"/purchase/{small}/confirm").status_code == 200
    assert boss.post(f"/purchase/{far}/confirm").status_code == 200

    def listed(**asked: str) -> list[str]:
        answer = boss.get("/purchase", params={"fields": "client.x_score", **asked})
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json()["records"]]

    where = '"vip" in client.x_words'
    assert listed(filter=f"{where} and client.x_score > 9", sort="client.code") == [caught, far]
    assert listed(filter=where, sort="client.x_home.city,-client.x_score") == [caught, small, far]
    tree = '{"field": "client.x_words", "op": "contains", "value": "张"}'
    assert set(listed(filter=tree)) == {caught, small, far}
    assert set(listed(filter='{"field": "client.x_home.city", "op": "eq", "value": "北京"}')) == {
        far
    }


def test_a_refusal_keeps_to_itself_what_its_reader_may_not_read(
    house: House, boss: Somebody, rep: Somebody
) -> None:
    who = known(house, NORTH, "veil", owner=str(rep.person))
    with house.database.outside() as connection:
        connection.execute(
            "INSERT INTO c_north.limit_of (id, version, client, most, owed, created_at, updated_at) "
            "VALUES (gen_random_uuid(), 1, %s, 100, 0, now(), now())",
            [who],
        )
    order = ordered(house, NORTH, who, ("M8", "1", "150")).id

    told = boss.post(f"/purchase/{order}/confirm?lang=en").json()
    veiled = rep.post(f"/purchase/{order}/confirm?lang=en").json()

    assert {name: float(fact) for name, fact in told["facts"].items()} == {
        "limit": 100,
        "short_by": 50,
    }
    assert (veiled["code"], veiled["facts"]) == ("too_much_owed", {})
    assert "100" not in veiled["detail"]
    offered = rep.get(f"/purchase/{order}").json()["can"]["confirm"]["refusals"]
    assert [one["facts"] for one in offered] == [{}]
    previewed = rep.post(f"/purchase/{order}/confirm?preview").json()["obstacles"]
    assert [one["facts"] for one in previewed] == [{}]


def test_a_new_record_is_its_makers_where_the_field_says_so(boss: Somebody) -> None:
    mine = boss.post("/client", {"code": "K1", "name": "K1"}).json()
    nobodys = boss.post("/client", {"code": "K2", "name": "K2", "keeper": None}).json()

    assert mine["keeper"]["id"] == str(boss.person)
    assert nobodys["keeper"] is None
    fields = {one["name"]: one for one in boss.get("/meta/client").json()["fields"]}
    assert fields["keeper"]["acting"] is True


def test_what_was_published_is_neither_edited_nor_deleted(boss: Somebody) -> None:
    made = published(boss, "留底", added("field", "client.x_kept", kind="day", label="日"))

    assert boss.patch(f"/change_set/{made}", {"purpose": "别的"}).json()["code"] == "wrong_state"
    assert boss.delete(f"/change_set/{made}").json()["code"] == "wrong_state"
    told = boss.get(f"/change_set/{made}").json()
    assert told["purpose"] == "留底"
    assert told["can"]["revert"] is True
    assert told["can"]["edit"]["refusals"][0]["code"] == "wrong_state"

    draft = drafted(boss, "草稿", added("field", "client.x_other", kind="day", label="日"))
    assert boss.patch(f"/change_set/{draft}", {"purpose": "改"}).json()["purpose"] == "改"
    assert boss.delete(f"/change_set/{draft}").status_code == 204


def test_why_can_i_and_why_can_they_not(house: House, boss: Somebody, rep: Somebody) -> None:
    mine = known(house, NORTH, "W1", owner=str(rep.person))
    theirs = known(house, NORTH, "W2", owner=str(boss.person))

    told = rep.get(f"/client/{mine}/why?operation=edit").json()
    assert told["allowed"] is True
    assert told["reasons"] == [
        {"role": "rep", "name": "销售", "rows": "owner == me", "holds": True}
    ]
    assert "grade" in told["hidden"]
    assert rep.get(f"/client/{theirs}/why").status_code == 404
    assert rep.get(f"/client/{mine}/why?person={boss.person}").status_code == 403

    seen = boss.get(f"/client/{theirs}/why?person={rep.person}").json()
    assert (seen["allowed"], seen["person"]["title"]) == (False, "rep")
    assert [(one["role"], one["holds"]) for one in seen["reasons"]] == [("rep", False)]
    assert boss.get(f"/client/{theirs}/why?operation=edit").json()["reasons"][0]["role"] == "boss"
    assert boss.get(f"/client/{theirs}/why?operation=fly").status_code == 404

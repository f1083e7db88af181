"""Records through the door: read, made, changed, refused, previewed, many at a time."""

from __future__ import annotations

from dougong.kernel.house import House
from tests.web.conftest import NORTH, Somebody, known, ordered


def test_a_record_comes_with_its_version_and_what_may_be_done(house: House, boss: Somebody) -> None:
    acme = known(house, NORTH, "A1")
    purchase = ordered(house, NORTH, acme, ("bolt", "40", "1.25"))

    answer = boss.get(f"/purchase/{purchase.id}")

    assert answer.status_code == 200, answer.text
    record = answer.json()
    assert record["total"] == "50.00"
    assert record["client"] == {"id": str(acme), "title": "客户 A1"}
    assert [line["what"] for line in record["lines"]] == ["bolt"]
    assert answer.headers["etag"] == '"1"'
    assert record["can"] == {"confirm": True, "edit": True, "delete": True}

"""A company is where it is and counts in what there is; nobody could work with anything else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dougong.kernel.house import House
from dougong.kernel.refusals import Refused
from dougong.kernel.verbs import Edit
from tests.kernel.house import mini_house, nothing_changes

COMPANY = "somewhere"


@pytest.fixture(scope="module")
def house(database_url: str) -> Iterator[House]:
    house = mini_house(database_url, COMPANY)
    yield house
    house.close()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Mars/Base"),
        ("time_zone", "Europe"),
        ("locale", "tlh"),
        ("tax_rounding", "never"),
    ],
)
def test_a_company_cannot_be_moved_to_nowhere(house: House, field: str, value: str) -> None:
    company = house.company_state(COMPANY).company

    with nothing_changes(house, COMPANY) as refused:
        house.perform(COMPANY, Edit(entity="company", id=company.id, values={field: value}))

    assert refused.by.facts()["field"] == field
    house.perform(COMPANY, Edit(entity="company", id=company.id, values={"name": "还在"}))


def test_a_company_begins_with_what_exists(house: House) -> None:
    with pytest.raises(Refused) as refused:
        house.create_company("nowhere", name="x", currency="USDX", time_zone="Mars/Base")

    assert [each.facts()["field"] for each in refused.value.refusals] == ["currency", "time_zone"]
    assert "nowhere" not in house.companies()

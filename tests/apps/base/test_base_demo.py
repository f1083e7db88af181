"""The demo's masters: right by every law, and the same for the same seed."""

from __future__ import annotations

from datetime import date

from dougong.apps.base.demo import base_demo, organisation_code
from dougong.apps.base.tax_numbers import credit_code_fault
from dougong.apps.crm.demo import crm_demo
from tests.apps.base.masters import Masters

TODAY = date(2026, 3, 9)


def test_the_demo_is_a_distributor_that_could_be(masters: Masters) -> None:
    made = base_demo(masters.house, masters.company, today=TODAY)

    assert (len(made.customers), len(made.products), len(made.suppliers)) == (74, 133, 15)
    numbers = masters.rows("SELECT tax_number FROM customer WHERE country = 'CN'")
    assert len(numbers) == 62
    assert {credit_code_fault(number) for (number,) in numbers} == {None}
    assert masters.rows("SELECT count(*) FROM product WHERE list_price <= standard_cost") == [(0,)]
    assert masters.rows("SELECT count(*) FROM product WHERE category IS NULL") == [(0,)]
    for invariant in masters.house.catalogue.invariants:
        assert masters.rows(invariant.sql) == [], invariant.name

    campaigns = crm_demo(
        masters.house, masters.company, today=TODAY, channels=made.channels, regions=made.regions
    )
    assert len(campaigns) == 6
    assert masters.rows("SELECT state, count(*) FROM campaign GROUP BY 1 ORDER BY 1") == [
        ("ended", 4),
        ("planned", 1),
        ("running", 1),
    ]

    again = Masters(masters.house, "again")
    masters.house.create_company("again", name="再来一次")
    base_demo(masters.house, "again", today=TODAY)
    same = "SELECT number, name, tax_number, phone, grade FROM customer ORDER BY number"
    assert again.rows(same) == masters.rows(same)


def test_an_organisation_code_has_its_check_digit() -> None:
    assert organisation_code("19220382") == "192203821"

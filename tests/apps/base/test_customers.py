"""Customers and suppliers as they are kept: checked, written in one way, and not twice."""

from __future__ import annotations

from dougong.apps.base.api import (
    DuplicateCustomer,
    DuplicateSupplier,
    similar_customers,
)
from dougong.apps.base.duplicates import Party, Reason
from dougong.kernel.perform import Done
from dougong.kernel.refusals import InvalidField, Refused
from dougong.kernel.verbs import Create, Edit
from tests.apps.base.masters import Masters

HUAWEI = "914403001922038216"
HAIER = "91370200264574251E"


def test_a_tax_number_is_kept_in_one_way(masters: Masters) -> None:
    customer = masters.create("customer", name="海尔智家", tax_number="91370200 264574251e")
    assert customer.tax_number == HAIER
    masters.delete(customer)


def test_a_mistyped_tax_number_is_refused(masters: Masters) -> None:
    with masters.nothing_changes() as refused:
        masters.create("customer", name="华为", tax_number="914403001922038217")
    assert refused.by == InvalidField("tax_number", "tax_number_check_digit")

    with masters.nothing_changes() as refused:
        masters.create("customer", name="华为", tax_number="91440300192203821")
    assert refused.by == InvalidField("tax_number", "tax_number_length", "18")

    with masters.nothing_changes() as refused:
        masters.create("customer", name="华为", tax_number="91440300192203821I")
    assert refused.by == InvalidField("tax_number", "tax_number_character")


def test_a_foreign_tax_number_is_taken_as_it_is(masters: Masters) -> None:
    customer = masters.create(
        "customer", name="Weber GmbH", country="de", tax_number="DE 900 000 011"
    )
    assert (customer.country, customer.tax_number) == ("DE", "DE900000011")


def test_nobody_is_a_customer_twice_with_one_tax_number(masters: Masters) -> None:
    first = masters.create("customer", name="华为技术有限公司", tax_number=HUAWEI)

    with masters.nothing_changes() as refused:
        masters.create("customer", name="另一个名字", tax_number="9144 0300 1922 0382 16")
    assert refused.by == DuplicateCustomer("tax_number", HUAWEI, (first.number,))

    other = masters.create("customer", name="没有税号")
    with masters.nothing_changes() as refused:
        masters.edit(other, tax_number=HUAWEI)
    assert refused.by == DuplicateCustomer("tax_number", HUAWEI, (first.number,))


def test_two_doubles_in_one_batch_are_one(masters: Masters) -> None:
    values = {"name": "江阴阀门", "country": "SE", "tax_number": "SE900000005501"}
    outcomes = masters.house.perform_many(
        masters.company, [Create(entity="customer", values=values)] * 2
    )
    first, second = outcomes
    assert isinstance(first, Done)
    assert isinstance(second, Refused)
    assert second.by == DuplicateCustomer("tax_number", "SE900000005501", (first.record.number,))


def test_a_customer_keeps_its_own_tax_number(masters: Masters) -> None:
    customer = masters.create("customer", name="慈溪轴承", country="FR", tax_number="FR77")
    edited = masters.edit(customer, name="慈溪轴承厂", tax_number="FR 77")
    assert (edited.name, edited.tax_number) == ("慈溪轴承厂", "FR77")
    kept = masters.rows(f"SELECT name, tax_number FROM customer WHERE id = '{customer.id}'")
    assert kept == [("慈溪轴承厂", "FR77")]


def test_looking_for_doubles_loses_nothing_of_what_is_being_edited(masters: Masters) -> None:
    one = masters.create("customer", name="甲厂", country="IT", tax_number="IT1")
    other = masters.create("customer", name="乙厂", country="IT", tax_number="IT2")
    outcomes = masters.house.perform_many(
        masters.company,
        [
            Edit(entity="customer", id=one.id, values={"name": "甲公司"}),
            Edit(entity="customer", id=other.id, values={"tax_number": "IT1"}),
        ],
    )
    assert isinstance(outcomes[1], Refused)
    assert outcomes[1].by == DuplicateCustomer("tax_number", "IT1", (one.number,))
    assert masters.rows(f"SELECT name FROM customer WHERE id = '{one.id}'") == [("甲公司",)]


def test_a_supplier_is_judged_alike(masters: Masters) -> None:
    first = masters.create("supplier", name="海盐标准件", tax_number=HAIER)
    with masters.nothing_changes() as refused:
        masters.create("supplier", name="海盐标准件厂", tax_number=HAIER)
    assert refused.by == DuplicateSupplier("tax_number", HAIER, (first.number,))


def test_a_customer_may_be_a_supplier_too(masters: Masters) -> None:
    masters.create("supplier", name="Rhône Visserie", country="FR", tax_number="FR99")
    masters.create("customer", name="Rhône Visserie", country="FR", tax_number="FR99")


def test_likely_doubles_are_only_a_warning(masters: Masters) -> None:
    known = masters.create("customer", name="苏州晶格半导体有限公司", phone="0512-66668888")
    masters.create("customer", name="苏州晶格半导体（中国）有限责任公司")
    masters.create("customer", name="无锡晶圆有限公司")

    with masters.house.database.transaction(masters.company) as transaction:
        found = similar_customers(
            transaction, Party("苏州晶格半导体股份有限公司", phones=("+86 512 66668888",))
        )
    assert [(each.name, each.reasons) for each in found] == [
        ("苏州晶格半导体有限公司", (Reason.SAME_NAME, Reason.SAME_PHONE)),
        ("苏州晶格半导体（中国）有限责任公司", (Reason.SAME_NAME,)),
    ]

    with masters.house.database.transaction(masters.company) as transaction:
        others = similar_customers(transaction, known.party(), apart=known.id)
    assert [each.name for each in others] == ["苏州晶格半导体（中国）有限责任公司"]


def test_an_unknown_currency_is_refused_with_those_in_use(masters: Masters) -> None:
    masters.create("currency", code="USD", name="美元")
    masters.create("currency", code="THB", name="泰铢", active=False)
    with masters.nothing_changes() as refused:
        masters.create("customer", name="Siam Bolts", country="TH", currency="THB")
    assert refused.by == InvalidField("currency", "unknown_currency", "USD")
    assert masters.create("customer", name="Texas Bolts", country="US", currency="USD")
    assert masters.create("customer", name="本地客户", currency="CNY")


def test_a_country_is_two_letters(masters: Masters) -> None:
    with masters.nothing_changes() as refused:
        masters.create("customer", name="中国客户", country="中国")
    assert refused.by == InvalidField("country", "not_a_country", "CN, DE, US…")


def test_what_is_left_empty_is_what_it_would_have_been(masters: Masters) -> None:
    customer = masters.create(
        "customer", name="空白", phone=None, email=None, backorders=None, currency=None, active=None
    )
    assert (customer.phone, customer.backorders, customer.active) == ("", "always", True)


def test_all_that_is_wrong_is_named_at_once(masters: Masters) -> None:
    with masters.nothing_changes() as refused:
        masters.create("customer", name="", grade="F", phone="call me", contacts=[{"email": "x"}])
    assert {(each.field, each.problem) for each in refused.found} == {
        ("name", "required"),
        ("grade", "not_a_choice"),
        ("phone", "not_a_phone_number"),
        ("contacts[0].email", "not_an_email_address"),
        ("contacts[0].name", "required"),
    }

"""What is in force on a day: tax rates, exchange rates, due dates; and which masters make no sense."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from dougong.apps.base.api import (
    AmountDue,
    NoExchangeRate,
    TaxNotInForce,
    amounts_due,
    exchange_rate,
    in_company_currency,
    rate_obstacles,
    rate_of,
    tax_obstacles,
)
from dougong.kernel.refusals import InvalidField, NotUnique
from tests.apps.base.masters import Masters


def test_a_tax_changes_its_rate_on_its_day(masters: Masters) -> None:
    vat = masters.create(
        "tax",
        code="V13",
        name="增值税",
        rates=[
            {"valid_from": "2019-04-01", "rate": "0.13"},
            {"valid_from": "2018-05-01", "rate": "0.16"},
        ],
    )
    work = masters.work()
    assert rate_of(work, vat.id, date(2018, 5, 1)) == Decimal("0.16")
    assert rate_of(work, vat.id, date(2019, 3, 31)) == Decimal("0.16")
    assert rate_of(work, vat.id, date(2019, 4, 1)) == Decimal("0.13")
    assert rate_of(work, None, date(2019, 4, 1)) == 0
    assert list(tax_obstacles(work, vat.id, date(2019, 4, 1))) == []
    assert list(tax_obstacles(work, vat.id, date(2018, 4, 30))) == [
        TaxNotInForce("tax", "V13", date(2018, 4, 30))
    ]


def test_a_new_rate_is_known_at_once(masters: Masters) -> None:
    tax = masters.create(
        "tax", code="V9", name="增值税9%", rates=[{"valid_from": "2019-04-01", "rate": "0.09"}]
    )
    assert rate_of(masters.work(), tax.id, date(2027, 1, 1)) == Decimal("0.09")
    kept = {"id": str(tax.rates[0].id)}
    masters.edit(tax, rates=[kept, {"valid_from": "2026-07-01", "rate": "0.08"}])
    assert rate_of(masters.work(), tax.id, date(2027, 1, 1)) == Decimal("0.08")


def test_a_tax_that_makes_no_sense_is_refused(masters: Masters) -> None:
    day = {"valid_from": "2019-04-01", "rate": "0.06"}
    for kind, rates, problem in (
        ("vat", [], InvalidField("rates", "required")),
        ("vat", [day, day], InvalidField("rates[1].valid_from", "repeated")),
        ("exempt", [day], InvalidField("rates[0].rate", "must_be_zero", "0")),
    ):
        with masters.nothing_changes() as refused:
            masters.create("tax", code="X", name="X", kind=kind, rates=rates)
        assert refused.by == problem
    with masters.nothing_changes() as refused:
        masters.create("tax", code="X", name="X", rates=[{"valid_from": "2019-04-01", "rate": 13}])
    assert refused.by == InvalidField("rates[0].rate", "too_large", "1")


def test_the_last_exchange_rate_on_or_before_the_day_counts(masters: Masters) -> None:
    masters.create("currency", code="EUR", name="欧元")
    for day, rate in (("2026-03-01", "8.12"), ("2026-01-01", "7.95")):
        masters.create("exchange_rate", currency="EUR", day=day, rate=rate)
    work = masters.work()
    assert exchange_rate(work, "EUR", date(2026, 2, 28)) == Decimal("7.95")
    assert exchange_rate(work, "EUR", date(2026, 3, 1)) == Decimal("8.12")
    assert exchange_rate(work, "CNY", date(1999, 1, 1)) == 1
    assert in_company_currency(work, Decimal("100.05"), Decimal("8.12")) == Decimal("812.41")
    assert list(rate_obstacles(work, "EUR", date(2025, 12, 31))) == [
        NoExchangeRate("currency", "EUR", date(2025, 12, 31))
    ]


def test_an_exchange_rate_that_makes_no_sense_is_refused(masters: Masters) -> None:
    masters.create("currency", code="GBP", name="英镑")
    masters.create("exchange_rate", currency="GBP", day="2026-03-01", rate="9.1")
    for values, problem in (
        ({"currency": "CNY", "rate": "1"}, InvalidField("currency", "own_currency")),
        ({"currency": "GBP", "rate": "0"}, InvalidField("rate", "not_positive", "> 0")),
        (
            {"currency": "XXX", "rate": "1"},
            InvalidField("currency", "unknown_currency", "EUR, GBP"),
        ),
    ):
        with masters.nothing_changes() as refused:
            masters.create("exchange_rate", day="2026-04-01", **values)
        assert refused.by == problem
    with masters.nothing_changes() as refused:
        masters.create("exchange_rate", currency="GBP", day="2026-03-01", rate="9.2")
    assert refused.by == NotUnique("exchange_rate", "currency, day", "GBP, 2026-03-01")


def test_a_currency_has_the_digits_that_the_world_gives_it(masters: Masters) -> None:
    assert masters.create("currency", code="JPY", name="日元").digits == 0
    assert masters.create("currency", code="KWD", name="科威特第纳尔").digits == 3
    with masters.nothing_changes() as refused:
        masters.create("currency", code="rmb", name="人民币")
    assert refused.by == InvalidField("code", "not_a_currency_code", "CNY, EUR, USD…")


def test_a_payment_term_splits_an_amount(masters: Masters) -> None:
    half = masters.create(
        "payment_term",
        code="HALF",
        name="预付50%，余款60天",
        instalments=[{"share": "0.5"}, {"days": 60}],
    )
    eom = masters.create(
        "payment_term",
        code="EOM30",
        name="月结30天",
        instalments=[{"from_month_end": True, "days": 30}],
    )
    work, day = masters.work(), date(2026, 3, 9)
    assert amounts_due(work, half.id, Decimal("100.01"), day, "CNY") == [
        AmountDue(day, Decimal("50.01")),
        AmountDue(date(2026, 5, 8), Decimal("50.00")),
    ]
    assert amounts_due(work, eom.id, Decimal(80), day, "CNY") == [
        AmountDue(date(2026, 4, 30), Decimal("80.00"))
    ]
    assert amounts_due(work, None, Decimal(80), day, "CNY") == [AmountDue(day, Decimal("80.00"))]


def test_a_payment_term_that_is_not_whole_is_refused(masters: Masters) -> None:
    for instalments, problem in (
        ([], "required"),
        ([{"share": "0.5"}, {"share": "0.4"}], "not_whole"),
        ([{}, {}], "not_whole"),
    ):
        with masters.nothing_changes() as refused:
            masters.create("payment_term", code="T", name="T", instalments=instalments)
        assert refused.by.field == "instalments"
        assert refused.by.problem == problem


def test_nothing_lies_within_itself(masters: Masters) -> None:
    china = masters.create("region", code="CN", name="中国")
    east = masters.create("region", code="EC", name="华东", parent=str(china.id))
    with masters.nothing_changes() as refused:
        masters.edit(china, parent=str(east.id))
    assert refused.by == InvalidField("parent", "circle")

"""Totals: the order of computation, both tax modes, both roundings, header discounts."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dougong.apps.base.totals import (
    DocumentLine,
    DocumentTotals,
    LineTotals,
    after_discounts,
    totals,
)
from dougong.kernel.values import ZERO, digits_of, rounded

D = Decimal


def line(
    quantity: str, price: str, *discounts: str, tax: str = "0", bears: bool = True
) -> DocumentLine:
    return DocumentLine(D(quantity), D(price), tuple(map(D, discounts)), D(tax), bears)


def cny(*lines: DocumentLine, **how: Any) -> DocumentTotals:
    return totals(lines, currency="CNY", **how)


def figures(found: DocumentTotals | LineTotals) -> tuple[str, str, str]:
    return str(found.net), str(found.tax), str(found.gross)


# Discounts


def test_line_discounts_are_taken_one_after_the_other() -> None:
    assert cny(line("3", "200", "0.10", "0.05")).net == D("513.00")
    assert cny(line("3", "200", "0.15")).net == D("510.00")
    assert after_discounts([D("0.1"), D("0.05")]) == D("0.855")


def test_the_price_after_discount_is_not_rounded_before_it_is_multiplied() -> None:
    assert cny(line("1000", "0.333", "0.015")).net == D("328.01")


def test_float_dust_of_thirteen_digits_is_multiplied_exactly() -> None:
    assert cny(line("99999999999999.999999", "1.0000000000001")).net == D("100000000000010.00")


def test_a_full_discount_leaves_exactly_nothing() -> None:
    for included in (True, False):
        for rounding in ("line", "document"):
            found = cny(
                line("7", "9.99", "1", tax="0.13"), tax_included=included, tax_rounding=rounding
            )
            assert figures(found) == figures(found.lines[0]) == ("0.00", "0.00", "0.00")


def test_a_full_header_discount_leaves_exactly_nothing() -> None:
    found = cny(
        line("7", "9.99", tax="0.13"),
        line("3", "1.01", tax="0.06"),
        tax_included=True,
        header_discounts=[D(1)],
    )
    assert figures(found) == ("0.00", "0.00", "0.00")
    assert found.header_discount == D("72.96")


@pytest.mark.parametrize(
    ("amount", "prices", "shares"),
    [
        ("10.00", "50 50 50", "3.34 3.33 3.33"),
        ("100.00", "333.33 333.33 333.34", "33.33 33.33 33.34"),
        ("50.00", "120 80 33.5", "25.70 17.13 7.17"),
    ],
)
def test_a_header_amount_is_shared_to_the_cent(amount: str, prices: str, shares: str) -> None:
    found = cny(*(line("1", p) for p in prices.split()), header_amount=D(amount))

    assert [each.header_share for each in found.lines] == [D(s) for s in shares.split()]
    assert found.header_discount == D(amount)


def test_a_header_chain_is_rounded_once_for_the_document() -> None:
    found = cny(*[line("1", "0.05")] * 3, header_discounts=[D("0.1")])

    # 0.15 − 10 % = 0.135 → 0.14, so one cent is given; three lines alone would give three.
    assert found.net == D("0.14")
    assert [each.header_share for each in found.lines] == [D("0.01"), ZERO, ZERO]


def test_a_header_amount_is_taken_after_the_header_chain() -> None:
    found = cny(
        line("1", "600"),
        line("1", "400"),
        header_discounts=[D("0.1"), D("0.05")],
        header_amount=D(55),
    )

    assert found.net == D("800.00")
    assert [each.header_share for each in found.lines] == [D("120.00"), D("80.00")]


def test_freight_keeps_its_amount_under_a_header_discount() -> None:
    found = cny(line("1", "100"), line("1", "20", bears=False), header_discounts=[D("0.1")])

    assert [each.net for each in found.lines] == [D("90.00"), D("20.00")]


def test_a_header_amount_granted_on_freight_alone_is_still_granted() -> None:
    assert cny(line("1", "20", bears=False), header_amount=D(5)).net == D("15.00")


def test_a_header_amount_is_borne_by_goods_sold_and_not_by_goods_taken_back() -> None:
    found = cny(line("3", "100"), line("-1", "100"), header_amount=D(30))

    assert [each.net for each in found.lines] == [D("270.00"), D("-100.00")]


def test_tax_comes_after_the_header_discount() -> None:
    found = cny(line("1", "100", tax="0.13"), header_amount=D(10))

    assert figures(found) == ("90.00", "11.70", "101.70")


def test_a_document_without_lines_comes_to_nothing() -> None:
    found = cny(header_amount=D(10), header_discounts=[D("0.1")])

    assert (found.lines, found.net, found.tax, found.gross) == ((), ZERO, ZERO, ZERO)


# Tax on top


def test_tax_by_line_and_by_document_differ_by_a_known_cent() -> None:
    lines = [line("1", price, tax="0.20") for price in ("299.33", "179.33", "99.34")]

    by_line = cny(*lines, tax_rounding="line")
    by_document = cny(*lines, tax_rounding="document")

    assert by_line.tax == D("115.61")
    assert by_document.tax == D("115.60")
    assert [each.tax for each in by_line.lines] == [D("59.87"), D("35.87"), D("19.87")]
    assert sum(each.tax for each in by_document.lines) == D("115.60")


@pytest.mark.parametrize("rounding", ["line", "document"])
def test_tax_is_computed_on_the_rounded_net(rounding: str) -> None:
    found = cny(line("16", "348.35", "0.04", tax="0.22"), tax_rounding=rounding)

    assert figures(found) == ("5350.66", "1177.15", "6527.81")


def test_each_rate_is_rounded_for_itself() -> None:
    found = cny(
        line("1", "0.05", tax="0.13"),
        line("1", "0.05", tax="0.060"),
        line("1", "0.05", tax="0.130"),
        line("1", "1", tax="0"),
    )

    assert [(r.tax_rate, r.net, r.tax, r.gross) for r in found.by_rate] == [
        (D(0), D("1.00"), D("0.00"), D("1.00")),
        (D("0.06"), D("0.05"), D("0.00"), D("0.05")),
        (D("0.13"), D("0.10"), D("0.01"), D("0.11")),
    ]


# Tax inside the price


@pytest.mark.parametrize(
    ("quantity", "price", "rate", "expected"),
    [
        ("3", "100.00", "0.13", ("265.49", "34.51", "300.00")),
        ("7", "9.99", "0.13", ("61.88", "8.05", "69.93")),
        ("1", "99.90", "0.06", ("94.25", "5.65", "99.90")),
    ],
)
@pytest.mark.parametrize("rounding", ["line", "document"])
def test_tax_inside_is_what_the_net_leaves_of_the_gross(
    quantity: str, price: str, rate: str, expected: tuple[str, str, str], rounding: str
) -> None:
    found = cny(line(quantity, price, tax=rate), tax_included=True, tax_rounding=rounding)

    assert figures(found) == figures(found.lines[0]) == expected


def test_two_lines_of_379_keep_their_gross_and_one_of_them_gets_the_cent() -> None:
    two = [line("1", "379.00", tax="0.21")] * 2

    by_document = cny(*two, tax_included=True, tax_rounding="document")
    by_line = cny(*two, tax_included=True, tax_rounding="line")

    assert figures(by_document) == ("626.45", "131.55", "758.00")
    assert [each.net for each in by_document.lines] == [D("313.23"), D("313.22")]
    assert figures(by_line) == ("626.44", "131.56", "758.00")


def test_the_document_net_is_divided_once_and_not_summed_from_quotients() -> None:
    # 0.03 / 1.2 = 0.025 → 0.03, though each cent alone gives 0.00833…
    found = cny(*[line("1", "0.01", tax="0.2")] * 3, tax_included=True)

    assert found.net == D("0.03")


# Signs


@pytest.mark.parametrize("included", [True, False])
def test_a_negative_line_is_the_mirror_of_the_positive(included: bool) -> None:
    sold = cny(line("1", "2.675", tax="0.13"), tax_included=included)
    back = cny(line("-1", "2.675", tax="0.13"), tax_included=included)

    assert (sold.net + back.net, sold.tax + back.tax, sold.gross + back.gross) == (0, 0, 0)


def test_an_exchange_of_equal_goods_comes_to_nothing() -> None:
    found = cny(line("1", "0.35", tax="0.13"), line("-1", "0.35", tax="0.13"))

    assert figures(found) == ("0.00", "0.00", "0.00")
    assert found.lines[0].tax == -found.lines[1].tax == D("0.05")


# Laws

RATES = st.sampled_from(["0", "0.01", "0.03", "0.06", "0.09", "0.13", "0.2", "0.21"]).map(D)
FRACTIONS = st.integers(0, 1000).map(lambda n: D(n) / 1000)
LINES = st.lists(
    st.builds(
        DocumentLine,
        quantity=st.integers(-(10**7), 10**7).map(lambda n: D(n).scaleb(-3)),
        unit_price=st.integers(0, 10**8).map(lambda n: D(n).scaleb(-4)),
        discounts=st.lists(FRACTIONS, max_size=3).map(tuple),
        tax_rate=RATES,
        bears_header_discount=st.booleans(),
    ),
    max_size=12,
)
WAYS = st.fixed_dictionaries(
    {
        "currency": st.sampled_from(["JPY", "CNY", "KWD"]),
        "tax_included": st.booleans(),
        "tax_rounding": st.sampled_from(["line", "document"]),
        "header_discounts": st.lists(FRACTIONS, max_size=2),
        "header_amount": st.integers(-(10**5), 10**5).map(lambda n: D(n).scaleb(-2)),
    }
)


@given(LINES, WAYS)
def test_net_and_tax_are_the_gross_in_lines_rates_and_document(
    lines: list[DocumentLine], how: dict[str, Any]
) -> None:
    found = totals(lines, **how)

    assert found.net + found.tax == found.gross
    for parts in (found.lines, found.by_rate):
        assert sum(part.net for part in parts) == found.net
        assert sum(part.tax for part in parts) == found.tax
        assert sum(part.gross for part in parts) == found.gross
    for each in found.lines:
        assert each.net + each.tax == each.gross


@given(LINES, WAYS)
def test_every_figure_has_the_digits_of_the_currency(
    lines: list[DocumentLine], how: dict[str, Any]
) -> None:
    digits = digits_of(how["currency"])
    for each in totals(lines, **how).lines:
        for figure in (each.amount_before_header, each.header_share, each.net, each.tax):
            assert figure == rounded(figure, digits)
            assert not (figure == 0 and figure.is_signed())


@given(LINES, WAYS)
def test_the_whole_document_turned_cancels_line_by_line(
    lines: list[DocumentLine], how: dict[str, Any]
) -> None:
    turned = [
        DocumentLine(-e.quantity, e.unit_price, e.discounts, e.tax_rate, e.bears_header_discount)
        for e in lines
    ]
    there = totals(lines, **how)
    back = totals(turned, **{**how, "header_amount": -how["header_amount"]})

    for one, other in zip(there.lines, back.lines, strict=True):
        assert (one.net, one.tax, one.gross) == (-other.net, -other.tax, -other.gross)
    assert there.gross == -back.gross


@given(LINES.filter(bool), WAYS)
def test_the_header_discount_is_exactly_what_the_lines_lose(
    lines: list[DocumentLine], how: dict[str, Any]
) -> None:
    found = totals(lines, **how)
    plain = totals(lines, **{**how, "header_discounts": (), "header_amount": ZERO})

    lost = sum(each.header_share for each in found.lines)
    assert lost == found.header_discount
    if how["tax_included"]:
        assert plain.gross - found.gross == lost
    else:
        assert plain.net - found.net == lost
    if not how["header_discounts"]:
        assert lost == rounded(how["header_amount"], digits_of(how["currency"]))


@given(LINES, WAYS)
def test_tax_by_document_is_the_rate_on_the_rounded_sum(
    lines: list[DocumentLine], how: dict[str, Any]
) -> None:
    digits = digits_of(how["currency"])
    found = totals(lines, **{**how, "tax_rounding": "document"})

    for rate in found.by_rate:
        if how["tax_included"]:
            assert abs(rate.net - rate.gross / (1 + rate.tax_rate)) <= D("0.5").scaleb(-digits)
        else:
            assert rate.tax == rounded(rate.net * rate.tax_rate, digits)


@given(LINES, WAYS)
def test_tax_by_line_is_the_rate_on_each_line(
    lines: list[DocumentLine], how: dict[str, Any]
) -> None:
    digits = digits_of(how["currency"])
    found = totals(lines, **{**how, "tax_rounding": "line", "tax_included": False})

    for asked, each in zip(lines, found.lines, strict=True):
        assert each.tax == rounded(each.net * asked.tax_rate, digits)


@given(LINES, WAYS)
def test_the_gross_that_was_agreed_is_never_touched(
    lines: list[DocumentLine], how: dict[str, Any]
) -> None:
    found = totals(lines, **{**how, "tax_included": True})

    for each in found.lines:
        assert each.gross == each.amount_before_header - each.header_share

"""The one rounding, the one way of sharing an amount, and the reading of numbers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dougong.kernel.values import (
    ZERO,
    allocate,
    digits_of,
    new_id,
    parse_decimal,
    round_money,
    rounded,
)

D = Decimal
CENTS = st.integers(-(10**12), 10**12).map(lambda n: D(n).scaleb(-2))
WEIGHTS = st.lists(
    st.integers(0, 10**9).map(lambda n: D(n).scaleb(-3)),
    min_size=1,
    max_size=20,
)


@pytest.mark.parametrize(
    ("number", "digits", "expected"),
    [
        ("2.675", 2, "2.68"),
        ("-2.345", 2, "-2.35"),
        ("2.665", 2, "2.67"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("0.0005", 3, "0.001"),
        ("1250", -2, "1300"),
        ("9999999999999999999999999999.995", 2, "10000000000000000000000000000.00"),
    ],
)
def test_a_half_is_rounded_away_from_zero(number: str, digits: int, expected: str) -> None:
    assert rounded(D(number), digits) == D(expected)


def test_what_rounds_to_nothing_carries_no_minus_sign() -> None:
    assert str(rounded(D("-0.001"), 2)) == "0.00"


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("1234.5", "JPY", "1235"),
        ("1234.565", "CNY", "1234.57"),
        ("1234.5675", "KWD", "1234.568"),
    ],
)
def test_amounts_have_the_digits_of_their_currency(
    amount: str, currency: str, expected: str
) -> None:
    assert str(round_money(D(amount), currency)) == expected


def test_most_currencies_have_two_digits() -> None:
    assert [digits_of(c) for c in ("CNY", "USD", "EUR", "JPY", "KWD")] == [2, 2, 2, 0, 3]


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        ("10.00", "1 1 1", "3.34 3.33 3.33"),
        ("100.00", "333.33 333.33 333.34", "33.33 33.33 33.34"),
        ("50.00", "120 80 33.5", "25.70 17.13 7.17"),
        ("1000.00", "6000 3000 1500", "571.43 285.71 142.86"),
        ("-10.00", "1 1 1", "-3.34 -3.33 -3.33"),
        ("0.02", "0 0 0", "0.01 0.01 0.00"),
        ("0.01", "0 5 0", "0.00 0.01 0.00"),
        ("0.00", "7 3", "0.00 0.00"),
    ],
)
def test_a_header_amount_is_shared_by_largest_remainder(
    total: str, weights: str, shares: str
) -> None:
    found = allocate(D(total), [D(w) for w in weights.split()])

    assert [str(share) for share in found] == shares.split()


def test_a_yen_amount_is_shared_in_whole_yen() -> None:
    assert allocate(D(100), [D(1), D(1), D(1)], digits=0) == [D(34), D(33), D(33)]


def test_nothing_is_shared_among_no_one() -> None:
    assert allocate(ZERO, []) == []


@given(CENTS, WEIGHTS)
def test_shares_sum_to_the_total_and_stay_within_a_cent_of_the_exact_share(
    total: Decimal, weights: list[Decimal]
) -> None:
    shares = allocate(total, weights)

    assert sum(shares) == total
    base = sum(weights)
    if base:
        for share, weight in zip(shares, weights, strict=True):
            assert abs(share - total * weight / base) < D("0.01000001")


@given(CENTS, WEIGHTS)
def test_sharing_a_reversal_cancels_share_by_share(total: Decimal, weights: list[Decimal]) -> None:
    there, back = allocate(total, weights), allocate(-total, weights)

    assert [a + b for a, b in zip(there, back, strict=True)] == [ZERO] * len(weights)


@pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "-Infinity", "twelve", "", "1,5"])
def test_what_is_no_finite_number_is_not_read(text: str) -> None:
    with pytest.raises(ValueError):
        parse_decimal(text)


def test_a_number_is_read_as_it_is_written() -> None:
    assert str(parse_decimal("-1.50")) == "-1.50"


def test_identities_made_later_sort_later() -> None:
    made = [new_id() for _ in range(50)]

    assert sorted(made) == made

"""Units: dozens and pieces, kilograms and grams, and prices per either."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dougong.apps.base.units import (
    Measure,
    convert,
    convert_price,
    convertible,
    countable,
    to_step,
)

D = Decimal
PIECE = Measure("count", D(1), D(1))
DOZEN = Measure("count", D(12), D("0.01"))
KILOGRAM = Measure("mass", D(1), D("0.001"))
POUND = Measure("mass", D("0.45359237"), D("0.01"))
BOLT_OF_CLOTH = Measure("length", D("36.576"), D("0.5"))
METRE = Measure("length", D(1), D("0.01"))


@pytest.mark.parametrize(
    ("quantity", "measure", "into", "expected"),
    [
        ("2", DOZEN, PIECE, "24"),
        ("30", PIECE, DOZEN, "2.50"),
        ("7", PIECE, DOZEN, "0.58"),
        ("10", POUND, KILOGRAM, "4.536"),
        ("1", KILOGRAM, POUND, "2.20"),
        ("-30", PIECE, DOZEN, "-2.50"),
        ("27.432", METRE, BOLT_OF_CLOTH, "1.0"),
        ("1.5", PIECE, PIECE, "2"),
        ("0", DOZEN, PIECE, "0"),
    ],
)
def test_a_quantity_is_said_in_another_unit_to_its_step(
    quantity: str, measure: Measure, into: Measure, expected: str
) -> None:
    assert convert(D(quantity), measure, into) == D(expected)


@pytest.mark.parametrize(
    ("price", "measure", "into", "expected"),
    [
        ("12", DOZEN, PIECE, "1"),
        ("10", DOZEN, PIECE, "0.833333"),
        ("1.25", PIECE, DOZEN, "15"),
        ("9.9999999", PIECE, PIECE, "9.9999999"),
    ],
)
def test_a_price_follows_its_unit(
    price: str, measure: Measure, into: Measure, expected: str
) -> None:
    assert convert_price(D(price), measure, into) == D(expected)


def test_half_a_piece_can_not_be_counted() -> None:
    assert not countable(D("1.5"), PIECE)
    assert countable(D("1.500"), BOLT_OF_CLOTH)
    assert countable(D("-3"), PIECE)


def test_pieces_are_no_kilograms() -> None:
    assert not convertible(PIECE, KILOGRAM)
    with pytest.raises(AssertionError):
        convert(D(1), PIECE, KILOGRAM)
    with pytest.raises(AssertionError):
        convert_price(D(1), PIECE, KILOGRAM)


@given(st.integers(-(10**9), 10**9), st.sampled_from(["0.001", "0.5", "1", "6", "25"]))
def test_a_step_moves_a_quantity_by_half_a_step_at_most(thousandths: int, step: str) -> None:
    quantity = D(thousandths).scaleb(-3)
    measure = Measure("count", D(1), D(step))

    stepped = to_step(quantity, measure)

    assert stepped % D(step) == 0
    assert abs(stepped - quantity) <= D(step) / 2


@given(st.integers(0, 10**6))
def test_whole_dozens_come_back_as_they_went(dozens: int) -> None:
    assert convert(convert(D(dozens), DOZEN, PIECE), PIECE, DOZEN) == dozens

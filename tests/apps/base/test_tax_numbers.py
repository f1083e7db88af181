"""Tax numbers: the check digit of the unified social credit code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dougong.apps.base.tax_numbers import (
    CREDIT_CODE_CHARACTERS,
    TaxNumberFault,
    credit_code_check_digit,
    credit_code_fault,
    normalised_tax_number,
    tax_number_fault,
)

PUBLISHED = ["91110000600037341L", "9144030071526726XG", "914403001922038216", "91330100799655058B"]


@pytest.mark.parametrize("code", PUBLISHED)
def test_published_codes_are_right(code: str) -> None:
    assert tax_number_fault(code, "CN") is None
    assert credit_code_check_digit(code[:17]) == code[17]


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("91110000600037342L", TaxNumberFault.CHECK_DIGIT),
        ("91110000600037341", TaxNumberFault.LENGTH),
        ("91110000600037341L0", TaxNumberFault.LENGTH),
        ("", TaxNumberFault.LENGTH),
        ("9111000060003734IL", TaxNumberFault.CHARACTER),
        ("9111000060003734号L", TaxNumberFault.CHARACTER),
    ],
)
def test_a_wrong_code_is_told_what_is_wrong(code: str, fault: TaxNumberFault) -> None:
    assert tax_number_fault(code, "CN") is fault


def test_a_code_is_known_however_it_was_typed() -> None:
    typed = " 9111-0000 ６００037341l "

    assert normalised_tax_number(typed) == "91110000600037341L"
    assert tax_number_fault(typed, "CN") is None


def test_other_countries_write_as_they_like() -> None:
    assert tax_number_fault("DE 123 456 789", "DE") is None
    assert normalised_tax_number("de 123.456-789") == "DE123456789"


CODES = st.text(CREDIT_CODE_CHARACTERS, min_size=17, max_size=17)


@given(CODES, st.integers(0, 17), st.sampled_from(CREDIT_CODE_CHARACTERS))
def test_one_mistyped_character_is_always_noticed(first: str, place: int, typed: str) -> None:
    code = first + credit_code_check_digit(first)
    mistyped = code[:place] + typed + code[place + 1 :]

    assert credit_code_fault(code) is None
    if mistyped != code:
        assert credit_code_fault(mistyped) is TaxNumberFault.CHECK_DIGIT


@given(CODES, st.integers(0, 16))
def test_two_neighbours_swapped_are_always_noticed(first: str, place: int) -> None:
    code = first + credit_code_check_digit(first)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    if swapped != code:
        assert credit_code_fault(swapped) is TaxNumberFault.CHECK_DIGIT

"""Tax numbers: how they are written, and whether one can be right.

A Chinese company is known by its unified social credit code (统一社会信用代码, GB 32100-2015):
eighteen characters, the last of which is computed from the others. Numbers of other countries
are kept as they are written.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

CREDIT_CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""No I, O, S, V, Z: they are mistaken for digits."""

CREDIT_CODE_LENGTH = 18
_BASE = len(CREDIT_CODE_CHARACTERS)
_WEIGHT_STEP = 3
_SEPARATORS = re.compile(r"[\s\-–—./·_]+")


class TaxNumberFault(StrEnum):
    """What is wrong with a tax number."""

    LENGTH = "length"
    CHARACTER = "character"
    CHECK_DIGIT = "check_digit"


def normalised_tax_number(number: str) -> str:
    """Write a tax number in one way: half-width, in capitals, without separators."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", number)).upper()


def tax_number_fault(number: str, country: str) -> TaxNumberFault | None:
    """Tell what is wrong with a country's tax number, as far as that can be computed."""
    if country != "CN":
        return None
    return credit_code_fault(normalised_tax_number(number))


def credit_code_fault(code: str) -> TaxNumberFault | None:
    """Tell what is wrong with a unified social credit code that is already normalised."""
    if len(code) != CREDIT_CODE_LENGTH:
        return TaxNumberFault.LENGTH
    if any(character not in CREDIT_CODE_CHARACTERS for character in code):
        return TaxNumberFault.CHARACTER
    if credit_code_check_digit(code[:-1]) != code[-1]:
        return TaxNumberFault.CHECK_DIGIT
    return None


def credit_code_check_digit(first_seventeen: str) -> str:
    """Compute the last character of a unified social credit code from those before it."""
    weighted = sum(
        CREDIT_CODE_CHARACTERS.index(character) * pow(_WEIGHT_STEP, place, _BASE)
        for place, character in enumerate(first_seventeen)
    )
    return CREDIT_CODE_CHARACTERS[-weighted % _BASE]

"""Discount chains as people write them."""

from decimal import Decimal

import pytest

from dougong.apps.base.api import after_discounts
from dougong.apps.sales.discounts import is_chain, read_chain, write_chain


@pytest.mark.parametrize(
    ("written", "fractions"),
    [
        ("", ()),
        ("10", ("0.1",)),
        ("10+5", ("0.1", "0.05")),
        ("10%+5%", ("0.1", "0.05")),
        (" 10 ＋ 5 ％", ("0.1", "0.05")),
        ("12.5", ("0.125",)),
        ("0", ()),
        ("100", ("1",)),
    ],
)
def test_a_chain_is_read_as_it_is_written(written: str, fractions: tuple[str, ...]) -> None:
    assert read_chain(written) == tuple(Decimal(one) for one in fractions)


@pytest.mark.parametrize(
    "written", ["10-5", "ten", "101", "+5", "10+", "-5", "1e1", "NaN", "1+" * 8 + "1"]
)
def test_what_is_no_chain_is_refused(written: str) -> None:
    assert not is_chain(written)


def test_ten_and_five_is_not_fifteen() -> None:
    assert after_discounts(read_chain("10+5")) == Decimal("0.855")
    assert after_discounts(read_chain("15")) == Decimal("0.85")


def test_a_chain_is_written_as_people_do() -> None:
    assert write_chain(read_chain("10 % + 2.50 %")) == "10+2.5"

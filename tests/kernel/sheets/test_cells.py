"""Cells are read as people write them, exactly, and what is unclear is not guessed."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dougong.kernel.sheets import (
    Cell,
    CellUnreadable,
    DayOrder,
    as_day,
    as_instant,
    as_number,
    as_text,
    as_yes_no,
)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1234.50", "1234.50"),
        ("9.80000019", "9.80000019"),
        ("1,234,567.89", "1234567.89"),
        ("1 234,50", "1234.50"),
        ("1.234,56", "1234.56"),
        ("12'345.6", "12345.6"),
        ("１２３．４", "123.4"),
        ("￥8.50", "8.50"),
        ("-$3", "-3"),
        ("8.5元", "8.5"),
        ("CNY 12", "12"),
        ("12.5%", "0.125"),
        ("(3.20)", "-3.20"),
        ("−7", "-7"),
        ("+7", "7"),
        (".5", "0.5"),
        ("1.5E+3", "1500"),
        ("3.5万", "35000"),
        ("2亿", "200000000"),
        ("0.1234567890123456789012345678", "0.1234567890123456789012345678"),
        (Decimal(5), "5"),
    ],
)
def test_a_number_is_read_exactly(cell: Cell, number: str) -> None:
    assert as_number(cell) == Decimal(number)


@pytest.mark.parametrize(
    "cell",
    ["1,5", "1,23,456", "abc", "NaN", "Infinity", "--5", "-+5", "1e9999", "5 5", "9" * 61, "%", "元", True, date(2024, 1, 1)],
)  # fmt: skip
def test_what_is_no_number_is_not_guessed(cell: Cell) -> None:
    with pytest.raises(CellUnreadable) as unreadable:
        as_number(cell)

    assert unreadable.value.expected == "number"


@pytest.mark.parametrize("read", [as_number, as_day, as_instant, as_yes_no])
@pytest.mark.parametrize("cell", [None, "", "  ", "\u3000"])
def test_an_empty_cell_is_nothing(read, cell: Cell) -> None:
    assert read(cell) is None


@pytest.mark.parametrize(
    "cell",
    [
        "2024-03-05", "2024/3/5", "2024.03.05", "2024年3月5日", "2024 年 3 月 5 日", "20240305", "２０２４－３－５",
        "2024-03-05 00:00:00.000", "2024-03-05T09:30:00Z", "5 Mar 2024", "5-Mar-2024", "Mar 5, 2024",
        "March 5 2024", Decimal(20240305), Decimal(45356), Decimal("45356.75"), date(2024, 3, 5),
        datetime(2024, 3, 5, 9, 30),
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(cell: Cell) -> None:
    assert as_day(cell) == date(2024, 3, 5)


def test_the_days_of_excel_before_its_leap_day_that_was_none() -> None:
    assert as_day(Decimal(1)) == date(1900, 1, 1)
    assert as_day(Decimal(59)) == date(1900, 2, 28)
    assert as_day(Decimal(61)) == date(1900, 3, 1)
    with pytest.raises(CellUnreadable):
        as_day(Decimal(60))


def test_a_day_that_could_be_two_needs_the_order() -> None:
    assert as_day("3/5/2024", DayOrder.DAY_FIRST) == date(2024, 5, 3)
    assert as_day("3/5/2024", DayOrder.MONTH_FIRST) == date(2024, 3, 5)
    assert as_day("13/5/2024") == date(2024, 5, 13)
    assert as_day("5/13/2024") == date(2024, 5, 13)
    assert as_day("5/5/2024") == date(2024, 5, 5)
    with pytest.raises(CellUnreadable):
        as_day("3/5/2024")


@pytest.mark.parametrize(
    "cell",
    ["2024-02-30", "20241301", "tomorrow", "24-3-5", "2024年3月", "2024-03-05 soon", "5 Foo 2024", "123456789", Decimal(0), Decimal(-3), Decimal("1E+40"), True],
)  # fmt: skip
def test_what_is_no_day_is_not_guessed(cell: Cell) -> None:
    with pytest.raises(CellUnreadable) as unreadable:
        as_day(cell)

    assert unreadable.value.expected == "day"


@pytest.mark.parametrize(
    ("cell", "instant"),
    [
        ("2024-03-05 09:30", datetime(2024, 3, 5, 9, 30)),
        ("2024-03-05T09:30:15Z", datetime(2024, 3, 5, 9, 30, 15, tzinfo=UTC)),
        ("2024-03-05", datetime(2024, 3, 5)),
        ("2024年3月5日 下午3:05", datetime(2024, 3, 5, 15, 5)),
        ("2024/3/5 12:00 am", datetime(2024, 3, 5)),
        (Decimal("45356.75"), datetime(2024, 3, 5, 18)),
        (date(2024, 3, 5), datetime(2024, 3, 5)),
    ],
)
def test_a_moment_is_read(cell: Cell, instant: datetime) -> None:
    assert as_instant(cell) == instant


@pytest.mark.parametrize("cell", ["2024-03-05 25:00", "noon", "2024-03-05 09:30 +9900"])
def test_what_is_no_moment_is_not_guessed(cell: Cell) -> None:
    with pytest.raises(CellUnreadable):
        as_instant(cell)


def test_yes_and_no() -> None:
    assert [as_yes_no(cell) for cell in ("是", "Yes", "√", Decimal(1), True)] == [True] * 5
    assert [as_yes_no(cell) for cell in ("否", "NO", "×", Decimal(0), False)] == [False] * 5
    with pytest.raises(CellUnreadable):
        as_yes_no("perhaps")


def test_a_cell_as_text() -> None:
    cells = (None, " a ", True, Decimal("1E+3"), Decimal("1.50"), date(2024, 3, 5), time(9, 5))
    assert [as_text(cell) for cell in cells] == [
        "", "a", "true", "1000", "1.50", "2024-03-05", "09:05:00",
    ]  # fmt: skip


def test_the_reason_survives_a_queue() -> None:
    reason = pickle.loads(pickle.dumps(CellUnreadable("day", "soon")))

    assert (reason.expected, reason.shown) == ("day", "soon")


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading(text: str) -> None:
    for read in (as_number, as_day, as_instant, as_yes_no):
        try:
            read(text)
        except CellUnreadable:
            continue


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_a_number_that_was_written_is_read_back(number: Decimal) -> None:
    assert as_number(as_text(number)) == number


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_no_number_breaks_the_reading_of_days(number: Decimal) -> None:
    for read in (as_day, as_instant):
        try:
            read(number)
        except CellUnreadable:
            continue

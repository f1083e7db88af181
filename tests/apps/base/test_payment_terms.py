"""Payment terms: days, month ends, 月结, and parts that sum to the whole."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dougong.apps.base.payment_terms import AmountDue, Instalment, due_date, due_dates, is_whole

D = Decimal
AT_ONCE = Instalment()
NET_30 = Instalment(days=30)
MONTH_END_30 = Instalment(from_month_end=True, days=30)
NEXT_25TH = Instalment(from_month_end=True, day_of_month=25)
NEXT_31ST = Instalment(from_month_end=True, day_of_month=31)
MONTH_AFTER_NEXT_10TH = Instalment(from_month_end=True, months=1, day_of_month=10)
THIRTY_DAYS_THEN_10TH = Instalment(days=30, day_of_month=10)
A_MONTH = Instalment(months=1)


@pytest.mark.parametrize(
    ("instalment", "document", "due"),
    [
        (AT_ONCE, "2026-03-15", "2026-03-15"),
        (NET_30, "2026-01-31", "2026-03-02"),
        (MONTH_END_30, "2026-01-05", "2026-03-02"),
        (MONTH_END_30, "2026-01-31", "2026-03-02"),
        (NEXT_25TH, "2026-01-01", "2026-02-25"),
        (NEXT_25TH, "2026-01-28", "2026-02-25"),
        (NEXT_25TH, "2026-12-31", "2027-01-25"),
        (NEXT_31ST, "2026-01-31", "2026-02-28"),
        (NEXT_31ST, "2028-01-31", "2028-02-29"),
        (NEXT_31ST, "2026-06-30", "2026-07-31"),
        (MONTH_AFTER_NEXT_10TH, "2026-01-15", "2026-03-10"),
        (MONTH_AFTER_NEXT_10TH, "2026-11-30", "2027-01-10"),
        (THIRTY_DAYS_THEN_10TH, "2026-03-11", "2026-04-10"),
        (THIRTY_DAYS_THEN_10TH, "2026-03-12", "2026-05-10"),
        (A_MONTH, "2026-01-31", "2026-02-28"),
        (A_MONTH, "2025-12-31", "2026-01-31"),
    ],
)
def test_a_document_falls_due(instalment: Instalment, document: str, due: str) -> None:
    assert due_date(instalment, date.fromisoformat(document)) == date.fromisoformat(due)


def test_thirty_percent_now_and_the_rest_in_sixty_days() -> None:
    term = [Instalment(share=D("0.3")), Instalment(days=60)]

    assert due_dates(term, D("100.05"), date(2026, 1, 1), "CNY") == [
        AmountDue(date(2026, 1, 1), D("30.02")),
        AmountDue(date(2026, 3, 2), D("70.03")),
    ]


def test_thirds_of_ten_sum_to_ten() -> None:
    third = D("0.333333")
    term = [Instalment(share=third), Instalment(share=third, days=30), Instalment(days=60)]

    amounts = [each.amount for each in due_dates(term, D("10.00"), date(2026, 1, 1), "CNY")]

    assert amounts == [D("3.33"), D("3.33"), D("3.34")]


def test_a_yen_is_not_split() -> None:
    halves = [Instalment(share=D("0.5")), Instalment(share=D("0.5"), days=30)]

    amounts = [each.amount for each in due_dates(halves, D(1001), date(2026, 1, 1), "JPY")]

    assert amounts == [D(501), D(500)]


@pytest.mark.parametrize(
    ("shares", "whole"),
    [
        ([None], True),
        (["1"], True),
        (["0.3", "0.7"], True),
        (["0.3", "0.6"], False),
        (["0.3", None], True),
        ([None, None], False),
        (["0.6", "0.6", None], False),
        (["1.2", "-0.2"], False),
        ([], False),
    ],
)
def test_shares_must_make_one_whole(shares: list[str | None], whole: bool) -> None:
    term = [Instalment(share=None if share is None else D(share)) for share in shares]

    assert is_whole(term) is whole


INSTALMENTS = st.builds(
    Instalment,
    share=st.integers(0, 200).map(lambda n: D(n) / 1000),
    from_month_end=st.booleans(),
    months=st.integers(0, 6),
    days=st.integers(0, 120),
    day_of_month=st.none() | st.integers(1, 31),
)


@given(
    st.lists(INSTALMENTS, max_size=5),
    st.integers(-(10**12), 10**12),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)
def test_parts_sum_exactly_and_none_is_due_before_its_document(
    parts: list[Instalment], cents: int, day: date
) -> None:
    gross = D(cents).scaleb(-2)

    found = due_dates([*parts, Instalment()], gross, day, "CNY")

    assert sum(each.amount for each in found) == gross
    assert all(each.due >= day for each in found)
    assert all(each.amount * gross >= 0 for each in found)

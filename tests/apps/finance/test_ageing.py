"""Ageing: as of any day, by due date and by document date."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dougong.apps.finance.ageing import (
    DAYS_OVERDUE,
    YEARS_OLD,
    Ageing,
    Item,
    Settlement,
    age_by_document_date,
    age_by_due_date,
    open_balance,
)

D = Decimal
AS_OF = date(2026, 6, 30)


def item(amount: str, *, overdue: int = 0, document: date = date(2026, 1, 1)) -> Item:
    return Item(document_date=document, due_date=AS_OF - timedelta(days=overdue), amount=D(amount))


def filled(ageing: Ageing) -> dict[str, Decimal]:
    return {bucket.code: amount for bucket, amount in ageing.amounts if amount}


def test_an_item_is_open_for_what_was_not_settled_by_that_day() -> None:
    invoice = Item(
        document_date=date(2026, 1, 10),
        due_date=date(2026, 2, 10),
        amount=D("1000.00"),
        settlements=(
            Settlement(date(2026, 2, 1), D("300.00")),
            Settlement(date(2026, 3, 1), D("700.00")),
        ),
    )

    assert open_balance(invoice, date(2026, 1, 9)) == 0
    assert open_balance(invoice, date(2026, 1, 10)) == D("1000.00")
    assert open_balance(invoice, date(2026, 1, 31)) == D("1000.00")
    assert open_balance(invoice, date(2026, 2, 1)) == D("700.00")
    assert open_balance(invoice, date(2026, 2, 28)) == D("700.00")
    assert open_balance(invoice, date(2026, 3, 1)) == 0


@pytest.mark.parametrize(
    ("overdue", "bucket"),
    [
        (-10, "not_due"),
        (0, "not_due"),
        (1, "1_30"),
        (30, "1_30"),
        (31, "31_60"),
        (60, "31_60"),
        (61, "61_90"),
        (90, "61_90"),
        (91, "91_180"),
        (180, "91_180"),
        (181, "181_365"),
        (365, "181_365"),
        (366, "over_365"),
        (4000, "over_365"),
    ],
)
def test_day_thirty_belongs_to_the_first_thirty(overdue: int, bucket: str) -> None:
    assert filled(age_by_due_date([item("5", overdue=overdue)], AS_OF)) == {bucket: D(5)}


@pytest.mark.parametrize(
    ("document", "bucket"),
    [
        ("2026-06-30", "up_to_1_year"),
        ("2025-07-01", "up_to_1_year"),
        ("2025-06-30", "up_to_1_year"),
        ("2025-06-29", "1_2_years"),
        ("2024-06-30", "1_2_years"),
        ("2024-06-29", "2_3_years"),
        ("2022-06-30", "3_4_years"),
        ("2021-06-30", "4_5_years"),
        ("2021-06-29", "over_5_years"),
        ("2001-01-01", "over_5_years"),
    ],
)
def test_a_year_is_over_the_day_after_its_anniversary(document: str, bucket: str) -> None:
    old = item("5", document=date.fromisoformat(document))

    assert filled(age_by_document_date([old], AS_OF)) == {bucket: D(5)}


def test_a_document_of_a_leap_day_has_its_anniversary_on_the_last_of_february() -> None:
    old = item("5", document=date(2024, 2, 29))

    assert filled(age_by_document_date([old], date(2025, 2, 28))) == {"up_to_1_year": D(5)}
    assert filled(age_by_document_date([old], date(2025, 3, 1))) == {"1_2_years": D(5)}


def test_a_receipt_not_applied_shows_as_a_negative_that_is_not_due() -> None:
    ageing = age_by_due_date([item("1000", overdue=45), item("-400", overdue=45)], AS_OF)

    assert filled(ageing) == {"not_due": D(-400), "31_60": D(1000)}
    assert ageing.unapplied == D(-400)
    assert ageing.total == D(600)


def test_a_receipt_applied_later_was_unapplied_then() -> None:
    receipt = Item(
        document_date=date(2026, 5, 1),
        due_date=date(2026, 5, 1),
        amount=D("-400"),
        settlements=(Settlement(date(2026, 7, 1), D("-400")),),
    )

    assert age_by_due_date([receipt], AS_OF).unapplied == D(-400)
    assert age_by_due_date([receipt], date(2026, 7, 1)).unapplied == 0


def test_what_is_settled_or_not_yet_written_is_in_no_bucket() -> None:
    settled = Item(
        document_date=date(2026, 1, 1),
        due_date=date(2026, 1, 31),
        amount=D(9),
        settlements=(Settlement(date(2026, 2, 1), D(9)),),
    )
    later = item("7", document=date(2026, 7, 1))

    assert filled(age_by_due_date([settled, later], AS_OF)) == {}
    assert filled(age_by_document_date([settled, later], AS_OF)) == {}


@pytest.mark.parametrize("buckets", [DAYS_OVERDUE, YEARS_OLD])
@given(age=st.integers(-1000, 1000))
def test_every_age_has_one_bucket(buckets: tuple, age: int) -> None:
    assert sum(bucket.holds(age) for bucket in buckets) == 1


DAYS = st.dates(date(2018, 1, 1), date(2026, 12, 31))
ITEMS = st.lists(
    st.builds(
        Item,
        document_date=DAYS,
        due_date=DAYS,
        amount=st.integers(-1000, 1000).map(D),
        settlements=st.lists(
            st.builds(Settlement, DAYS, st.integers(-100, 100).map(D)), max_size=3
        ).map(tuple),
    ),
    max_size=10,
)


@given(ITEMS, DAYS)
def test_both_ageings_sum_to_what_is_open(items: list[Item], as_of: date) -> None:
    open_in_all = sum(open_balance(each, as_of) for each in items)

    assert age_by_due_date(items, as_of).total == open_in_all
    assert age_by_document_date(items, as_of).total == open_in_all

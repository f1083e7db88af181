"""Valuation: the moving average, its last cent, its negative stock and its late bills."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dougong.apps.inventory.valuation import (
    Pool,
    Posting,
    adjust_to_bill,
    cost_at_average,
    cost_of_return,
    issue,
    receive,
    take_back,
    unit_cost,
)
from dougong.kernel.values import ZERO

D = Decimal


def received(pool: Pool, quantity: str, unit: str) -> Pool:
    return receive(pool, D(quantity), D(quantity) * D(unit), currency="CNY").pool


def issued(pool: Pool, quantity: str, standard: str | None = None) -> Posting:
    standard_cost = None if standard is None else D(standard)
    return issue(pool, D(quantity), currency="CNY", standard_cost=standard_cost)


def holds(pool: Pool) -> tuple[Decimal, Decimal]:
    return pool.quantity, pool.value


def test_the_average_moves_with_each_receipt_and_the_last_issue_takes_all() -> None:
    pool = received(received(Pool(), "100", "10"), "50", "13")
    assert unit_cost(pool) == D("11.00")

    first = issued(pool, "60")
    assert first.cogs == D("660.00")
    assert holds(first.pool) == (90, D("990.00"))

    pool = received(first.pool, "40", "12.5")
    assert holds(pool) == (130, D("1490.00"))
    assert unit_cost(pool) == D("11.461538")

    last = issued(pool, "130")
    assert last.cogs == D("1490.00")
    assert holds(last.pool) == (0, 0)


def test_three_pieces_worth_ten_leave_one_by_one_without_a_cent_behind() -> None:
    pool, costs = Pool(D(3), D("10.00")), []
    for _ in range(3):
        posting = issued(pool, "1")
        pool = posting.pool
        costs.append(posting.cogs)

    assert costs == [D("3.33"), D("3.34"), D("3.33")]
    assert holds(pool) == (0, 0)


def test_two_at_one_and_one_at_one_and_a_cent_cost_three_and_a_cent() -> None:
    pool = received(received(Pool(), "2", "1.00"), "1", "1.01")

    assert issued(pool, "3").cogs == D("3.01")


def test_selling_before_buying_at_no_known_cost_is_flagged_and_settled_by_a_variance() -> None:
    sold = issued(Pool(), "2")
    assert (sold.cogs, sold.cost_unknown, holds(sold.pool)) == (0, True, (-2, 0))

    came = receive(sold.pool, D(20), D("66.00"), currency="CNY")

    assert (came.variance, came.stock) == (D("6.60"), D("59.40"))
    assert holds(came.pool) == (18, D("59.40"))
    assert unit_cost(came.pool) == D("3.30")


def test_provisional_cost_is_the_last_cost_then_the_standard_cost() -> None:
    emptied = issued(received(Pool(), "5", "4.00"), "5").pool

    assert (issued(emptied, "2", "9").cogs, issued(emptied, "2", "9").cost_unknown) == (8, False)
    assert (issued(Pool(), "2", "9").cogs, issued(Pool(), "2", "9").cost_unknown) == (18, False)


def test_an_issue_across_zero_takes_all_there_is_and_the_rest_provisionally() -> None:
    pool = Pool(D(3), D("10.00"), last_cost=D(4))

    posting = issued(pool, "5")

    assert posting.cogs == D("18.00")
    assert holds(posting.pool) == (-2, D("-8.00"))


def test_a_receipt_smaller_than_the_deficit_settles_its_part() -> None:
    posting = receive(Pool(D(-5), D("-15.00")), D(2), D("6.60"), currency="CNY")

    assert (posting.stock, posting.variance) == (D("6.00"), D("0.60"))
    assert holds(posting.pool) == (-3, D("-9.00"))


def test_a_receipt_of_just_the_deficit_leaves_nothing() -> None:
    posting = receive(Pool(D(-3), D("-10.00")), D(3), D("9.00"), currency="CNY")

    assert (posting.stock, posting.variance) == (D("10.00"), D("-1.00"))
    assert holds(posting.pool) == (0, 0)


def test_goods_come_back_at_what_they_cost_when_they_left() -> None:
    left = issued(received(Pool(), "10", "10"), "4")
    dearer = received(left.pool, "10", "20")

    back = take_back(dearer, D(4), left.cogs, currency="CNY")

    assert (back.stock, back.cogs, back.variance) == (D("40.00"), D("-40.00"), 0)
    assert holds(back.pool) == (20, D("300.00"))
    assert back.pool.last_cost == D(20)


def test_goods_that_come_back_piece_by_piece_cost_in_all_what_left() -> None:
    costs = [
        cost_of_return(D(3), D("10.00"), returned_before=D(n), quantity=D(1), currency="CNY")
        for n in range(3)
    ]

    assert costs == [D("3.33"), D("3.34"), D("3.33")]


def test_more_can_not_come_back_than_left() -> None:
    with pytest.raises(AssertionError):
        cost_of_return(D(3), D(10), returned_before=D(2), quantity=D(2), currency="CNY")


def test_a_bill_that_differs_is_split_over_what_is_left_and_what_is_gone() -> None:
    pool = issued(received(Pool(), "15", "2000"), "10").pool

    posting = adjust_to_bill(pool, D(15) * (D(5) - D(2000)), issued_since=D(10), currency="CNY")

    assert (posting.stock, posting.cogs) == (D("-9975.00"), D("-19950.00"))
    assert unit_cost(posting.pool) == D(5)


def test_in_a_larger_pool_what_left_since_left_in_proportion() -> None:
    pool = issued(received(received(Pool(), "100", "10"), "15", "12"), "23").pool

    posting = adjust_to_bill(pool, D("15.00"), issued_since=D(23), currency="CNY")

    assert (posting.stock, posting.cogs) == (D("12.00"), D("3.00"))


def test_a_bill_never_makes_stock_worth_less_than_nothing() -> None:
    posting = adjust_to_bill(Pool(D(1), D("3.00")), D("-50"), issued_since=D(1), currency="CNY")

    assert (posting.stock, posting.cogs, posting.pool.value) == (D("-3.00"), D("-47.00"), 0)


@pytest.mark.parametrize("pool", [Pool(), Pool(D(-2), D("-6.00"))])
def test_a_bill_for_goods_all_gone_is_all_cost_of_sales(pool: Pool) -> None:
    posting = adjust_to_bill(pool, D("7.00"), issued_since=D(9), currency="CNY")

    assert (posting.stock, posting.cogs, posting.pool) == (0, D("7.00"), pool)


def test_what_goods_would_cost_can_be_asked_without_moving_them() -> None:
    assert cost_at_average(Pool(D(3), D("10.00")), D(1), currency="CNY") == D("3.33")
    assert cost_at_average(Pool(D(3), D("10.00")), ZERO, currency="CNY") == 0
    assert unit_cost(Pool(), D(7)) == D(7)
    assert unit_cost(Pool()) is None


QUANTITIES = st.integers(1, 5000).map(lambda n: D(n).scaleb(-2))
VALUES = st.integers(0, 10**7).map(lambda n: D(n).scaleb(-2))
STEPS = st.lists(
    st.tuples(st.sampled_from(["receive", "issue", "take_back", "bill"]), QUANTITIES, VALUES),
    max_size=30,
)


@given(STEPS, st.none() | st.integers(0, 1000).map(D))
def test_whatever_happens_a_pool_is_worth_what_was_posted(
    steps: list[tuple[str, Decimal, Decimal]], standard: Decimal | None
) -> None:
    pool, posted, outside = Pool(), ZERO, ZERO
    for step, quantity, value in steps:
        if step == "receive":
            posting, brought = receive(pool, quantity, value, currency="CNY"), value
        elif step == "issue":
            posting = issue(pool, quantity, currency="CNY", standard_cost=standard)
            brought = ZERO
        elif step == "take_back":
            posting, brought = take_back(pool, quantity, value, currency="CNY"), ZERO
        else:
            brought = value - D(50000)
            posting = adjust_to_bill(pool, brought, issued_since=quantity, currency="CNY")
        pool = posting.pool
        posted += posting.stock
        outside += brought

        assert posting.stock + posting.cogs + posting.variance == brought
        assert pool.value == posted
        if pool.quantity == 0:
            assert pool.value == 0
        assert pool.value * pool.quantity >= 0 or pool.quantity == 0


@given(VALUES, st.integers(1, 60))
def test_a_pool_emptied_in_any_pieces_costs_what_it_was_worth(value: Decimal, pieces: int) -> None:
    pool, costs = Pool(D(pieces), value), ZERO
    for _ in range(pieces):
        posting = issued(pool, "1")
        assert posting.cogs >= 0
        pool, costs = posting.pool, costs + posting.cogs

    assert (costs, holds(pool)) == (value, (0, 0))

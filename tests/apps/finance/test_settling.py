"""Settling: named documents first, then the oldest, then the nearest; deposits stay with their order."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from dougong.apps.finance.settling import Application, Funds, OpenItem, settle, unapplied

D = Decimal


def uid(number: int) -> UUID:
    return UUID(int=number)


def item(number: int, balance: str, due: str, *, order: int | None = None) -> OpenItem:
    return OpenItem(
        document=uid(number),
        document_date=date(2026, 1, 1),
        due_date=date.fromisoformat(due),
        balance=D(balance),
        orders=frozenset() if order is None else frozenset({uid(order)}),
    )


def applied(*pairs: tuple[int, str]) -> list[Application]:
    return [Application(uid(number), D(amount)) for number, amount in pairs]


def test_the_oldest_due_is_settled_first_and_the_last_in_part() -> None:
    items = [item(1, "100", "2026-03-01"), item(2, "100", "2026-01-01"), item(3, "9", "2026-04-01")]

    assert settle(Funds(amount=D(150)), items) == applied((2, "100"), (1, "50"))


def test_a_document_that_the_payer_names_goes_before_older_ones() -> None:
    items = [item(1, "100", "2026-03-01"), item(2, "100", "2026-01-01")]
    funds = Funds(amount=D(150), references=frozenset({uid(1)}))

    assert settle(funds, items) == applied((1, "100"), (2, "50"))


def test_of_those_due_on_one_day_the_nearest_to_what_is_left_goes_first() -> None:
    items = [item(n, b, "2026-01-01") for n, b in ((1, "200"), (2, "100"), (3, "320"))]

    assert settle(Funds(amount=D(300)), items) == applied((3, "300"))
    assert settle(Funds(amount=D(310)), items[:2]) == applied((1, "200"), (2, "100"))
    assert settle(Funds(amount=D(100)), items) == applied((2, "100"))


def test_a_deposit_goes_to_its_own_order_only() -> None:
    items = [
        item(1, "100", "2026-01-01", order=7),
        item(2, "100", "2026-03-01", order=8),
        item(3, "100", "2026-01-01"),
    ]
    funds = Funds(amount=D(150), deposit_for=uid(8))

    applications = settle(funds, items)

    assert applications == applied((2, "100"))
    assert unapplied(funds, applications) == D(50)


def test_credit_notes_and_settled_documents_take_no_money() -> None:
    items = [item(1, "-50", "2026-01-01"), item(2, "0", "2026-01-01"), item(3, "5", "2026-02-01")]

    assert settle(Funds(amount=D(10)), items) == applied((3, "5"))


def test_no_money_settles_nothing() -> None:
    assert settle(Funds(amount=D(0)), [item(1, "5", "2026-01-01")]) == []


ITEMS = st.lists(
    st.tuples(st.integers(-50, 500), st.dates(date(2026, 1, 1), date(2026, 1, 5))), max_size=10
).map(lambda rows: [item(n, str(b), due.isoformat()) for n, (b, due) in enumerate(rows, start=1)])


@given(ITEMS, st.integers(0, 2000).map(D), st.frozensets(st.integers(1, 10).map(uid), max_size=3))
def test_money_is_spent_as_far_as_it_goes_and_never_twice(
    items: list[OpenItem], amount: Decimal, named: frozenset[UUID]
) -> None:
    funds = Funds(amount=amount, references=named)

    applications = settle(funds, items)

    balances = {each.document: each.balance for each in items if each.balance > 0}
    owed = sum(balances.values())
    assert sum(each.amount for each in applications) == min(amount, owed)
    assert unapplied(funds, applications) == max(amount - owed, D(0))
    assert len({each.document for each in applications}) == len(applications)
    assert all(0 < each.amount <= balances[each.document] for each in applications)

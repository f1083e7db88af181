"""What was open on a day, how old it was, and when the cash should come."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from dougong.apps.finance.operations.allocate_payment import AllocatePayment
from dougong.apps.finance.operations.bring_forward_invoice import BringForwardInvoice
from dougong.apps.finance.operations.reverse_payment import ReversePayment
from dougong.apps.finance.operations.set_credit_limit import SetCreditLimit
from dougong.apps.finance.questions.ageing import AgedReceivables, aged_receivables
from dougong.apps.finance.questions.exposure import exposures
from dougong.apps.finance.questions.forecast import CashForecast, cash_forecast
from tests.apps.finance.counting_house import TODAY, CountingHouse


def aged(
    books: CountingHouse, customer: UUID, as_of: date, by: str = "due"
) -> tuple[dict[str, Decimal], Decimal]:
    with books.house.database.transaction(books.company) as transaction:
        found: AgedReceivables = aged_receivables(
            transaction,
            as_of,
            by=by,  # type: ignore[arg-type]
            customer=customer,
        )
    return {bucket.code: amount for bucket, amount in found.all.amounts if amount}, found.total


def test_what_was_open_on_a_day_is_known_for_ever(books: CountingHouse) -> None:
    customer = books.customer()
    day = date(2026, 1, 10)
    books.perform(
        BringForwardInvoice(customer=customer, amount=Decimal(1000), day=day, due=date(2026, 2, 9))
    )
    books.pay(customer, 400, day=date(2026, 2, 20))
    late = books.pay(customer, 900, day=date(2026, 3, 1), auto=False)
    books.perform(AllocatePayment(id=late.id, day=date(2026, 3, 5)))
    books.perform(ReversePayment(id=late.id, day=date(2026, 3, 8)))

    assert aged(books, customer, day - timedelta(days=1)) == ({}, 0)
    assert aged(books, customer, date(2026, 2, 9)) == ({"not_due": 1000}, 1000)
    assert aged(books, customer, date(2026, 2, 19)) == ({"1_30": 1000}, 1000)
    assert aged(books, customer, date(2026, 2, 20)) == ({"1_30": 600}, 600)
    assert aged(books, customer, date(2026, 3, 2)) == ({"not_due": -900, "1_30": 600}, -300)
    assert aged(books, customer, date(2026, 3, 5)) == ({"not_due": -300}, -300)
    assert aged(books, customer, date(2026, 3, 8)) == ({"1_30": 600}, 600)
    assert aged(books, customer, date(2026, 3, 12)) == ({"31_60": 600}, 600)
    assert aged(books, customer, date(2027, 2, 1), by="document") == ({"1_2_years": 600}, 600)


def test_ageing_ties_to_the_account_on_every_day(books: CountingHouse) -> None:
    control = (
        "SELECT coalesce(sum(l.debit - l.credit), 0) FROM journal_line l "
        "JOIN journal_entry e ON e.id = l.parent WHERE l.account = %s AND e.day <= %s"
    )
    for as_of in (date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 5), TODAY):
        with books.house.database.transaction(books.company) as transaction:
            total = aged_receivables(transaction, as_of).total
        ((booked,),) = books.rows(control, [books.account("receivable"), as_of])
        assert total == booked


def test_cash_is_expected_when_it_is_due(books: CountingHouse) -> None:
    before = forecast(books)
    customer = books.customer()
    term = books.create("payment_term", code="N30", name="30 天", instalments=[{"days": 30}])
    books.perform(
        BringForwardInvoice(customer=customer, amount=Decimal(70), due=TODAY - timedelta(days=1))
    )
    books.perform(
        BringForwardInvoice(customer=customer, amount=Decimal(80), due=TODAY + timedelta(days=8))
    )
    books.deal(customer, 900, term=str(term.id), promised=str(TODAY + timedelta(days=5)))
    after = forecast(books)

    assert after.overdue - before.overdue == 70
    gained = [
        (late.invoiced - soon.invoiced, late.to_be_invoiced - soon.to_be_invoiced)
        for late, soon in zip(after.weeks, before.weeks, strict=True)
    ]
    assert gained[1] == (80, 0)
    assert gained[5] == (0, 900)
    assert sum(sum(week) for week in gained) == 980
    assert [week.monday for week in after.weeks[:2]] == [TODAY, TODAY + timedelta(days=7)]


def forecast(books: CountingHouse) -> CashForecast:
    with books.house.database.transaction(books.company) as transaction:
        return cash_forecast(transaction, books.house.state(transaction), TODAY)


def test_a_limit_leaves_room(books: CountingHouse) -> None:
    customer, stranger = books.customer(limit=1000), books.customer()
    books.deal(customer, 400)
    books.perform(
        SetCreditLimit(
            customer=customer,
            credit_limit=Decimal(1000),
            temporary=Decimal(200),
            temporary_until=TODAY,
        )
    )
    with books.house.database.transaction(books.company) as transaction:
        today = exposures(transaction, [customer, stranger], TODAY)
        tomorrow = exposures(transaction, [customer], TODAY + timedelta(days=1))

    assert (today[customer].room, tomorrow[customer].room) == (800, 600)
    assert today[stranger].room is None

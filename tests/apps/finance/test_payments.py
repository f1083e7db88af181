"""Payments: what they settle, what is left of them, and what changed rates gain."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from dougong.apps.finance.entities import Allocation, Receivable
from dougong.apps.finance.operations.allocate_payment import AllocatePayment
from dougong.apps.finance.operations.bring_forward_invoice import BringForwardInvoice
from dougong.apps.finance.operations.credit_invoice import CreditInvoice
from dougong.apps.finance.operations.reverse_payment import ReversePayment
from dougong.apps.finance.refusals import (
    MoreThanOpen,
    MoreThanUnapplied,
    NothingToApply,
    NotPositive,
    OtherCurrency,
    OtherCustomer,
    UnknownReceivable,
)
from dougong.kernel.refusals import WrongState
from dougong.kernel.values import new_id
from tests.apps.finance.counting_house import TODAY, CountingHouse


def owe(books: CountingHouse, customer: UUID, amount: Any, due: date = TODAY, **how: Any) -> Any:
    """Let a customer owe so much."""
    return books.perform(
        BringForwardInvoice(customer=customer, amount=Decimal(amount), due=due, **how)
    )


def open_of(books: CountingHouse, *invoices: Any) -> list[Decimal]:
    """What is open of invoices."""
    return [books.one(Receivable, "invoice", invoice.id).open for invoice in invoices]


def test_money_settles_what_is_due_longest(books: CountingHouse) -> None:
    customer = books.customer()
    later = owe(books, customer, 500, TODAY + timedelta(days=9))
    sooner = owe(books, customer, 300, TODAY - timedelta(days=9))
    payment = books.pay(customer, 400)

    assert open_of(books, sooner, later) == [0, 400]
    assert payment.unapplied == 0
    assert books.posted(f"payment:{payment.id}") == {"bank": 400, "receivable": -400}
    assert books.verify() == []


def test_money_settles_first_what_it_names(books: CountingHouse) -> None:
    customer = books.customer()
    named = owe(books, customer, 500, TODAY + timedelta(days=9))
    oldest = owe(books, customer, 300, TODAY - timedelta(days=9))
    books.pay(customer, 600, invoices=(named.id,))

    assert open_of(books, named, oldest) == [0, 200]


def test_what_is_left_lessens_the_exposure_until_it_is_applied(books: CountingHouse) -> None:
    customer = books.customer()
    payment = books.pay(customer, 250)
    assert books.credit(customer).exposure == -250
    with books.nothing_changes() as refused:
        books.perform(AllocatePayment(id=payment.id))
    assert refused.by == NothingToApply()

    invoice = owe(books, customer, 300)
    books.perform(AllocatePayment(id=payment.id))

    assert open_of(books, invoice) == [50]
    position = books.credit(customer)
    assert (position.receivable, position.unapplied) == (50, 0)
    assert books.verify() == []


def test_a_deposit_settles_its_own_order_and_no_other(books: CountingHouse) -> None:
    customer = books.customer()
    other, own = books.deal(customer, 100), books.deal(customer, 100)
    deposit = books.pay(customer, 60, deposit_for=own.address)
    for deal in (other, own):
        books.deliver(deal)
    first, second = books.invoice(other), books.invoice(own)
    books.perform(AllocatePayment(id=deposit.id))

    assert open_of(books, first, second) == [100, 40]


def test_named_receivables_are_settled_as_said(books: CountingHouse) -> None:
    customer = books.customer()
    first, second = owe(books, customer, 500), owe(books, customer, 300)
    receivables = [books.one(Receivable, "invoice", each.id) for each in (first, second)]
    said = dict(zip((each.id for each in receivables), map(Decimal, (200, 100)), strict=True))
    payment = books.pay(customer, 400, allocations=said)

    assert open_of(books, first, second) == [300, 200]
    assert payment.unapplied == 100


def test_what_is_wrong_with_an_allocation_is_said_at_once(books: CountingHouse) -> None:
    customer, unknown = books.customer(), new_id()
    mine = owe(books, customer, 100)
    theirs = owe(books, books.customer(), 100)
    dollars = owe(books, customer, 100, currency="USD", rate=Decimal(7))
    ids = [books.one(Receivable, "invoice", each.id).id for each in (mine, theirs, dollars)]

    with books.nothing_changes() as refused:
        books.pay(
            customer,
            300,
            allocations={**dict.fromkeys(ids, Decimal(101)), unknown: Decimal("0.001")},
        )

    assert set(refused.found) == {
        MoreThanOpen(ids[0], Decimal(101), Decimal(100)),
        OtherCustomer(ids[1]),
        OtherCurrency(ids[2], "USD", "CNY"),
        UnknownReceivable(unknown),
        NotPositive(f"allocations.{unknown}", Decimal("0.001")),
        MoreThanUnapplied(Decimal("303.001"), Decimal(300)),
    }


@pytest.mark.parametrize("amount", ["0", "-5", "0.005"])
def test_a_payment_is_a_positive_amount_in_cents(books: CountingHouse, amount: str) -> None:
    customer = books.customer()
    with books.nothing_changes() as refused:
        books.pay(customer, amount)
    assert refused.by == NotPositive("amount", Decimal(amount))


def test_a_bounced_payment_leaves_everything_owed_again(books: CountingHouse) -> None:
    customer = books.customer()
    invoice = owe(books, customer, 300)
    payment = books.pay(customer, 400)
    books.perform(ReversePayment(id=payment.id))

    assert open_of(books, invoice) == [300]
    assert books.credit(customer).exposure == 300
    assert books.posted(f"payment:{payment.id}") == {}
    assert books.verify() == []
    for command in (ReversePayment(id=payment.id), AllocatePayment(id=payment.id)):
        with books.nothing_changes() as refused:
            books.perform(command)
        assert isinstance(refused.by, WrongState)


def test_a_better_rate_is_a_gain_when_it_is_paid(books: CountingHouse) -> None:
    customer = books.customer()
    deal = books.deal(customer, 10000, currency="USD", rate="7.10")
    books.deliver(deal)
    books.invoice(deal)
    assert books.credit(customer).receivable == 71000

    payment = books.pay(customer, 10000, currency="USD", rate=Decimal("7.15"))

    assert books.posted(f"payment:{payment.id}") == {
        "bank": 71500,
        "receivable": -71000,
        "exchange_difference": -500,
    }
    assert books.credit(customer).exposure == 0
    assert books.verify() == []


def test_a_worse_rate_is_a_loss_when_an_advance_is_applied(books: CountingHouse) -> None:
    customer = books.customer()
    payment = books.pay(customer, 100, currency="USD", rate=Decimal("7.00"))
    owe(books, customer, 100, currency="USD", rate=Decimal("7.20"))
    books.perform(AllocatePayment(id=payment.id))

    assert books.posted(f"payment:{payment.id}") == {
        "bank": 700,
        "receivable": -720,
        "exchange_difference": 20,
    }
    assert books.verify() == []
    books.perform(ReversePayment(id=payment.id))
    assert books.posted(f"payment:{payment.id}") == {}
    assert books.credit(customer).exposure == 720
    assert books.verify() == []


def test_where_nothing_is_open_nothing_is_left_in_company_currency(books: CountingHouse) -> None:
    customer = books.customer()
    invoice = owe(books, customer, "100.00", currency="USD", rate=Decimal("7.1234567"))
    for part in ("33.33", "33.33", "33.34"):
        books.pay(customer, part, currency="USD", rate=Decimal("7.1234567"))

    receivable = books.one(Receivable, "invoice", invoice.id)
    assert (receivable.open, receivable.company_open) == (0, 0)
    settled = books.all(Allocation, "receivable", receivable.id)
    assert sum(each.company_amount for each in settled) == Decimal("712.35")
    assert books.credit(customer).receivable == 0
    assert books.verify() == []


def test_a_foreign_credit_note_takes_off_what_was_booked(books: CountingHouse) -> None:
    customer = books.customer()
    line = {"ordered": "3", "net": "100"}
    deal = books.deal(customer, line, currency="USD", rate="7.1234567")
    books.deliver(deal)
    invoice = books.invoice(deal)
    for _ in range(3):
        books.perform(CreditInvoice(id=invoice.id, quantities={invoice.lines[0].id: Decimal(1)}))

    assert books.credit(customer).exposure == 0
    assert books.verify() == []

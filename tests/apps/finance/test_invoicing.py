"""Invoices, credit notes and what they post."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from dougong.apps.finance.entities import Billable, Invoice, Receivable
from dougong.apps.finance.operations.apply_invoice import ApplyInvoice
from dougong.apps.finance.operations.bring_forward_invoice import BringForwardInvoice
from dougong.apps.finance.operations.cancel_invoice import CancelInvoice
from dougong.apps.finance.operations.credit_invoice import CreditInvoice
from dougong.apps.finance.operations.draft_invoice import DraftInvoice
from dougong.apps.finance.operations.issue_invoice import IssueInvoice
from dougong.apps.finance.refusals import (
    MixedInvoice,
    MoreThanBillable,
    MoreThanInvoiced,
    NothingToApply,
    NothingToCredit,
    NothingToInvoice,
)
from dougong.kernel.log.undo import undo
from dougong.kernel.refusals import WrongState
from tests.apps.finance.counter import ConfirmDeal, ShipConsignment
from tests.apps.finance.counting_house import TODAY, CountingHouse

LINE = {"ordered": "10", "net": "1000", "tax": "130"}


def test_an_invoice_posts_what_is_owed_earned_and_the_states(books: CountingHouse) -> None:
    customer = books.customer()
    deal = books.deal(customer, LINE)
    books.deliver(deal, 6, cost=420)
    invoice = books.invoice(deal)

    assert (invoice.net, invoice.tax_amount, invoice.gross) == (600, 78, 678)
    assert books.posted(f"invoice:{invoice.id}") == {
        "receivable": 678,
        "revenue": -600,
        "output_tax": -78,
    }
    assert books.verify() == []


def test_goods_are_invoiced_once_delivered_and_services_once_ordered(
    books: CountingHouse,
) -> None:
    customer = books.customer()
    deal = books.deal(customer, LINE, {"net": 50, "goods": False})

    assert books.invoice(deal).net == 50
    with books.nothing_changes() as refused:
        books.invoice(deal)
    assert refused.by == NothingToInvoice()


def test_several_orders_make_one_invoice(books: CountingHouse) -> None:
    customer = books.customer()
    deals = [books.deal(customer, LINE), books.deal(customer, 200)]
    for deal in deals:
        books.deliver(deal)

    invoice = books.perform(DraftInvoice(customer=customer))

    assert (invoice.state, invoice.gross) == ("draft", 1330)
    assert invoice.documents == [deal.address for deal in deals]


def test_one_invoice_is_for_one_customer(books: CountingHouse) -> None:
    deals = [books.deal(books.customer(), 200) for _ in range(2)]
    for deal in deals:
        books.deliver(deal)

    with books.nothing_changes() as refused:
        books.invoice(*deals)

    assert refused.by == MixedInvoice(2, ("CNY",))


def test_no_more_is_invoiced_than_was_delivered(books: CountingHouse) -> None:
    deal = books.deal(books.customer(), LINE)
    books.deliver(deal, 4)

    with books.nothing_changes() as refused:
        books.invoice(deal, quantities={deal.lines[0].id: Decimal(5)})

    assert refused.by == MoreThanBillable("", Decimal(5), Decimal(4))


def test_of_two_drafts_of_the_same_goods_one_is_issued(books: CountingHouse) -> None:
    deal = books.deal(books.customer(), LINE)
    books.deliver(deal)
    drafts = [books.invoice(deal, issue=False) for _ in range(2)]
    books.perform(IssueInvoice(id=drafts[0].id))

    with books.nothing_changes() as refused:
        books.perform(IssueInvoice(id=drafts[1].id))

    assert refused.by == MoreThanBillable("", Decimal(10), Decimal(0))
    books.perform(CancelInvoice(id=drafts[1].id))
    with books.nothing_changes() as refused:
        books.perform(IssueInvoice(id=drafts[1].id))
    assert refused.by == WrongState("cancelled", "issued")


def test_instalments_fall_due_by_the_terms(books: CountingHouse) -> None:
    term = books.create(
        "payment_term",
        code="HALF",
        name="半款",
        instalments=[{"share": "0.5"}, {"days": 60}],
    )
    deal = books.deal(books.customer(), {"net": "100.01"}, term=str(term.id))
    books.deliver(deal)
    invoice = books.invoice(deal)

    owed = books.all(Receivable, "invoice", invoice.id)
    assert [(each.due, each.amount) for each in owed] == [
        (TODAY, Decimal("50.01")),
        (date(2026, 5, 8), Decimal("50.00")),
    ]


def test_crediting_all_of_an_invoice_leaves_nothing(books: CountingHouse) -> None:
    customer = books.customer()
    deal = books.deal(customer, {"ordered": "3", "net": "10", "tax": "1.30"}, {"net": 7})
    books.deliver(deal)
    invoice = books.invoice(deal)
    books.perform(CreditInvoice(id=invoice.id, quantities={invoice.lines[0].id: Decimal(1)}))
    books.perform(CreditInvoice(id=invoice.id))

    notes = books.all(Invoice, "credits", invoice.id)
    assert [note.gross for note in notes] == [Decimal("-3.76"), Decimal("-14.54")]
    assert books.credit(customer).exposure == 0
    assert {each.open for each in books.all(Receivable, "customer", customer)} == {0}
    assert books.verify() == []
    with books.nothing_changes() as refused:
        books.perform(CreditInvoice(id=invoice.id))
    assert refused.by == NothingToCredit()


def test_a_wrong_invoice_is_taken_back_and_written_anew(books: CountingHouse) -> None:
    customer = books.customer()
    deal = books.deal(customer, LINE)
    books.deliver(deal)
    wrong = books.invoice(deal)
    books.perform(CreditInvoice(id=wrong.id, to_invoice_again=True))
    assert books.credit(customer).delivered_not_invoiced == 1130

    right = books.invoice(deal)

    assert right.gross == 1130
    assert books.credit(customer).receivable == 1130
    assert books.credit(customer).exposure == 1130
    assert books.verify() == []


def test_what_is_undone_is_there_to_be_invoiced_again(books: CountingHouse) -> None:
    customer = books.customer()
    deal = books.deal(customer, LINE)
    books.deliver(deal)
    invoice = books.invoice(deal)
    [(issued,)] = books.rows(
        "SELECT id FROM event WHERE record = %s AND name = 'invoice.issued'", (invoice.id,)
    )

    undo(books.house, books.company, issued)

    assert books.credit(customer).delivered_not_invoiced == 1130
    assert books.invoice(deal).gross == 1130
    assert books.verify() == []


def test_no_more_is_credited_than_was_invoiced(books: CountingHouse) -> None:
    deal = books.deal(books.customer(), LINE)
    books.deliver(deal)
    invoice = books.invoice(deal)
    line = invoice.lines[0].id
    books.perform(CreditInvoice(id=invoice.id, quantities={line: Decimal(7)}))

    with books.nothing_changes() as refused:
        books.perform(CreditInvoice(id=invoice.id, quantities={line: Decimal(4)}))

    assert refused.by == MoreThanInvoiced("", Decimal(4), Decimal(3))


def test_a_credit_note_over_a_paid_invoice_settles_the_next_one(books: CountingHouse) -> None:
    customer = books.customer()
    paid, following = books.deal(customer, 100), books.deal(customer, 300)
    books.deliver(paid)
    first = books.invoice(paid)
    books.pay(customer, 100)
    books.perform(CreditInvoice(id=first.id))
    (note,) = books.all(Invoice, "credits", first.id)
    with books.nothing_changes() as refused:
        books.perform(ApplyInvoice(id=note.id))
    assert refused.by == NothingToApply()
    assert books.credit(customer).receivable == -100

    books.deliver(following)
    second = books.invoice(following)
    books.perform(ApplyInvoice(id=note.id))

    (owed,) = books.all(Receivable, "invoice", second.id)
    assert owed.open == 200
    assert books.credit(customer).receivable == 200
    assert books.verify() == []


def test_a_return_is_no_longer_billed_or_else_credited(books: CountingHouse) -> None:
    customer = books.customer()
    deal = books.deal(customer, {"ordered": "3", "net": "10", "tax": "1.30"})
    books.deliver(deal)
    books.invoice(deal, quantities={deal.lines[0].id: Decimal(2)})
    books.take_back(deal, 2)

    billable = books.one(Billable, "source", deal.lines[0].id)
    assert (billable.ordered, billable.delivered) == (2, 2)
    assert (billable.invoiced, billable.credited) == (2, 1)
    assert books.credit(customer).exposure == Decimal("3.76")

    books.take_back(deal, 1)
    assert books.credit(customer).exposure == 0
    assert books.verify() == []
    with books.nothing_changes() as refused:
        books.take_back(deal, 1)
    assert refused.by == MoreThanInvoiced("", Decimal(1), Decimal(0))


def test_what_was_owed_before_these_books_is_owed_here(books: CountingHouse) -> None:
    customer = books.customer()
    invoice = books.perform(
        BringForwardInvoice(
            customer=customer,
            amount=Decimal("4520.50"),
            day=date(2025, 11, 3),
            due=date(2025, 12, 3),
            number="2025-0113",
        )
    )

    assert books.posted(f"invoice:{invoice.id}") == {
        "receivable": Decimal("4520.50"),
        "opening": Decimal("-4520.50"),
    }
    assert books.credit(customer).receivable == Decimal("4520.50")
    assert books.verify() == []


def test_cents_have_no_parts(books: CountingHouse) -> None:
    customer = books.customer()
    with books.nothing_changes() as refused:
        books.perform(BringForwardInvoice(customer=customer, amount=Decimal("1.005"), due=TODAY))
    assert refused.by.code == "not_positive"


def statements_by_step(books: CountingHouse, count: int) -> dict[str, int]:
    """Take an order of so many lines from confirmation to payment, and count what goes over the wire."""
    customer, taken = books.customer(), {}
    deal = books.deal(customer, *([LINE] * count), confirm=False)
    consignment = books.consignment(deal, *([10] * count), cost=70)
    steps: dict[str, Callable[[], Any]] = {
        "confirm": lambda: books.perform(ConfirmDeal(id=deal.id)),
        "ship": lambda: books.perform(ShipConsignment(id=consignment.id)),
        "draft": lambda: books.invoice(deal, issue=False),
        "issue": lambda: books.perform(IssueInvoice(id=draft_of(books, customer))),
        "pay": lambda: books.pay(customer, 1130 * count),
    }
    for step, act in steps.items():
        with books.house.database.watched() as statements:
            act()
        taken[step] = len(statements)
    return taken


def draft_of(books: CountingHouse, customer: UUID) -> UUID:
    draft: Invoice = books.one(Invoice, "customer", customer)
    return draft.id


def test_statements_do_not_depend_on_lines(books: CountingHouse) -> None:
    statements_by_step(books, 1)

    assert statements_by_step(books, 1000) == statements_by_step(books, 10)

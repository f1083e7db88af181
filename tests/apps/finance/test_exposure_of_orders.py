"""Where an order's money is, through the real operations."""

from __future__ import annotations

import threading
from decimal import Decimal

from dougong.apps.finance.entities import Billable
from dougong.apps.finance.refusals import BelowBilled, CreditExceeded
from dougong.kernel.refusals import Refused
from tests.apps.finance.counter import ConfirmDeal
from tests.apps.finance.counting_house import CountingHouse


def parts(books: CountingHouse, customer: object) -> tuple[Decimal, ...]:
    position = books.credit(customer)  # type: ignore[arg-type]
    return (
        position.open_orders,
        position.delivered_not_invoiced,
        position.receivable,
        position.unapplied,
    )


def test_an_orders_money_is_always_in_one_place_only(books: CountingHouse) -> None:
    customer = books.customer()
    deal = books.deal(customer, {"ordered": "100", "net": "100000"})
    assert parts(books, customer) == (100000, 0, 0, 0)

    books.deliver(deal, 60)
    assert parts(books, customer) == (40000, 60000, 0, 0)

    books.invoice(deal, quantities={deal.lines[0].id: Decimal(40)})
    assert parts(books, customer) == (40000, 20000, 40000, 0)

    books.pay(customer, 10000)
    assert parts(books, customer) == (40000, 20000, 30000, 0)
    assert books.credit(customer).exposure == 90000
    assert books.verify() == []


def test_goods_that_come_back_from_the_road_are_on_order_again(books: CountingHouse) -> None:
    customer = books.customer()
    deal = books.deal(customer, {"ordered": "3", "net": "10", "tax": "1.30"})
    consignment = books.deliver(deal, 2)
    assert parts(books, customer) == (Decimal("3.76"), Decimal("7.54"), 0, 0)

    books.undo(consignment)

    assert parts(books, customer) == (Decimal("11.30"), 0, 0, 0)
    assert books.verify() == []


def test_a_limit_is_exceeded_by_what_is_missing(books: CountingHouse) -> None:
    customer = books.customer(limit=160000)
    books.deal(customer, 135000)
    deal = books.deal(customer, 40000, confirm=False)

    with books.nothing_changes() as refused:
        books.perform(ConfirmDeal(id=deal.id))

    assert refused.by == CreditExceeded(
        limit=Decimal(160000), exposure=Decimal(175000), short_by=Decimal(15000)
    )


def test_of_two_orders_at_once_exactly_one_passes(books: CountingHouse) -> None:
    customer = books.customer(limit=160000)
    books.deal(customer, 135000)
    deals = [books.deal(customer, 20000, confirm=False) for _ in range(2)]
    refused: list[Refused] = []
    ready = threading.Barrier(2)

    def confirm(identity: object) -> None:
        ready.wait()
        try:
            books.perform(ConfirmDeal(id=identity))  # type: ignore[arg-type]
        except Refused as no:
            refused.append(no)

    threads = [threading.Thread(target=confirm, args=[deal.id]) for deal in deals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [no.by for no in refused] == [
        CreditExceeded(limit=Decimal(160000), exposure=Decimal(175000), short_by=Decimal(15000))
    ]
    assert books.credit(customer).exposure == 155000


def test_two_orders_of_a_new_customer_at_once_share_one_credit_position(
    books: CountingHouse,
) -> None:
    customer = books.customer()
    deals = [books.deal(customer, 100, confirm=False) for _ in range(4)]
    threads = [
        threading.Thread(target=books.perform, args=[ConfirmDeal(id=deal.id)]) for deal in deals
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert books.credit(customer).exposure == 400


def test_a_change_is_held_as_its_difference(books: CountingHouse) -> None:
    customer = books.customer(limit=1000)
    deal = books.deal(customer, {"ordered": "10", "net": "800"})
    books.change(deal, 12, 960)
    assert parts(books, customer) == (960, 0, 0, 0)

    with books.nothing_changes() as refused:
        books.change(deal, 13, 1040)

    assert refused.by == CreditExceeded(
        limit=Decimal(1000), exposure=Decimal(1040), short_by=Decimal(40)
    )
    books.change(deal, 5, 400)
    assert parts(books, customer) == (400, 0, 0, 0)


def test_a_new_price_counts_for_what_is_delivered_too(books: CountingHouse) -> None:
    customer = books.customer()
    deal = books.deal(customer, {"ordered": "10", "net": "1000"})
    books.deliver(deal, 4)
    books.change(deal, 10, 900)

    assert parts(books, customer) == (540, 360, 0, 0)
    assert books.verify() == []


def test_closing_an_order_leaves_what_was_delivered(books: CountingHouse) -> None:
    customer = books.customer()
    deal = books.deal(customer, {"ordered": "3", "net": "10"}, {"net": 5, "goods": False})
    books.deliver(deal, 1)
    books.change(deal)

    assert parts(books, customer) == (0, Decimal("3.33"), 0, 0)
    books.invoice(deal)
    assert parts(books, customer) == (0, 0, Decimal("3.33"), 0)
    assert books.verify() == []


def test_what_was_delivered_is_not_ordered_away(books: CountingHouse) -> None:
    customer = books.customer()
    deal = books.deal(customer, {"ordered": "3", "net": "30"})
    books.deliver(deal, 2)

    with books.nothing_changes() as refused:
        books.change(deal, 1, 10)

    assert refused.by == BelowBilled("", Decimal(1), Decimal(2))


def test_parts_sum_to_the_whole_to_the_cent(books: CountingHouse) -> None:
    customer = books.customer()
    deal = books.deal(customer, {"ordered": "7", "net": "10", "tax": "1.30"})
    invoices = []
    for _ in range(7):
        books.deliver(deal, 1)
        invoices.append(books.invoice(deal))

    assert [invoice.net for invoice in invoices] == [
        Decimal(part) for part in ("1.43", "1.43", "1.43", "1.43", "1.43", "1.43", "1.42")
    ]
    assert sum(invoice.net for invoice in invoices) == 10
    assert sum(invoice.gross for invoice in invoices) == Decimal("11.30")
    assert parts(books, customer) == (0, 0, Decimal("11.30"), 0)
    assert books.one(Billable, "source", deal.lines[0].id).to_invoice is False
    assert books.verify() == []


def test_a_gross_that_was_agreed_is_shared_as_it_is(books: CountingHouse) -> None:
    customer = books.customer()
    line = {"ordered": "7", "net": "61.88", "tax": "8.05", "tax_included": True}
    deal = books.deal(customer, line)
    books.deliver(deal, 2)
    first = books.invoice(deal)
    books.deliver(deal, 5)
    second = books.invoice(deal)

    assert (first.gross, first.net) == (Decimal("19.98"), Decimal("17.68"))
    assert (second.gross, second.net) == (Decimal("49.95"), Decimal("44.20"))

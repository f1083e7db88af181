"""What happens to money at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from dougong.apps.finance.entities import Payment, Receivable
from dougong.apps.finance.operations.bring_forward_invoice import BringForwardInvoice
from dougong.apps.finance.operations.draft_invoice import DraftInvoice
from dougong.apps.finance.operations.lock_fiscal_period import LockFiscalPeriod
from dougong.apps.finance.operations.unlock_fiscal_period import UnlockFiscalPeriod
from dougong.apps.finance.refusals import NothingToInvoice
from dougong.kernel.refusals import Refused
from tests.apps.finance.counting_house import TODAY, CountingHouse


def at_once(act: Callable[[], Any], times: int) -> list[Refused]:
    """Do something several times at the same time; answers who was refused."""
    refused: list[Refused] = []
    ready = threading.Barrier(times)

    def one() -> None:
        ready.wait()
        try:
            act()
        except Refused as no:
            refused.append(no)

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_payments_at_once_settle_what_is_owed_once(books: CountingHouse) -> None:
    customer = books.customer()
    books.perform(BringForwardInvoice(customer=customer, amount=Decimal(250), due=TODAY))

    assert at_once(lambda: books.pay(customer, 100), 4) == []

    (receivable,) = books.all(Receivable, "customer", customer)
    payments = books.all(Payment, "customer", customer)
    assert receivable.open == 0
    assert sum(payment.unapplied for payment in payments) == 150
    assert books.credit(customer).exposure == -150
    assert books.verify() == []


def test_goods_are_invoiced_once(books: CountingHouse) -> None:
    deal = books.deal(books.customer(), 100, 200, 300)
    books.deliver(deal)
    command = DraftInvoice(documents=(deal.address,), issue=True)

    refused = at_once(lambda: books.perform(command), 3)

    assert [no.by for no in refused] == [NothingToInvoice()] * 2
    assert books.verify() == []


def test_a_month_is_locked_after_what_is_being_posted_to_it(books: CountingHouse) -> None:
    books.pay(books.customer(), 1)
    done = threading.Event()

    def lock() -> None:
        books.perform(LockFiscalPeriod(month="2026-03"))
        done.set()

    with books.house.database.transaction(books.company) as posting:
        posting.rows("SELECT locked FROM fiscal_period WHERE month = '2026-03' FOR SHARE")
        thread = threading.Thread(target=lock)
        thread.start()
        assert not done.wait(0.2)
    thread.join()
    assert done.is_set()
    books.perform(UnlockFiscalPeriod(month="2026-03"))

"""The ledger: goods, vouchers, months, opening balances, statements and laws."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest

from dougong.apps.finance.books import charts, set_up_books
from dougong.apps.finance.entities import JournalEntry
from dougong.apps.finance.operations.lock_fiscal_period import LockFiscalPeriod
from dougong.apps.finance.operations.open_journal_entry import OpenJournalEntry
from dougong.apps.finance.operations.post_journal_entry import PostJournalEntry
from dougong.apps.finance.operations.reverse_journal_entry import ReverseJournalEntry
from dougong.apps.finance.operations.set_credit_limit import SetCreditLimit
from dougong.apps.finance.operations.unlock_fiscal_period import UnlockFiscalPeriod
from dougong.apps.finance.questions.statements import (
    balance_sheet,
    profit_and_loss,
    trial_balance,
)
from dougong.apps.finance.refusals import (
    AlreadyInvoiced,
    AlreadyReversed,
    ControlAccount,
    CreditExceeded,
    NothingPosted,
    OneSidedLine,
    PeriodIs,
    PeriodLocked,
    PostedByDocument,
    Unbalanced,
)
from dougong.apps.finance.vouchers import VoucherLine
from dougong.kernel.refusals import InvalidField
from tests.apps.finance.counter import ReceiveConsignment, ShipConsignment, UnshipConsignment
from tests.apps.finance.counting_house import TODAY, CountingHouse


def account(books: CountingHouse, code: str) -> UUID:
    ((identity,),) = books.rows("SELECT id FROM account WHERE code = %s", [code])
    return identity


def line(books: CountingHouse, code: str, debit: str = "0", credit: str = "0") -> VoucherLine:
    return VoucherLine(account=account(books, code), debit=Decimal(debit), credit=Decimal(credit))


def test_goods_that_leave_are_posted_at_cost_and_back_again(books: CountingHouse) -> None:
    deal = books.deal(books.customer(), {"ordered": "10", "net": "1000"})
    consignment = books.deliver(deal, 6, cost="420.55")
    assert books.posted(f"shipment:{consignment.id}") == {
        "cogs": Decimal("420.55"),
        "inventory": Decimal("-420.55"),
    }

    books.undo(consignment)
    assert books.posted(f"shipment:{consignment.id}") == {}


def test_goods_that_come_in_are_owed_or_were_there(books: CountingHouse) -> None:
    bought = books.receive(500)
    opening = books.receive(800, kind="opening")

    assert books.posted(f"goods_receipt:{bought.id}") == {
        "inventory": 500,
        "received_not_billed": -500,
    }
    assert books.posted(f"goods_receipt:{opening.id}") == {"inventory": 800, "opening": -800}


def test_what_is_worth_nothing_is_not_posted(books: CountingHouse) -> None:
    received = books.receive(0)
    assert books.all(JournalEntry, "document", f"goods_receipt:{received.id}") == []


def test_a_voucher_stands_and_is_answered_by_its_reversal(books: CountingHouse) -> None:
    lines = (line(books, "5602", "88.50"), line(books, "1001", credit="88.50"))
    entry = books.perform(PostJournalEntry(lines=lines, memo="文具"))
    books.perform(ReverseJournalEntry(id=entry.id))

    reversal = books.one(JournalEntry, "reverses", entry.id)
    assert (reversal.kind, entry.kind) == ("reversal", "manual")
    with books.nothing_changes() as refused:
        books.perform(ReverseJournalEntry(id=entry.id))
    assert refused.by == AlreadyReversed(reversal.id)


def test_a_voucher_balances(books: CountingHouse) -> None:
    lines = (line(books, "5602", "88.50"), line(books, "1001", credit="88.05"))
    with books.nothing_changes() as refused:
        books.perform(PostJournalEntry(lines=lines))
    assert refused.by == Unbalanced(Decimal("88.50"), Decimal("88.05"))


def test_all_that_is_wrong_with_a_voucher_is_said(books: CountingHouse) -> None:
    lines = (
        line(books, "1122", "10"),
        line(books, "1001", "5", "5"),
        line(books, "1002", credit="10.001"),
    )
    with books.nothing_changes() as refused:
        books.perform(PostJournalEntry(lines=lines))
    assert set(refused.found) == {
        ControlAccount("1122", "receivable"),
        OneSidedLine(2),
        OneSidedLine(3),
        Unbalanced(Decimal(15), Decimal("15.001")),
    }
    with books.nothing_changes() as refused:
        books.perform(PostJournalEntry(lines=()))
    assert refused.by == NothingPosted()


def test_what_stands_for_a_document_is_undone_with_it(books: CountingHouse) -> None:
    payment = books.pay(books.customer(), 10)
    entry = books.one(JournalEntry, "document", f"payment:{payment.id}")
    with books.nothing_changes() as refused:
        books.perform(ReverseJournalEntry(id=entry.id))
    assert refused.by == PostedByDocument(f"payment:{payment.id}")


def test_the_database_itself_lets_no_entry_be_changed_or_unbalanced(books: CountingHouse) -> None:
    payment = books.pay(books.customer(), 10)
    entry = books.one(JournalEntry, "document", f"payment:{payment.id}")
    add = (
        "INSERT INTO journal_line (id, parent, position, account, debit, credit, memo) "
        "SELECT gen_random_uuid(), parent, 9, account, 5, 0, '' FROM journal_line "
        "WHERE parent = %s AND debit > 0"
    )
    for sql in (
        add,
        "UPDATE journal_line SET debit = 11 WHERE parent = %s AND debit > 0",
        "DELETE FROM journal_entry WHERE id = %s",
    ):
        with pytest.raises(psycopg.Error), books.house.database.transaction(books.company) as tx:
            tx.run(sql, [entry.id])


def test_nothing_is_posted_to_a_locked_month(books: CountingHouse) -> None:
    customer = books.customer()
    books.perform(LockFiscalPeriod(month="2025-01"))
    locked = PeriodLocked("2025-01", date(2025, 1, 31))
    lines = (line(books, "5602", "1"), line(books, "1001", credit="1"))
    with books.nothing_changes() as refused:
        books.pay(customer, 10, day=date(2025, 1, 31))
    assert refused.by == locked
    with books.nothing_changes() as refused:
        books.perform(PostJournalEntry(lines=lines, day=date(2025, 1, 31)))
    assert refused.by == locked
    with books.nothing_changes() as refused:
        books.perform(LockFiscalPeriod(month="2025-01"))
    assert refused.by == PeriodIs("2025-01", locked=True)

    books.perform(UnlockFiscalPeriod(month="2025-01"))
    books.pay(customer, 10, day=date(2025, 1, 31))


def test_nothing_moves_in_a_locked_month(books: CountingHouse) -> None:
    deal = books.deal(books.customer(), {"ordered": "10", "net": "1000"})
    gone, waiting = books.deliver(deal, 2), books.consignment(deal, 3)
    coming = books.create("consignment", lines=[{"cost": "5"}])
    books.perform(LockFiscalPeriod(month="2026-03"))
    for command in (
        ShipConsignment(id=waiting.id),
        UnshipConsignment(id=gone.id),
        ReceiveConsignment(id=coming.id),
    ):
        with books.nothing_changes() as refused:
            books.perform(command)
        assert refused.by == PeriodLocked("2026-03", TODAY)
    books.perform(UnlockFiscalPeriod(month="2026-03"))
    books.perform(ShipConsignment(id=waiting.id))


def test_nothing_leaves_to_who_owes_too_much_already(books: CountingHouse) -> None:
    customer = books.customer()
    waiting = books.consignment(books.deal(customer, 1000), 1)
    books.perform(SetCreditLimit(customer=customer, credit_limit=Decimal(900)))
    with books.nothing_changes() as refused:
        books.perform(ShipConsignment(id=waiting.id))
    assert refused.by == CreditExceeded(Decimal(900), Decimal(1000), Decimal(100))
    assert refused.by.liftable


def test_what_is_invoiced_stays_delivered(books: CountingHouse) -> None:
    deal = books.deal(books.customer(), {"ordered": "10", "net": "1000"})
    gone = books.deliver(deal, 6)
    books.invoice(deal)
    with books.nothing_changes() as refused:
        books.undo(gone)
    assert refused.by == AlreadyInvoiced("", Decimal(6), Decimal(6))


def test_a_month_is_a_month(books: CountingHouse) -> None:
    with books.nothing_changes() as refused:
        books.perform(LockFiscalPeriod(month="2025-13"))
    assert refused.by == InvalidField("month", "wrong_type", "YYYY-MM")


def test_opening_balances_meet_in_the_opening_account(books: CountingHouse) -> None:
    before = books.rows(
        "SELECT coalesce(sum(debit - credit), 0) FROM journal_line WHERE account = %s",
        [books.account("opening")],
    )[0][0]
    lines = (line(books, "1002", "5000"), line(books, "3001", credit="4000"))
    books.perform(OpenJournalEntry(lines=lines, day=date(2025, 12, 31)))
    after = books.rows(
        "SELECT sum(debit - credit) FROM journal_line WHERE account = %s",
        [books.account("opening")],
    )[0][0]

    assert after - before == -1000


def test_the_statements_agree(books: CountingHouse) -> None:
    deal = books.deal(books.customer(), {"ordered": "10", "net": "1000", "tax": "130"})
    books.deliver(deal, cost=700)
    books.invoice(deal)
    with books.house.database.transaction(books.company) as transaction:
        month = trial_balance(transaction, date(2026, 3, 1), date(2026, 3, 31))
        earned = profit_and_loss(transaction, date(2026, 3, 1), date(2026, 3, 31))
        sheet = balance_sheet(transaction, TODAY)
        eve = profit_and_loss(transaction, date(2026, 3, 10), date(2026, 3, 31))

    assert month.debit == month.credit
    assert sum(each.closing for each in month.accounts) == 0
    assert sheet.assets_total == sheet.claims_total
    by_code = {each.code: each.amount for each in (*earned.income, *earned.expenses)}
    assert by_code["5001"] >= 1000
    assert earned.result == sum(each.amount for each in earned.income) - sum(
        each.amount for each in earned.expenses
    )
    assert (eve.income, eve.expenses, eve.result) == ((), (), 0)


def test_books_are_set_up_once(books: CountingHouse) -> None:
    assert charts() == ("plain", "small_business_cn")
    assert set_up_books(books.house, books.company, "small_business_cn") == 0


BREAKS = {
    "credit_open_orders": "UPDATE credit_position SET open_orders = open_orders + 1",
    "credit_delivered_not_invoiced": "UPDATE credit_position SET delivered_not_invoiced = 7",
    "credit_receivable": "UPDATE credit_position SET receivable = receivable - 1",
    "credit_unapplied": "UPDATE credit_position SET unapplied = unapplied + 1",
    "billable_exposure": "UPDATE billable SET company_gross = company_gross + 1",
    "billable_invoiced": "UPDATE billable SET invoiced_gross = invoiced_gross + 1",
    "receivable_open": "UPDATE receivable SET open = open - 1 WHERE open > 1",
    "payment_unapplied": "UPDATE payment SET unapplied = unapplied - 1 WHERE unapplied > 1",
    "invoice_owed": "UPDATE invoice SET gross = gross + 1",
    "journal_entry_balances": """
        INSERT INTO journal_line (id, parent, position, account, debit, credit, memo)
        SELECT gen_random_uuid(), e.id, 9, a.id, 1, 0, ''
        FROM journal_entry e, account a WHERE a.code = '5602'
    """,
    "receivables_control": """
        INSERT INTO journal_line (id, parent, position, account, debit, credit, memo)
        SELECT gen_random_uuid(), e.id, 9, a.id,
            CASE a.code WHEN '1122' THEN 1 ELSE 0 END, CASE a.code WHEN '1122' THEN 0 ELSE 1 END, ''
        FROM journal_entry e, account a WHERE a.code IN ('1122', '5602')
    """,
}


@pytest.mark.parametrize("law", BREAKS)
def test_each_law_names_its_own_break_and_no_other(books: CountingHouse, law: str) -> None:
    customer = books.customer()
    deal = books.deal(customer, {"ordered": "10", "net": "1000"})
    books.deliver(deal, 8)
    books.invoice(deal, quantities={deal.lines[0].id: Decimal(5)})
    books.pay(customer, 400)
    books.pay(customer, 200, auto=False)
    assert books.verify() == []

    with books.house.database.outside() as owner:
        owner.execute(f'SET search_path = "c_{books.company}"')
        owner.execute("BEGIN")
        owner.execute("ALTER TABLE journal_line DISABLE TRIGGER balances")
        owner.execute(BREAKS[law].encode())
        found = {
            each.name
            for each in books.house.catalogue.invariants
            if each.name != "inventory_control" and owner.execute(each.sql.encode()).fetchall()
        }
        owner.execute("ROLLBACK")
        owner.execute("RESET search_path")

    assert found == {law}

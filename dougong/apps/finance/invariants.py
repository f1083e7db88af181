"""What must always be true of the books; each proves itself from the records below it."""

from __future__ import annotations

from dougong.kernel.invariants import Invariant

CREDIT = """
SELECT customer::text, coalesce(sum(expected), 0), coalesce(sum(actual), 0) FROM (
    SELECT customer, 0 AS expected, {component} AS actual FROM credit_position
    UNION ALL
    {recomputed}
) AS both_sides GROUP BY customer
HAVING coalesce(sum(expected), 0) <> coalesce(sum(actual), 0)
"""

ACCOUNT = """
SELECT '{key}', expected, actual FROM (
    SELECT ({expected}) AS expected, (
        SELECT coalesce(sum(l.debit - l.credit), 0)
        FROM journal_line l JOIN account a ON a.id = l.account WHERE a.role = '{role}'
    ) AS actual
) AS both_sides WHERE expected <> actual
"""

ENTRY_BALANCES = Invariant(
    name="journal_entry_balances",
    promise="The debits of each journal entry are its credits.",
    sql="""
        SELECT coalesce(e.number, e.id::text), sum(l.debit), sum(l.credit)
        FROM journal_entry e JOIN journal_line l ON l.parent = e.id
        GROUP BY e.id, e.number HAVING sum(l.debit) <> sum(l.credit)
    """,
)

OPEN_ORDERS = Invariant(
    name="credit_open_orders",
    promise="A customer's exposure from open orders is the sum of what is on order.",
    sql=CREDIT.format(
        component="open_orders",
        recomputed="SELECT customer, sum(on_order), 0 FROM billable GROUP BY customer",
    ),
)

DELIVERED_NOT_INVOICED = Invariant(
    name="credit_delivered_not_invoiced",
    promise="A customer's exposure from deliveries is the sum of what is not invoiced of them.",
    sql=CREDIT.format(
        component="delivered_not_invoiced",
        recomputed="SELECT customer, sum(not_invoiced), 0 FROM billable GROUP BY customer",
    ),
)

RECEIVABLE = Invariant(
    name="credit_receivable",
    promise="A customer's exposure from invoices is the sum of what is open of them.",
    sql=CREDIT.format(
        component="receivable",
        recomputed="SELECT customer, sum(company_open), 0 FROM receivable GROUP BY customer",
    ),
)

UNAPPLIED = Invariant(
    name="credit_unapplied",
    promise="What we hold of a customer's money is the sum of what is not applied of payments.",
    sql=CREDIT.format(
        component="unapplied",
        recomputed="SELECT customer, sum(company_unapplied), 0 FROM payment GROUP BY customer",
    ),
)

LINE_EXPOSURE = Invariant(
    name="billable_exposure",
    promise="Of each line, what is on order, delivered and invoiced makes what was ordered.",
    sql="""
        SELECT source::text, company_gross, on_order + not_invoiced + invoiced_company_gross
        FROM billable
        WHERE company_gross <> on_order + not_invoiced + invoiced_company_gross
    """,
)

LINE_INVOICED = Invariant(
    name="billable_invoiced",
    promise="What was invoiced less what was credited of each line is what its invoices say.",
    sql="""
        SELECT b.source::text, coalesce(sum(l.gross), 0), b.invoiced_gross - b.credited_gross
        FROM billable b
        LEFT JOIN (
            invoice_line l JOIN invoice i ON i.id = l.parent AND i.state = 'issued'
        ) ON l.source = b.source
        GROUP BY b.id HAVING coalesce(sum(l.gross), 0) <> b.invoiced_gross - b.credited_gross
    """,
)

RECEIVABLE_OPEN = Invariant(
    name="receivable_open",
    promise="What is open of each receivable is its amount less what was applied to it.",
    sql="""
        SELECT r.id::text, r.amount - coalesce(s.applied, 0), r.open
        FROM receivable r
        LEFT JOIN (
            SELECT id, sum(applied) AS applied FROM (
                SELECT receivable AS id, amount AS applied FROM allocation
                UNION ALL
                SELECT credit, -amount FROM allocation WHERE credit IS NOT NULL
            ) AS both_sides GROUP BY id
        ) AS s ON s.id = r.id
        WHERE r.open <> r.amount - coalesce(s.applied, 0)
    """,
)

PAYMENT_UNAPPLIED = Invariant(
    name="payment_unapplied",
    promise="What is unapplied of each payment is its amount less what it was applied to.",
    sql="""
        SELECT p.number, p.amount - coalesce(s.applied, 0), p.unapplied
        FROM payment p
        LEFT JOIN (
            SELECT payment, sum(amount) AS applied FROM allocation
            WHERE payment IS NOT NULL GROUP BY payment
        ) AS s ON s.payment = p.id
        WHERE p.unapplied
            <> CASE p.state WHEN 'reversed' THEN 0 ELSE p.amount - coalesce(s.applied, 0) END
    """,
)

INVOICE_OWED = Invariant(
    name="invoice_owed",
    promise="The instalments of each issued invoice sum to the invoice.",
    sql="""
        SELECT coalesce(i.number, i.id::text), i.gross, coalesce(sum(r.amount), 0)
        FROM invoice i LEFT JOIN receivable r ON r.invoice = i.id
        WHERE i.state = 'issued'
        GROUP BY i.id HAVING i.gross <> coalesce(sum(r.amount), 0)
    """,
)

RECEIVABLES_CONTROL = Invariant(
    name="receivables_control",
    promise="The receivables account is what customers owe less what we hold of their money.",
    sql=ACCOUNT.format(
        key="receivable",
        role="receivable",
        expected="SELECT coalesce((SELECT sum(company_open) FROM receivable), 0) "
        "- coalesce((SELECT sum(company_unapplied) FROM payment), 0)",
    ),
)

INVENTORY_CONTROL = Invariant(
    name="inventory_control",
    promise="The inventory account is the value of all stock.",
    sql=ACCOUNT.format(
        key="inventory",
        role="inventory",
        expected="SELECT coalesce(sum(value), 0) FROM stock_position",
    ),
)

BILL_OPEN = Invariant(
    name="bill_open",
    promise="What is open of each bill is its amount less what was paid of it.",
    sql="""
        SELECT coalesce(b.number, b.id::text), b.amount - coalesce(p.paid, 0), b.open
        FROM bill b
        LEFT JOIN (SELECT bill, sum(amount) AS paid FROM bill_payment GROUP BY bill) AS p
            ON p.bill = b.id
        WHERE b.open <> CASE b.state WHEN 'cancelled' THEN 0
            ELSE b.amount - coalesce(p.paid, 0) END
    """,
)

PAYABLES_CONTROL = Invariant(
    name="payables_control",
    promise="The payables account is what is open of bills, and what vouchers had opened it with.",
    sql=ACCOUNT.format(
        key="payable",
        role="payable",
        expected="SELECT coalesce((SELECT -sum(company_open) FROM bill), 0) + coalesce(("
        "SELECT sum(l.debit - l.credit) FROM journal_line l "
        "JOIN journal_entry e ON e.id = l.parent JOIN account a ON a.id = l.account "
        "WHERE a.role = 'payable' AND e.document IS NULL), 0)",
    ),
)

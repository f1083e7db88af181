"""Which invoices and payments follow from documents, and how far delivering and paying have come."""

from dougong.kernel.chains import Stage, Tally

INVOICES = """
SELECT DISTINCT l.parent AS id FROM billable b JOIN invoice_line l ON l.source = b.source
WHERE b.document = ANY(:documents)
"""

INVOICED = Stage(
    chain="sale",
    place=2,
    on="invoice",
    documents="SELECT unnest(documents) FROM invoice WHERE id = :id",
    records=INVOICES,
)
PAID = Stage(
    chain="sale",
    place=3,
    on="payment",
    documents="""
    SELECT unnest(r.documents) FROM allocation a JOIN receivable r ON r.id = a.receivable
    WHERE a.payment = :id
    UNION SELECT deposit_for FROM payment WHERE id = :id
    """,
    records=f"""
    SELECT a.payment AS id FROM allocation a JOIN receivable r ON r.id = a.receivable
    WHERE a.payment IS NOT NULL AND r.invoice IN ({INVOICES})
    UNION SELECT id FROM payment WHERE deposit_for = ANY(:documents)
    """,
)

SHIPPED_AMOUNT = Tally(
    on="shipment",
    sql="""
    SELECT
        sum(round(company_gross * delivered / ordered, :digits)) AS done,
        sum(company_gross) AS whole
    FROM billable WHERE document = ANY(:documents) AND goods AND ordered > 0
    """,
    shows=("billable.company_gross",),
)
INVOICED_AMOUNT = Tally(
    on="invoice",
    sql="""
    SELECT sum(invoiced_company_gross) AS done, sum(company_gross) AS whole
    FROM billable WHERE document = ANY(:documents)
    """,
    shows=("billable.invoiced_company_gross",),
)
PAID_AMOUNT = Tally(
    on="payment",
    sql="""
    WITH part AS (
        SELECT l.parent AS invoice, sum(l.company_gross) AS gross
        FROM billable b JOIN invoice_line l ON l.source = b.source
        WHERE b.document = ANY(:documents) GROUP BY 1
    ), applied AS (
        SELECT sum(round(a.company_amount * part.gross / i.company_gross, :digits)) AS amount
        FROM part JOIN invoice i ON i.id = part.invoice JOIN receivable r ON r.invoice = i.id
        JOIN allocation a ON a.receivable = r.id
        WHERE a.payment IS NOT NULL AND i.company_gross <> 0
    ), deposited AS (
        SELECT sum(company_unapplied) AS amount FROM payment
        WHERE deposit_for = ANY(:documents) AND state = 'posted'
    )
    SELECT
        coalesce((SELECT amount FROM applied), 0) + coalesce((SELECT amount FROM deposited), 0) AS done,
        (SELECT sum(company_gross) FROM billable WHERE document = ANY(:documents)) AS whole
    """,
    shows=("billable.company_gross", "allocation.company_amount", "payment.company_unapplied"),
)
"""Of an invoice for several orders, an order is paid for as its share is."""

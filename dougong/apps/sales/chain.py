"""Where an order stands in the chain that grows from it, and the returns that end it."""

from dougong.kernel.chains import Stage, Tally

ORDERED = Stage(
    chain="sale",
    place=0,
    on="sales_order",
    documents="SELECT CONCAT('sales_order:', id) FROM sales_order WHERE id = :id",
    records="SELECT id FROM sales_order WHERE id = ANY(:ids)",
)
ORDERED_AMOUNT = Tally(
    on="sales_order",
    sql="""
    SELECT sum(owed) FILTER (WHERE state NOT IN ('draft', 'cancelled')) AS done, sum(owed) AS whole
    FROM sales_order WHERE id = ANY(:ids)
    """,
    shows=("sales_order.owed",),
)
RETURNED = Stage(
    chain="sale",
    place=4,
    on="sales_return",
    documents="SELECT CONCAT('sales_order:', \"order\") FROM sales_return WHERE id = :id",
    records='SELECT id FROM sales_return WHERE "order" = ANY(:ids)',
)
RETURNED_AMOUNT = Tally(
    on="sales_return",
    sql="""
    SELECT sum(credited_company_gross) AS done, CAST(NULL AS numeric) AS whole
    FROM billable WHERE document = ANY(:documents)
    """,
    shows=("billable.credited_company_gross",),
)

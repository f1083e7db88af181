"""What must always be true of sales: its figures are those of orders, invoices and the ledger."""

from __future__ import annotations

from dougong.apps.sales.entities import SalesEntry
from dougong.kernel.invariants import Invariant
from dougong.kernel.rollups import ties_to_its_facts

TIE_TO_ORDERS = Invariant(
    name="sales_entries_tie_to_orders",
    promise="What the sales entries say was ordered is what the binding orders come to.",
    sql="""
        WITH entered AS (
            SELECT "order" AS id, sum(net) AS net FROM sales_entry
            WHERE kind IN ('ordered', 'changed', 'cancelled') GROUP BY 1
        ), binding AS (
            SELECT id, number,
                   CASE WHEN state IN ('confirmed', 'shipped') THEN revenue ELSE 0 END AS net
            FROM sales_order
        )
        SELECT number, b.net, coalesce(e.net, 0) FROM binding b LEFT JOIN entered e USING (id)
        WHERE b.net <> coalesce(e.net, 0)
    """,
)

TIE_TO_LINES = Invariant(
    name="sales_entries_tie_to_lines",
    promise="What the sales entries say was delivered, invoiced and returned is what the lines say.",
    sql="""
        WITH entered AS (
            SELECT order_line,
                   coalesce(sum(quantity) FILTER (WHERE kind = 'shipped'), 0) AS delivered,
                   coalesce(sum(quantity) FILTER (WHERE kind = 'invoiced'), 0) AS invoiced,
                   coalesce(-sum(quantity) FILTER (WHERE kind = 'returned'), 0) AS returned
            FROM sales_entry GROUP BY 1
        )
        SELECT o.number || '/' || l.position,
               concat_ws(' ', trim_scale(l.delivered), trim_scale(l.invoiced),
                         trim_scale(l.returned)),
               concat_ws(' ', trim_scale(coalesce(e.delivered, 0)),
                         trim_scale(coalesce(e.invoiced, 0)), trim_scale(coalesce(e.returned, 0)))
        FROM sales_order_line l
        JOIN sales_order o ON o.id = l.parent
        LEFT JOIN entered e ON e.order_line = l.id
        WHERE (l.delivered, l.invoiced, l.returned) IS DISTINCT FROM
              (coalesce(e.delivered, 0), coalesce(e.invoiced, 0), coalesce(e.returned, 0))
    """,
)

TIE_TO_INVOICES = Invariant(
    name="sales_entries_tie_to_invoices",
    promise="What the sales entries say was invoiced is what the issued invoices come to.",
    sql="""
        WITH entered AS (
            SELECT order_line AS source, sum(net) AS net FROM sales_entry
            WHERE kind = 'invoiced' GROUP BY 1
        ), invoiced AS (
            SELECT l.source, sum(l.company_net) AS net
            FROM invoice_line l JOIN invoice i ON i.id = l.parent
            WHERE i.state = 'issued' AND starts_with(l.document, 'sales_order:') GROUP BY 1
        )
        SELECT o.number || '/' || l.position, coalesce(i.net, 0), coalesce(e.net, 0)
        FROM sales_order_line l
        JOIN sales_order o ON o.id = l.parent
        LEFT JOIN invoiced i ON i.source = l.id
        LEFT JOIN entered e ON e.source = l.id
        WHERE coalesce(i.net, 0) <> coalesce(e.net, 0)
    """,
)

TIE_TO_COST = Invariant(
    name="sales_entries_tie_to_cost",
    promise="What the sales entries say was delivered cost what left the stock for their lines.",
    sql="""
        WITH entered AS (
            SELECT order_line AS purpose, sum(cost) AS cost FROM sales_entry
            WHERE kind IN ('shipped', 'returned') GROUP BY 1
        ), moved AS (
            SELECT purpose, -sum(value) AS cost FROM stock_move
            WHERE purpose IS NOT NULL AND kind IN ('issue', 'return') GROUP BY 1
        )
        SELECT o.number || '/' || l.position, coalesce(m.cost, 0), coalesce(e.cost, 0)
        FROM sales_order_line l
        JOIN sales_order o ON o.id = l.parent
        LEFT JOIN moved m ON m.purpose = l.id
        LEFT JOIN entered e ON e.purpose = l.id
        WHERE coalesce(m.cost, 0) <> coalesce(e.cost, 0)
    """,
)

ROLLED_UP = ties_to_its_facts(SalesEntry.description)

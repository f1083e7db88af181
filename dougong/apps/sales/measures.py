"""What can be analysed of selling; every figure sums the append-only sales entries."""

from dougong.kernel.measures import Derived, Measure

ENTRY = "sales_entry"
BY = (
    "region",
    "channel",
    "category",
    "product",
    "customer",
    "customer.group",
    "customer.grade",
    "salesperson",
    "campaign",
)
DELIVERED = 'kind in ("shipped", "returned")'

ORDERED = Measure(
    name="ordered",
    on=ENTRY,
    sums="net",
    where='kind in ("ordered", "changed", "cancelled")',
    day="day",
    by=BY,
)
REVENUE = Measure(name="revenue", on=ENTRY, sums="net", where=DELIVERED, day="day", by=BY)
COST = Measure(name="cost", on=ENTRY, sums="cost", where=DELIVERED, day="day", by=BY)
MARGIN = Derived(name="margin", first=REVENUE, second=COST)
MARGIN_RATE = Derived(name="margin_rate", first=REVENUE, second=COST, share=True)
INVOICED = Measure(
    name="invoiced", on=ENTRY, sums="net", where='kind == "invoiced"', day="day", by=BY
)
RETURNED = Measure(
    name="returned", on=ENTRY, sums="net", where='kind == "returned"', day="day", by=BY, sign=-1
)
BACKLOG = Measure(
    name="backlog",
    on="sales_order",
    sums="revenue",
    where='state == "confirmed"',
    day="promised",
    by=("region", "channel", "customer", "customer.group", "customer.grade", "salesperson"),
)
ORDERS = Measure(
    name="orders",
    on="sales_order",
    where='state in ("confirmed", "shipped")',
    day="day",
    by=("region", "channel", "customer", "customer.group", "customer.grade", "salesperson"),
)

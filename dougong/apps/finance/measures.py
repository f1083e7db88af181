"""What can be analysed of what customers owe."""

from dougong.kernel.measures import Measure

BY = ("customer", "customer.region", "customer.group", "customer.grade", "customer.owner")

RECEIVABLE = Measure(
    name="receivable", on="receivable", sums="company_open", where="is_open", by=BY
)
OVERDUE = Measure(
    name="overdue",
    on="receivable",
    sums="company_open",
    where="is_open and due < today",
    by=BY,
)

"""What can be analysed of what customers owe."""

from dougong.kernel.measures import Measure

BY = ("customer", "customer.region", "customer.group", "customer.grade", "customer.owner")


def owed(name: str, due: str = "") -> Measure:
    """Declare what is open of the receivables that are due so."""
    where = f"is_open and {due}" if due else "is_open"
    return Measure(name=name, on="receivable", sums="company_open", where=where, day="due", by=BY)


RECEIVABLE = owed("receivable")
OVERDUE = owed("overdue", "due < today")
NOT_DUE = owed("not_due", "due >= today")
OVERDUE_30 = owed("overdue_30", "due < today and due >= today - 30")
OVERDUE_60 = owed("overdue_60", "due < today - 30 and due >= today - 60")
OVERDUE_90 = owed("overdue_90", "due < today - 60 and due >= today - 90")
OVERDUE_LONGER = owed("overdue_longer", "due < today - 90")

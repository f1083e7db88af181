"""Billing: higher apps say what was ordered; what is delivered and invoiced of it is kept here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.base.api import in_company_currency
from dougong.apps.finance.credit import Claim, move_exposure
from dougong.apps.finance.entities import Billable
from dougong.apps.finance.exposure import Exposure
from dougong.apps.finance.progress import (
    Amounts,
    accounted,
    advance,
    invoiced_of,
    reached,
    set_whole,
)
from dougong.apps.finance.refusals import BelowBilled, UnknownBillable
from dougong.kernel.operations import Touch, lock
from dougong.kernel.refusals import Refusal
from dougong.kernel.values import ONE, ZERO
from dougong.kernel.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class BillableLine:
    """One line of a binding order, as invoicing needs it; ``source`` is the order line's id.

    Quantities are in the product's own unit; ``net`` and ``tax_amount`` are of all that is
    ordered, after all discounts, in ``currency``.
    """

    source: UUID
    document: str
    customer: UUID
    ordered: Decimal
    net: Decimal
    tax_amount: Decimal
    currency: str
    rate: Decimal = ONE
    goods: bool = True
    product: UUID | None = None
    description: str = ""
    unit_price: Decimal = ZERO
    discounts: str = ""
    tax: UUID | None = None
    tax_rate: Decimal = ZERO
    tax_included: bool = False
    promised: date | None = None
    payment_term: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BillableChange:
    """What one line comes to after a change: all that is ordered, not the difference."""

    source: UUID
    ordered: Decimal
    net: Decimal
    tax_amount: Decimal
    unit_price: Decimal | None = None
    discounts: str | None = None
    description: str | None = None
    promised: date | None = None


def claims_of(work: Work, lines: Iterable[BillableLine]) -> list[Claim]:
    """Tell what customers will owe us for lines: what ``hold_credit`` must hold for them."""
    sums: dict[UUID, Decimal] = {}
    for line in lines:
        owed = in_company_currency(work, line.net + line.tax_amount, line.rate)
        sums[line.customer] = sums.get(line.customer, ZERO) + owed
    return [Claim(customer, amount) for customer, amount in sums.items()]


def bill(work: Work, lines: Iterable[BillableLine]) -> list[Billable]:
    """Let lines be invoiced once they are delivered. Their credit is held by ``hold_credit``."""
    return [bill_one(work, line) for line in lines]


def bill_one(work: Work, line: BillableLine) -> Billable:
    """Let one line be invoiced."""
    billable = Billable(
        source=line.source,
        document=line.document,
        customer=line.customer,
        product=line.product,
        wording=line.description,
        goods=line.goods,
        currency=line.currency,
        rate=line.rate,
        unit_price=line.unit_price,
        discounts=line.discounts,
        tax=line.tax,
        tax_rate=line.tax_rate,
        tax_included=line.tax_included,
        promised=line.promised,
        payment_term=line.payment_term,
        ordered=line.ordered,
    )
    set_whole(billable, amounts_of(work, line.net, line.tax_amount, line.rate))
    advance(billable, work.currency)
    return work.add(billable)


def amounts_of(work: Work, net: Decimal, tax_amount: Decimal, rate: Decimal) -> Amounts:
    """Say amounts in the company's currency too."""
    return Amounts(
        net=net,
        gross=net + tax_amount,
        company_net=in_company_currency(work, net, rate),
        company_gross=in_company_currency(work, net + tax_amount, rate),
    )


def billables_of(sources: Iterable[UUID]) -> list[Touch]:
    """Hold the billables of order lines."""
    return [lock(Billable, sources, by="source")]


def billing_obstacles(work: Work, changes: Iterable[BillableChange]) -> Iterator[Refusal]:
    """Name the changes that would go below what was delivered or invoiced already."""
    known = by_source(work)
    for change in changes:
        billable = known.get(change.source)
        if billable is None:
            yield UnknownBillable(change.source)
        elif change.ordered < accounted(billable):
            reached_already = accounted(billable)
            yield BelowBilled(billable.wording, change.ordered, reached_already)


def claims_of_change(work: Work, changes: Sequence[BillableChange]) -> list[Claim]:
    """Tell how much more (or, negative, less) customers will owe us after changes.

    To be asked before ``change_billables``: it compares with what is.
    """
    known = by_source(work)
    sums: dict[UUID, Decimal] = {}
    for change in changes:
        billable = known.get(change.source)
        if billable is not None:
            more = whole_after(work, billable, change).company_gross - billable.company_gross
            sums[billable.customer] = sums.get(billable.customer, ZERO) + more
    return [Claim(customer, amount) for customer, amount in sums.items()]


def change_billables(work: Work, changes: Iterable[BillableChange]) -> None:
    """Let lines come to something else; what was invoiced of them stands.

    The difference in credit is held by ``hold_credit(work, claims_of_change(work, changes))``,
    asked for before this; the part of it that concerns delivered goods is put in its place here.
    """
    known = by_source(work)
    for change in changes:
        billable = known[change.source]
        assert change.ordered >= accounted(billable), "billing_obstacles was not asked"
        moved = change_one(work, billable, change).delivered_not_invoiced
        if moved:
            place = Exposure(on_order=-moved, delivered_not_invoiced=moved)
            move_exposure(work, billable.customer, place)


def change_one(work: Work, billable: Billable, change: BillableChange) -> Exposure:
    """Let one line come to something else."""
    set_whole(billable, whole_after(work, billable, change))
    billable.ordered = change.ordered
    if change.unit_price is not None:
        billable.unit_price = change.unit_price
    if change.discounts is not None:
        billable.discounts = change.discounts
    if change.description is not None:
        billable.wording = change.description
    if change.promised is not None:
        billable.promised = change.promised
    return advance(billable, work.currency)


def whole_after(work: Work, billable: Billable, change: BillableChange) -> Amounts:
    """Tell what a line comes to after a change; where all is invoiced, that stands."""
    if change.ordered == billable.invoiced:
        return invoiced_of(billable)
    return amounts_of(work, change.net, change.tax_amount, billable.rate)


def closing_changes(work: Work, sources: Iterable[UUID]) -> list[BillableChange]:
    """Give the changes that leave of lines only what was delivered or invoiced."""
    known = by_source(work)
    return [closing_change(work, known[source]) for source in sources if source in known]


def closing_change(work: Work, billable: Billable) -> BillableChange:
    """Give the change that leaves of a line only what was delivered or invoiced."""
    done = accounted(billable)
    amounts = reached(billable, done, work.currency)
    return BillableChange(
        source=billable.source, ordered=done, net=amounts.net, tax_amount=amounts.tax
    )


def by_source(work: Work) -> dict[UUID, Billable]:
    """Give the touched billables by the order line that they are for."""
    return {billable.source: billable for billable in work.all(Billable)}

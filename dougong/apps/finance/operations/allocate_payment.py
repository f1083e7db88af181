"""Allocate a payment: what was left of it settles what the customer owes now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.finance.applying import (
    Parts,
    allocation_obstacles,
    apply,
    automatic_parts,
    gain_postings,
    named_parts,
    owed,
    receivables_of,
)
from dougong.apps.finance.credit import move_exposure, positions_of
from dougong.apps.finance.entities import Payment, PaymentState, Role
from dougong.apps.finance.events import PaymentAllocated
from dougong.apps.finance.exposure import Exposure
from dougong.apps.finance.operations.receive_payment import funds_of
from dougong.apps.finance.posting import Entry, post, posting_obstacles, posting_touches
from dougong.apps.finance.refusals import MoreThanUnapplied, NothingToApply
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.values import ZERO
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class AllocatePayment(Command[Payment]):
    """How much of which receivable it settles, or else the oldest due."""

    allocations: Mapping[UUID, Decimal] = field(default_factory=dict)
    invoices: tuple[UUID, ...] = ()
    day: date | None = None


def touches(payment: Payment, command: AllocatePayment, work: Work) -> Iterator[Touch]:
    """Hold what it may settle and the customer's credit; rely on the month being open."""
    yield from receivables_of(command.allocations, payment.customer)
    yield from positions_of([payment.customer])
    yield from posting_touches(command.day or work.today)


def parts_of(payment: Payment, command: AllocatePayment, work: Work) -> Parts:
    """Choose what the money settles."""
    if command.allocations:
        return named_parts(work, command.allocations)
    open_items = owed(work, payment.customer, payment.currency)
    return automatic_parts(funds_of(payment), open_items, command.invoices)


def obstacles(payment: Payment, command: AllocatePayment, work: Work) -> Iterator[Refusal]:
    """Name all that keeps it from being allocated."""
    if payment.state is not PaymentState.POSTED:
        yield WrongState(payment.state, "allocated")
        return
    faults = list(
        allocation_obstacles(work, command.allocations, payment.customer, payment.currency)
    )
    yield from faults
    wanted = sum(command.allocations.values(), ZERO)
    if wanted > payment.unapplied:
        yield MoreThanUnapplied(wanted, payment.unapplied)
    elif not faults and not parts_of(payment, command, work):
        yield NothingToApply()
    days, roles = [command.day or work.today], [Role.RECEIVABLE, Role.EXCHANGE_DIFFERENCE]
    yield from posting_obstacles(work, days, roles)


@operation(on=Payment, touches=touches, unless=obstacles, emits=[PaymentAllocated])
def allocate_payment(payment: Payment, command: AllocatePayment, work: Work) -> None:
    """Let money that we hold settle what is owed."""
    day = command.day or work.today
    applied = apply(work, payment, parts_of(payment, command, work), day)
    change = Exposure(receivable=-applied.company_amount, unapplied=-applied.payer_company_amount)
    move_exposure(work, payment.customer, change)
    postings = gain_postings(payment.customer, applied.gain)
    post(work, [Entry(day=day, document=f"payment:{payment.id}", lines=postings)])
    work.emit(
        PaymentAllocated(
            id=payment.id,
            customer=payment.customer,
            day=day,
            amount=applied.amount,
            invoices=applied.invoices,
            settled=applied.settled,
            documents=applied.documents,
        )
    )

"""Receive a payment: the money is on the bank, and settles what the customer owes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.base.api import exchange_rate, in_company_currency, rate_obstacles
from dougong.apps.finance.applying import (
    Parts,
    allocation_obstacles,
    amount_obstacles,
    apply,
    automatic_parts,
    gain_postings,
    named_parts,
    owed,
    receivables_of,
)
from dougong.apps.finance.credit import move_exposure, positions_of
from dougong.apps.finance.entities import Account, AccountType, Payment, Role
from dougong.apps.finance.events import PaymentReceived
from dougong.apps.finance.exposure import Exposure
from dougong.apps.finance.posting import (
    Entry,
    accounts_by_role,
    credit,
    debit,
    post,
    posting_obstacles,
    posting_touches,
)
from dougong.apps.finance.refusals import (
    MoreThanUnapplied,
    NoMoneyAccount,
    NotPositive,
    UnknownAccount,
)
from dougong.apps.finance.settling import Funds
from dougong.kernel.fields import FieldProblem
from dougong.kernel.fields.references import ReferenceAny
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.refusals import InvalidField, Refusal
from dougong.kernel.values import ZERO
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class ReceivePayment(Command[Payment]):
    """Who paid how much, and for what: named receivables, named invoices, or the oldest due."""

    customer: UUID
    amount: Decimal
    currency: str = ""
    rate: Decimal | None = None
    day: date | None = None
    bank: UUID | None = None
    """The account that the money is on, where it isn't the usual one."""
    allocations: Mapping[UUID, Decimal] = field(default_factory=dict)
    """How much of which receivable it settles."""
    invoices: tuple[UUID, ...] = ()
    """The invoices that the payer named: they are settled first."""
    auto: bool = True
    """Whether, without named receivables, it settles by itself what is due."""
    deposit_for: str | None = None
    """The one document that it is a deposit for, and settles alone."""
    remittance: str = ""


def touches(_record: None, command: ReceivePayment, work: Work) -> Iterator[Touch]:
    """Hold what it may settle and the customer's credit; rely on the month being open."""
    if command.allocations or command.auto:
        yield from receivables_of(command.allocations, command.customer)
    yield from positions_of([command.customer])
    yield from posting_touches(command.day or work.today)


def obstacles(_record: None, command: ReceivePayment, work: Work) -> Iterator[Refusal]:
    """Name all that keeps it from being received."""
    currency, day = command.currency or work.currency, command.day or work.today
    yield from amount_obstacles("amount", command.amount, currency)
    if command.rate is None:
        yield from rate_obstacles(work, currency, day)
    elif command.rate <= 0:
        yield NotPositive("rate", command.rate)
    yield from allocation_obstacles(work, command.allocations, command.customer, currency)
    applied = sum(command.allocations.values(), ZERO)
    if applied > max(command.amount, ZERO):
        yield MoreThanUnapplied(applied, command.amount)
    yield from bank_obstacles(work, command.bank)
    yield from deposit_obstacles(command.deposit_for)
    roles = [Role.RECEIVABLE, Role.EXCHANGE_DIFFERENCE]
    yield from posting_obstacles(work, [day], roles if command.bank else [*roles, Role.BANK])


def bank_obstacles(work: Work, bank: UUID | None) -> Iterator[Refusal]:
    """Say whether money can't be on the account."""
    if bank is None:
        return
    account = work.maybe(Account, bank)
    if account is None:
        yield UnknownAccount(bank)
    elif account.type is not AccountType.ASSET or account.role in (
        Role.RECEIVABLE,
        Role.INVENTORY,
    ):
        yield NoMoneyAccount(account.code)


def deposit_obstacles(deposit_for: str | None) -> Iterator[Refusal]:
    """Say whether what is named is no document."""
    if deposit_for is None:
        return
    try:
        ReferenceAny().parse(deposit_for, Payment.description.own["deposit_for"])
    except FieldProblem as problem:
        yield InvalidField("deposit_for", problem.problem, problem.expected)


@operation(
    on=Payment,
    touches=touches,
    unless=obstacles,
    emits=[PaymentReceived],
    creates=True,
    inverse="reverse",
)
def receive_payment(_record: None, command: ReceivePayment, work: Work) -> Payment:
    """Take money in, and let it settle what it is for; the rest stays the customer's."""
    payment = work.add(payment_of(command, work))
    money_in = payment.company_amount
    applied = apply(work, payment, parts_of(payment, command, work), payment.day)
    change = Exposure(receivable=-applied.company_amount, unapplied=payment.company_unapplied)
    move_exposure(work, payment.customer, change)
    entry = Entry(
        day=payment.day,
        document=f"payment:{payment.id}",
        lines=[
            debit(payment.bank, money_in),
            credit(Role.RECEIVABLE, money_in, customer=payment.customer),
            *gain_postings(payment.customer, applied.gain),
        ],
    )
    post(work, [entry])
    work.emit(
        PaymentReceived(
            id=payment.id,
            customer=payment.customer,
            day=payment.day,
            currency=payment.currency,
            amount=payment.amount,
            company_amount=money_in,
            applied=applied.amount,
            invoices=applied.invoices,
            settled=applied.settled,
            documents=applied.documents,
        )
    )
    return payment


def payment_of(command: ReceivePayment, work: Work) -> Payment:
    """Write the payment, with nothing applied yet."""
    day, currency = command.day or work.today, command.currency or work.currency
    rate = command.rate or exchange_rate(work, currency, day)
    company = in_company_currency(work, command.amount, rate)
    return Payment(
        customer=command.customer,
        currency=currency,
        rate=rate,
        amount=command.amount,
        unapplied=command.amount,
        company_amount=company,
        company_unapplied=company,
        day=day,
        bank=command.bank or accounts_by_role(work)[Role.BANK],
        deposit_for=command.deposit_for,
        remittance=command.remittance,
    )


def parts_of(payment: Payment, command: ReceivePayment, work: Work) -> Parts:
    """Choose what the money settles."""
    if command.allocations:
        return named_parts(work, command.allocations)
    if not command.auto:
        return []
    return automatic_parts(
        funds_of(payment), owed(work, payment.customer, payment.currency), command.invoices
    )


def funds_of(payment: Payment) -> Funds:
    """Give what is left of a payment as settling judges it."""
    deposit = payment.deposit_for
    return Funds(
        amount=payment.unapplied,
        deposit_for=UUID(deposit.partition(":")[2]) if deposit else None,
    )

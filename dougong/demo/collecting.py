"""Collecting: deliveries are invoiced, invoices are paid: in time, late, in part, or too much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from functools import partial
from uuid import UUID

from dougong.apps.finance.operations.allocate_payment import AllocatePayment
from dougong.apps.finance.operations.draft_invoice import DraftInvoice
from dougong.apps.finance.operations.receive_payment import ReceivePayment
from dougong.demo.buyers import Buyer, Pays
from dougong.demo.firm import Firm, expected
from dougong.kernel.perform import Done
from dougong.kernel.values import ZERO, round_money

CLERK = "zhou.fang"
AT_ONCE = 15
OWED_ON = "SELECT id, customer, due FROM receivable WHERE invoice = ANY(%s) AND amount > 0 ORDER BY due, amount"
STILL_OPEN = (
    "SELECT id, currency, open FROM receivable WHERE id = ANY(%s) AND open > 0 ORDER BY due, open"
)
DOCUMENTS = (
    "SELECT DISTINCT s.document, o.number, o.customer FROM shipment s "
    "JOIN sales_order o ON s.document = 'sales_order:' || o.id WHERE s.id = ANY(%s) ORDER BY 2"
)
TO_INVOICE = (
    "SELECT DISTINCT b.customer, c.number FROM billable b JOIN customer c ON c.id = b.customer "
    "WHERE b.to_invoice ORDER BY 2"
)
UNAPPLIED = (
    "SELECT p.id FROM payment p WHERE p.unapplied > 0 AND p.state = 'posted' AND EXISTS ("
    "SELECT 1 FROM receivable r WHERE r.customer = p.customer AND r.currency = p.currency "
    "AND r.open > 0) ORDER BY p.number"
)


@dataclass(kw_only=True)
class Collecting:
    """What customers are asked for and when they pay it."""

    firm: Firm
    comes: dict[tuple[date, UUID], list[UUID]] = field(default_factory=lambda: defaultdict(list))
    """What a customer pays on a day: one transfer for all that is due."""

    def invoice_shipped(self, shipments: Sequence[UUID]) -> list[UUID]:
        """Invoice what left today to those who get an invoice with each delivery; gives the orders."""
        firm = self.firm
        orders, commands = [], []
        for document, _, customer in firm.rows(DOCUMENTS, [list(shipments)]) if shipments else ():
            orders.append(UUID(document.partition(":")[2]))
            if not firm.buyer_of[customer].monthly:
                commands.append(DraftInvoice(documents=(document,), issue=True))
        self.issue(commands)
        return orders

    def invoice_month(self) -> None:
        """Invoice everything that isn't invoiced yet, one invoice for each customer."""
        found = self.firm.rows(TO_INVOICE)
        self.issue([DraftInvoice(customer=customer, issue=True) for customer, _ in found])

    def issue(self, commands: Sequence[DraftInvoice]) -> None:
        """Issue invoices, and foresee when they are paid."""
        issued: list[UUID] = []
        for at in range(0, len(commands), AT_ONCE):
            for outcome in self.firm.perform_many(CLERK, commands[at : at + AT_ONCE]):
                expected(outcome, "nothing_to_invoice")
                if isinstance(outcome, Done):
                    issued.append(outcome.id)
        if issued:
            self.apply_deposits()
            self.foresee(self.firm.rows(OWED_ON, [issued]))

    def apply_deposits(self) -> None:
        """Let money that was paid before settle what is owed now."""
        for (payment,) in self.firm.rows(UNAPPLIED):
            outcome = self.firm.perform(CLERK, AllocatePayment(id=payment))
            expected(outcome, "nothing_to_apply")

    def foresee(self, owed: Iterable[tuple[UUID, UUID, date]]) -> None:
        """Decide when each instalment is paid."""
        for receivable, customer, due in owed:
            self.comes_on(self.paid_on(self.firm.buyer_of[customer], due), customer, receivable)

    def paid_on(self, buyer: Buyer, due: date) -> date:
        """Tell when a customer pays what is due."""
        dice = self.firm.dice
        match buyer.pays:
            case Pays.ON_TIME:
                wait = dice.randint(-3, 1)
            case Pays.LATE:
                wait = dice.randint(3, 30)
            case Pays.VERY_LATE:
                wait = dice.randint(20, 80)
        return max(due + timedelta(days=wait), self.firm.today + timedelta(days=1))

    def comes_on(self, day: date, customer: UUID, receivable: UUID) -> None:
        """Expect money on a day."""
        if (day, customer) not in self.comes:
            self.firm.plan(day, 11, partial(self.be_paid, (day, customer)))
        self.comes[day, customer].append(receivable)

    def be_paid(self, key: tuple[date, UUID]) -> None:
        """Receive a transfer: all that is due, a part of it, or a little too much."""
        firm, (_, customer) = self.firm, key
        rows = firm.rows(STILL_OPEN, [self.comes.pop(key)])
        if not rows:
            return
        currency = rows[0][1]
        due = {receivable: is_open for receivable, its, is_open in rows if its == currency}
        total = sum(due.values(), ZERO)
        luck = firm.dice.random()
        amount, allocations = total, due
        if luck < 0.05:
            share = Decimal(firm.dice.randint(35, 70)) / 100
            allocations = {
                each: round_money(open_ * share, currency) for each, open_ in due.items()
            }
            allocations = {each: part for each, part in allocations.items() if part > 0} or due
            amount = sum(allocations.values(), ZERO)
            again = firm.today + timedelta(days=firm.dice.randint(15, 40))
            for receivable in due:
                self.comes_on(again, customer, receivable)
        elif luck < 0.07 and currency == "CNY":
            amount = (total / 100).to_integral_value(ROUND_CEILING) * 100
        outcome = firm.perform(
            CLERK,
            ReceivePayment(
                customer=customer,
                amount=amount,
                currency=currency,
                allocations=allocations,
                remittance="货款",
            ),
        )
        expected(outcome)

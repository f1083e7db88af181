"""A counter: the smallest app above finance, which sells, delivers, receives and takes back."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.finance.api import (
    BillableChange,
    BillableLine,
    Returned,
    bill,
    billables_of,
    billing_obstacles,
    change_billables,
    claims_of,
    claims_of_change,
    closing_changes,
    credit_obstacles,
    credit_of,
    credit_returns,
    hold_credit,
    return_obstacles,
    return_touches,
)
from dougong.apps.finance.obstacles import (
    delivery_needs_books_and_credit,
    invoiced_goods_stay_delivered,
    receipt_needs_books,
)
from dougong.apps.finance.reactions import delivery_touches, receipt_touches
from dougong.apps.inventory.events import (
    GoodsReceived,
    ReceivedLine,
    ShipmentShipped,
    ShipmentUnshipped,
    ShippedLine,
)
from dougong.kernel.entities import Entity, Line
from dougong.kernel.fields import choice, lines, money, quantity, reference, text, yes_no
from dougong.kernel.fields import day as business_day
from dougong.kernel.fields import number as figure
from dougong.kernel.operations import Command, obstacle, operation
from dougong.kernel.values import ONE, ZERO, new_id
from dougong.kernel.work import Work


class DealLine(Line, name="deal_line"):
    """So much for so much."""

    ordered: Decimal = quantity(default=ONE)
    net: Decimal = money(default=ZERO)
    tax: Decimal = money(default=ZERO)
    goods: bool = yes_no(default=True)
    tax_included: bool = yes_no(default=False)


class Deal(Entity, name="deal", rank=36):
    """What a customer agreed to."""

    customer: UUID = reference("customer")
    currency: str = text(default="CNY")
    rate: Decimal = figure(default=ONE, digits=10)
    term: UUID | None = reference("payment_term", default=None)
    promised: date | None = business_day(default=None)
    lines: list[DealLine] = lines(DealLine)

    @property
    def address(self) -> str:
        return f"deal:{self.id}"

    @property
    def billables(self) -> list[BillableLine]:
        return [
            BillableLine(
                source=line.id,
                document=self.address,
                customer=self.customer,
                ordered=line.ordered,
                net=line.net,
                tax_amount=line.tax,
                currency=self.currency,
                rate=self.rate,
                goods=line.goods,
                tax_included=line.tax_included,
                promised=self.promised,
                payment_term=self.term,
            )
            for line in self.lines
        ]


@dataclass(frozen=True, kw_only=True)
class ConfirmDeal(Command[Deal]):
    """Nothing more."""


@operation(
    on=Deal,
    touches=lambda deal, _command, work: credit_of(claims_of(work, deal.billables)),
    unless=lambda deal, _command, work: credit_obstacles(work, claims_of(work, deal.billables)),
)
def confirm_deal(deal: Deal, command: ConfirmDeal, work: Work) -> None:
    """Make it binding."""
    hold_credit(work, claims_of(work, deal.billables))
    bill(work, deal.billables)


@dataclass(frozen=True, kw_only=True)
class ChangeDeal(Command[Deal]):
    """What its first line is now, or nothing to close it."""

    ordered: Decimal | None = None
    net: Decimal = ZERO
    tax: Decimal = ZERO

    def changes(self, deal: Deal, work: Work) -> list[BillableChange]:
        sources = [line.id for line in deal.lines]
        if self.ordered is None:
            return closing_changes(work, sources)
        return [
            BillableChange(
                source=sources[0], ordered=self.ordered, net=self.net, tax_amount=self.tax
            )
        ]


@operation(
    on=Deal,
    touches=lambda deal, _command, work: [
        *billables_of(line.id for line in deal.lines),
        *credit_of(claims_of(work, deal.billables)),
    ],
    unless=lambda deal, command, work: [
        *billing_obstacles(work, command.changes(deal, work)),
        *credit_obstacles(work, claims_of_change(work, command.changes(deal, work))),
    ],
)
def change_deal(deal: Deal, command: ChangeDeal, work: Work) -> None:
    """Let it be something else."""
    changes = command.changes(deal, work)
    hold_credit(work, claims_of_change(work, changes))
    change_billables(work, changes)


@dataclass(frozen=True, kw_only=True)
class ReturnDeal(Command[Deal]):
    """So much of its first line comes back."""

    quantity: Decimal

    def returned(self, deal: Deal) -> list[Returned]:
        return [Returned(deal.lines[0].id, self.quantity)]


@operation(
    on=Deal,
    peeks=True,
    touches=lambda deal, command, work: return_touches(
        command.returned(deal), deal.customer, work.today
    ),
    unless=lambda deal, command, work: return_obstacles(work, command.returned(deal), work.today),
)
def return_deal(deal: Deal, command: ReturnDeal, work: Work) -> None:
    """Take goods back."""
    credit_returns(work, command.returned(deal), work.today)


class ConsignmentLine(Line, name="consignment_line"):
    """So much of a line."""

    purpose: UUID | None = reference("", default=None)
    picked: Decimal = quantity(default=ONE)
    cost: Decimal = money(default=ZERO)


class Consignment(Entity, name="consignment", rank=35):
    """Goods that leave, or come in."""

    customer: UUID | None = reference("customer", default=None)
    kind: str = choice(("normal", "opening"), default="normal")
    day: date | None = business_day(default=None)
    lines: list[ConsignmentLine] = lines(ConsignmentLine)

    def shipped(self) -> tuple[ShippedLine, ...]:
        return tuple(
            ShippedLine(
                line=line.id,
                purpose=line.purpose,
                product=new_id(),
                quantity=line.picked,
                cost=line.cost,
            )
            for line in self.lines
        )


@dataclass(frozen=True, kw_only=True)
class ShipConsignment(Command[Consignment]):
    """Nothing more."""


@operation(on=Consignment, emits=[ShipmentShipped])
def ship_consignment(consignment: Consignment, command: ShipConsignment, work: Work) -> None:
    """Let the goods leave."""
    work.emit(
        ShipmentShipped(
            id=consignment.id,
            document=None,
            customer=consignment.customer,
            warehouse=new_id(),
            day=work.today,
            lines=consignment.shipped(),
        )
    )


@dataclass(frozen=True, kw_only=True)
class UnshipConsignment(Command[Consignment]):
    """Nothing more."""


@operation(on=Consignment, emits=[ShipmentUnshipped])
def unship_consignment(consignment: Consignment, command: UnshipConsignment, work: Work) -> None:
    """Have the goods back."""
    work.emit(
        ShipmentUnshipped(
            id=consignment.id,
            document=None,
            customer=consignment.customer,
            warehouse=new_id(),
            day=work.today,
            lines=consignment.shipped(),
        )
    )


@dataclass(frozen=True, kw_only=True)
class ReceiveConsignment(Command[Consignment]):
    """Nothing more."""


@operation(on=Consignment, emits=[GoodsReceived])
def receive_consignment(consignment: Consignment, command: ReceiveConsignment, work: Work) -> None:
    """Let goods come in."""
    work.emit(
        GoodsReceived(
            id=consignment.id,
            document=None,
            supplier=None,
            warehouse=new_id(),
            kind=consignment.kind,
            day=consignment.day or work.today,
            value=sum((line.cost for line in consignment.lines), ZERO),
            lines=tuple(
                ReceivedLine(
                    line=line.id,
                    purpose=None,
                    product=new_id(),
                    quantity=line.picked,
                    value=line.cost,
                )
                for line in consignment.lines
            ),
            awaited_by=(),
        )
    )


# The books have the same against a consignment as against a shipment and a receipt.
ship_obstacle = obstacle("consignment.ship", touches=delivery_touches)(
    delivery_needs_books_and_credit.reasons
)
unship_obstacle = obstacle("consignment.unship", touches=delivery_touches)(
    invoiced_goods_stay_delivered.reasons
)
receive_obstacle = obstacle("consignment.receive", touches=receipt_touches)(
    receipt_needs_books.reasons
)

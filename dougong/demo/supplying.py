"""Supplying: what runs short is ordered, comes in; what is planned is picked, packed and sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from functools import partial
from typing import Any
from uuid import UUID

from dougong.apps.base.demo import DemoProduct
from dougong.apps.inventory.operations.accept_replenishment_proposal import (
    AcceptReplenishmentProposal,
)
from dougong.apps.inventory.operations.drop_replenishment_proposal import (
    DropReplenishmentProposal,
)
from dougong.apps.inventory.operations.pack_shipment import PackShipment
from dougong.apps.inventory.operations.pick_shipment import PickShipment
from dougong.apps.inventory.operations.receive_goods_receipt import ReceiveGoodsReceipt
from dougong.apps.inventory.operations.ship_shipment import ShipShipment
from dougong.apps.sales.operations.receive_sales_return import ReceiveSalesReturn
from dougong.demo.calendar import is_working, next_working
from dougong.demo.firm import Firm, expected
from dougong.kernel.approvals.operations.approve import ApproveParkedCommand
from dougong.kernel.operations import Command
from dougong.kernel.perform import Done, Outcome, Waiting
from dougong.kernel.values import rounded
from dougong.kernel.verbs import Create, Edit

PACK = 100
ORDERING_DAYS = (1, 4)
"""Tuesdays and Fridays."""
CARRIERS = ("德邦物流", "顺丰速运", "跨越速运", "自有车辆")
TRACKED = 0.6
"""Of so many shipments somebody notes who carries them."""
WHY_BACK = ("规格发错", "镀层不良", "客户多订", "包装破损")
SHORT = """
SELECT p.product, p.reorder_point + p.reorder_quantity
       - p.on_hand + coalesce((SELECT sum(-e.quantity) FROM expected_movement e
         WHERE e.product = p.product AND e.warehouse = p.warehouse AND e.kind = 'demand'), 0)
FROM stock_position p JOIN product g ON g.id = p.product
WHERE p.alert IS NOT NULL ORDER BY g.code
"""
PROPOSED = (
    "SELECT r.id, r.product FROM replenishment_proposal r JOIN product p ON p.id = r.product "
    "WHERE r.state = 'proposed' ORDER BY p.code, r.created_at"
)
TO_SEND = """
SELECT id, due FROM shipment WHERE state = 'planned' AND id <> ALL(%s) ORDER BY number
"""
LINES_OF = "SELECT parent, id, quantity FROM shipment_line WHERE parent = ANY(%s) ORDER BY position"
SENT = "SELECT id, document FROM shipment WHERE id = ANY(%s) AND state = 'shipped' ORDER BY number"


Goods = Sequence[tuple[DemoProduct, Decimal]]
"""Products with quantities."""


@dataclass(kw_only=True)
class Supply:
    """What is on its way to us and from us."""

    firm: Firm
    coming: set[UUID] = field(default_factory=set)
    """Products that are ordered and not here yet."""
    lorries: dict[date, list[tuple[UUID, Goods]]] = field(default_factory=lambda: defaultdict(list))
    """What comes on which day, from whom."""
    planned: dict[UUID, date] = field(default_factory=dict)
    """Shipments, by when they shall leave."""
    leaving: dict[date, list[UUID]] = field(default_factory=lambda: defaultdict(list))

    # In

    def order_more(self, day: date) -> None:
        """Twice a week, order what fell below its reorder point and isn't ordered yet."""
        firm = self.firm
        if day.weekday() not in ORDERING_DAYS:
            return
        wanted: dict[UUID, list[tuple[DemoProduct, Decimal]]] = defaultdict(list)
        for identity, lacking in firm.rows(SHORT):
            if identity in self.coming or lacking <= 0:
                continue
            product = firm.product_of[identity]
            wanted[self.supplier_of(product)].append((product, in_cartons(lacking, product)))
            self.coming.add(identity)
        self.answer_proposals()
        for supplier, goods in wanted.items():
            arrival = next_working(day + timedelta(days=firm.dice.randint(4, 11)))
            if arrival not in self.lorries:
                firm.plan(arrival, 8, partial(self.receive, arrival))
            self.lorries[arrival].append((supplier, goods))

    def answer_proposals(self) -> None:
        """Take up what is proposed for goods that are on their way now; let go what came already."""
        accepted, dropped = [], []
        for proposal, product in self.firm.rows(PROPOSED):
            if product in self.coming:
                accepted.append(AcceptReplenishmentProposal(id=proposal))
            else:
                dropped.append(DropReplenishmentProposal(id=proposal))
        self.expect_done("wu.jing", [*accepted, *dropped])

    def supplier_of(self, product: DemoProduct) -> UUID:
        """Give who makes a product; what nobody here is known for comes from the first."""
        suppliers = self.firm.masters.suppliers
        family = product.code.partition("-")[0]
        return suppliers.get(family) or suppliers[next(iter(suppliers))]

    def receive(self, day: date) -> None:
        """Let the day's deliveries come in."""
        lorries = self.lorries.pop(day)
        announced = [self.receipt_of(supplier, goods) for supplier, goods in lorries]
        receipts = self.expect_done("wu.jing", announced)
        self.expect_done("zhao.qiang", [ReceiveGoodsReceipt(id=one.id) for one in receipts])
        self.coming -= {product.id for _, goods in lorries for product, _ in goods}

    def receipt_of(self, supplier: UUID, goods: Goods) -> Create:
        """Write down a delivery, at prices that are never quite the same."""
        firm = self.firm
        drift = Decimal(firm.dice.randint(960, 1050)) / 1000
        lines = [
            {
                "product": product.id,
                "quantity": quantity,
                "unit_cost": rounded(product.cost * drift, 4),
            }
            for product, quantity in goods
        ]
        values = {
            "supplier": supplier,
            "supplier_reference": f"送{firm.today:%m%d}{firm.dice.randint(10, 99)}",
            "warehouse": firm.warehouse,
            "lines": lines,
        }
        return Create(entity="goods_receipt", values=values)

    # Out

    def plan_sending(self, day: date) -> None:
        """Decide when what is newly planned leaves."""
        for shipment, due in self.firm.rows(TO_SEND, [list(self.planned)]):
            soon = day + timedelta(days=self.firm.dice.randint(0, 2))
            on = next_working(max(soon, (due or day) - timedelta(days=2)))
            self.planned[shipment] = on
            self.leaving[on].append(shipment)

    def send(self, day: date) -> list[UUID]:
        """Pick, pack and send what leaves today; gives what left."""
        firm, due = self.firm, self.leaving.pop(day, [])
        due = self.still_planned(due)
        if not due or not is_working(day):
            return []
        firm.at(day, 10, 40)
        self.expect_done("zhao.qiang", list(self.picks(due)))
        firm.at(day, 14, 10)
        carriers: list[Command[Any]] = [
            Edit(
                entity="shipment",
                id=one,
                values={
                    "carrier": firm.dice.choice(CARRIERS),
                    "tracking_number": f"SF{firm.dice.randint(10**10, 10**11 - 1)}",
                },
            )
            for one in due
            if firm.dice.random() < TRACKED
        ]
        packer = "sun.li"
        self.expect_done(packer, carriers)
        self.expect_done(packer, [PackShipment(id=one) for one in due])
        firm.at(day, 16, 30)
        outcomes = firm.perform_many(packer, [ShipShipment(id=one) for one in due])
        return list(self.left(due, outcomes))

    def still_planned(self, due: Sequence[UUID]) -> list[UUID]:
        """Leave out what was cancelled or is planned otherwise by now."""
        rows = self.firm.rows(
            "SELECT id FROM shipment WHERE id = ANY(%s) AND state = 'planned' ORDER BY number",
            [list(due)],
        )
        return [identity for (identity,) in rows]

    def picks(self, due: Sequence[UUID]) -> list[PickShipment]:
        """Pick everything; now and then less of a line is found than was planned."""
        firm = self.firm
        lines: dict[UUID, list[tuple[UUID, Decimal]]] = defaultdict(list)
        for parent, line, quantity in firm.rows(LINES_OF, [list(due)]):
            lines[parent].append((line, quantity))
        picks = []
        for shipment in due:
            found = {}
            if firm.dice.random() < 0.06:
                line, quantity = firm.dice.choice(lines[shipment])
                part = rounded(quantity * Decimal("0.6"), 0)
                found = {line: part} if part else {}
            picks.append(PickShipment(id=shipment, quantities=found))
        return picks

    def expect_done(self, login: str, commands: Sequence[Command[Any]]) -> list[Done]:
        """Let somebody do what nothing stands in the way of."""
        done = []
        for outcome in self.firm.perform_many(login, commands):
            assert isinstance(outcome, Done), outcome
            done.append(outcome)
        return done

    def left(self, due: Sequence[UUID], outcomes: Sequence[Outcome]) -> list[UUID]:
        """Give what left; what credit holds back waits for the accountant."""
        gone = []
        for shipment, outcome in zip(due, outcomes, strict=True):
            expected(outcome)
            if isinstance(outcome, Waiting):
                later = self.firm.today + timedelta(days=self.firm.dice.randint(1, 4))
                self.firm.plan(later, 15, partial(self.let_go, outcome))
            else:
                gone.append(shipment)
        return gone

    def let_go(self, asked: Waiting) -> None:
        """Let the accountant agree that goods leave although the customer owes too much."""
        self.firm.done("zhou.fang", ApproveParkedCommand(id=asked.parked, answer="客户已承诺付款"))

    def begin_work(self, day: date) -> None:
        """On the last day: leave some shipments picked and packed, for others to go on with."""
        firm = self.firm
        due = self.still_planned([one for one in self.planned if self.planned[one] > day])[:4]
        firm.at(day, 17, 40)
        self.expect_done("zhao.qiang", [PickShipment(id=one) for one in due])
        self.expect_done("zhao.qiang", [PackShipment(id=one) for one in due[:2]])

    # Back

    def expect_return(self, order: UUID) -> None:
        """Some weeks after a delivery a part of it may come back."""
        later = self.firm.today + timedelta(days=self.firm.dice.randint(5, 20))
        self.firm.plan(later, 11, partial(self.announce_return, order))

    def announce_return(self, order: UUID) -> None:
        """Write down what a customer sends back."""
        firm = self.firm
        lines = firm.rows(
            "SELECT l.id, l.delivered - l.returned, o.customer FROM sales_order_line l "
            "JOIN sales_order o ON o.id = l.parent "
            "WHERE o.id = %s AND l.goods AND l.delivered > l.returned ORDER BY l.position",
            [order],
        )
        if not lines:
            return
        line, there, customer = firm.dice.choice(lines)
        part = max(Decimal(1), rounded(there * firm.dice.randint(5, 35) / 100, 0))
        reason = firm.dice.choice(WHY_BACK)
        values = {
            "order": order,
            "reason": reason,
            "lines": [{"order_line": line, "quantity": min(part, there), "reason": reason}],
        }
        rep = firm.rep_of(firm.buyer_of[customer])
        made = firm.done(rep, Create(entity="sales_return", values=values))
        later = firm.today + timedelta(days=firm.dice.randint(1, 5))
        firm.plan(later, 8, partial(self.take_back, made.id))

    def take_back(self, returned: UUID) -> None:
        """Put what came back on the shelves; the customer is credited at once."""
        outcome = self.firm.perform("zhao.qiang", ReceiveSalesReturn(id=returned))
        expected(outcome)


def in_cartons(much: Decimal, product: DemoProduct) -> Decimal:
    """Round up what is bought."""
    step = PACK if product.popularity >= PACK else 12
    return (much / step).to_integral_value(ROUND_CEILING) * step

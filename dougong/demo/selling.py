"""Selling: orders come in, are discounted, agreed, approved, cancelled; some drafts lead nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from dougong.apps.finance.operations.receive_payment import ReceivePayment
from dougong.apps.sales.operations.cancel_sales_order import CancelSalesOrder
from dougong.apps.sales.operations.close_sales_order import CloseSalesOrder
from dougong.apps.sales.operations.confirm_sales_order import ConfirmSalesOrder
from dougong.demo.buyers import Buyer
from dougong.demo.calendar import busyness, is_working
from dougong.demo.firm import Firm, expected
from dougong.kernel.approvals.operations.approve import ApproveParkedCommand
from dougong.kernel.approvals.operations.decline import DeclineParkedCommand
from dougong.kernel.perform import Waiting
from dougong.kernel.refusals import Refused
from dougong.kernel.verbs import Create

ORDERS_A_DAY = 3.05
"""On an ordinary working day; the seasons make more or fewer of it."""
DISCOUNTS = ("", "", "", "", "", "", "2", "3", "3", "5", "5", "5+2", "8", "10")
BIG_DISCOUNTS = ("16", "18", "20")
SERVICES = ("SVC-DELIVERY", "SVC-DELIVERY", "SVC-SORT", "SVC-TRAIN")
LOST = ("价格未谈拢", "客户改用库存", "项目推迟", "交期不满足")
CALLED_OFF = ("客户撤单", "图纸变更，重新询价")
OFFERED_TO = {
    "FAIR-SH": ("dealer", 10, 20),
    "STANDARD": ("direct", 3, 30),
    "ONLINE": ("online", 0, 18),
    "CANTON": ("export", 5, 40),
    "TORQUE": ("direct", 5, 75),
}
"""Whom a campaign brings orders from (a channel), how many days after its start, for how long."""
STARTED = {"FAIR-SH": 330, "STANDARD": 290, "ONLINE": 165, "CANTON": 60, "TORQUE": 40}
PATIENCE = 3
"""So often an order that can't be confirmed is tried again."""


def take_orders(firm: Firm, day: date) -> None:
    """Let the day's orders come in, each at its time."""
    wanted = busyness(day) * ORDERS_A_DAY
    several = int(wanted) + (firm.dice.random() < wanted - int(wanted))
    if wanted and is_working(day):
        several = max(0, several + firm.dice.choice((-1, 0, 0, 0, 1)))
    chosen = firm.dice.choices(firm.buyers, [one.weight for one in firm.buyers], k=several)
    for at, buyer in enumerate(dict.fromkeys(one.customer.id for one in chosen)):
        firm.at(day, 9 + at % 2, 5 + (at * 17 + firm.dice.randint(0, 9)) % 55)
        take_order(firm, firm.buyer_of[buyer], day)


def take_order(firm: Firm, buyer: Buyer, day: date) -> None:
    """Write down an order, and decide what becomes of it."""
    order = write_order(firm, buyer, day)
    fate = firm.dice.random()
    again = partial(confirm, firm, order, buyer)
    if fate < 0.045:
        lose = partial(cancel, firm, order, buyer, firm.dice.choice(LOST))
        firm.plan(day + timedelta(days=firm.dice.randint(5, 14)), 9, lose)
    elif fate < 0.17 or not is_working(day):
        firm.plan(day + timedelta(days=firm.dice.randint(1, 3)), 9, again)
    else:
        again()
    if 0.17 <= fate < 0.185:
        call_off = partial(cancel, firm, order, buyer, firm.dice.choice(CALLED_OFF))
        firm.plan(day + timedelta(days=1), 9, call_off)


def write_order(firm: Firm, buyer: Buyer, day: date, discounts: str | None = None) -> UUID:
    """Write down an order as a draft."""
    values: dict[str, Any] = {
        "customer": buyer.customer.id,
        "promised": day + timedelta(days=firm.dice.randint(2, 20 if buyer.is_foreign else 8)),
        "lines": [
            {"product": product.id, "quantity": quantity}
            for product, quantity in buyer.wants(firm.dice)
        ],
    }
    if firm.dice.random() < 0.4:
        values["customer_reference"] = f"PO-{day:%y%m}{firm.dice.randint(100, 999)}"
    if firm.dice.random() < 0.1:
        service = firm.product_by_code[firm.dice.choice(SERVICES)]
        values["lines"].append({"product": service.id, "quantity": 1})
    campaign = campaign_for(firm, buyer, day)
    if campaign:
        values["campaign"] = firm.campaigns[campaign]
    values["header_discounts"] = discounts or usual_discounts(firm, campaigning=bool(campaign))
    made = firm.done(firm.rep_of(buyer), Create(entity="sales_order", values=values))
    return made.id


def usual_discounts(firm: Firm, *, campaigning: bool) -> str:
    """Choose what is taken off the prices."""
    if firm.dice.random() < 0.02:
        return firm.dice.choice(BIG_DISCOUNTS)
    if campaigning:
        return firm.dice.choice(("5", "6", "8"))
    return firm.dice.choice(DISCOUNTS)


def campaign_for(firm: Firm, buyer: Buyer, day: date) -> str:
    """Say which campaign brought an order, if one did."""
    for code, (channel, after, lasting) in OFFERED_TO.items():
        begun = (firm.last + timedelta(days=1) - day).days - STARTED[code]
        if channel == buyer.customer.channel and -begun - after in range(lasting):
            return code if firm.dice.random() < 0.5 else ""
    return ""


def confirm(firm: Firm, order: UUID, buyer: Buyer, tried: int = 0) -> None:
    """Confirm an order; ask for approval where it needs one, try again where goods are short."""
    if buyer.prepays and not tried:
        take_deposit(firm, order, buyer)
    command = ConfirmSalesOrder(id=order, backorders_agreed=firm.dice.random() < 0.8)
    outcome = firm.perform(firm.rep_of(buyer), command)
    expected(outcome, "wrong_state", "out_of_stock", "broken_rule", "credit_exceeded")
    if isinstance(outcome, Refused) and "wrong_state" in {one.code for one in outcome.refusals}:
        return  # it was called off meanwhile
    if isinstance(outcome, Waiting):
        answer = partial(answer_request, firm, outcome, order, buyer)
        firm.plan(firm.today + timedelta(days=firm.dice.randint(0, 2)), 15, answer)
    elif isinstance(outcome, Refused):
        later = firm.today + timedelta(days=firm.dice.randint(4, 9))
        if tried < PATIENCE:
            firm.plan(later, 9, partial(confirm, firm, order, buyer, tried + 1))
        else:
            firm.plan(later, 9, partial(cancel, firm, order, buyer, "长期缺货"))
    elif firm.dice.random() < 0.03:
        close_later = firm.today + timedelta(days=firm.dice.randint(30, 50))
        firm.plan(close_later, 15, partial(close_rest, firm, order, buyer))


def take_deposit(firm: Firm, order: UUID, buyer: Buyer) -> None:
    """Take the money before the order is confirmed, from those who have no credit."""
    [(gross, currency)] = firm.rows(
        "SELECT gross, currency FROM sales_order WHERE id = %s", [order]
    )
    if gross > 0:
        firm.done(
            "zhou.fang",
            ReceivePayment(
                customer=buyer.customer.id,
                amount=gross,
                currency=currency,
                deposit_for=f"sales_order:{order}",
                remittance="预付货款",
            ),
        )


def answer_request(firm: Firm, asked: Waiting, order: UUID, buyer: Buyer) -> None:
    """Let whoever is asked say yes, or sometimes no."""
    login = "zhou.fang" if asked.role == "accountant" else firm.superior_of(buyer)
    if firm.dice.random() < 0.85:
        firm.done(login, ApproveParkedCommand(id=asked.parked, answer="同意"))
    else:
        firm.done(login, DeclineParkedCommand(id=asked.parked, answer="请先回款或调整折扣"))
        later = firm.today + timedelta(days=firm.dice.randint(1, 5))
        firm.plan(later, 9, partial(cancel, firm, order, buyer, "未获批准"))


def cancel(firm: Firm, order: UUID, buyer: Buyer, reason: str) -> None:
    """Cancel an order, unless it is under way by now."""
    outcome = firm.perform(firm.rep_of(buyer), CancelSalesOrder(id=order, reason=reason))
    expected(outcome, "already_underway", "wrong_state", "already_picked")


def close_rest(firm: Firm, order: UUID, buyer: Buyer) -> None:
    """Give up what is still on backorder, where some of the order was delivered."""
    outcome = firm.perform(firm.rep_of(buyer), CloseSalesOrder(id=order))
    expected(outcome, "wrong_state", "nothing_underway", "already_picked")


def leave_open_work(firm: Firm, day: date) -> None:
    """Leave on the desk what the first morning begins with: drafts, and orders that wait for a yes."""
    firm.at(day, 17, 20)
    usual = [one for one in firm.buyers if not one.prepays]
    best = [one for one in usual if one.customer.grade in "AB"][:12]
    for buyer in firm.dice.sample(best, 4):
        write_order(firm, buyer, day)
    for discounts in ("18", "22"):
        ask_for(firm, day, firm.dice.sample(best, len(best)), discounts)
    for prepaying in [one for one in firm.buyers if one.prepays][:2]:
        ask_for(firm, day, [prepaying], "")


def ask_for(firm: Firm, day: date, among: Sequence[Buyer], discounts: str) -> None:
    """Have an order wait for approval: the first one that isn't refused for another reason."""
    for buyer in among:
        order = write_order(firm, buyer, day, discounts)
        command = ConfirmSalesOrder(id=order, backorders_agreed=True)
        outcome = firm.perform(firm.rep_of(buyer), command)
        expected(outcome, "out_of_stock", "broken_rule", "credit_exceeded")
        if isinstance(outcome, Waiting):
            return

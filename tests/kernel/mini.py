"""A small trade of its own, on which the kernel is tried: clients, their orders, one limit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from dougong.kernel.entities import Entity, Line
from dougong.kernel.events import Event, on
from dougong.kernel.fields import (
    auto_number,
    choice,
    day,
    lines,
    money,
    percent,
    quantity,
    reference,
    text,
)
from dougong.kernel.lifecycle import Lifecycle
from dougong.kernel.operations import Command, lock, obstacle, operation, settles
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.values import ZERO, Id
from dougong.kernel.work import Work


class OrderState(StrEnum):
    DRAFT = "draft"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


LIFECYCLE = Lifecycle.of(
    {
        OrderState.DRAFT: (OrderState.CONFIRMED, OrderState.CANCELLED),
        OrderState.CONFIRMED: (OrderState.CANCELLED,),
    }
)


class Client(Entity, name="client", rank=20):
    """Who orders."""

    code: str = text(unique=True, longest=20)
    name: str = text(searchable=True)
    grade: str = choice(("A", "B", "C"), default="B")
    owner: Id[Entity] | None = reference("person", default=None)
    keeper: Id[Entity] | None = reference("person", default=None, acting=True)


class Limit(Entity, name="limit_of", rank=70, operations=(), history=False):
    """How much a client may owe, and does."""

    client: Id[Client] = reference("client", unique=True)
    most: Decimal | None = money(default=None)
    owed: Decimal = money(default=ZERO)


class PurchaseLine(Line, name="purchase_line"):
    """A thing that is wanted."""

    what: str = text()
    quantity: Decimal = quantity(least=0)
    price: Decimal = money(default=ZERO)
    cost: Decimal = money(default=ZERO, secret=True)


class Purchase(Entity, name="purchase", rank=30):
    """What a client wants."""

    number: str = auto_number("P-{year}-{n:04}")
    client: Id[Client] = reference("client")
    wanted: object = day(default=None)
    discount: Decimal = percent(default=ZERO, least=0, most=1)
    state: OrderState = choice(OrderState, default=OrderState.DRAFT, lifecycle=LIFECYCLE)
    lines: list[PurchaseLine] = lines(PurchaseLine)
    total: Decimal = money(default=ZERO, kept=True)
    confirmations: Decimal = quantity(default=ZERO, kept=True)


class Diary(Entity, name="diary", append_only=True):
    """What was noted."""

    client: Id[Client] = reference("client")
    note: str = text()


@dataclass(frozen=True)
class TooMuchOwed(Refusal):
    liftable: ClassVar[bool] = True
    bounds: ClassVar[tuple[str, ...]] = ("short_by",)
    reveals: ClassVar[Mapping[str, str]] = {"limit": "limit_of.most", "short_by": "limit_of.owed"}
    limit: Decimal
    short_by: Decimal


@dataclass(frozen=True)
class ClosedToday(Refusal):
    pass


@dataclass(frozen=True, kw_only=True)
class PurchaseConfirmed(Event, of="purchase", verb="confirmed", links={"client": "client"}):
    client: Id[Client]
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class LimitUsed(Event, of="limit_of", verb="used", links={"client": "client"}):
    client: Id[Client]


@settles(Purchase)
def total_up(purchase: Purchase, work: Work) -> None:
    assert work.today
    amount = sum((line.quantity * line.price for line in purchase.lines), ZERO)
    purchase.total = amount * (1 - purchase.discount)


@dataclass(frozen=True, kw_only=True)
class ConfirmPurchase(Command[Purchase]):
    remark: str = ""


def obstacles(purchase: Purchase, _command: ConfirmPurchase, work: Work) -> Iterator[Refusal]:
    if not LIFECYCLE.allows(purchase.state, OrderState.CONFIRMED):
        yield WrongState(purchase.state, OrderState.CONFIRMED)
    limit = work.at(Limit, "client", purchase.client)
    assert limit is not None
    if limit.most is not None and limit.owed + purchase.total > limit.most:
        yield TooMuchOwed(limit.most, limit.owed + purchase.total - limit.most)


@operation(
    on=Purchase,
    emits=[PurchaseConfirmed],
    touches=lambda purchase, _command, _work: [
        lock(Limit, [purchase.client], by="client", ensure=True)
    ],
    unless=obstacles,
)
def confirm_purchase(purchase: Purchase, command: ConfirmPurchase, work: Work) -> None:
    """Make it binding."""
    assert command is not None
    limit = work.at(Limit, "client", purchase.client)
    assert limit is not None
    limit.owed += purchase.total
    purchase.state = OrderState.CONFIRMED
    purchase.confirmations += 1
    work.emit(LimitUsed(id=limit.id, client=purchase.client))
    work.emit(PurchaseConfirmed(id=purchase.id, client=purchase.client, total=purchase.total))


@on(PurchaseConfirmed)
def note_confirmation(event: PurchaseConfirmed, work: Work) -> None:
    work.add(Diary(client=event.client, note=f"confirmed {event.total}"))


@obstacle("purchase.confirm")
def closed_on_sundays(
    purchase: Purchase, _command: ConfirmPurchase, work: Work
) -> Iterator[Refusal]:
    assert purchase is not None
    if work.today.isoweekday() == 7:
        yield ClosedToday()

"""A small trade with documents, invoices and entries, on which the event log is tried."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from dougong.kernel.company import State
from dougong.kernel.entities import Entity, Line
from dougong.kernel.events import Event, Logged, follows, on
from dougong.kernel.fields import auto_number, choice, day, lines, money, quantity, reference, text
from dougong.kernel.lifecycle import Lifecycle
from dougong.kernel.operations import Command, lock, operation
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.values import ZERO, Id
from dougong.kernel.verbs import Create
from dougong.kernel.work import Work


class DealState(StrEnum):
    OPEN = "open"
    WON = "won"


class BillState(StrEnum):
    DRAFT = "draft"
    ISSUED = "issued"


DEALS = Lifecycle.of({DealState.OPEN: (DealState.WON,), DealState.WON: (DealState.OPEN,)})
BILLS = Lifecycle.of({BillState.DRAFT: (BillState.ISSUED,)})


class Buyer(Entity, name="buyer", rank=20):
    name: str = text()
    credit: Decimal = money(default=ZERO)
    deals: Decimal = quantity(default=ZERO, kept=True)


class DealPart(Line, name="deal_part"):
    note: str = text(default="")


class DealLine(Line, name="deal_line"):
    what: str = text()
    quantity: Decimal = quantity(default=Decimal(1))
    parts: list[DealPart] = lines(DealPart)


class Deal(Entity, name="deal", rank=30):
    number: str = auto_number("D-{year}-{n:04}")
    buyer: Id[Buyer] = reference("buyer")
    remark: str = text(default="")
    until: date | None = day(default=None)
    state: DealState = choice(DealState, default=DealState.OPEN, lifecycle=DEALS)
    lines: list[DealLine] = lines(DealLine)


class Todo(Entity, name="todo", rank=60):
    deal: Id[Deal] = reference("deal")
    text: str = text(unique=True)


class Bill(Entity, name="bill", rank=40, numbered_when=("state", (BillState.ISSUED,))):
    number: str | None = auto_number("B-{year}-{n:04}", gapless=True)
    buyer: Id[Buyer] = reference("buyer")
    state: BillState = choice(BillState, default=BillState.DRAFT, lifecycle=BILLS)


class Entry(Entity, name="entry", rank=90, append_only=True):
    number: str | None = auto_number("{year}{month}-{n:03}", gapless=True)
    day: date = day()
    amount: Decimal = money()


@dataclass(frozen=True, kw_only=True)
class DealWon(Event, of="deal", verb="won", links={"buyer": "buyer"}):
    buyer: Id[Buyer]


@dataclass(frozen=True, kw_only=True)
class EntryPosted(Event, of="entry", verb="posted"):
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class WinDeal(Command[Deal]):
    remark: str = ""


@dataclass(frozen=True, kw_only=True)
class ReopenDeal(Command[Deal]):
    pass


@dataclass(frozen=True, kw_only=True)
class TouchPart(Command[Deal]):
    note: str


@dataclass(frozen=True, kw_only=True)
class IssueBill(Command[Bill]):
    pass


@dataclass(frozen=True, kw_only=True)
class PostEntry(Command[Entry]):
    day: date
    amount: Decimal


def can_become(wanted: DealState) -> object:
    def reasons(deal: Deal, _command: object, _work: Work) -> Iterator[Refusal]:
        if not DEALS.allows(deal.state, wanted):
            yield WrongState(deal.state, wanted)

    return reasons


@operation(
    on=Deal,
    emits=[DealWon],
    touches=lambda deal, _command, _work: [lock(Buyer, [deal.buyer])],
    unless=can_become(DealState.WON),
    inverse="reopen",
)
def win_deal(deal: Deal, command: WinDeal, work: Work) -> None:
    """Win it."""
    deal.state = DealState.WON
    deal.remark = command.remark or deal.remark
    work.get(Buyer, deal.buyer).deals += 1
    work.emit(DealWon(id=deal.id, buyer=deal.buyer))


@operation(
    on=Deal,
    touches=lambda deal, _command, _work: [lock(Buyer, [deal.buyer])],
    unless=can_become(DealState.OPEN),
)
def reopen_deal(deal: Deal, command: ReopenDeal, work: Work) -> None:
    """Open it again."""
    assert command is not None
    deal.state = DealState.OPEN
    work.get(Buyer, deal.buyer).deals -= 1


@operation(on=Deal)
def note_deal(deal: Deal, command: TouchPart, work: Work) -> None:
    """Write a note into the parts of every line; nothing of the deal itself changes."""
    assert work is not None
    for line in deal.lines:
        for part in line.parts:
            part.note = command.note


@operation(on=Bill)
def issue_bill(bill: Bill, command: IssueBill, work: Work) -> None:
    """Issue it."""
    assert command is not None
    assert work is not None
    bill.state = BillState.ISSUED


@operation(on=Entry, emits=[EntryPosted], creates=True)
def post_entry(_entry: None, command: PostEntry, work: Work) -> Entry:
    """Post it."""
    entry = work.add(Entry(day=command.day, amount=command.amount))
    work.emit(EntryPosted(id=entry.id, amount=entry.amount))
    return entry


@on(DealWon)
def thank(event: DealWon, work: Work) -> None:
    """Nothing to do at once."""
    assert event.id
    assert work is not None


@follows(DealWon)
def remember_to_deliver(event: Logged, _state: State) -> Iterable[Command]:
    yield Create(entity="todo", values={"deal": str(event.record), "text": f"deliver {event.id}"})
    yield Create(entity="todo", values={"deal": str(event.record), "text": f"bill {event.id}"})


@follows("buyer.created")
def greet(event: Logged, _state: State) -> Iterable[Command]:
    """Fails for a buyer whose creation is no deal: the reference points nowhere."""
    yield Create(entity="todo", values={"deal": str(event.record), "text": f"greet {event.id}"})

"""Offers: what somebody may do with a record now, and for what is not possible, why.

The obstacles that refuse a call also grey its button: they are asked of one record, read once and
without locks for all operations together.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dougong.kernel.access.actor import Actor
from dougong.kernel.hands import Hands
from dougong.kernel.operations import Command, Operation, Touch
from dougong.kernel.perform import Attempt, Call, Turn
from dougong.kernel.refusals import NotPermitted, Refusal, Refused, WrongState
from dougong.kernel.store.database import Transaction
from dougong.kernel.values import ZERO, new_id
from dougong.kernel.verbs import Delete, Edit

if TYPE_CHECKING:
    from dougong.kernel.house import House

EMPTY: dict[object, object] = {
    str: "",
    bool: False,
    int: 0,
    Decimal: ZERO,
    UUID: UUID(int=0),
    date: date.min,
}


OWN = ("entity", "verb")
"""What a command of a company's own operations is told by the kernel."""


@dataclass(frozen=True)
class Offer:
    """One operation: possible where there are no refusals; else why not, and who could lift it."""

    refusals: tuple[Refusal, ...] = ()
    waits_for: str = ""
    """The role whose approval the operation would wait for."""


def offers(
    house: House, transaction: Transaction, actor: Actor, entity: str, identity: UUID
) -> dict[str, Offer]:
    """Give every operation that the rights allow on the record, with what stands in its way."""
    state = house.state(transaction)
    work = house.work(state, actor, house.clock(), new_id(), None, numbering=False)
    hands = Hands(transaction, work, holding=False)
    offered = [
        operation
        for operation in state.catalogue.operations_of(entity)
        if is_offered(operation, actor)
    ]
    calls = [Call(operation=one, command=asked_with(one, identity)) for one in offered]
    turn = Turn(house, transaction, work, hands, calls, Attempt())
    turn.hold_subjects({})
    found: dict[str, Offer] = {}
    admitted = []
    for at, call in enumerate(calls):
        try:
            turn.admit(call, at)
            admitted.append(at)
        except Refused as refused:
            if not isinstance(refused.by, NotPermitted):
                found[call.operation.name] = Offer(refused.refusals)
    while hands.fetch([touch for at in admitted for touch in looked_at(turn, at)]):
        pass
    for at in admitted:
        found[calls[at].operation.name] = offer_of(turn, at)
    return found


def is_offered(operation: Operation, actor: Actor) -> bool:
    """Tell whether an operation is about a record and allowed to the actor at all."""
    return not operation.creates and actor.rights.may(operation.on, operation.name)


def looked_at(turn: Turn, at: int) -> Iterator[Touch]:
    """Name what the obstacles to one call look at; what would only answer it is left out."""
    call, record = turn.calls[at], turn.subjects[at]
    operation, command = call.operation, call.command
    yield from operation.touches(record, command, turn.work)
    for standing in turn.work.catalogue.obstacles.get(operation.full_name, ()):
        yield from standing.touches(record, command, turn.work)
    yield from turn.house.agreement.touches(call, record, turn.work)


def offer_of(turn: Turn, at: int) -> Offer:
    """Ask what stands in the way of one call; one that still lacks arguments, only the state."""
    call, record = turn.calls[at], turn.subjects[at]
    refusals = turn.obstacles(call, record)
    if required_of(call.operation.command):
        refusals = [one for one in refusals if isinstance(one, WrongState)]
    looked = turn.house.agreement.look(call, record, refusals, turn.work)
    return Offer(looked.refusals, looked.role)


def asked_with(operation: Operation, identity: UUID) -> Command[Any]:
    """Make the command with which an operation is asked whether it could be."""
    if operation.command is Edit:
        return Edit(entity=operation.on, id=identity)
    if operation.command is Delete:
        return Delete(entity=operation.on, id=identity)
    given = {name: empty_of(kind) for name, kind in required_of(operation.command).items()}
    own = {"entity": operation.on, "verb": operation.name}
    given |= {n: v for n, v in own.items() if n in operation.command.__dataclass_fields__}
    return operation.command(id=identity, **given)


def required_of(command: type[Command[Any]]) -> dict[str, Any]:
    """Give the arguments that a command can't do without, by their types."""
    known = _required.get(command)
    if known is None:
        known = _required[command] = read_required(command)
    return known


_required: dict[type[Command[Any]], dict[str, Any]] = {}


def read_required(command: type[Command[Any]]) -> dict[str, Any]:
    """Read a command's class."""
    kinds = typing.get_type_hints(command)
    return {
        one.name: kinds[one.name]
        for one in dataclasses.fields(command)
        if one.default is dataclasses.MISSING
        and one.default_factory is dataclasses.MISSING
        and one.name not in OWN
    }


def empty_of(kind: Any) -> Any:
    """Give the value of a type that says nothing."""
    if kind in EMPTY:
        return EMPTY[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    origin = typing.get_origin(kind)
    if origin is None:
        return None
    return origin() if origin in (list, tuple, dict, set, frozenset) else None

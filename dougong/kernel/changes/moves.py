"""Moving a company's own record from one state of its lifecycle to another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.kernel.entities import Entity
from dougong.kernel.operations import Command, Operation
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class Move(Command[Entity]):
    """Make a move of the lifecycle, by its verb."""

    entity: str
    verb: str


def obstacles_to_moving(record: Entity, command: Move, work: Work) -> Iterator[Refusal]:
    """Only a state that the move leads from will do."""
    description = work.catalogue.entities[command.entity]
    starts, end = description.moves[command.verb]
    state = description.fields[description.state_field].get(record)
    if state not in starts:
        yield WrongState(str(state), end)


def move_record(record: Entity, command: Move, work: Work) -> None:
    """Move the record to the state that the verb leads to."""
    description = work.catalogue.entities[command.entity]
    _, end = description.moves[command.verb]
    description.fields[description.state_field].set(record, end)


def move_operation(entity: str, verb: str) -> Operation:
    """Give the operation of one move."""
    return Operation(
        on=entity,
        name=verb,
        command=Move,
        decide=move_record,
        unless=obstacles_to_moving,
        doc="Move the record along its lifecycle.",
        generic=True,
    )

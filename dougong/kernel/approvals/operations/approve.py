"""Approve a waiting command: it will be performed for its requester, once."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.kernel.approvals.entities import PARKED, ParkedCommand, ParkedState
from dougong.kernel.approvals.events import CommandApproved
from dougong.kernel.approvals.refusals import NotYours, OwnRequest
from dougong.kernel.operations import Command, operation
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class ApproveParkedCommand(Command[ParkedCommand]):
    """Say yes."""

    answer: str = ""


def obstacles_to_answering(
    parked: ParkedCommand, wanted: ParkedState, work: Work
) -> Iterator[Refusal]:
    """Name what keeps this person from answering."""
    if not PARKED.allows(parked.state, wanted):
        yield WrongState(parked.state, wanted)
    if not work.actor.rights.plays(parked.role):
        yield NotYours(parked.role)
    if parked.requester is not None and parked.requester == work.actor.person:
        yield OwnRequest()


@operation(
    on=ParkedCommand,
    emits=[CommandApproved],
    unless=lambda parked, _command, work: obstacles_to_answering(
        parked, ParkedState.APPROVED, work
    ),
)
def approve_parked_command(
    parked: ParkedCommand, command: ApproveParkedCommand, work: Work
) -> None:
    """Say yes to a waiting command."""
    parked.state = ParkedState.APPROVED
    parked.answered_by = work.actor.person
    parked.answered_at = work.now
    parked.answer = command.answer
    work.emit(CommandApproved(id=parked.id))

"""Decline a waiting command: it will not be performed."""

from dataclasses import dataclass

from dougong.kernel.approvals.entities import ParkedCommand, ParkedState
from dougong.kernel.approvals.events import CommandDeclined
from dougong.kernel.approvals.operations.approve import obstacles_to_answering
from dougong.kernel.operations import Command, operation
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class DeclineParkedCommand(Command[ParkedCommand]):
    """Say no."""

    answer: str = ""


@operation(
    on=ParkedCommand,
    emits=[CommandDeclined],
    unless=lambda parked, _command, work: obstacles_to_answering(
        parked, ParkedState.DECLINED, work
    ),
)
def decline_parked_command(
    parked: ParkedCommand, command: DeclineParkedCommand, work: Work
) -> None:
    """Say no to a waiting command."""
    parked.state = ParkedState.DECLINED
    parked.answered_by = work.actor.person
    parked.answered_at = work.now
    parked.answer = command.answer
    work.emit(CommandDeclined(id=parked.id))

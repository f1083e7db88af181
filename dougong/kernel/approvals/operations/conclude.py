"""Note what became of an approved command; only the house itself does that."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.kernel.approvals.entities import PARKED, ParkedCommand, ParkedState
from dougong.kernel.operations import Command, operation
from dougong.kernel.refusals import NotPermitted, Refusal, WrongState
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class ConcludeParkedCommand(Command[ParkedCommand]):
    """It was performed, it failed, or an edit cancelled it."""

    state: ParkedState
    outcome: str = ""


def obstacles_to_concluding(
    parked: ParkedCommand, command: ConcludeParkedCommand, work: Work
) -> Iterator[Refusal]:
    """Only the house concludes, and only what is open."""
    if work.actor.person is not None:
        yield NotPermitted("parked_command", "conclude")
    if not PARKED.allows(parked.state, command.state):
        yield WrongState(parked.state, command.state)


@operation(
    on=ParkedCommand,
    unless=obstacles_to_concluding,
)
def conclude_parked_command(
    parked: ParkedCommand,
    command: ConcludeParkedCommand,
    work: Work,  # noqa: ARG001  every operation is given its work
) -> None:
    """Note what became of an approved command."""
    parked.state = command.state
    parked.outcome = command.outcome

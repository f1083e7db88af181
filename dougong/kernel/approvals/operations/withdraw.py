"""Withdraw a waiting command: who asked no longer wants it."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.kernel.approvals.entities import PARKED, ParkedCommand, ParkedState
from dougong.kernel.approvals.refusals import NotTheRequester
from dougong.kernel.operations import Command, operation
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class WithdrawParkedCommand(Command[ParkedCommand]):
    """Take the request back."""


def obstacles_to_withdrawing(parked: ParkedCommand, work: Work) -> Iterator[Refusal]:
    """Only what waits can be taken back, and only by who asked."""
    if not PARKED.allows(parked.state, ParkedState.WITHDRAWN):
        yield WrongState(parked.state, ParkedState.WITHDRAWN)
    if parked.requester != work.actor.person:
        yield NotTheRequester()


@operation(
    on=ParkedCommand,
    unless=lambda parked, _command, work: obstacles_to_withdrawing(parked, work),
)
def withdraw_parked_command(
    parked: ParkedCommand,
    command: WithdrawParkedCommand,  # noqa: ARG001  a withdrawal has no arguments
    work: Work,
) -> None:
    """Take a waiting command back."""
    parked.state = ParkedState.WITHDRAWN
    parked.answered_at = work.now

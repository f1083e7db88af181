"""Releasing an approved command: performed for its requester, exactly once, within its bounds.

The door calls ``release`` right after the approval; a reader of the event log calls it again, so
that nothing is lost when the process dies in between. The idempotency key makes it one deed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from dougong.kernel.access.actor import HOUSE, Actor
from dougong.kernel.access.rights import actor_of
from dougong.kernel.approvals.entities import ParkedCommand, ParkedState
from dougong.kernel.approvals.events import CommandApproved
from dougong.kernel.approvals.operations.conclude import ConcludeParkedCommand
from dougong.kernel.approvals.rules import asked_for, digest
from dougong.kernel.company import State
from dougong.kernel.events import Follower, Logged
from dougong.kernel.hands import Hands
from dougong.kernel.operations import read
from dougong.kernel.perform import Call, Done, Outcome
from dougong.kernel.refusals import Refused
from dougong.kernel.values import new_id

if TYPE_CHECKING:
    from dougong.kernel.house import Committed, House


def release(house: House, company: str, parked_id: UUID) -> Outcome | None:
    """Perform an approved command; None where there was nothing (more) to do."""
    with house.database.transaction(company) as transaction:
        state = house.state(transaction)
        work = house.work(state, HOUSE, house.clock(), new_id(), None)
        hands = Hands(transaction, work, holding=False)
        hands.peek(read(ParkedCommand, [parked_id]))
        parked = work.maybe(ParkedCommand, parked_id)
        if parked is None or parked.state is not ParkedState.APPROVED:
            return None
        unchanged = is_unchanged(parked, hands)
    if not unchanged:
        conclude(house, company, parked_id, ParkedState.CANCELLED, "edited")
        return None
    try:
        outcome = perform(house, state, parked)
    except Refused as refused:
        outcome = refused
    if isinstance(outcome, Done):
        conclude(house, company, parked_id, ParkedState.PERFORMED, f"{outcome.entity}:{outcome.id}")
    elif isinstance(outcome, Refused):
        conclude(house, company, parked_id, ParkedState.FAILED, str(outcome))
    else:
        conclude(house, company, parked_id, ParkedState.FAILED, f"asked again: {outcome.parked}")
    return outcome


def perform(house: House, state: State, parked: ParkedCommand) -> Outcome:
    """Perform an approved command for who asked; refused where they may no longer act."""
    requester: Actor = actor_of(state, parked.requester) if parked.requester else HOUSE
    entity, _, name = parked.subject.rpartition(".")
    operation = state.catalogue.operation(entity, name)
    command: Any = msgspec.json.decode(parked.command, type=operation.command)
    call = Call(
        operation=operation,
        command=command,
        key=f"parked:{parked.id}",
        approved=asked_for(parked),
    )
    [outcome] = house.perform_calls(state.slug, [call], by=requester)
    return outcome


def releasing(house: House) -> Follower:
    """Release, from the event log, what a process that died had approved and not performed."""

    def answer(event: Logged, state: State) -> tuple[()]:
        release(house, state.slug, event.record)
        return ()

    return Follower((CommandApproved.name(),), answer, "release_approved")


def is_unchanged(parked: ParkedCommand, hands: Hands) -> bool:
    """Tell whether the record is still what the approval was asked for."""
    if not parked.record:
        return True
    entity, _, identity = parked.record.partition(":")
    hands.peek(read(entity, [UUID(identity)], lines=True))
    record = hands.work.fetch(entity, UUID(identity))
    return record is not None and digest(record, hands.work) == parked.bounds


def conclude(house: House, company: str, parked: UUID, state: ParkedState, outcome: str) -> None:
    """Note what became of it; another process may have noted it already."""
    try:
        house.perform(company, ConcludeParkedCommand(id=parked, state=state, outcome=outcome))
    except Refused:
        return


def release_approved(house: House, committed: Committed) -> None:
    """Perform what a commit approved, before the approver is answered."""
    for recorded in committed.work.events:
        if isinstance(recorded.event, CommandApproved):
            release(house, committed.company, recorded.event.id)

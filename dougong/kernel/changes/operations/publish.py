"""Publish a change set: from here on the company works as it says."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.kernel.changes.entities import CHANGING, ChangeSet, ChangeState
from dougong.kernel.changes.events import ChangesPublished
from dougong.kernel.changes.publishing import do, problems, touched_by
from dougong.kernel.changes.refusals import NothingChanged
from dougong.kernel.operations import Command, operation
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class PublishChangeSet(Command[ChangeSet]):
    """Make the changes."""


def obstacles_to_publishing(changes: ChangeSet, work: Work) -> Iterator[Refusal]:
    """Name everything that is wrong, before anything is changed."""
    if not CHANGING.allows(changes.state, ChangeState.PUBLISHED):
        yield WrongState(changes.state, ChangeState.PUBLISHED)
        return
    if not changes.items:
        yield NothingChanged()
    yield from problems(changes, work)


@operation(
    on=ChangeSet,
    emits=[ChangesPublished],
    inverse="revert",
    touches=lambda changes, _command, work: touched_by(changes.items, work),
    unless=lambda changes, _command, work: obstacles_to_publishing(changes, work),
)
def publish_change_set(
    changes: ChangeSet,
    command: PublishChangeSet,  # noqa: ARG001  publishing has no arguments
    work: Work,
) -> None:
    """Change the configuration, noting how it was; what needs tables goes live when they are built."""
    builds = [do(item, work) for item in changes.items]
    changes.state = ChangeState.PUBLISHED
    changes.published_by = work.actor.person
    changes.published_at = work.now
    work.emit(ChangesPublished(id=changes.id, builds=any(builds)))

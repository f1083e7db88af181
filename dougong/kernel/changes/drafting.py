"""Only a draft is changed: what was published stays as it was, so that it can be read and reverted."""

from __future__ import annotations

from collections.abc import Iterator

from dougong.kernel.changes.entities import ChangeSet, ChangeState
from dougong.kernel.operations import settles
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.work import Work


def obstacles_to_drafting(changes: ChangeSet, _command: object, _work: Work) -> Iterator[Refusal]:
    """Keep what was published from being edited or deleted."""
    if changes.state is not ChangeState.DRAFT:
        yield WrongState(changes.state, ChangeState.DRAFT)


@settles(ChangeSet, unless=obstacles_to_drafting)
def settle_change_set(_changes: ChangeSet, _work: Work) -> None:
    """Nothing follows from what a draft says."""

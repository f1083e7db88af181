"""Revert a change set: what it changed is again as it was."""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from dougong.kernel.changes.entities import (
    CHANGING,
    Action,
    ChangeItem,
    ChangeSet,
    ChangeState,
)
from dougong.kernel.changes.events import ChangesReverted
from dougong.kernel.changes.publishing import KEPT_AS, do, given, plain, present, touched_by
from dougong.kernel.changes.refusals import NotWhatItWas
from dougong.kernel.operations import Command, operation
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class RevertChangeSet(Command[ChangeSet]):
    """Take the changes back."""


def backwards(changes: ChangeSet) -> list[ChangeItem]:
    """Write the items that take a change set back, last change first."""
    items = []
    for item in reversed(changes.items):
        action = {
            Action.ADD: Action.REMOVE,
            Action.CHANGE: Action.CHANGE,
            Action.REMOVE: Action.ADD,
        }[item.action]
        items.append(
            ChangeItem(what=item.what, action=action, key=item.key, value=item.before, before={})
        )
    return items


def obstacles_to_reverting(changes: ChangeSet, work: Work) -> Iterator[Refusal]:
    """Only what is published can be taken back, and only while it is as it was published."""
    if not CHANGING.allows(changes.state, ChangeState.REVERTED):
        yield WrongState(changes.state, ChangeState.REVERTED)
        return
    for item in changes.items:
        found = present(item, work)
        if item.action is Action.REMOVE:
            continue
        if found is None:
            yield NotWhatItWas(item.key)
            continue
        description = work.catalogue.entities[KEPT_AS[item.what].description.name]
        now = msgspec.to_builtins(plain(found, description))
        for name, value in given(item).items():
            if isinstance(value, list) or name not in now:
                continue
            if now[name] != value and str(now[name]) != str(value):
                yield NotWhatItWas(item.key)
                break


@operation(
    on=ChangeSet,
    emits=[ChangesReverted],
    touches=lambda changes, _command, work: touched_by(changes.items, work),
    unless=lambda changes, _command, work: obstacles_to_reverting(changes, work),
)
def revert_change_set(
    changes: ChangeSet,
    command: RevertChangeSet,  # noqa: ARG001  reverting has no arguments
    work: Work,
) -> None:
    """Change the configuration back; the change set stays, as taken back."""
    builds = [do(item, work) for item in backwards(changes)]
    changes.state = ChangeState.REVERTED
    work.emit(ChangesReverted(id=changes.id, builds=any(builds)))

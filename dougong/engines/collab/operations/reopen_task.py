"""Reopen a task: it wasn't done after all."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.engines.collab.entities import TASK, Task, TaskState
from dougong.kernel.operations import Command, operation
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class ReopenTask(Command[Task]):
    """Which one is all there is to say."""


def obstacles(task: Task, _command: ReopenTask, _work: Work) -> Iterator[Refusal]:
    """Only what is done can be open again."""
    if not TASK.allows(task.state, TaskState.OPEN):
        yield WrongState(task.state, TaskState.OPEN)


@operation(on=Task, unless=obstacles, inverse="finish")
def reopen_task(task: Task, _command: ReopenTask, work: Work) -> None:  # noqa: ARG001  every operation is given its work
    """Make it open again."""
    task.state = TaskState.OPEN
    task.done_at = None
    task.done_by = None

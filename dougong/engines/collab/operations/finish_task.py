"""Finish a task: what was asked is done."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.engines.collab.entities import TASK, Task, TaskState
from dougong.kernel.operations import Command, operation
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class FinishTask(Command[Task]):
    """Which one is all there is to say."""


def obstacles(task: Task, _command: FinishTask, _work: Work) -> Iterator[Refusal]:
    """Only what is open can be finished."""
    if not TASK.allows(task.state, TaskState.DONE):
        yield WrongState(task.state, TaskState.DONE)


@operation(on=Task, unless=obstacles, inverse="reopen")
def finish_task(task: Task, _command: FinishTask, work: Work) -> None:
    """Note that it is done, by whom and when."""
    task.state = TaskState.DONE
    task.done_at = work.now
    task.done_by = work.actor.person

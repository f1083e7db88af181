"""What follows when something is said or asked: those who are called may read the record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dougong.engines.collab.entities import Comment, Task
from dougong.engines.collab.letting_read import (
    let_read,
    meant_by,
    no_such_record,
    record_touches,
    unknown_mentions,
)
from dougong.engines.collab.refusals import NothingSaid, NotYourWords, SaidElsewhere
from dougong.kernel.entities import Entity
from dougong.kernel.operations import Touch, settles
from dougong.kernel.refusals import Refusal
from dougong.kernel.store.shapes import shape_of
from dougong.kernel.work import Work


def touched(record: Comment | Task, _command: object, work: Work) -> Iterator[Touch]:
    """Look at the record that is spoken of."""
    yield from record_touches(record.record, work)


def moved(record: Entity, work: Work) -> bool:
    """Tell whether something that is there already would belong to another record."""
    description = work.catalogue.entities[record.description.name]
    return "_row" in record.__dict__ and "record" in shape_of(description).changes(record)


def obstacles_to_saying(comment: Comment, _command: Any, work: Work) -> Iterator[Refusal]:
    """Words of one's own, about a record that is there, to people who are there."""
    yield from no_such_record(comment.record, work)
    yield from unknown_mentions(comment.mentions, work)
    if not comment.text.strip():
        yield NothingSaid()
    if moved(comment, work):
        yield SaidElsewhere()
    theirs = "_row" in comment.__dict__ and comment.created_by != work.actor.person
    if (theirs and work.actor.person is not None) or comment.withdrawn:
        yield NotYourWords()


@settles(Comment, touches=touched, unless=obstacles_to_saying)
def settle_comment(comment: Comment, work: Work) -> None:
    """Let those who are mentioned read the record."""
    let_read(comment.record, meant_by(comment.mentions, work), work, reason="mentioned")


def obstacles_to_asking(task: Task, _command: Any, work: Work) -> Iterator[Refusal]:
    """A record that is there, and stays the one."""
    yield from no_such_record(task.record, work)
    if moved(task, work):
        yield SaidElsewhere()


@settles(Task, touches=touched, unless=obstacles_to_asking)
def settle_task(task: Task, work: Work) -> None:
    """Let whom the task is given to read the record."""
    if task.assignee is not None:
        let_read(task.record, [task.assignee], work, reason="assigned")

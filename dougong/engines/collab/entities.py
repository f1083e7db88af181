"""What people say about a record, what they owe each other on it, and what each of them hears."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from dougong.kernel.entities import Entity
from dougong.kernel.fields import (
    choice,
    day,
    instant,
    long_text,
    reference,
    reference_any,
    tags,
    text,
    yes_no,
)
from dougong.kernel.lifecycle import Lifecycle


class Comment(
    Entity,
    name="comment",
    rank=5,
    seen_with="record",
    open_to_readers=True,
    operations=("create", "edit"),
    indexes=[("record", "created_at")],
):
    """What somebody says about a record; whoever may read the record may read it and answer."""

    record: str = reference_any(indexed=False)
    text: str = long_text()
    answers: "UUID | None" = reference("comment", default=None)
    mentions: list[str] = tags()
    """Who is called: ``person:<id>``, or ``role:<id>`` for everybody who plays it."""
    withdrawn: bool = yes_no(default=False, kept=True)


class TaskState(StrEnum):
    """Whether a task is done."""

    OPEN = "open"
    DONE = "done"


TASK = Lifecycle.of({TaskState.OPEN: [TaskState.DONE], TaskState.DONE: [TaskState.OPEN]})


class Priority(StrEnum):
    """How much a task matters."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Task(
    Entity,
    name="task",
    rank=5,
    title="title",
    seen_with="record",
    open_to_readers=True,
    indexes=[("assignee", "state", "due")],
):
    """What somebody is to do about a record; whom it is given to may read the record."""

    title: str = text(longest=300)
    record: str = reference_any()
    assignee: UUID | None = reference("person", default=None, indexed=False)
    due: date | None = day(default=None)
    priority: Priority = choice(Priority, default=Priority.NORMAL)
    state: TaskState = choice(TaskState, default=TaskState.OPEN, lifecycle=TASK)
    done_at: datetime | None = instant(default=None, kept=True)
    done_by: UUID | None = reference("person", default=None, kept=True, indexed=False)


class Heard(StrEnum):
    """Why somebody is told."""

    MENTIONED = "mentioned"
    ASSIGNED = "assigned"
    COMMENTED = "commented"
    APPROVED = "approved"
    DECLINED = "declined"


class Notification(
    Entity,
    name="notification",
    rank=5,
    title="kind",
    history=False,
    seen_with="record",
    open_to_readers=True,
    operations=(),
    unique=[("person", "event")],
    indexes=[("person", "read_at")],
):
    """That something happened which one person should hear of; made by a reader of the log."""

    person: UUID = reference("person", indexed=False, kept=True)
    kind: Heard = choice(Heard, kept=True)
    record: str | None = reference_any(default=None, indexed=False, kept=True)
    about: str = text(longest=100, kept=True)
    """The comment, task or request that it comes from, as ``entity:id``."""
    words: str = text(default="", longest=300, kept=True)
    """How the comment, task or answer begins."""
    sender: UUID | None = reference("person", default=None, indexed=False, kept=True)
    event: str = text(longest=40, kept=True)
    read_at: datetime | None = instant(default=None, kept=True)

"""Read a notification: it is no longer counted."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.engines.collab.entities import Notification
from dougong.engines.collab.refusals import NotForYou
from dougong.kernel.operations import Command, operation
from dougong.kernel.refusals import Refusal
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class ReadNotification(Command[Notification]):
    """Which one is all there is to say."""


def obstacles(
    notification: Notification, _command: ReadNotification, work: Work
) -> Iterator[Refusal]:
    """Only one's own; to read it twice does no harm."""
    if notification.person != work.actor.person:
        yield NotForYou()


@operation(on=Notification, unless=obstacles)
def read_notification(notification: Notification, _command: ReadNotification, work: Work) -> None:
    """Note when it was read first."""
    notification.read_at = notification.read_at or work.now

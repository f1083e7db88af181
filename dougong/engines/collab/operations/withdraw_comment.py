"""Take one's comment back: its place in the talk stays, its words go."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.engines.collab.entities import Comment
from dougong.engines.collab.refusals import NotYourWords
from dougong.kernel.operations import Command, operation
from dougong.kernel.refusals import Refusal
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class WithdrawComment(Command[Comment]):
    """Which one is all there is to say."""


def obstacles(comment: Comment, _command: WithdrawComment, work: Work) -> Iterator[Refusal]:
    """Only one's own words, and only once."""
    if comment.created_by != work.actor.person or comment.withdrawn:
        yield NotYourWords()


@operation(on=Comment, unless=obstacles)
def withdraw_comment(comment: Comment, _command: WithdrawComment, work: Work) -> None:  # noqa: ARG001  every operation is given its work
    """Leave an empty place where the words were."""
    comment.text = ""
    comment.mentions = []
    comment.withdrawn = True

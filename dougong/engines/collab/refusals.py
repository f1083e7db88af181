"""Why a comment can't be changed, or a notification read."""

from dataclasses import dataclass

from dougong.kernel.refusals import Refusal


@dataclass(frozen=True)
class NotYourWords(Refusal):
    """Only who said it changes it or takes it back."""

    status = 403


@dataclass(frozen=True)
class SaidElsewhere(Refusal):
    """What was said or asked about one record is not moved to another."""


@dataclass(frozen=True)
class NothingSaid(Refusal):
    """A comment without words."""

    status = 422


@dataclass(frozen=True)
class NotForYou(Refusal):
    """Each person reads their own notifications."""

    status = 403

"""Rules bound to operations, and the commands that wait because of them."""

from datetime import datetime
from enum import StrEnum

from dougong.kernel.access.entities import Person
from dougong.kernel.entities import Entity
from dougong.kernel.fields import (
    choice,
    instant,
    long_text,
    reference,
    reference_any,
    text,
    yes_no,
)
from dougong.kernel.lifecycle import Lifecycle
from dougong.kernel.values import Id


class Then(StrEnum):
    """What a rule does when its condition is met."""

    REFUSE = "refuse"
    ASK = "ask"
    LIFT = "lift"


class Rule(Entity, name="rule", rank=8, cached=True, operations=()):
    """A company's say in an operation. Changed only by publishing a change set."""

    name: str = text(unique=True)
    on_entity: str = text(longest=63)
    on_operation: str = text(longest=63)
    then: Then = choice(Then)
    condition: str = text(default="", longest=4000)
    """When it speaks; empty for always."""
    refusal: str = text(default="", longest=63)
    """For ``lift``: which refusal an approval may lift."""
    role: str = text(default="", longest=40)
    """Whose approval is asked."""
    message: str = text(default="", longest=500)
    message_en: str = text(default="", longest=500)
    active: bool = yes_no(default=True)


class ParkedState(StrEnum):
    """Where a kept command stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    PERFORMED = "performed"
    FAILED = "failed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


PARKED = Lifecycle.of(
    {
        ParkedState.WAITING: (
            ParkedState.APPROVED,
            ParkedState.DECLINED,
            ParkedState.WITHDRAWN,
            ParkedState.CANCELLED,
        ),
        ParkedState.APPROVED: (ParkedState.PERFORMED, ParkedState.FAILED, ParkedState.CANCELLED),
    }
)


class ParkedCommand(
    Entity, name="parked_command", rank=9, operations=(), indexes=[("record", "state")]
):
    """A command that waits for approval, with the bounds within which it was asked."""

    subject: str = text(kept=True)
    """The operation, for people and filters: ``sales_order.confirm``."""
    record: str | None = reference_any(default=None, kept=True)
    title: str = text(default="", kept=True)
    requester: Id[Person] | None = reference("person", default=None, kept=True)
    role: str = text(kept=True, indexed=True)
    state: ParkedState = choice(ParkedState, default=ParkedState.WAITING, lifecycle=PARKED)
    command: str = long_text(kept=True)
    """The command's arguments as JSON."""
    reasons: str = long_text(kept=True)
    """Why approval is needed, as JSON: the rules' names and the refusals with their facts."""
    bounds: str = text(default="", kept=True)
    """A digest of the record as it was when the asker asked; another one cancels the ask."""
    answered_by: Id[Person] | None = reference("person", default=None, kept=True)
    answered_at: datetime | None = instant(default=None, kept=True)
    answer: str = long_text(default="", kept=True)
    outcome: str = long_text(default="", kept=True)

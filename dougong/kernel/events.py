"""Events: the facts that operations record, and who answers them.

An event belongs to one record (``of`` names its entity, ``id`` is the record) and may link others.
``@on`` answers at once, in the same transaction; ``@follows`` answers soon, from the event log.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

import msgspec

if TYPE_CHECKING:
    from dougong.kernel.operations import Command, Touch
    from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact about one record. Subclasses: ``class SalesOrderConfirmed(Event, of=…, verb=…)``."""

    of: ClassVar[str] = ""
    verb: ClassVar[str] = ""
    links: ClassVar[Mapping[str, str]] = {}
    """Facts that are ids of other records: fact name → entity."""

    id: UUID
    """The record that the event belongs to."""

    def __init_subclass__(
        cls, *, of: str = "", verb: str = "", links: Mapping[str, str] | None = None
    ) -> None:
        """Name the event after its entity and what happened."""
        cls.of, cls.verb = of or cls.of, verb or cls.verb
        cls.links = links or cls.links

    @classmethod
    def name(cls) -> str:
        """The name under which the fact is known to API, log and permissions."""
        return f"{cls.of}.{cls.verb}"

    def facts(self) -> dict[str, Any]:
        """Give the facts as plain JSON values."""
        return {
            f.name: msgspec.to_builtins(getattr(self, f.name))
            for f in dataclasses.fields(self)
            if f.name != "id"
        }

    def concerns(self) -> list[tuple[str, UUID]]:
        """Give every record that the event is about, its own first."""
        found = [(self.of, self.id)]
        for fact, entity in self.links.items():
            value = getattr(self, fact)
            if isinstance(value, UUID):
                found.append((entity, value))
            elif isinstance(value, Iterable):
                found.extend((entity, one) for one in value)
        return found


@dataclass(frozen=True, kw_only=True)
class PlainEvent(Event):
    """An event without a class of its own: the kernel's own verbs and a company's objects."""

    entity: str
    happened: str

    def facts(self) -> dict[str, Any]:
        """It has none beside its changes."""
        return {}

    def concerns(self) -> list[tuple[str, UUID]]:
        """It is about its own record."""
        return [(self.entity, self.id)]


def name_of(event: Event) -> str:
    """Name an event, whatever its class."""
    if isinstance(event, PlainEvent):
        return f"{event.entity}.{event.happened}"
    return event.name()


@dataclass(kw_only=True)
class Recorded:
    """An event of the transaction that runs, with its place in the chain of causes."""

    id: UUID
    event: Event
    cause: UUID | None
    trace: UUID
    changes: dict[str, dict[str, Any]] = dataclasses.field(default_factory=dict)
    """By ``entity:id``: each changed field with its value before and after."""


@dataclass(frozen=True, kw_only=True)
class Logged:
    """An event as the log holds it and readers get it."""

    id: UUID
    seq: int
    name: str
    entity: str
    record: UUID
    at: datetime
    recorded_at: datetime
    actor: UUID | None
    cause: UUID | None
    trace: UUID
    facts: dict[str, Any]
    changes: dict[str, dict[str, Any]]


Touches = Callable[..., Iterable["Touch"]]


def no_touches(*_args: object) -> Iterable[Touch]:
    """Touch nothing beside the record itself."""
    return ()


@dataclass(frozen=True)
class Reaction:
    """What a higher app does at once because of a lower one's event."""

    event: type[Event]
    act: Callable[[Any, Work], None]
    touches: Touches
    name: str


def on(
    event: type[Event], *, touches: Touches = no_touches
) -> Callable[[Callable[[Any, Work], None]], Reaction]:
    """Answer an event in its own transaction. ``touches(record, command, work)`` as operations."""

    def declare(act: Callable[[Any, Work], None]) -> Reaction:
        return Reaction(event, act, touches, act.__name__)

    return declare


@dataclass(frozen=True)
class Follower:
    """A reader of the event log with a cursor of its own, answering with commands."""

    events: tuple[str, ...]
    answer: Callable[[Logged, Any], Iterable[Command[Any]]]
    name: str
    settled: frozenset[str] = frozenset()
    """The refusals, by code, that mean that there is nothing (more) to do."""


def follows(
    *events: type[Event] | str,
    settled: Iterable[str] = (),
) -> Callable[[Callable[[Logged, Any], Iterable[Command[Any]]]], Follower]:
    """Answer events soon after their commit: each answer is a command, performed exactly once.

    A refusal whose code is in ``settled`` means that the world has moved on and nothing is left
    to do; any other one is kept as a failure for somebody to look at.
    """
    content = frozenset(settled)
    names = tuple(one if isinstance(one, str) else one.name() for one in events)

    def declare(answer: Callable[[Logged, Any], Iterable[Command[Any]]]) -> Follower:
        return Follower(names, answer, answer.__name__, content)

    return declare

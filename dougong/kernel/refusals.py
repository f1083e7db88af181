"""Refusals: the named reasons why something can't be done, each carrying its facts.

A refusal is a frozen value; its sentences live in the message catalogue under ``refusal.<code>``.
``Refused`` is the exception that carries one or more of them to the door.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


def snake(name: str) -> str:
    """Turn a class name into the code that files, tables and messages use."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


@dataclass(frozen=True)
class Refusal:
    """Why not. Subclasses are frozen dataclasses whose fields are the facts."""

    code: ClassVar[str] = "refusal"
    status: ClassVar[int] = 409
    """The HTTP status of a refusal of this class."""
    liftable: ClassVar[bool] = False
    """Whether an approval can lift it; the company says whose."""
    bounds: ClassVar[tuple[str, ...]] = ()
    """The facts that may not be worse later than they were when it was approved."""

    reveals: ClassVar[Mapping[str, str]] = {}
    """The facts that stand for a field, as ``entity.field``: told to who may read it."""

    def __init_subclass__(cls) -> None:
        """Name the refusal after its class."""
        cls.code = snake(cls.__name__)

    def facts(self) -> dict[str, object]:
        """Give the facts by name, as they go to the asker and into the sentence."""
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}


class Refused(Exception):  # noqa: N818  the trade's word; it is an answer, not an error
    """The operation said no and changed nothing."""

    def __init__(self, refusals: Iterable[Refusal] | Refusal) -> None:
        """Carry one or several refusals; there is at least one."""
        self.refusals: tuple[Refusal, ...] = (
            (refusals,) if isinstance(refusals, Refusal) else tuple(refusals)
        )
        assert self.refusals, "a refusal without a reason"
        super().__init__("; ".join(f"{r.code} {r.facts()}" for r in self.refusals))

    def __reduce__(self) -> tuple[type[Refused], tuple[tuple[Refusal, ...]]]:
        """Survive a queue."""
        return (Refused, (self.refusals,))

    @property
    def by(self) -> Refusal:
        """The first reason, which in most cases is the only one."""
        return self.refusals[0]


@dataclass(frozen=True)
class InvalidField(Refusal):
    """A value that its field can't take: ``field`` is its path, ``problem`` a code."""

    status = 422
    field: str
    problem: str
    expected: str = ""


@dataclass(frozen=True)
class NotUnique(Refusal):
    """Another record has this value already."""

    status = 409
    entity: str
    field: str
    value: str


@dataclass(frozen=True)
class UnknownReference(Refusal):
    """A field points at a record that isn't there (or that the asker may not see)."""

    status = 422
    field: str
    entity: str
    value: str


@dataclass(frozen=True)
class StillReferenced(Refusal):
    """The record is used elsewhere and can't be deleted."""

    entity: str
    id: UUID
    by: str


@dataclass(frozen=True)
class NotFound(Refusal):
    """No such record, or none that the asker may see."""

    status = 404
    entity: str
    id: str


@dataclass(frozen=True)
class NoSuchOperation(Refusal):
    """The entity has no operation of that name."""

    status = 404
    entity: str
    operation: str


@dataclass(frozen=True)
class NoSuchEntity(Refusal):
    """The company has no entity of that name."""

    status = 404
    entity: str


@dataclass(frozen=True)
class NotPermitted(Refusal):
    """The asker's roles don't allow it; ``field`` is set where only one field is out of reach."""

    status = 403
    entity: str
    operation: str
    field: str = ""


@dataclass(frozen=True)
class WrongState(Refusal):
    """The record's state doesn't allow the move."""

    state: str
    wanted: str


@dataclass(frozen=True)
class Stale(Refusal):
    """Somebody else changed the same fields since the asker looked."""

    entity: str
    id: UUID
    seen: int
    current: int
    fields: tuple[str, ...]


@dataclass(frozen=True)
class KeyReused(Refusal):
    """An idempotency key was used before for a different request."""

    status = 422
    key: str


@dataclass(frozen=True)
class BrokenRule(Refusal):
    """A rule of the company says no; the company wrote the sentence."""

    rule: str
    message: str


@dataclass(frozen=True)
class BadExpression(Refusal):
    """An expression that can't be understood, with the place in its text."""

    status = 422
    field: str
    problem: str
    at: int
    until: int

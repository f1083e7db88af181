"""Whether the company agrees: what ``perform`` asks, whoever answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from dougong.kernel.entities import Entity
from dougong.kernel.operations import Touch
from dougong.kernel.refusals import Refusal
from dougong.kernel.work import Work

if TYPE_CHECKING:
    from dougong.kernel.perform import Call, Waiting


@dataclass(frozen=True)
class Approval:
    """What was approved: each reason by its code, with the facts that it had then."""

    reasons: tuple[tuple[str, dict[str, Any]], ...]
    bounds: str = ""
    """The digest of the record that it was approved for; empty where there is none."""


@dataclass(frozen=True)
class Looked:
    """What the company would say: remaining refusals, and whose approval would be asked."""

    refusals: tuple[Refusal, ...]
    role: str = ""


class Agreement(Protocol):
    """Who speaks for the company's rules."""

    def touches(self, call: Call, record: Entity, work: Work) -> Iterable[Touch]:
        """Name what the rules bound to the operation look at."""
        ...

    def look(self, call: Call, record: Any, refusals: Sequence[Refusal], work: Work) -> Looked:
        """Say what stands in the way after everything that is approved, and who could lift it."""
        ...

    def asked_before(self, call: Call, record: Entity | None) -> Iterable[Touch]:
        """Name the commands that may be waiting for the same."""
        ...

    def park(self, call: Call, record: Any, looked: Looked, work: Work) -> Waiting:
        """Keep the command until somebody approves it, or name the one that is kept already."""
        ...


class NoRules:
    """A company without rules: only the operations' own obstacles count."""

    def touches(self, call: Call, record: Entity, work: Work) -> Iterable[Touch]:  # noqa: ARG002  no rule looks at anything
        return ()

    def look(self, call: Call, record: Any, refusals: Sequence[Refusal], work: Work) -> Looked:  # noqa: ARG002  no rule looks at anything
        return Looked(tuple(refusals))

    def asked_before(self, call: Call, record: Entity | None) -> Iterable[Touch]:  # noqa: ARG002  nothing ever waits
        return ()

    def park(self, call: Call, record: Any, looked: Looked, work: Work) -> Waiting:  # noqa: ARG002  nothing ever waits
        raise AssertionError("without rules nobody is asked")

"""Whether the company agrees: its rules on operations, and what an approval may lift."""

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
class Looked:
    """What the company would say: remaining refusals, and whose approval would be asked."""

    refusals: tuple[Refusal, ...]
    role: str = ""


class Agreement(Protocol):
    """Who speaks for the company's rules."""

    def touches(self, call: Call, record: Entity, work: Work) -> Iterable[Touch]:
        """Name what the rules bound to the operation look at."""
        ...

    def ask(
        self, call: Call, record: Any, refusals: Sequence[Refusal], work: Work
    ) -> Waiting | list[Refusal]:
        """Agree (an empty list), refuse, or keep the command until somebody approves it."""
        ...

    def look(self, call: Call, record: Any, refusals: Sequence[Refusal], work: Work) -> Looked:
        """Say what ``ask`` would, and keep nothing."""
        ...


class NoRules:
    """A company without rules: only the operations' own obstacles count."""

    def touches(self, call: Call, record: Entity, work: Work) -> Iterable[Touch]:  # noqa: ARG002  no rule looks at anything
        return ()

    def ask(
        self, call: Call, record: Any, refusals: Sequence[Refusal], work: Work  # noqa: ARG002  no rule looks at anything
    ) -> Waiting | list[Refusal]:
        return list(refusals)

    def look(self, call: Call, record: Any, refusals: Sequence[Refusal], work: Work) -> Looked:  # noqa: ARG002  no rule looks at anything
        return Looked(tuple(refusals))

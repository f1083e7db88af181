"""The one who acts: a person (or the house itself) with what they may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from dougong.kernel.values import Id

if TYPE_CHECKING:
    from dougong.kernel.entities import Description, Entity
    from dougong.kernel.operations import Touch
    from dougong.kernel.rules.sql import Condition, SqlScope
    from dougong.kernel.work import Work


class RowRule(Protocol):
    """Which records of an entity somebody may do something with."""

    def evaluate(self, record: Any, today: date | None = None) -> Any:
        """Tell whether a record in memory is one of them."""
        ...

    def where(self, tables: SqlScope, today: date | None = None) -> Condition:
        """Write it as a condition of a statement."""
        ...


class Rights(Protocol):
    """What somebody may do in a company. ``read`` is an operation like any other."""

    def may(self, entity: str, operation: str) -> bool:
        """Tell whether any role allows the operation on any record at all."""
        ...

    def holds(self, record: Entity, entity: str, operation: str, work: Work) -> bool:
        """Tell whether the row rules allow the operation on this record, as it is in memory."""
        ...

    def touches(self, record: Entity, entity: str, operation: str, work: Work) -> Iterable[Touch]:
        """Name the records that ``holds`` needs to look at."""
        ...

    def row_rule(self, entity: str, operation: str) -> RowRule | None:
        """Give the condition on rows, None for every row; refused where nothing is allowed."""
        ...

    def readable(self, description: Description) -> frozenset[str]:
        """Give the fields that may be read, filtered, sorted, summed and exported."""
        ...

    def may_if_granted(self, entity: str, operation: str) -> bool:
        """Tell whether a grant on one record suffices, where no role allows the operation."""
        ...

    def readable_if_granted(self, description: Description) -> frozenset[str]:
        """Give the fields of a record that was granted, of a kind that no role lets one read."""
        ...

    def writable(self, description: Description) -> frozenset[str]:
        """Give the fields that create and edit may write."""
        ...

    def plays(self, role: str) -> bool:
        """Tell whether the person has a role, by its code."""
        ...


class AllRights:
    """The house's own rights: import, readers, demo and tests act with them."""

    def may(self, entity: str, operation: str) -> bool:  # noqa: ARG002  everything is allowed
        return True

    def holds(self, record: Entity, entity: str, operation: str, work: Work) -> bool:  # noqa: ARG002  everything is allowed
        return True

    def touches(self, record: Entity, entity: str, operation: str, work: Work) -> Iterable[Touch]:  # noqa: ARG002  nothing to look at
        return ()

    def row_rule(self, entity: str, operation: str) -> RowRule | None:  # noqa: ARG002  every row
        return None

    def readable(self, description: Description) -> frozenset[str]:
        return frozenset(description.fields)

    def may_if_granted(self, entity: str, operation: str) -> bool:  # noqa: ARG002  everything is allowed without
        return False

    def readable_if_granted(self, description: Description) -> frozenset[str]:
        return frozenset(description.fields)

    def writable(self, description: Description) -> frozenset[str]:
        return frozenset(f.name for f in description.writable)

    def plays(self, role: str) -> bool:  # noqa: ARG002  it stands in for nobody's approval
        return False


@dataclass(frozen=True)
class Actor:
    """Who acts, and with which rights."""

    person: Id[Any] | None
    name: str
    rights: Rights
    locale: str = "en"


HOUSE = Actor(None, "Dougong", AllRights())
"""The house itself, acting for nobody in particular."""


def in_trust(actor: Actor) -> Actor:
    """Give the same person with the house's rights: for what the house keeps of their doings."""
    return replace(actor, rights=HOUSE.rights)

"""What an API token is restricted to: some operations of its owner's, never more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dougong.kernel.access.actor import Actor, Rights, RowRule
from dougong.kernel.refusals import NotPermitted, Refused

if TYPE_CHECKING:
    from dougong.kernel.entities import Description, Entity
    from dougong.kernel.operations import Touch
    from dougong.kernel.work import Work

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ScopedRights:
    """Somebody's rights, narrowed to ``entity.operation`` pairs; ``*`` stands for any of either."""

    rights: Rights
    scopes: frozenset[str]

    def covers(self, entity: str, operation: str) -> bool:
        """Tell whether the token's scopes name the operation."""
        ways = (f"{entity}.{operation}", f"{entity}.*", f"*.{operation}", "*.*", "*")
        return not self.scopes.isdisjoint(ways)

    def may(self, entity: str, operation: str) -> bool:
        return self.covers(entity, operation) and self.rights.may(entity, operation)

    def holds(self, record: Entity, entity: str, operation: str, work: Work) -> bool:
        return self.covers(entity, operation) and self.rights.holds(record, entity, operation, work)

    def touches(self, record: Entity, entity: str, operation: str, work: Work) -> Iterable[Touch]:
        return self.rights.touches(record, entity, operation, work)

    def row_rule(self, entity: str, operation: str) -> RowRule | None:
        if not self.covers(entity, operation):
            raise Refused(NotPermitted(entity, operation))
        return self.rights.row_rule(entity, operation)

    def readable(self, description: Description) -> frozenset[str]:
        if not self.covers(description.name, "read") and not description.is_line:
            return NOTHING
        return self.rights.readable(description)

    def may_if_granted(self, entity: str, operation: str) -> bool:
        return self.covers(entity, operation) and self.rights.may_if_granted(entity, operation)

    def readable_if_granted(self, description: Description) -> frozenset[str]:
        return self.rights.readable_if_granted(description)

    def writable(self, description: Description) -> frozenset[str]:
        return self.rights.writable(description)

    def plays(self, role: str) -> bool:
        return self.rights.plays(role)


def narrowed(actor: Actor, scopes: frozenset[str]) -> Actor:
    """Give the same person with a token's rights."""
    return replace(actor, rights=ScopedRights(actor.rights, scopes))

"""What a refusal may tell whom: facts that stand for fields are told to who may read those."""

from __future__ import annotations

from collections.abc import Callable

from dougong.kernel.access.actor import Actor
from dougong.kernel.company import State
from dougong.kernel.refusals import Refusal

Hides = Callable[[Refusal], frozenset[str]]
"""Names the facts of a refusal that are not to be told."""


def hides_nothing(_refusal: Refusal) -> frozenset[str]:
    """Tell everything."""
    return frozenset()


def hides_from(actor: Actor, state: State) -> Hides:
    """Hide each fact whose field the actor may not read."""

    def hidden(refusal: Refusal) -> frozenset[str]:
        return frozenset(
            fact
            for fact, field in refusal.reveals.items()
            if not may_read(actor, state, *field.split("."))
        )

    return hidden


def may_read(actor: Actor, state: State, entity: str, field: str) -> bool:
    """Tell whether somebody may read a field of some record at all."""
    description = state.catalogue.entities.get(entity)
    if description is None or not actor.rights.may(entity, "read"):
        return False
    return field in actor.rights.readable(description)

"""What a change set changes, thing by thing: how each part was, and how it shall be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dougong.kernel.changes.entities import Action, ChangeItem
from dougong.kernel.changes.publishing import KEPT_AS, among, given, keys_of, noted
from dougong.kernel.company import State


@dataclass(frozen=True)
class Part:
    """One part of a thing that becomes otherwise."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Difference:
    """What one item of a change set changes."""

    item: ChangeItem
    kept_as: str
    """The kind of record that holds the thing; its fields name the parts."""
    parts: tuple[Part, ...]


def differences(items: Iterable[ChangeItem], state: State, *, done: bool) -> Iterator[Difference]:
    """Compare each item with how the thing was when it was published, or else with how it is."""
    for item in items:
        description = KEPT_AS[item.what].description
        now = among(state.cached(description.name).values(), item)
        before = item.before if done else noted(now, description)
        yield Difference(item, description.name, tuple(parts_of(item, before)))


def parts_of(item: ChangeItem, before: Mapping[str, Any]) -> Iterator[Part]:
    """Give each part that differs; what is removed loses all that it had."""
    keys = keys_of(item)
    if item.action is Action.REMOVE:
        for name, old in before.items():
            if name not in keys and not is_empty(old):
                yield Part(name, old, None)
        return
    for name, new in given(item).items():
        old = before.get(name)
        if old != new and name not in keys and not (is_empty(old) and is_empty(new)):
            yield Part(name, old, new)


def is_empty(value: object) -> bool:
    """Tell whether a part says nothing."""
    return value in (None, "", [], {}, "[]", "{}") or value is False

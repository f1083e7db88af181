"""Panels: what apps tell of a record to whoever looks at it.

The page of a lower app's record shows what higher ones know: each declares a panel on that kind of
record, and the lower one knows nothing of it. An outlook tells the same of a record that is still
being written, an inquiry answers what takes more than an address to ask. All of them ask through a
``Sight``, so that the asker's row and field rules stand in every answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from dougong.kernel.refusals import InvalidField, NotPermitted, Refused

if TYPE_CHECKING:
    from dougong.kernel.entities import Entity
    from dougong.kernel.sight import Sight


@dataclass(frozen=True)
class Panel:
    """What an app tells of one record of a kind, by its id."""

    on: str
    name: str
    look: Callable[[UUID, Sight], Any]
    reads: tuple[str, ...]
    """The kinds of records that it tells of; it is left out where one of them may not be read."""


@dataclass(frozen=True)
class Outlook:
    """What an app tells of a record that is still being written, as it would be."""

    on: str
    name: str
    look: Callable[[Any, Sight], Any]
    reads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Inquiry:
    """A question that takes more than an address to ask: its body is a frozen dataclass."""

    on: str
    name: str
    asked: type[Any]
    answer: Callable[[Any, Sight], Any]
    reads: tuple[str, ...] = ()

    def ask(self, body: Mapping[str, Any], sight: Sight) -> Any:
        """Understand what is asked, and answer it; refused where it tells of what may not be read."""
        for entity in (self.on, *self.reads):
            if not sight.sees(entity):
                raise Refused(NotPermitted(entity, "read"))
        unknown = [name for name in body if name not in self.asked.__dataclass_fields__]
        if unknown:
            raise Refused(InvalidField(name[:100], "unknown_field") for name in unknown)
        try:
            asked = msgspec.convert(body, self.asked)
        except msgspec.ValidationError as error:
            place = str(error).rpartition("$.")[2].rstrip("`") if "$." in str(error) else ""
            raise Refused(InvalidField(place, "wrong_type", str(error)[:200])) from None
        return self.answer(asked, sight)


def panels_of(record: UUID, panels: Iterable[Panel], sight: Sight) -> dict[str, Any]:
    """Give what all apps tell of a record, by the panels' names."""
    seen = (one for one in panels if all(map(sight.sees, one.reads)))
    return {one.name: one.look(record, sight) for one in seen}


def outlooks_on(record: Entity, outlooks: Iterable[Outlook], sight: Sight) -> dict[str, Any]:
    """Give what all apps tell of a record that is still being written."""
    seen = (one for one in outlooks if all(map(sight.sees, one.reads)))
    return {one.name: one.look(record, sight) for one in seen}

"""Named questions: reads that are worth a name, asked by every door as ``entity/name``.

Their SQL is written by hand and sees every row, so that only who may read every row of what it
reads, and the fields that it shows, may ask.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from dougong.kernel.refusals import InvalidField, NotPermitted, Refused

if TYPE_CHECKING:
    from dougong.kernel.access.actor import Actor
    from dougong.kernel.company import State
    from dougong.kernel.store.database import Transaction

GIVEN = ("transaction", "state")
TODAY = "today"
LARGEST = 1000
"""Nobody asks for more weeks, or whatever else is counted."""


@dataclass(frozen=True)
class NamedQuestion:
    """A question about one kind of record, with what it looks at."""

    on: str
    name: str
    answer: Callable[..., Any]
    """Takes ``transaction``, and ``state`` and ``today`` if it names them; the rest is asked for."""
    reads: tuple[str, ...] = ()
    """The kinds of records that it reads beside its own."""
    shows: tuple[str, ...] = ()
    """Secret fields that its answer tells of: ``sales_entry.cost``."""

    @cached_property
    def parameters(self) -> Mapping[str, inspect.Parameter]:
        """What the asker says, by name."""
        known = inspect.signature(self.answer).parameters
        return {name: one for name, one in known.items() if name not in GIVEN}

    @cached_property
    def kinds(self) -> dict[str, Any]:
        """The types of what the asker says."""
        return typing.get_type_hints(self.answer)

    def ask(
        self,
        transaction: Transaction,
        state: State,
        actor: Actor,
        today: date,
        given: Mapping[str, str],
    ) -> Any:
        """Answer; refused where the asker may not see all that it tells of."""
        self.permit(state, actor)
        if problems := list(self.problems(given)):
            raise Refused(problems)
        arguments: dict[str, Any] = {name: self.read(name, text) for name, text in given.items()}
        if TODAY in self.parameters:
            arguments.setdefault(TODAY, today)
        own = {"transaction": transaction, "state": state}
        known = inspect.signature(self.answer).parameters
        arguments |= {name: value for name, value in own.items() if name in known}
        return self.answer(**arguments)

    def permit(self, state: State, actor: Actor) -> None:
        """Refuse who may not read every row, or not the secret fields."""
        rights = actor.rights
        for entity in (self.on, *self.reads):
            if not rights.may(entity, "read") or rights.row_rule(entity, "read") is not None:
                raise Refused(NotPermitted(entity, "read"))
        for path in self.shows:
            entity, _, field = path.partition(".")
            if field not in rights.readable(state.catalogue.entity(entity)):
                raise Refused(NotPermitted(entity, "read", field))

    def problems(self, given: Mapping[str, str]) -> Iterator[InvalidField]:
        """Name what is unknown and what is missing."""
        for name in given:
            if name not in self.parameters:
                yield InvalidField(name[:100], "unknown_parameter")
        for name, one in self.parameters.items():
            if one.default is inspect.Parameter.empty and name != TODAY and name not in given:
                yield InvalidField(name, "required")

    def read(self, name: str, text: str) -> Any:
        """Read what the asker said."""
        try:
            value = msgspec.convert(text, self.kinds[name], strict=False)
        except msgspec.ValidationError as error:
            raise Refused(InvalidField(name, "wrong_type", str(error)[:200])) from None
        if isinstance(value, int) and value > LARGEST:
            raise Refused(InvalidField(name, "too_large", str(LARGEST)))
        return value

"""An expression after it was understood: every name resolved, every type known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dougong.kernel.rules.folds import Fold
from dougong.kernel.rules.functions import Function
from dougong.kernel.rules.scope import DAY, MISSING, YES_NO, FieldType, Scope

if TYPE_CHECKING:
    from dougong.kernel.rules.expression import Expression

TODAY_AT = 0
RECORD_AT = 1
"""A frame holds today, the record, then the line of each surrounding ``for``, outermost first."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that stands in the text."""

    value: Any
    type: FieldType

    def made_of(self) -> tuple[Node, ...]:
        """Give the nodes that it is directly made of."""
        return ()


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the record, or of a line of a surrounding ``for``, reached over references.

    ``scopes`` are those that each name of the path was found in.
    """

    at: int
    path: tuple[str, ...]
    scopes: tuple[Scope, ...]
    type: FieldType
    formula: Expression | None = None
    """What the field is computed by, where it is: an expression over the record that has it."""

    def made_of(self) -> tuple[Node, ...]:
        """Give the nodes that it is directly made of."""
        return ()


@dataclass(frozen=True, slots=True)
class Today:
    """The business day that the caller gives."""

    type: FieldType = DAY

    def made_of(self) -> tuple[Node, ...]:
        """Give the nodes that it is directly made of."""
        return ()


@dataclass(frozen=True, slots=True)
class Call:
    """A function or an operator, applied."""

    function: Function
    arguments: tuple[Node, ...]
    type: FieldType

    def made_of(self) -> tuple[Node, ...]:
        """Give the nodes that it is directly made of."""
        return self.arguments


@dataclass(frozen=True, slots=True)
class Comparison:
    """Values compared in a chain: each with the one before it."""

    first: Node
    rest: tuple[tuple[str, Node], ...]
    type: FieldType = YES_NO

    def made_of(self) -> tuple[Node, ...]:
        """Give the nodes that it is directly made of."""
        return (self.first, *(operand for _, operand in self.rest))


@dataclass(frozen=True, slots=True)
class Membership:
    """A value looked for among constants; ``or_missing`` where None is one of them."""

    value: Node
    among: tuple[Literal, ...]
    or_missing: bool
    type: FieldType = YES_NO

    def made_of(self) -> tuple[Node, ...]:
        """Give the nodes that it is directly made of."""
        return (self.value,)


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    condition: Node
    type: FieldType = YES_NO

    def made_of(self) -> tuple[Node, ...]:
        """Give the nodes that it is directly made of."""
        return (self.condition,)


@dataclass(frozen=True, slots=True)
class Every:
    """Conditions joined by ``and``."""

    conditions: tuple[Node, ...]
    type: FieldType = YES_NO

    def made_of(self) -> tuple[Node, ...]:
        """Give the nodes that it is directly made of."""
        return self.conditions


@dataclass(frozen=True, slots=True)
class Either:
    """Conditions joined by ``or``."""

    conditions: tuple[Node, ...]
    type: FieldType = YES_NO

    def made_of(self) -> tuple[Node, ...]:
        """Give the nodes that it is directly made of."""
        return self.conditions


@dataclass(frozen=True, slots=True)
class Choose:
    """One value or the other, by a condition."""

    condition: Node
    then: Node
    otherwise: Node
    type: FieldType

    def made_of(self) -> tuple[Node, ...]:
        """Give the nodes that it is directly made of."""
        return (self.condition, self.then, self.otherwise)


@dataclass(frozen=True, slots=True)
class Over:
    """What lines come to: a fold over one value of each line that meets the conditions.

    ``at`` is the line's place in the frame.
    """

    fold: Fold
    lines: Field
    at: int
    value: Node
    conditions: tuple[Node, ...]
    type: FieldType

    def made_of(self) -> tuple[Node, ...]:
        """Give the nodes that it is directly made of."""
        return (self.lines, self.value, *self.conditions)


Node = (
    Literal | Field | Today | Call | Comparison | Membership | Not | Every | Either | Choose | Over
)


def parts(node: Node) -> Iterator[Node]:
    """Go through a node and all that it is made of."""
    yield node
    for part in node.made_of():
        yield from parts(part)


BROKEN = Literal(object(), MISSING)
"""Stands where the text could not be understood, so that the rest still can be checked."""

"""Operations: the verbs, which are the only way in which business state changes.

An operation declares what it touches (so that the kernel can lock and read it in one order), what
stands in its way (``unless``), and then decides in memory. The kernel does the rest: perform.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from dougong.kernel.entities import Entity
from dougong.kernel.events import Event, Touches, no_touches
from dougong.kernel.refusals import Refusal

if TYPE_CHECKING:
    from dougong.kernel.work import Work

E = TypeVar("E", bound=Entity)


@dataclass(frozen=True, kw_only=True)
class Command(Generic[E]):
    """An operation's arguments. ``id`` is the record that it is performed on, if there is one."""

    id: UUID | None = None


class Mode(Enum):
    """How a touched record is held until the commit."""

    LOCK = "FOR NO KEY UPDATE"
    SHARE = "FOR SHARE"
    READ = ""


@dataclass(frozen=True)
class Touch:
    """Records that an operation needs: found by ``by`` in ``values``, and held as ``mode`` says."""

    entity: str
    by: tuple[str, ...]
    values: frozenset[Any]
    """Plain values where ``by`` is one field, tuples where it is several."""
    mode: Mode
    only: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    """Further conditions: field → allowed values."""
    lines: bool = False
    ensure: bool = False
    """Whether a record is made (empty, under its key) where none is found."""


def _touch(
    mode: Mode,
    entity: type[Entity] | str,
    by: str | tuple[str, ...],
    values: Iterable[Any],
    only: Mapping[str, Sequence[Any]] | None,
    *,
    lines: bool,
    ensure: bool = False,
) -> Touch:
    name = entity if isinstance(entity, str) else entity.description.name
    return Touch(
        name,
        (by,) if isinstance(by, str) else by,
        frozenset(v for v in values if v is not None),
        mode,
        tuple((k, tuple(v)) for k, v in (only or {}).items()),
        lines,
        ensure,
    )


def lock(
    entity: type[Entity] | str,
    values: Iterable[Any],
    *,
    by: str | tuple[str, ...] = "id",
    only: Mapping[str, Sequence[Any]] | None = None,
    lines: bool = False,
    ensure: bool = False,
) -> Touch:
    """Hold records so that only this transaction changes them."""
    return _touch(Mode.LOCK, entity, by, values, only, lines=lines, ensure=ensure)


def share(
    entity: type[Entity] | str,
    values: Iterable[Any],
    *,
    by: str | tuple[str, ...] = "id",
    only: Mapping[str, Sequence[Any]] | None = None,
) -> Touch:
    """Rely on records: they can't change before the commit, but others may rely on them too."""
    return _touch(Mode.SHARE, entity, by, values, only, lines=False)


def read(
    entity: type[Entity] | str,
    values: Iterable[Any],
    *,
    by: str | tuple[str, ...] = "id",
    only: Mapping[str, Sequence[Any]] | None = None,
    lines: bool = False,
) -> Touch:
    """Look at records without holding them."""
    return _touch(Mode.READ, entity, by, values, only, lines=lines)


Unless = Callable[..., Iterable[Refusal]]


def no_obstacles(*_args: object) -> Iterable[Refusal]:
    """Nothing stands in the way."""
    return ()


@dataclass(frozen=True)
class Operation:
    """A verb of an entity, as declared by ``@operation``."""

    on: str
    name: str
    command: type[Command[Any]]
    decide: Callable[..., Any]
    touches: Touches = no_touches
    """``(record, command, work)`` → what must be held or read; asked again until nothing new."""
    unless: Unless = no_obstacles
    """``(record, command, work)`` → every reason why it can't be."""
    emits: tuple[type[Event], ...] = ()
    creates: bool = False
    """Whether it makes a record instead of changing one; ``record`` is then None."""
    peeks: bool = False
    """Whether it must be read unlocked first, because it touches kinds of a lower rank."""
    inverse: str = ""
    """The operation that undoes it."""
    inverse_with: tuple[tuple[str, Any], ...] = ()
    """The arguments that the inverse needs to undo it wholly."""
    prepare: Callable[..., Any] | None = None
    """``(record, command, work)`` → the record as it will be, before touches are asked for."""
    happened: str = ""
    """The past tense for the event, where it has no event class of its own."""
    doc: str = ""
    generic: bool = field(default=False)
    """Whether it is one of the kernel's own verbs, which every entity may have."""

    @property
    def full_name(self) -> str:
        """Its name in permissions, rules and the API: ``sales_order.confirm``."""
        return f"{self.on}.{self.name}"

    def __call__(self, record: Any, command: Any, work: Work) -> Any:
        """Decide, in memory."""
        return self.decide(record, command, work)


def operation(
    *,
    on: type[Entity] | str,
    name: str = "",
    touches: Touches = no_touches,
    unless: Unless = no_obstacles,
    emits: Sequence[type[Event]] = (),
    creates: bool = False,
    peeks: bool = False,
    inverse: str = "",
    inverse_with: Mapping[str, Any] | None = None,
) -> Callable[[Callable[..., Any]], Operation]:
    """Declare a function ``(record, command, work)`` as an operation of an entity.

    The operation's name is the function's without the entity's: ``confirm_sales_order`` is
    ``sales_order.confirm``. The command's class is the second parameter's annotation.
    """
    entity = on if isinstance(on, str) else on.description.name

    def declare(decide: Callable[..., Any]) -> Operation:
        names = list(decide.__annotations__.items())
        parameters = [kind for parameter, kind in names if parameter != "return"]
        command = next(
            kind for kind in parameters if isinstance(kind, type) and issubclass(kind, Command)
        )
        return Operation(
            on=entity,
            name=name or decide.__name__.replace(f"_{entity}", ""),
            command=command,
            decide=decide,
            touches=touches,
            unless=unless,
            emits=tuple(emits),
            creates=creates,
            peeks=peeks,
            inverse=inverse,
            inverse_with=tuple((inverse_with or {}).items()),
            doc=(decide.__doc__ or "").strip(),
        )

    return declare


@dataclass(frozen=True)
class Obstacle:
    """A reason against a lower app's operation, registered by a higher one. It only adds."""

    to: str
    reasons: Unless
    touches: Touches
    name: str


def obstacle(
    to: str, *, touches: Touches = no_touches
) -> Callable[[Callable[..., Iterable[Refusal]]], Obstacle]:
    """Declare ``(record, command, work)`` → refusals as standing in the way of ``entity.verb``."""

    def declare(reasons: Callable[..., Iterable[Refusal]]) -> Obstacle:
        return Obstacle(to, reasons, touches, reasons.__name__)

    return declare


@dataclass(frozen=True)
class Settlement:
    """What an app makes of a record after create and edit: totals, defaults, derived fields."""

    on: str
    settle: Callable[[Any, Work], None]
    touches: Touches
    unless: Unless


def settles(
    on: type[Entity], *, touches: Touches = no_touches, unless: Unless = no_obstacles
) -> Callable[[Callable[[Any, Work], None]], Settlement]:
    """Declare ``(record, work)`` as what follows every create and edit of an entity.

    ``touches(record, command, work)`` and ``unless(record, command, work)`` are asked with the
    record as it will be; ``unless`` also guards delete.
    """

    def declare(settle: Callable[[Any, Work], None]) -> Settlement:
        return Settlement(on.description.name, settle, touches, unless)

    return declare

"""The work of one transaction: what was touched, what was decided, what will be written.

Operations see records that are loaded, locked and current; they change them in memory, add new
ones and emit events. Fetching before and writing after is the business of ``hands.py``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from dougong.kernel.access.actor import Actor
from dougong.kernel.entities import Description, Entity, Line, blank
from dougong.kernel.events import Event, Recorded
from dougong.kernel.operations import Mode, Touch
from dougong.kernel.store.shapes import UNLOADED
from dougong.kernel.values import new_id

if TYPE_CHECKING:
    from dougong.kernel.catalogue import Catalogue
    from dougong.kernel.company import State

E = TypeVar("E", bound=Entity)


class Work:
    """What an operation works with."""

    def __init__(
        self,
        *,
        state: State,
        actor: Actor,
        now: datetime,
        trace: UUID,
        cause: UUID | None,
        number: Callable[[Description], str],
    ) -> None:
        """Begin with nothing touched."""
        self.state = state
        self.actor = actor
        self.now = now
        self.trace = trace
        self.cause = cause
        self.root: UUID | None = None
        self.main: type[Event] | None = None
        self.root_taken = False
        self.records: dict[str, dict[UUID, Entity]] = defaultdict(dict)
        self.new: dict[UUID, Entity] = {}
        self.gone: dict[UUID, Entity] = {}
        self.events: list[Recorded] = []
        self.contents: dict[str, bytes] = {}
        self._indexes: dict[tuple[str, tuple[str, ...]], dict[Any, Entity]] = {}
        self._number = number

    @property
    def catalogue(self) -> Catalogue:
        """The company's catalogue, its own fields and objects included."""
        return self.state.catalogue

    @property
    def today(self) -> date:
        """The business day, in the company's time zone."""
        return self.now.astimezone(self.state.time_zone).date()

    @property
    def currency(self) -> str:
        """The company's own currency."""
        return self.state.currency

    def get(self, entity: type[E], identity: UUID) -> E:
        """Give a touched record (or a cached one). Not to have touched it is a mistake."""
        found = self.maybe(entity, identity)
        assert found is not None, f"{entity.description.name} {identity} was not touched"
        return found

    def maybe(self, entity: type[E], identity: UUID | None) -> E | None:
        """Give a touched or cached record, or None where there is none."""
        if identity is None:
            return None
        return self.fetch(entity.description.name, identity)  # type: ignore[return-value]  # records of a name are of its class

    def fetch(self, entity: str, identity: UUID) -> Entity | None:
        """Give a touched or cached record by its entity's name."""
        return self.records[entity].get(identity) or self.state.cached(entity).get(identity)

    def all(self, entity: type[E]) -> list[E]:
        """Give every touched, cached or added record of an entity that isn't deleted."""
        name = entity.description.name
        touched = self.records[name]
        cached = self.state.cached(name)
        found = {**cached, **touched} if cached else touched
        if not self.gone:
            return list(found.values())  # type: ignore[arg-type]  # records of a name are of its class
        return [r for r in found.values() if r.id not in self.gone]  # type: ignore[misc]

    def at(self, entity: type[E], by: str | tuple[str, ...], key: Any) -> E | None:
        """Give the touched or cached record that has a key: ``at(StockPosition, (…), (p, w))``."""
        name = entity.description.name
        fields = (by,) if isinstance(by, str) else by
        index = self._indexes.get((name, fields))
        if index is None:
            index = self._indexes[name, fields] = {
                tuple(getattr(r, f) for f in fields): r for r in self.all(entity)
            }
        wanted = key if isinstance(key, tuple) else (key,)
        return index.get(wanted)  # type: ignore[return-value]  # records of a name are of its class

    def forget_index(self, entity: str) -> None:
        """Find records of an entity anew when ``at`` is asked next: more of them are known now."""
        for key in [key for key in self._indexes if key[0] == entity]:
            del self._indexes[key]

    def index_keys(self, record: Entity) -> Iterator[tuple[dict[Any, Entity], tuple[Any, ...]]]:
        """Give each index that a record belongs in, with its key there."""
        name = record.description.name
        for (entity, fields), index in self._indexes.items():
            if entity == name:
                yield index, tuple(getattr(record, field) for field in fields)

    def add(self, record: E) -> E:
        """Make a new record part of the work, with its lines and its number."""
        description = self.catalogue.entities[record.description.name]
        for own in description.own.values():
            if own.custom and own.name not in record.x:
                record.x[own.name] = [] if own.kind.name == "lines" else own.default_value()
        number = description.number_field
        if number is not None and not number.gapless and not number.get(record):
            number.set(record, self._number(description))
        if not isinstance(record, Line):
            record.created_at = record.created_at or self.now
            record.created_by = self.actor.person
            record.updated_at = self.now
            record.updated_by = self.actor.person
        self.new[record.id] = record
        self.records[description.name][record.id] = record
        for index, key in self.index_keys(record):
            index[key] = record
        for field in description.lines:
            self.place(record, field.get(record))
        return record

    def place(self, record: Entity, lines: Sequence[Entity]) -> None:
        """Give the lines of a record their parent and position; add the new ones."""
        for at, line in enumerate(lines, start=1):
            assert isinstance(line, Line), line
            line.parent = record.id
            line.position = at
            if line.id not in self.records[line.description.name]:
                self.add(line)

    def remove(self, record: Entity) -> None:
        """Delete a record, with its lines."""
        self.gone[record.id] = record
        for index, key in self.index_keys(record):
            if index.get(key) is record:
                del index[key]

    def keep(self, sha256: str, content: bytes) -> None:
        """Keep a file's content, under the name that its record refers to."""
        self.contents[sha256] = content

    def begin(self, main: type[Event] | None) -> None:
        """Begin a call: its first event of the main class (or the plain one) is its root."""
        self.root = new_id()
        self.main = main
        self.root_taken = False

    def emit(self, event: Event, *, cause: UUID | None = None) -> UUID:
        """Record a fact; what an operation sets in motion is caused by its root, unless named."""
        is_root = not self.root_taken and (self.main is None or type(event) is self.main)
        if is_root:
            self.root_taken = True
        identity = self.root if is_root and self.root else new_id()
        self.events.append(
            Recorded(
                id=identity,
                event=event,
                cause=self.cause if is_root else (cause or self.root or self.cause),
                trace=self.trace,
            )
        )
        return identity


class Known:
    """Which touches were fetched and how firmly, so that each table is read once."""

    FIRMNESS = {Mode.READ: 0, Mode.SHARE: 1, Mode.LOCK: 2}  # noqa: RUF012  never changed

    def __init__(self) -> None:
        """Begin with nothing fetched."""
        self.fetched: dict[tuple[Any, ...], dict[Any, int]] = defaultdict(dict)
        self.with_lines: dict[tuple[Any, ...], set[Any]] = defaultdict(set)
        self.highest = -1

    def lacking(self, touch: Touch, *, at_most: Mode | None = None) -> frozenset[Any]:
        """Give the values of a touch that aren't fetched firmly enough yet, or without the lines."""
        have = self.fetched[touch.entity, touch.by, touch.only]
        mode = at_most or touch.mode
        firm = self.FIRMNESS[mode]
        lacking = frozenset(v for v in touch.values if have.get(v, -1) < firm)
        if touch.lines:
            lacking |= touch.values - self.with_lines[touch.entity, touch.by, touch.only]
        return lacking

    def holds(self, entity: str, identity: UUID) -> bool:
        """Tell whether a record is locked already."""
        have = self.fetched.get((entity, ("id",), ()), {})
        return have.get(identity, -1) == self.FIRMNESS[Mode.LOCK]

    def note(self, touch: Touch, values: Iterable[Any], *, as_mode: Mode | None = None) -> None:
        """Remember what was fetched."""
        firm = self.FIRMNESS[as_mode or touch.mode]
        have = self.fetched[touch.entity, touch.by, touch.only]
        lined = self.with_lines[touch.entity, touch.by, touch.only]
        for value in values:
            have[value] = max(firm, have.get(value, -1))
            if touch.lines:
                lined.add(value)


def merged(touches: Iterable[Touch]) -> list[Touch]:
    """Put touches of the same records together, so that each kind is fetched by one statement."""
    groups: dict[tuple[Any, ...], list[Touch]] = defaultdict(list)
    for touch in touches:
        if touch.values:
            groups[touch.entity, touch.by, touch.only].append(touch)
    together = []
    for (entity, by, only), found in groups.items():
        if len(found) == 1:
            together += found
            continue
        together.append(
            Touch(
                entity,
                by,
                frozenset().union(*(t.values for t in found)),
                max((t.mode for t in found), key=Known.FIRMNESS.__getitem__),
                only,
                any(t.lines for t in found),
                any(t.ensure for t in found),
            )
        )
    return together


def made_under(description: Description, by: tuple[str, ...], key: Any) -> Entity:
    """Make the empty record that a touch with ``ensure`` wants under a key."""
    record = blank(description)
    for name, value in zip(by, key if len(by) > 1 else (key,), strict=True):
        description.fields[name].set(record, value)
    return record


__all__ = ["UNLOADED", "Known", "Work", "made_under", "merged"]

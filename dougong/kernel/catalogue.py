"""The one catalogue: every entity, operation, event and answer that the house knows.

It is found by reading the apps' modules, so that a new file is all that a new verb needs. A
company's own fields and objects make a merged copy of it (``with_company``).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import TopologicalSorter
from types import ModuleType
from typing import Any, TypeVar

from dougong.kernel.chains import Stage, Tally
from dougong.kernel.entities import Description, Entity
from dougong.kernel.events import Event, Follower, PlainEvent, Reaction
from dougong.kernel.invariants import Invariant
from dougong.kernel.measures import AnyMeasure, Derived, Measure
from dougong.kernel.named import NamedQuestion
from dougong.kernel.operations import Command, Obstacle, Operation, Settlement
from dougong.kernel.panels import Inquiry, Outlook, Panel
from dougong.kernel.refusals import NoSuchEntity, NoSuchOperation, Refused

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Catalogue:
    """All that is declared, by name."""

    entities: Mapping[str, Description]
    operations: Mapping[tuple[str, str], Operation]
    events: Mapping[str, type[Event]] = field(default_factory=dict)
    reactions: Mapping[str, tuple[Reaction, ...]] = field(default_factory=dict)
    followers: tuple[Follower, ...] = ()
    obstacles: Mapping[str, tuple[Obstacle, ...]] = field(default_factory=dict)
    settlements: Mapping[str, tuple[Settlement, ...]] = field(default_factory=dict)
    invariants: tuple[Invariant, ...] = ()
    questions: Mapping[tuple[str, str], NamedQuestion] = field(default_factory=dict)
    measures: Mapping[str, AnyMeasure] = field(default_factory=dict)
    panels: Mapping[str, tuple[Panel, ...]] = field(default_factory=dict)
    outlooks: Mapping[str, tuple[Outlook, ...]] = field(default_factory=dict)
    inquiries: Mapping[tuple[str, str], Inquiry] = field(default_factory=dict)
    stages: Mapping[str, Stage] = field(default_factory=dict)
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    packages: tuple[str, ...] = ()

    @cached_property
    def by_command(self) -> dict[type[Command[Any]], Operation]:
        """Operations by the class of their command, where it has one of its own."""
        return {op.command: op for op in self.operations.values() if not op.generic}

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Entity names so that what is referred to comes before what refers to it."""
        graph: TopologicalSorter[str] = TopologicalSorter()
        for name, description in self.entities.items():
            graph.add(name)
            for ref in description.references:
                if ref.target != name and not ref.name.endswith("_by"):
                    graph.add(name, ref.target)
            for line in description.lines:
                graph.add(line.target, name)
        return tuple(name for name in graph.static_order() if name in self.entities)

    @cached_property
    def place(self) -> dict[str, int]:
        """Each entity's place in ``order``."""
        return {name: at for at, name in enumerate(self.order)}

    @cached_property
    def parent_of(self) -> dict[str, str]:
        """Line entity → the document that it is a line of."""
        return {f.target: d.name for d in self.entities.values() for f in d.lines}

    def entity(self, name: str) -> Description:
        """Find an entity; refused by name where there is none."""
        found = self.entities.get(name)
        if found is None:
            raise Refused(NoSuchEntity(name))
        return found

    def operation(self, entity: str, name: str) -> Operation:
        """Find an operation; refused by name where there is none."""
        found = self.operations.get((entity, name))
        if found is None:
            self.entity(entity)
            raise Refused(NoSuchOperation(entity, name))
        return found

    def chain_of(self, entity: str) -> tuple[Stage, ...]:
        """Give the stages of the chain that an entity stands in, in their order; it may be in none."""
        own = self.stages.get(entity)
        found = [one for one in self.stages.values() if own and one.chain == own.chain]
        return tuple(sorted(found, key=lambda stage: stage.place))

    def operations_of(self, entity: str) -> tuple[Operation, ...]:
        """Give the operations of an entity, in order of declaration."""
        return tuple(op for (on, _), op in self.operations.items() if on == entity)


def modules_of(package: str) -> Iterator[ModuleType]:
    """Import a package and all modules below it."""
    root = importlib.import_module(package)
    yield root
    for found in pkgutil.walk_packages(getattr(root, "__path__", ()), prefix=f"{package}."):
        yield importlib.import_module(found.name)


def declared_in(packages: Iterable[str]) -> Iterator[object]:
    """Give each thing that the modules declare themselves, once."""
    seen: set[int] = set()
    for package in packages:
        for module in modules_of(package):
            for thing in vars(module).values():
                if id(thing) not in seen:
                    seen.add(id(thing))
                    yield thing


def discover(packages: Iterable[str], verbs: Iterable[Operation] = ()) -> Catalogue:
    """Read packages into a catalogue; ``verbs`` are the kernel's own, given to every entity."""
    packages = tuple(packages)
    things = tuple(declared_in(packages))
    entities = described(things)
    operations = named_operations(of_kind(things, Operation))
    for description in entities.values():
        for verb in given_verbs(description, verbs):
            operations.setdefault((description.name, verb.name), verb)
    return Catalogue(
        entities=entities,
        operations=operations,
        events={event.name(): event for event in event_classes(things)},
        reactions=grouped((one.event.name(), one) for one in of_kind(things, Reaction)),
        followers=tuple(of_kind(things, Follower)),
        obstacles=grouped((one.to, one) for one in of_kind(things, Obstacle)),
        settlements=grouped((one.on, one) for one in of_kind(things, Settlement)),
        invariants=tuple(of_kind(things, Invariant)),
        questions={(one.on, one.name): one for one in of_kind(things, NamedQuestion)},
        measures=measures_among(things),
        panels=grouped((one.on, one) for one in of_kind(things, Panel)),
        outlooks=grouped((one.on, one) for one in of_kind(things, Outlook)),
        inquiries={(one.on, one.name): one for one in of_kind(things, Inquiry)},
        stages={one.on: one for one in of_kind(things, Stage)},
        tallies={one.on: one for one in of_kind(things, Tally)},
        packages=packages,
    )


def of_kind(things: Iterable[object], kind: type[T]) -> list[T]:
    """Give the things of one kind, in order of declaration."""
    return [one for one in things if isinstance(one, kind)]


def measures_among(things: Iterable[object]) -> dict[str, AnyMeasure]:
    """Find the measures; two of one name are a mistake."""
    found: dict[str, AnyMeasure] = {}
    for thing in things:
        if isinstance(thing, Measure | Derived):
            assert thing.name not in found, f"measure {thing.name} declared twice"
            found[thing.name] = thing
    return found


def grouped(pairs: Iterable[tuple[str, T]]) -> dict[str, tuple[T, ...]]:
    """Put things together under their names."""
    found: dict[str, tuple[T, ...]] = {}
    for name, one in pairs:
        found[name] = (*found.get(name, ()), one)
    return found


def described(things: Iterable[object]) -> dict[str, Description]:
    """Find the entities; two of one name are a mistake."""
    found: dict[str, Description] = {}
    for thing in things:
        if isinstance(thing, type) and issubclass(thing, Entity) and "description" in vars(thing):
            known = thing.description
            assert found.get(known.name, known) is known, known.name
            found[known.name] = known
    return found


def named_operations(operations: Iterable[Operation]) -> dict[tuple[str, str], Operation]:
    """Put the apps' operations under their names; two of one name are a mistake."""
    found: dict[tuple[str, str], Operation] = {}
    for one in operations:
        if not one.generic:
            assert (one.on, one.name) not in found, f"{one.full_name} declared twice"
            found[one.on, one.name] = one
    return found


def event_classes(things: Iterable[object]) -> Iterator[type[Event]]:
    """Find the classes of events."""
    for thing in things:
        match thing:
            case type() if issubclass(thing, Event) and thing.of and thing is not PlainEvent:
                yield thing


def given_verbs(description: Description, verbs: Iterable[Operation]) -> Iterator[Operation]:
    """Give the kernel's own verbs that an entity has, bound to it."""
    for verb in verbs:
        if verb.name in description.operations:
            yield Operation(**{**vars(verb), "on": description.name})

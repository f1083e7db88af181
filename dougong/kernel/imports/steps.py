"""Steps: the operations that follow a row's record, with their records and arguments found set-wise."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from dougong.kernel.doors import command_for
from dougong.kernel.imports.drafts import Finding, wrong_number
from dougong.kernel.imports.files import Item
from dougong.kernel.imports.mapping import SheetMapping, Step, is_computed
from dougong.kernel.imports.refusals import NothingFound
from dougong.kernel.imports.transforms import Row, Tables, Wanted, compute, is_met
from dougong.kernel.operations import Command, Operation
from dougong.kernel.refusals import Refused

PLACE = re.compile(r"\{([a-z_][a-z_0-9.]*)\}")
OWN = ""
Made = dict[str, tuple[str, UUID]]
"""What a row has made, by name: its own record under "", others under their step's ``as``."""


@dataclass
class Prepared:
    """One row's step, ready to be performed; or why it can't be, or that it isn't wanted."""

    item: Item
    operation: Operation | None = None
    command: Command[Any] | None = None
    refused: Refused | None = None


@dataclass
class Preparing:
    """Prepares one step for many rows."""

    sheet: SheetMapping
    step: Step
    finding: Finding
    tables: Tables
    records: dict[tuple[str, UUID], Mapping[str, Any]] = field(default_factory=dict)
    located: dict[tuple[Any, ...], list[UUID]] = field(default_factory=dict)
    keys: dict[tuple[str, str], dict[tuple[Any, ...], list[UUID]]] = field(default_factory=dict)

    def prepare(self, wanted: Iterable[tuple[Item, Made]]) -> list[Prepared]:
        """Make each row's command; what is read is read for all of them at once."""
        rows = [(item, made) for item, made in wanted if self.is_wanted(item, made)]
        self.read_records(made for _, made in rows)
        self.locate(rows)
        arguments = {item.number: self.computed(item) for item, _ in rows}
        self.find_named(arguments.values())
        return [self.one(item, made, arguments[item.number]) for item, made in rows]

    def is_wanted(self, item: Item, made: Made) -> bool:
        """Tell whether the step is to be performed for a row."""
        on = self.step.on
        if isinstance(on, str) and on not in made:
            return False
        return is_met(self.step.when, Row(item.cells, self.tables))

    def one(self, item: Item, made: Made, computed: Mapping[str, Any]) -> Prepared:
        """Make one row's command."""
        try:
            entity, target = self.target(made)
            operation = self.operation(entity)
            body = {
                name: self.found_named(computed[name])
                if name in computed
                else self.filled(told, made)
                for name, told in self.step.with_.items()
            }
            identity = None if operation.creates else target
            command = command_for(self.finding.state.catalogue, operation, identity, body)
        except Refused as refused:
            return Prepared(item, refused=refused)
        return Prepared(item, operation, command)

    def operation(self, entity: str) -> Operation:
        """Find the operation that the step names."""
        named, _, verb = self.step.do.rpartition(".")
        return self.finding.state.catalogue.operation(named or entity, verb)

    def target(self, made: Made) -> tuple[str, UUID]:
        """Give the record that the step is performed on."""
        if isinstance(self.step.on, str):
            return made[self.step.on]
        entity, key = self.place(made)
        matches = self.located.get(key, [])
        shown = ", ".join(str(part) for part in key)
        if not matches:
            raise Refused(NothingFound(entity, shown))
        problem = wrong_number("on", entity, ", ".join(self.conditions()[1]), shown, matches)
        if problem is not None:
            raise Refused(problem)
        return entity, matches[0]

    # What was made, and its fields

    def conditions(self) -> tuple[str, Mapping[str, Any]]:
        """Give the entity that a step is performed on, and how its record is found."""
        assert isinstance(self.step.on, Mapping), "the step says how its record is found"
        return next(iter(self.step.on.items()))

    def place(self, made: Made) -> tuple[str, tuple[Any, ...]]:
        """Give the values by which a row's record is found."""
        entity, fields = self.conditions()
        return entity, tuple(self.filled(told, made) for told in fields.values())

    def locate(self, rows: list[tuple[Item, Made]]) -> None:
        """Find the records that the step is performed on, by one statement."""
        if isinstance(self.step.on, str) or not rows:
            return
        entity, fields = self.conditions()
        places = {self.place(made)[1] for _, made in rows}
        self.located = self.finding.records(entity, tuple(fields), list(places))

    def read_records(self, made: Iterable[Made]) -> None:
        """Read what the arguments speak of, by one statement for each entity."""
        names = {
            path.partition(".")[0] if "." in path else OWN for path in self.paths() if path != "id"
        }
        wanted: dict[str, set[UUID]] = defaultdict(set)
        for one in made:
            for name in names & set(one):
                entity, identity = one[name]
                wanted[entity].add(identity)
        for entity, ids in wanted.items():
            description = self.finding.state.catalogue.entities[entity]
            stored = self.finding.stored(description, "id", list(ids))
            self.records |= {(entity, identity): row for identity, row in stored.items()}

    def paths(self) -> Iterator[str]:
        """Name every place in the step's templates."""
        on = self.step.on
        told = [*self.step.with_.values(), *([] if isinstance(on, str) else on.values())]
        while told:
            match told.pop():
                case str(text):
                    yield from PLACE.findall(text)
                case Mapping() as tree:
                    told += tree.values()
                case list() as many:
                    told += many

    def filled(self, told: Any, made: Made) -> Any:
        """Put what was made into a template."""
        match told:
            case str():
                whole = PLACE.fullmatch(told)
                if whole:
                    return self.spoken(whole[1], made)
                return PLACE.sub(lambda place: str(self.spoken(place[1], made)), told)
            case Mapping():
                return {name: self.filled(one, made) for name, one in told.items()}
            case list():
                return [self.filled(one, made) for one in told]
            case _:
                return told

    def spoken(self, path: str, made: Made) -> Any:
        """Give the value of ``id``, ``customer`` or ``invoice.gross``."""
        name, dot, rest = path.partition(".")
        name, rest = (name, rest) if dot else (OWN, path)
        if name not in made:
            raise Refused(NothingFound(name, path))
        if rest == "id":
            return made[name][1]
        row = self.records.get(made[name], {})
        if rest not in row:
            raise Refused(NothingFound(made[name][0], path))
        return row[rest]

    # Arguments computed from the row

    def computed(self, item: Item) -> dict[str, Any]:
        """Compute the arguments that come from the row's cells."""
        row = Row(item.cells, self.tables)
        return {
            name: compute(told, row) for name, told in self.step.with_.items() if is_computed(told)
        }

    def find_named(self, arguments: Iterable[Mapping[str, Any]]) -> None:
        """Find the records that arguments name (``find: account.code``), set-wise."""
        asked: dict[tuple[str, str], set[Any]] = defaultdict(set)
        for computed in arguments:
            for value in computed.values():
                if isinstance(value, Wanted):
                    entity, _, by = value.by.partition(".")
                    asked[entity, by].add(str(value.value))
        self.keys = {
            (entity, by): self.finding.records(entity, (by,), [(value,) for value in values])
            for (entity, by), values in asked.items()
        }

    def found_named(self, value: Any) -> Any:
        """Put the record in the place of its name."""
        if not isinstance(value, Wanted):
            return value
        entity, _, by = value.by.partition(".")
        matches = self.keys[entity, by].get((str(value.value),), [])
        problem = wrong_number("with", entity, by, value.value, matches)
        if problem is not None:
            raise Refused(problem)
        return matches[0]

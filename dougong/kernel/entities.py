"""Entities: the kinds of records, described once by a class with one line per field.

The description is what everything else reads (store, questions, API, permissions, history); the
class is a typed view of it for our own code. A company's own fields are part of the description
and live in ``record.x``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, Self, dataclass_transform
from uuid import UUID

from dougong.kernel.fields import (
    Field,
    address,
    auto_number,
    choice,
    choices,
    day,
    email,
    file,
    formula,
    instant,
    lines,
    long_text,
    money,
    number,
    percent,
    phone,
    quantity,
    reference,
    reference_any,
    structure,
    tags,
    text,
    url,
    yes_no,
)
from dougong.kernel.fields.kinds import KINDS
from dougong.kernel.lifecycle import Lifecycle
from dougong.kernel.rollups.declared import RollUp
from dougong.kernel.values import new_id

ID = Field(name="id", kind=KINDS["reference"], kept=True)
VERSION = Field(name="version", kind=KINDS["number"], kept=True)
STAMPS = (
    Field(name="created_at", kind=KINDS["instant"], kept=True),
    Field(name="created_by", kind=KINDS["reference"], kept=True, target="person"),
    Field(name="updated_at", kind=KINDS["instant"], kept=True),
    Field(name="updated_by", kind=KINDS["reference"], kept=True, target="person"),
)
TAKEN = frozenset({"id", "version", "x", "description", "can"})
"""Names that no field may have, because every record has them."""
PARENT = Field(name="parent", kind=KINDS["reference"], kept=True)
POSITION = Field(name="position", kind=KINDS["number"], kept=True)


@dataclass(frozen=True, eq=False)
class Description:
    """What an entity is: its name, fields and laws. ``with_fields`` adds a company's own."""

    name: str
    cls: type[Entity]
    own: Mapping[str, Field]
    """The declared fields by name, in order; without id, version and stamps."""
    rank: int = 50
    """Its place in the lock order: lower ranks are locked first."""
    title: str = ""
    """The field that names a record to people."""
    lifecycle: Lifecycle | None = None
    is_line: bool = False
    append_only: bool = False
    history: bool = True
    """Whether changes are kept in events; positions and ledgers are their own history."""
    uniques: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    checks: Mapping[str, str] = dataclasses.field(default_factory=dict)
    operations: tuple[str, ...] = ("create", "edit", "delete")
    """Which of the kernel's own verbs it has."""
    laws: tuple[str, ...] = ()
    """Further statements that the database enforces the entity's laws with."""
    numbered_when: tuple[str, tuple[str, ...]] | None = None
    """The field and its values with which a record gets its gapless number; else at once."""
    cached: bool = False
    """Few, rarely changed and read by many: kept in memory until somebody changes one."""
    seen_with: str = ""
    """The field that names the record whose rights count: who may read that may read this."""
    open_to_readers: bool = False
    """Whether who may read that record may also make and change what is seen with it."""
    moves: Mapping[str, tuple[tuple[str, ...], str]] = dataclasses.field(default_factory=dict)
    """A company's own lifecycle: verb → the states that it leads from, and the one it leads to."""
    rolled_up: RollUp | None = None
    """How its rows are summed by month, for figures."""
    custom: bool = False
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)
    doc: str = ""

    @cached_property
    def state_field(self) -> str:
        """The field that the lifecycle moves; empty without one."""
        if self.lifecycle is None:
            return ""
        states = set(self.lifecycle.states)
        for field in self.own.values():
            if field.kind.name == "choice" and states <= set(field.options):
                return field.name
        msg = f"{self.name} has a lifecycle but no field for it"
        raise AssertionError(msg)

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Every field by name: id, version, own ones, stamps."""
        found = {"id": ID}
        if not self.append_only:
            found["version"] = VERSION
        if self.is_line:
            found |= {"parent": PARENT, "position": POSITION}
        found |= self.own
        if not self.is_line:
            found |= {f.name: f for f in (STAMPS[:2] if self.append_only else STAMPS)}
        return found

    @cached_property
    def stored(self) -> tuple[Field, ...]:
        """The fields that have a column, in column order."""
        return tuple(f for f in self.fields.values() if f.stored)

    @cached_property
    def lines(self) -> tuple[Field, ...]:
        """The fields that hold lines."""
        return tuple(f for f in self.own.values() if f.kind.name == "lines")

    @cached_property
    def references(self) -> tuple[Field, ...]:
        """The stored fields that point at another entity."""
        return tuple(f for f in self.stored if f.kind.name in ("reference", "file") and f.target)

    @cached_property
    def formulas(self) -> tuple[Field, ...]:
        """The computed fields."""
        return tuple(f for f in self.own.values() if f.kind.name == "formula")

    @cached_property
    def writable(self) -> tuple[Field, ...]:
        """The fields that create and edit may write."""
        return tuple(f for f in self.own.values() if not f.kept)

    @cached_property
    def title_field(self) -> str:
        """The field that names a record: as declared, or number, name, code, or the id."""
        wanted = (self.title, "number", "name", "title", "code")
        return next((name for name in wanted if name in self.own), "id")

    @cached_property
    def number_field(self) -> Field | None:
        """The human number, if it has one."""
        return next((f for f in self.own.values() if f.kind.name == "auto_number"), None)

    def with_fields(self, extra: Iterable[Field]) -> Description:
        """Give the same entity with a company's own fields behind ours."""
        return dataclasses.replace(self, own={**self.own, **{f.name: f for f in extra}})


class Declared:
    """The empty parent under which a class body is read as a record's declaration."""


@dataclass_transform(
    kw_only_default=True,
    eq_default=False,
    field_specifiers=(
        address,
        auto_number,
        choice,
        choices,
        day,
        email,
        file,
        formula,
        instant,
        lines,
        long_text,
        money,
        number,
        percent,
        phone,
        quantity,
        reference,
        reference_any,
        structure,
        tags,
        text,
        url,
        yes_no,
        dataclasses.field,
    ),
)
class Record(Declared):
    """Carries the transform; has no fields of its own."""


@dataclass(kw_only=True, eq=False, repr=False)
class Entity(Record):
    """A kind of record. Subclass with ``name=`` and one line per field."""

    description: ClassVar[Description]

    id: UUID = dataclasses.field(default_factory=new_id, kw_only=True)
    version: int = dataclasses.field(default=1, kw_only=True)
    x: dict[str, Any] = dataclasses.field(default_factory=dict, kw_only=True)
    """The company's own fields."""

    created_at: datetime | None = dataclasses.field(default=None, init=False)
    created_by: UUID | None = dataclasses.field(default=None, init=False)
    updated_at: datetime | None = dataclasses.field(default=None, init=False)
    updated_by: UUID | None = dataclasses.field(default=None, init=False)

    def __init_subclass__(
        cls,
        *,
        name: str = "",
        rank: int = 50,
        title: str = "",
        append_only: bool = False,
        history: bool | None = None,
        unique: Sequence[tuple[str, ...]] = (),
        indexes: Sequence[tuple[str, ...]] = (),
        checks: Mapping[str, str] | None = None,
        operations: tuple[str, ...] = ("create", "edit", "delete"),
        laws: Sequence[str] = (),
        cached: bool = False,
        seen_with: str = "",
        open_to_readers: bool = False,
        numbered_when: tuple[str, Sequence[str]] | None = None,
        rolled_up: RollUp | None = None,
    ) -> None:
        """Read the class body into a description."""
        if not name:
            return
        dataclasses.dataclass(kw_only=True, eq=False, repr=False)(cls)
        own: dict[str, Field] = {}
        lifecycle = None
        for one in dataclasses.fields(cls):
            if "field" not in one.metadata:
                continue
            taken = TAKEN | {"parent", "position"} if issubclass(cls, Line) else TAKEN
            assert one.name not in taken, f"{name}.{one.name}: the name is the kernel's own"
            own[one.name] = dataclasses.replace(one.metadata["field"], name=one.name)
            lifecycle = lifecycle or one.metadata.get("lifecycle")
        is_line = issubclass(cls, Line)
        cls.description = Description(
            name=name,
            cls=cls,
            own=own,
            rank=rank,
            title=title,
            lifecycle=lifecycle,
            is_line=is_line,
            append_only=append_only,
            history=not append_only if history is None else history,
            uniques=tuple(unique),
            indexes=tuple(indexes),
            checks=checks or {},
            operations=() if is_line or append_only else operations,
            laws=tuple(laws),
            cached=cached,
            seen_with=seen_with,
            open_to_readers=open_to_readers,
            rolled_up=rolled_up,
            numbered_when=(
                (numbered_when[0], tuple(str(one) for one in numbered_when[1]))
                if numbered_when
                else None
            ),
            doc=(cls.__doc__ or "").strip(),
        )

    def __repr__(self) -> str:
        """Show the kind, the title and the id."""
        title = getattr(self, self.description.title_field, "")
        return f"<{self.description.name} {title} {self.id}>"


@dataclass(kw_only=True, eq=False, repr=False)
class Line(Entity):
    """A record that lives in the lines of another: ``parent`` and ``position`` say where."""

    parent: UUID | None = dataclasses.field(default=None, kw_only=True)
    position: int = dataclasses.field(default=0, kw_only=True)


def company_class(name: str, *, is_line: bool = False) -> type[Entity]:
    """Make the class of a company's own object: all its fields are in ``x``."""
    return type(name, (Line if is_line else Entity,), {"__doc__": ""})


def blank(description: Description) -> Entity:
    """Make a record with every default and nothing else; what is required stays missing."""
    record = description.cls.__new__(description.cls)
    record.id = new_id()
    record.version = 1
    record.x = {}
    record.created_at = record.created_by = record.updated_at = record.updated_by = None
    if isinstance(record, Line):
        record.parent = None
        record.position = 0
    for field in description.own.values():
        field.set(record, [] if field.kind.name == "lines" else field.default_value())
    return record


def lines_of(record: Entity, description: Description) -> Iterator[tuple[Field, list[Any]]]:
    """Give each lines field of a record with its lines."""
    for field in description.lines:
        yield field, field.get(record) or []


__all__ = ["Description", "Entity", "Line", "Self", "blank", "company_class", "lines_of"]

"""The mapping: which columns of which files become which fields, and what is done afterwards.

It is YAML, so that a person can read it, keep it beside the files and change it; here it becomes
frozen values. What can't be understood is refused with its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

import msgspec
import yaml

from dougong.kernel.doors import invalid
from dougong.kernel.imports.refusals import BadMapping
from dougong.kernel.imports.transforms import (
    SOURCES,
    TRANSFORMS,
    Written,
    check_written,
    columns_named,
    files_named,
    steps_of,
)
from dougong.kernel.refusals import Refused


class PlainLoader(yaml.SafeLoader):
    """YAML in which only true and false are such: a column may be called ``no``, a key ``on``."""


PlainLoader.yaml_implicit_resolvers = {
    letter: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:bool"]
    for letter, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf")
)


class Order(StrEnum):
    """In which order rows and their steps are taken."""

    ROWS = "rows"
    """As they stand in the file, a few rows at a time with all their steps."""
    DAYS = "days"
    """By the day of each creation and each step, across all rows of the sheet."""


class Existing(StrEnum):
    """What becomes of a record that is there already."""

    CHANGE = "change"
    LEAVE = "leave"


class PutTogether(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows with the same cells in ``by`` become one; the cells in ``sum`` are added up."""

    by: tuple[str, ...]
    sum: tuple[str, ...] = ()


class LinesFrom(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where lines of a document come from: a file of their own, or the document's own rows."""

    fields: dict[str, Written]
    file: str = ""
    """Empty for the sheet's own rows: each row of a group is a line as well."""
    sheet: str | None = None
    group: str = ""
    """The column that says whose line a row is; without one, all rows are everyone's."""
    of: str = ""
    """The column of the document's row that it equals; by default the one of the same name."""
    put_together: PutTogether | None = None
    when: Written | None = None


class Step(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"with_": "with", "as_": "as"}
):
    """An operation that is performed after a row's record was made."""

    do: str
    """``confirm`` of the record itself, or ``shipment.pick`` of another."""
    on: str | dict[str, dict[str, Any]] = ""
    """The record itself, what an earlier step gave (its ``as``), or how it is found."""
    with_: dict[str, Any] = {}
    """The arguments; ``{id}``, ``{customer}`` and ``{invoice.gross}`` stand for what was made."""
    at: Written | None = None
    """The day that the operation's clock is set to; a row where it is empty is left out."""
    when: Written | None = None
    as_: str = ""
    undo: str = ""
    """The operation that undoes it for an import, where it names no inverse of its own."""

    def operation_on(self, entity: str) -> str:
        """Name the operation in full, for a sheet of an entity."""
        return self.do if "." in self.do else f"{entity}.{self.do}"


class SheetMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the rows of one file become records of one entity."""

    entity: str
    fields: dict[str, Written]
    name: str = ""
    file: str | None = None
    """The file in the folder; left out where one file is imported."""
    rows: tuple[dict[str, Any], ...] | None = None
    """Rows that stand in the mapping itself, instead of a file."""
    sheet: str | None = None
    key: str | tuple[str, ...] = ()
    """The fields that tell whether a record is there already; without one, each row is new."""
    existing: Existing = Existing.CHANGE
    group: str = ""
    """Rows with the same cell in this column are one record; the first one says its fields."""
    when: Written | None = None
    at: Written | None = None
    """The day that the clock is set to for making the record."""
    order: Order = Order.ROWS
    lines: dict[str, tuple[LinesFrom, ...]] = {}
    steps: tuple[Step, ...] = ()

    @property
    def title(self) -> str:
        """How the sheet is called in progress, keys and bad rows."""
        return self.name or (self.file or "").rpartition(".")[0] or self.entity

    @property
    def key_fields(self) -> tuple[str, ...]:
        """The fields of the natural key."""
        if isinstance(self.key, str):
            return (self.key,) if self.key else ()
        return self.key


class ImportMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole import: sheets in the order in which they are taken."""

    sheets: tuple[SheetMapping, ...]
    name: str = ""


def read_mapping(text: str) -> ImportMapping:
    """Understand a mapping; refuses naming the place."""
    try:
        tree = yaml.load(text, PlainLoader)  # noqa: S506  it is a safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}" if mark else "text"
        raise Refused(BadMapping(place, "not_yaml")) from None
    if isinstance(tree, dict) and "sheets" not in tree:
        tree = {"name": tree.get("name", ""), "sheets": [tree]}
    try:
        mapping = msgspec.convert(tree, ImportMapping)
    except msgspec.ValidationError as error:
        problem = invalid(str(error))
        raise Refused(BadMapping(problem.field, problem.problem)) from None
    problems = [BadMapping(place, problem) for place, problem in wrong_in(mapping)]
    if problems:
        raise Refused(problems)
    return mapping


def write_mapping(mapping: ImportMapping) -> str:
    """Write a mapping as its YAML."""
    tree = msgspec.to_builtins(mapping)
    plain: dict[str, Any] = {"sheets": [without_empty(sheet) for sheet in tree["sheets"]]}
    if mapping.name:
        plain = {"name": mapping.name, **plain}
    return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=100)


def without_empty(tree: dict[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing."""
    return {k: v for k, v in tree.items() if v not in ("", None, [], {}, "rows", "change")}


def wrong_in(mapping: ImportMapping) -> Iterator[tuple[str, str]]:
    """Name every place whose value can't be computed."""
    titles = [sheet.title for sheet in mapping.sheets]
    if not titles:
        yield "sheets", "required"
    for at, sheet in enumerate(mapping.sheets):
        if titles.count(sheet.title) > 1:
            yield f"sheets[{at}].name", "not_unique"
        for place, written in written_in(sheet):
            yield from check_written(written, f"sheets[{at}].{place}")


def written_in(sheet: SheetMapping) -> Iterator[tuple[str, Written]]:
    """Give everything in a sheet's mapping that is computed, with its place."""
    for name, written in sheet.fields.items():
        yield f"fields.{name}", written
    yield from said("", when=sheet.when, at=sheet.at)
    for at, step in enumerate(sheet.steps):
        yield from said(f"steps[{at}].", when=step.when, at=step.at)
        for name, argument in step.with_.items():
            if is_computed(argument):
                yield f"steps[{at}].with.{name}", argument
    for field, sources in sheet.lines.items():
        for at, lines in enumerate(sources):
            for place, one in written_in_lines(lines):
                yield f"lines.{field}[{at}].{place}", one


def said(place: str, **written: Written | None) -> Iterator[tuple[str, Written]]:
    """Give what is said at all."""
    for name, one in written.items():
        if one is not None:
            yield f"{place}{name}", one


def written_in_lines(lines: LinesFrom) -> Iterator[tuple[str, Written]]:
    """Give everything that is computed from a line's row, with its place."""
    for name, written in lines.fields.items():
        yield f"fields.{name}", written
    if lines.when is not None:
        yield "when", lines.when


def is_computed(argument: object) -> bool:
    """Tell whether a step's argument is computed from the row, as a field would be."""
    return isinstance(argument, Mapping) and next(iter(argument), "") in SOURCES


def columns_of(sheet: SheetMapping) -> set[str]:
    """Name the columns that a sheet's own file must have."""
    named = {sheet.group} if sheet.group else set()
    for place, written in written_in(sheet):
        if not place.startswith("lines."):
            named |= columns_named(written)
    for sources in sheet.lines.values():
        for lines in sources:
            if lines.file and lines.group:
                named.add(lines.of or lines.group)
            if not lines.file:
                named |= columns_of_lines(lines)
    return named


def columns_of_lines(lines: LinesFrom) -> set[str]:
    """Name the columns that a lines' file must have."""
    named = {lines.group} if lines.group and lines.file else set()
    if lines.put_together:
        named |= {*lines.put_together.by, *lines.put_together.sum}
    for _, written in written_in_lines(lines):
        named |= columns_named(written)
    return named


def lookups_of(sheet: SheetMapping) -> Iterator[tuple[str, str]]:
    """Name the files that are only looked up in, with each column that they must have."""
    for _, written in written_in(sheet):
        yield from files_named(written)


__all__ = [
    "TRANSFORMS",
    "ImportMapping",
    "LinesFrom",
    "Order",
    "PutTogether",
    "SheetMapping",
    "Step",
    "read_mapping",
    "steps_of",
    "write_mapping",
]

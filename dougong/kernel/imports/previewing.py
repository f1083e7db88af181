"""Previewing an import: the first rows of each sheet, understood and judged; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from dougong.kernel.access.actor import HOUSE, Actor
from dougong.kernel.house import House
from dougong.kernel.imports.cells import Labels, NoLabels, Understanding
from dougong.kernel.imports.drafts import Draft, Drafting, Finding, natural_field
from dougong.kernel.imports.files import Files
from dougong.kernel.imports.mapping import ImportMapping, SheetMapping, read_mapping
from dougong.kernel.imports.transforms import Row
from dougong.kernel.refusals import Refusal, Refused, UnknownReference
from dougong.kernel.verbs import Create, Edit

FIRST_ROWS = 20


@dataclass(frozen=True)
class PreviewedRow:
    """What would become of one row."""

    sheet: str
    entity: str
    number: int
    would: str
    """``create``, ``edit``, ``nothing`` for what says nothing new, or ``refuse``."""
    values: Mapping[str, Any]
    reasons: tuple[Refusal, ...] = ()
    waits: tuple[Refusal, ...] = ()
    """References to rows of the same import that come before it."""


@dataclass(eq=False)
class Foretold:
    """Natural keys that earlier sheets of the same import will bring."""

    files: Files
    understanding: Understanding
    sheets: list[tuple[SheetMapping, Drafting]] = field(default_factory=list)
    known: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def brings(self, entity: str, value: str) -> bool:
        """Tell whether some sheet brings a record that a value names."""
        for sheet, drafting in self.sheets:
            if sheet.entity == entity:
                for name in sheet.fields:
                    if value in self.values(sheet, drafting, name):
                        return True
        return False

    def values(self, sheet: SheetMapping, drafting: Drafting, name: str) -> set[str]:
        """Give all values that a sheet brings for a field."""
        key = (sheet.title, name)
        if key not in self.known:
            found = self.known[key] = set()
            for item in self.files.items(sheet):
                row = Row(item.cells, self.files)
                try:
                    value = self.understanding.value(
                        drafting.description, name, sheet.fields[name], row, name
                    )
                except Refused:
                    continue
                found.add(str(value))
        return self.known[key]


def preview_import(
    house: House,
    company: str,
    mapping_text: str,
    place: Path,
    *,
    by: Actor = HOUSE,
    first: int = FIRST_ROWS,
    labels: Labels | None = None,
) -> list[PreviewedRow]:
    """Say what would become of the first rows of each sheet."""
    mapping: ImportMapping = read_mapping(mapping_text)
    files = Files(place)
    files.check(mapping)
    state = house.company_state(company)
    understanding = Understanding(
        state.time_zone,
        labels or NoLabels(),
        lambda entity: natural_field(state.catalogue, entity),
    )
    foretold = Foretold(files, understanding)
    rows = []
    for sheet in mapping.sheets:
        drafting = Drafting(sheet, state.catalogue, understanding, files)
        foretold.sheets.append((sheet, drafting))
        drafts = [drafting.draft(item) for item in islice(files.items(sheet), first)]
        with house.database.transaction(company) as transaction:
            finding = Finding(transaction, house.state(transaction), by, understanding)
            finding.fill(drafts, sheet.entity)
            finding.fill(drafts, sheet.entity, later=True)
            finding.know(drafts, sheet)
            finding.compare(drafts, sheet.entity)
        rows += [
            previewed(house, company, sheet, draft, foretold=foretold, by=by) for draft in drafts
        ]
    return rows


def previewed(
    house: House, company: str, sheet: SheetMapping, draft: Draft, *, foretold: Foretold, by: Actor
) -> PreviewedRow:
    """Judge one draft."""
    waits = tuple(
        problem
        for problem in draft.problems
        if isinstance(problem, UnknownReference) and foretold.brings(problem.entity, problem.value)
    )
    reasons = tuple(problem for problem in draft.problems if problem not in waits)
    would = "create" if draft.known is None else "nothing" if draft.unchanged else "edit"
    if not reasons and not waits and would != "nothing":
        reasons = obstacles(house, company, sheet.entity, draft, by)
    return PreviewedRow(
        sheet.title,
        sheet.entity,
        draft.item.number,
        "refuse" if reasons else would,
        {**draft.values, **{k: v for k, v in draft.later.items() if v is not None}},
        reasons,
        waits,
    )


def obstacles(
    house: House, company: str, entity: str, draft: Draft, by: Actor
) -> tuple[Refusal, ...]:
    """Ask the operation itself what stands in the way."""
    verb = "create" if draft.known is None else "edit"
    command = (
        Create(entity=entity, values=draft.values)
        if draft.known is None
        else Edit(entity=entity, id=draft.known, values=draft.values)
    )
    try:
        return house.preview(company, command, by=by, operation=f"{entity}.{verb}").obstacles
    except Refused as refused:
        return refused.refusals

"""Running an import: row by row through the one door for changes, in chunks, and taken up again after a kill.

Every row and step is a command with an idempotency key of its own, remembered in the transaction
that performed it: what was done is known, whenever the import stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from dougong.kernel.access.actor import HOUSE, Actor, in_trust
from dougong.kernel.house import House
from dougong.kernel.imports.bad_rows import REASON, BadRows
from dougong.kernel.imports.cells import Labels, NoLabels, Understanding, noon
from dougong.kernel.imports.drafts import Draft, Drafting, Finding, drafts_apart, natural_field
from dougong.kernel.imports.entities import BatchState, ImportBatch
from dougong.kernel.imports.files import Files, Item
from dougong.kernel.imports.mapping import Existing, ImportMapping, SheetMapping, read_mapping
from dougong.kernel.imports.operations.advance import AdvanceImport
from dougong.kernel.imports.operations.begin import BeginImport
from dougong.kernel.imports.pace import Pace
from dougong.kernel.imports.refusals import AgainstTheLaw, NoSuchBatch, WaitsForApproval
from dougong.kernel.imports.steps import OWN, Made, Preparing
from dougong.kernel.imports.waves import MAKING, Wave, Waves
from dougong.kernel.operations import Command, Mode, Operation
from dougong.kernel.perform import NOBODY, Call, Done, Outcome, Waiting
from dougong.kernel.refusals import NotPermitted, Refusal, Refused, WrongState
from dougong.kernel.store.database import Transaction
from dougong.kernel.store.shapes import shape_of
from dougong.kernel.verbs import Create, Edit

TELL_EVERY = 2.0
Progress = Callable[[int, int, str], None]
Say = Callable[[Refusal, str], str]
TOO_MUCH = (psycopg.IntegrityError, psycopg.DataError, psycopg.errors.TransactionTimeout)


def say_plainly(refusal: Refusal, _entity: str) -> str:
    """Say a refusal by its code and facts, where nobody has sentences."""
    facts = ", ".join(f"{name}: {value}" for name, value in refusal.facts().items() if value != "")
    return f"{refusal.code} ({facts})" if facts else refusal.code


@dataclass
class Counts:
    """What came of rows and steps."""

    total: int = 0
    done: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    performed: int = 0
    bad: int = 0


@dataclass(frozen=True, kw_only=True)
class Result:
    """How an import went."""

    batch: UUID
    counts: Counts
    bad_files: tuple[Path, ...]
    loose: tuple[str, ...]
    """Reasons about what comes from no file."""
    seconds: float


def run_import(
    house: House,
    company: str,
    mapping_text: str,
    place: Path,
    *,
    by: Actor = HOUSE,
    bad_folder: Path | None = None,
    progress: Progress | None = None,
    say: Say = say_plainly,
    labels: Labels | None = None,
    reason: str = REASON,
) -> Result:
    """Import a folder or a file by a mapping, from the first row to the last."""
    mapping = read_mapping(mapping_text)
    Files(place).check(mapping)
    refuse_unpermitted(house, company, mapping, by)
    begun = house.perform(
        company,
        BeginImport(name=mapping.name or place.name, source=str(place), mapping=mapping_text),
        by=in_trust(by),
    )
    assert isinstance(begun, Done), "beginning an import needs nobody's approval"
    return resume_import(
        house,
        company,
        begun.id,
        by=by,
        bad_folder=bad_folder,
        progress=progress,
        say=say,
        labels=labels,
        reason=reason,
    )


def resume_import(
    house: House,
    company: str,
    batch: UUID,
    *,
    place: Path | None = None,
    by: Actor = HOUSE,
    bad_folder: Path | None = None,
    progress: Progress | None = None,
    say: Say = say_plainly,
    labels: Labels | None = None,
    reason: str = REASON,
) -> Result:
    """Take an import up where it stopped; what was refused before is tried again."""
    known = batch_of(house, company, batch)
    if known.state is BatchState.UNDONE:
        raise Refused(WrongState(known.state, BatchState.RUNNING))
    mapping, source = read_mapping(known.mapping), place or Path(known.source)
    files = Files(source)
    files.check(mapping)
    refuse_unpermitted(house, company, mapping, by)
    run = Run(
        house=house,
        company=company,
        batch=batch,
        files=files,
        actor=by,
        progress=progress or (lambda _done, _total, _what: None),
        say=say,
        labels=labels or NoLabels(),
    )
    began = time.monotonic()
    run.all(mapping)
    written = run.bad.write(bad_folder, files.headers, title=reason) if bad_folder else ()
    return Result(
        batch=batch,
        counts=run.counts,
        bad_files=written,
        loose=tuple(run.bad.loose),
        seconds=time.monotonic() - began,
    )


def refuse_unpermitted(house: House, company: str, mapping: ImportMapping, by: Actor) -> None:
    """Refuse who may not make such records at all, or may not do what the mapping names."""
    catalogue = house.catalogue_of(company)
    wanted: dict[tuple[str, str], None] = {}
    for sheet in mapping.sheets:
        catalogue.entity(sheet.entity)
        wanted[sheet.entity, "create"] = None
        for step in sheet.steps:
            on, _, verb = step.operation_on(sheet.entity).rpartition(".")
            wanted[on, verb] = None
    refusals = [NotPermitted(on, verb) for on, verb in wanted if not by.rights.may(on, verb)]
    if refusals:
        raise Refused(refusals)


def batch_of(house: House, company: str, batch: UUID) -> ImportBatch:
    """Read a batch as it is."""
    with house.database.transaction(company) as transaction:
        shape = shape_of(ImportBatch.description)
        rows = transaction.rows(shape.where(("id",), (), Mode.READ), [[batch]])
    if not rows:
        raise Refused(NoSuchBatch(batch))
    record = shape.build(rows[0])
    assert isinstance(record, ImportBatch), "rows of a shape are of its class"
    return record


def perform_apart(
    house: House,
    company: str,
    calls: Sequence[Call],
    *,
    by: Actor,
    now: datetime | None,
    trace: UUID,
) -> list[Outcome]:
    """Perform calls in one transaction; where the database forbids one, find it by halves."""
    try:
        return house.perform_calls(company, calls, by=by, now=now, trace=trace)
    except Refused as refused:
        problem = refused
    except TOO_MUCH as error:
        if len(calls) == 1 and not isinstance(error, psycopg.IntegrityError | psycopg.DataError):
            raise
        problem = Refused(AgainstTheLaw(error.diag.constraint_name or type(error).__name__))
    if len(calls) == 1:
        return [problem]
    middle = len(calls) // 2
    return [
        *perform_apart(house, company, calls[:middle], by=by, now=now, trace=trace),
        *perform_apart(house, company, calls[middle:], by=by, now=now, trace=trace),
    ]


@dataclass
class Run:
    """One import on its way."""

    house: House
    company: str
    batch: UUID
    files: Files
    actor: Actor
    progress: Progress
    say: Say
    labels: Labels
    counts: Counts = field(default_factory=Counts)
    bad: BadRows = field(default_factory=BadRows)
    pace: Pace = field(default_factory=Pace)
    told_at: float = field(default_factory=time.monotonic)
    made: dict[int, Made] = field(default_factory=dict)
    """Of the sheet at hand: what each row has made, by the row's number."""
    failed: set[int] = field(default_factory=set)
    later: list[Draft] = field(default_factory=list)

    def all(self, mapping: ImportMapping) -> None:
        """Take all sheets."""
        for sheet in mapping.sheets:
            self.counts.total += self.files.count(sheet) * (1 + len(sheet.steps))
        for sheet in mapping.sheets:
            self.take(sheet)
        self.tell("", ended=True)

    def take(self, sheet: SheetMapping) -> None:
        """Take one sheet: its rows, their steps, and what refers to rows of the same sheet."""
        self.made, self.failed, self.later = {}, set(), []
        state = self.house.company_state(self.company)
        understanding = Understanding(
            state.time_zone, self.labels, lambda entity: natural_field(state.catalogue, entity)
        )
        drafting = Drafting(sheet, state.catalogue, understanding, self.files)
        foreseen = self.files.count(sheet) * (1 + len(sheet.steps))
        counted = [0]

        def planned(tasks: int) -> None:
            counted[0] += tasks

        def unreadable(item: Item, refused: Refused) -> None:
            self.hand_back(sheet, item, refused.refusals)

        waves = Waves(sheet, self.files, self.pace, unreadable, planned)
        before = self.counts.done
        for wave in waves.of(self.files.items(sheet)):
            with self.pace.measured(len(wave.items)):
                if wave.stage == MAKING:
                    self.make(sheet, drafting, wave)
                else:
                    self.step(sheet, understanding, wave)
            self.counts.done += len(wave.items)
            self.tell(sheet.title)
        for drafts in self.pace.chunks(self.later):
            with self.pace.measured(len(drafts)):
                self.write_later(sheet, understanding, drafts)
        self.counts.total += counted[0] - foreseen
        assert self.counts.done - before == counted[0], "every task was taken"

    # Rows

    def make(self, sheet: SheetMapping, drafting: Drafting, wave: Wave) -> None:
        """Make or change the records of some rows."""
        drafts = [drafting.draft(item) for item in wave.items]
        keys = {
            self.key(sheet, item, verb): item for item in wave.items for verb in ("create", "edit")
        }
        with self.house.database.transaction(self.company) as transaction:
            done = self.remembered(transaction, keys)
            drafts = [draft for draft in drafts if not self.was_done(sheet, draft, done)]
            self.finding(transaction, drafting.understanding).fill(drafts, sheet.entity)
        for part in drafts_apart(drafts, sheet.key_fields):
            with self.house.database.transaction(self.company) as transaction:
                finding = self.finding(transaction, drafting.understanding)
                finding.know(part, sheet)
                finding.compare(part, sheet.entity)
            self.write(sheet, part, wave.day, drafting.understanding)

    def was_done(self, sheet: SheetMapping, draft: Draft, done: dict[str, dict[str, Any]]) -> bool:
        """Take note of a row that was written before the import was interrupted."""
        for verb in ("create", "edit"):
            outcome = done.get(self.key(sheet, draft.item, verb))
            if outcome is None:
                continue
            if outcome["kind"] == "waiting":
                self.hand_back(sheet, draft.item, [WaitsForApproval(outcome["role"])])
            else:
                self.written(sheet, draft, UUID(outcome["id"]), created=verb == "create")
            return True
        return False

    def write(
        self, sheet: SheetMapping, drafts: list[Draft], day: date | None, how: Understanding
    ) -> None:
        """Perform the creation or the change of each draft that is sound."""
        sound = []
        for draft in drafts:
            if draft.problems:
                self.hand_back(sheet, draft.item, draft.problems)
            elif draft.unchanged or (draft.known and sheet.existing is Existing.LEAVE):
                self.counts.unchanged += 1
                self.follow_later(sheet, draft, created=False)
            else:
                sound.append(draft)
        calls = [self.call_for(sheet, draft) for draft in sound]
        for draft, outcome in zip(sound, self.perform(calls, day, how), strict=True):
            match outcome:
                case Done():
                    self.written(sheet, draft, outcome.id, created=draft.known is None)
                case Waiting():
                    self.hand_back(sheet, draft.item, [WaitsForApproval(outcome.role)])
                case Refused():
                    self.hand_back(sheet, draft.item, outcome.refusals)

    def call_for(self, sheet: SheetMapping, draft: Draft) -> Call:
        """Make a draft's command."""
        verb = "create" if draft.known is None else "edit"
        command: Command[Any] = (
            Create(entity=sheet.entity, values=draft.values)
            if draft.known is None
            else Edit(entity=sheet.entity, id=draft.known, values=draft.values)
        )
        return Call(
            operation=self.operation(sheet.entity, verb),
            command=command,
            key=self.key(sheet, draft.item, verb),
        )

    def written(self, sheet: SheetMapping, draft: Draft, identity: UUID, *, created: bool) -> None:
        """Take note of a row whose record is there."""
        draft.known = identity
        if created:
            self.counts.created += 1
            if sheet.steps:
                self.made[draft.item.number] = {OWN: (sheet.entity, identity)}
        else:
            self.counts.changed += 1
        self.follow_later(sheet, draft, created=created)

    def follow_later(self, sheet: SheetMapping, draft: Draft, *, created: bool) -> None:
        """Keep a draft that refers to another row's record."""
        if draft.later and (created or sheet.existing is Existing.CHANGE):
            self.later.append(draft)

    def write_later(
        self, sheet: SheetMapping, understanding: Understanding, drafts: list[Draft]
    ) -> None:
        """Write references among the sheet's own records, now that all are there."""
        keys = {self.key(sheet, draft.item, "again"): draft for draft in drafts}
        with self.house.database.transaction(self.company) as transaction:
            done = self.remembered(transaction, keys)
            open_drafts = [draft for key, draft in keys.items() if key not in done]
            finding = self.finding(transaction, understanding)
            finding.fill(open_drafts, sheet.entity, later=True)
            for draft in open_drafts:
                draft.values = dict(draft.later)
                draft.unchanged = False
            finding.compare(open_drafts, sheet.entity)
        sound = []
        for draft in open_drafts:
            if draft.problems:
                self.hand_back(sheet, draft.item, draft.problems)
            elif not draft.unchanged:
                sound.append(draft)
        calls = [
            Call(
                operation=self.operation(sheet.entity, "edit"),
                command=Edit(entity=sheet.entity, id=draft.known, values=draft.values),
                key=self.key(sheet, draft.item, "again"),
            )
            for draft in sound
        ]
        for draft, outcome in zip(sound, self.perform(calls, None, understanding), strict=True):
            if isinstance(outcome, Refused):
                self.hand_back(sheet, draft.item, outcome.refusals)

    # Steps

    def step(self, sheet: SheetMapping, understanding: Understanding, wave: Wave) -> None:
        """Perform one step for some rows."""
        step = sheet.steps[wave.stage - 1]
        items = [
            item
            for item in wave.items
            if item.number in self.made and item.number not in self.failed
        ]
        if not items:
            return
        verb = f"{wave.stage}.{step.do}"
        keys = {self.key(sheet, item, verb): item for item in items}
        with self.house.database.transaction(self.company) as transaction:
            done = self.remembered(transaction, keys)
            for key, before in done.items():
                self.stepped(sheet, step.as_, keys[key], before)
            finding = self.finding(transaction, understanding)
            preparing = Preparing(sheet, step, finding, self.files)
            prepared = preparing.prepare(
                (item, self.made[item.number]) for key, item in keys.items() if key not in done
            )
        calls, called = [], []
        for one in prepared:
            if one.refused is not None:
                self.hand_back(sheet, one.item, one.refused.refusals, step.do)
            elif one.operation is not None and one.command is not None:
                calls.append(
                    Call(
                        operation=one.operation,
                        command=one.command,
                        key=self.key(sheet, one.item, verb),
                    )
                )
                called.append(one.item)
        for item, outcome in zip(called, self.perform(calls, wave.day, understanding), strict=True):
            match outcome:
                case Done():
                    self.note_step(step.as_, item, outcome.entity, outcome.id)
                case Waiting():
                    self.hand_back(sheet, item, [WaitsForApproval(outcome.role)], step.do)
                case Refused():
                    self.hand_back(sheet, item, outcome.refusals, step.do)

    def stepped(self, sheet: SheetMapping, name: str, item: Item, outcome: dict[str, Any]) -> None:
        """Take note of a step that was performed before the import was interrupted."""
        if outcome["kind"] == "waiting":
            self.hand_back(sheet, item, [WaitsForApproval(outcome["role"])])
        else:
            self.note_step(name, item, outcome["entity"], UUID(outcome["id"]))

    def note_step(self, name: str, item: Item, entity: str, identity: UUID) -> None:
        """Take note of a step and of what it made."""
        self.counts.performed += 1
        if name:
            self.made[item.number][name] = (entity, identity)

    # Common ground

    def key(self, sheet: SheetMapping, item: Item, verb: str) -> str:
        """Give the idempotency key of what is done with a row."""
        return f"import:{self.batch}:{sheet.title}:{item.number}:{verb}"

    def operation(self, entity: str, verb: str) -> Operation:
        """Find one of the kernel's own verbs of an entity; refused where it has none."""
        return self.house.catalogue_of(self.company).operation(entity, verb)

    def finding(self, transaction: Transaction, understanding: Understanding) -> Finding:
        """Find records in a transaction."""
        return Finding(transaction, self.house.state(transaction), self.actor, understanding)

    def remembered(
        self, transaction: Transaction, keys: Iterable[str]
    ) -> dict[str, dict[str, Any]]:
        """Give what came of commands that were performed before, by their keys."""
        rows = transaction.rows(
            "SELECT key, outcome FROM idempotency WHERE actor = %s AND key = ANY(%s)",
            (self.actor.person or NOBODY, list(keys)),
        )
        return dict(rows)

    def perform(self, calls: list[Call], day: date | None, how: Understanding) -> list[Outcome]:
        """Perform calls with the clock set to a day, under the batch's trace."""
        if not calls:
            return []
        now = noon(day, how.time_zone) if day else None
        return perform_apart(
            self.house, self.company, calls, by=self.actor, now=now, trace=self.batch
        )

    def hand_back(
        self, sheet: SheetMapping, item: Item, refusals: Iterable[Refusal], step: str = ""
    ) -> None:
        """Hand a row back with its reasons; its further steps are left out."""
        if item.number not in self.failed:
            self.counts.bad += 1
            self.failed.add(item.number)
        sentence = "; ".join(self.say(refusal, sheet.entity) for refusal in refusals)
        self.bad.add(item.rows, f"{step}: {sentence}" if step else sentence)

    def tell(self, what: str, *, ended: bool = False) -> None:
        """Say how far it is: to whoever started it, and now and then in the batch's record."""
        self.progress(self.counts.done, self.counts.total, what)
        if time.monotonic() - self.told_at < TELL_EVERY and not ended:
            return
        self.told_at = time.monotonic()
        command = AdvanceImport(id=self.batch, ended=ended, **vars(self.counts))
        self.house.perform(self.company, command, by=in_trust(self.actor))

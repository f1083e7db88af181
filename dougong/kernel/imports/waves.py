"""Waves: which rows and which of their steps are taken together, in the order that the mapping declares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from dougong.kernel.fields import FieldProblem
from dougong.kernel.imports.files import Item
from dougong.kernel.imports.mapping import Order, SheetMapping
from dougong.kernel.imports.pace import Pace
from dougong.kernel.imports.refusals import CellNotUnderstood
from dougong.kernel.imports.transforms import Row, Tables, Written, compute, day_of, is_empty
from dougong.kernel.refusals import InvalidField, Refused
from dougong.kernel.sheets import CellUnreadable

MAKING = 0
"""The stage at which a row's record is made; step n is stage n + 1."""


@dataclass(frozen=True)
class Task:
    """One stage of one row, on its day."""

    day: date | None
    stage: int
    at: int
    item: Item


@dataclass(frozen=True)
class Wave:
    """Rows that are at the same stage, with the clock set to the same day."""

    stage: int
    day: date | None
    items: list[Item]


@dataclass
class Waves:
    """Puts a sheet's items in order."""

    sheet: SheetMapping
    tables: Tables
    pace: Pace
    bad: Callable[[Item, Refused], None]
    """Hears of rows whose days can't be read."""
    planned: Callable[[int], None]
    """Hears how many tasks there are, as they become known."""

    def of(self, items: Iterable[Item]) -> Iterator[Wave]:
        """Give the waves of all items."""
        if self.sheet.order is Order.DAYS:
            yield from self.by_days(items)
        else:
            yield from self.by_rows(items)

    def by_rows(self, items: Iterable[Item]) -> Iterator[Wave]:
        """Take a few rows at a time, each stage for all of them."""
        for chunk in self.pace.chunks(items):
            tasks = [task for at, item in enumerate(chunk) for task in self.tasks(at, item)]
            self.planned(len(tasks))
            tasks.sort(key=lambda task: (task.stage, task.day or date.min, task.at))
            yield from self.gathered(tasks)

    def by_days(self, items: Iterable[Item]) -> Iterator[Wave]:
        """Take all tasks of all rows by their days; of one day, by stage."""
        tasks = [task for at, item in enumerate(items) for task in self.tasks(at, item)]
        self.planned(len(tasks))
        tasks.sort(key=lambda task: (task.day or date.min, task.stage, task.at))
        yield from self.gathered(tasks)

    def gathered(self, tasks: Iterable[Task]) -> Iterator[Wave]:
        """Put neighbours of the same stage and day together, as many as the pace allows."""
        for (stage, day), found in groupby(tasks, key=lambda task: (task.stage, task.day)):
            for chunk in self.pace.chunks(found):
                yield Wave(stage, day, [task.item for task in chunk])

    def tasks(self, at: int, item: Item) -> list[Task]:
        """Give an item's stages with their days; a later stage is never before an earlier one."""
        row = Row(item.cells, self.tables)
        try:
            day = self.day(self.sheet.at, row)
            found = [Task(day, MAKING, at, item)]
            for stage, step in enumerate(self.sheet.steps, start=1):
                if step.at is not None:
                    own = self.day(step.at, row)
                    if own is None:
                        continue
                    day = max(own, day) if day else own
                found.append(Task(day, stage, at, item))
        except Refused as refused:
            self.bad(item, refused)
            return []
        return found

    def day(self, written: Written | None, row: Row) -> date | None:
        """Give the day that the clock is set to."""
        if written is None:
            return None
        try:
            value = compute(written, row)
            return None if is_empty(value) else day_of(value)
        except CellUnreadable as unreadable:
            refusal = CellNotUnderstood("at", unreadable.expected, unreadable.shown)
            raise Refused(refusal) from None
        except FieldProblem as problem:
            raise Refused(InvalidField("at", problem.problem, problem.expected)) from None

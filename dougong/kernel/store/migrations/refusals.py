"""Why a company is not served, or can't be brought to the code's version."""

from __future__ import annotations

from dataclasses import dataclass

from dougong.kernel.refusals import Refusal


@dataclass(frozen=True)
class CompanyNotMigrated(Refusal):
    """A company is served only at the code's version."""

    status = 503
    company: str


@dataclass(frozen=True)
class CompanyIsNewer(Refusal):
    """Somebody migrated the company with a newer version than this one."""

    company: str
    step: str


@dataclass(frozen=True)
class NeedsAStepByHand(Refusal):
    """A difference that has to be made up by a step that somebody writes."""

    company: str
    place: str
    problem: str


@dataclass(frozen=True)
class RowsDoNotFit(Refusal):
    """Rows that are there break a law that is new."""

    company: str
    place: str
    problem: str


@dataclass(frozen=True)
class TableHeld(Refusal):
    """Somebody held a table all the time."""

    company: str
    place: str

"""Why a row, a mapping or a batch can't be taken."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from dougong.kernel.refusals import Refusal


@dataclass(frozen=True)
class BadMapping(Refusal):
    """A place in the mapping that can't be understood."""

    status = 422
    place: str
    problem: str


@dataclass(frozen=True)
class NoSuchColumn(Refusal):
    """The mapping names a column that the file doesn't have."""

    status = 422
    file: str
    column: str


@dataclass(frozen=True)
class NoSuchFile(Refusal):
    """The mapping names a file that isn't there."""

    status = 422
    file: str


@dataclass(frozen=True)
class CellNotUnderstood(Refusal):
    """A cell doesn't hold what its field needs, or could mean two things."""

    status = 422
    field: str
    expected_kind: str
    shown: str


@dataclass(frozen=True)
class FoundSeveral(Refusal):
    """More than one record has what was to name one."""

    entity: str
    field: str
    value: str


@dataclass(frozen=True)
class NothingFound(Refusal):
    """A step names a record that isn't there."""

    entity: str
    value: str


@dataclass(frozen=True)
class WaitsForApproval(Refusal):
    """The row's command was kept until somebody agrees; what would follow it was left out."""

    role: str


@dataclass(frozen=True)
class AgainstTheLaw(Refusal):
    """The database forbids the row; ``law`` is the constraint's name."""

    status = 422
    law: str


@dataclass(frozen=True)
class TooManyCells(Refusal):
    """A row has more cells than the header has names: mostly a comma that nobody quoted."""

    status = 422
    shown: str


@dataclass(frozen=True)
class NoInverse(Refusal):
    """What was done has no operation that undoes it."""

    operation: str


@dataclass(frozen=True)
class NoSuchBatch(Refusal):
    """There is no import of this identity."""

    status = 404
    batch: UUID


@dataclass(frozen=True)
class NothingKept(Refusal):
    """The import read files from elsewhere, which the house has not."""

    batch: UUID


@dataclass(frozen=True)
class UnderWay(Refusal):
    """Somebody's import, or taking it back, waits or runs already."""

    batch: UUID

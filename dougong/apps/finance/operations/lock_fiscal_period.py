"""Lock a month: nothing is posted to its days any more."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.apps.finance.entities import FiscalPeriod
from dougong.apps.finance.events import FiscalPeriodLocked
from dougong.apps.finance.periods import period_of, period_touches, switch_obstacles
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.refusals import Refusal
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class LockFiscalPeriod(Command[FiscalPeriod]):
    """The month, such as ``2026-11``."""

    month: str


def touches(_record: None, command: LockFiscalPeriod, _work: Work) -> Iterator[Touch]:
    """Hold the month: who relies on it being open commits first, or is refused."""
    yield from period_touches(command.month)


def obstacles(_record: None, command: LockFiscalPeriod, work: Work) -> Iterator[Refusal]:
    """Say whether it is locked already."""
    yield from switch_obstacles(work, command.month, locked=True)


@operation(
    on=FiscalPeriod,
    touches=touches,
    unless=obstacles,
    emits=[FiscalPeriodLocked],
    creates=True,
    inverse="unlock",
)
def lock_fiscal_period(_record: None, command: LockFiscalPeriod, work: Work) -> FiscalPeriod:
    """Close the books of a month."""
    period = period_of(work, command.month)
    period.locked = True
    work.emit(FiscalPeriodLocked(id=period.id, month=period.month))
    return period

"""Unlock a month: its days can be posted to again."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.apps.finance.entities import FiscalPeriod
from dougong.apps.finance.events import FiscalPeriodUnlocked
from dougong.apps.finance.periods import period_of, period_touches, switch_obstacles
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.refusals import Refusal
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class UnlockFiscalPeriod(Command[FiscalPeriod]):
    """The month, such as ``2026-11``."""

    month: str


def touches(_record: None, command: UnlockFiscalPeriod, _work: Work) -> Iterator[Touch]:
    """Hold the month."""
    yield from period_touches(command.month)


def obstacles(_record: None, command: UnlockFiscalPeriod, work: Work) -> Iterator[Refusal]:
    """Say whether it is open already."""
    yield from switch_obstacles(work, command.month, locked=False)


@operation(
    on=FiscalPeriod,
    touches=touches,
    unless=obstacles,
    emits=[FiscalPeriodUnlocked],
    creates=True,
    inverse="lock",
)
def unlock_fiscal_period(_record: None, command: UnlockFiscalPeriod, work: Work) -> FiscalPeriod:
    """Open the books of a month again."""
    period = period_of(work, command.month)
    period.locked = False
    work.emit(FiscalPeriodUnlocked(id=period.id, month=period.month))
    return period

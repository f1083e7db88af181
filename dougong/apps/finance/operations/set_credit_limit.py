"""Set a customer's credit limit."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.finance.credit import position_of, positions_of
from dougong.apps.finance.entities import CreditPosition
from dougong.apps.finance.events import CreditLimitSet
from dougong.apps.finance.refusals import NotPositive
from dougong.kernel.operations import Command, Touch, operation
from dougong.kernel.refusals import Refusal
from dougong.kernel.values import ZERO
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class SetCreditLimit(Command[CreditPosition]):
    """How much the customer may owe, in company currency; without an amount there is no limit."""

    customer: UUID
    credit_limit: Decimal | None = None
    limit_expires: date | None = None
    temporary: Decimal = ZERO
    """What is allowed on top for a time."""
    temporary_until: date | None = None


def touches(_record: None, command: SetCreditLimit, _work: Work) -> Iterator[Touch]:
    """Hold the customer's credit."""
    yield from positions_of([command.customer])


def obstacles(_record: None, command: SetCreditLimit, _work: Work) -> Iterator[Refusal]:
    """Say whether an amount is below zero."""
    for name in ("credit_limit", "temporary"):
        amount = getattr(command, name)
        if amount is not None and amount < 0:
            yield NotPositive(name, amount)


@operation(
    on=CreditPosition,
    name="set_limit",
    touches=touches,
    unless=obstacles,
    emits=[CreditLimitSet],
    creates=True,
)
def set_credit_limit(_record: None, command: SetCreditLimit, work: Work) -> CreditPosition:
    """Decide how much a customer may owe. What they owe already stays, even above it."""
    position = position_of(work, command.customer)
    before = position.credit_limit
    position.credit_limit = command.credit_limit
    position.limit_expires = command.limit_expires
    position.temporary = command.temporary
    position.temporary_until = command.temporary_until
    work.emit(
        CreditLimitSet(
            id=position.id,
            customer=command.customer,
            limit_before=before,
            credit_limit=command.credit_limit,
            temporary=command.temporary,
            temporary_until=command.temporary_until,
        )
    )
    return position

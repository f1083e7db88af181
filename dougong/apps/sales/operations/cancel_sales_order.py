"""Cancel a sales order: nothing of it is owed any more, by anybody."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.apps.finance.api import (
    billables_of,
    change_billables,
    claims_of_change,
    closing_changes,
    credit_of,
    hold_credit,
)
from dougong.apps.inventory.api import give_up, given_up, giving_up_obstacles
from dougong.apps.sales.entities import SalesOrder
from dougong.apps.sales.entries import enter, undone, whole
from dougong.apps.sales.events import SalesOrderCancelled
from dougong.apps.sales.lifecycles import ORDER_LIFECYCLE, EntryKind, OrderState
from dougong.apps.sales.refusals import AlreadyUnderway
from dougong.kernel.operations import Command, operation
from dougong.kernel.refusals import Refusal, WrongState
from dougong.kernel.values import ZERO
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class CancelSalesOrder(Command[SalesOrder]):
    """Cancel, and say why."""

    reason: str = ""

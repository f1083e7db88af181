"""Receive a return: the goods are ours again, at what their delivery had cost, and credited."""

from collections.abc import Iterator
from dataclasses import dataclass

from dougong.apps.finance.api import Returned, credit_returns, return_obstacles, return_touches
from dougong.apps.finance.events import InvoiceIssued
from dougong.apps.inventory.api import take_back, take_back_obstacles, take_back_touches
from dougong.apps.inventory.events import GoodsTakenBack
from dougong.apps.sales.entities import SalesOrder, SalesReturn
from dougong.apps.sales.entries import enter_return
from dougong.apps.sales.events import SalesReturnReceived
from dougong.apps.sales.returns import obstacles_to_coming_back
from dougong.kernel.operations import Command, Touch, lock, operation
from dougong.kernel.refusals import Refusal
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class ReceiveSalesReturn(Command[SalesReturn]):
    """Receive what came back, as the draft says."""

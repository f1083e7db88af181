"""Movements of goods as the books see them: for what they were, and on which day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from dougong.kernel.values import ZERO
from dougong.kernel.work import Work


def day_of(command: Any, work: Work) -> date:
    """Tell the day of a movement: what its command says, or today."""
    day = getattr(command, "day", None)
    return day if isinstance(day, date) else work.today


def purposes_of(shipment: Any) -> list[UUID]:
    """Tell which order lines a shipment is for."""
    return [line.purpose for line in shipment.lines if line.purpose is not None]


def picked_of(shipment: Any) -> Mapping[UUID, Decimal]:
    """Tell how much of which order line a shipment carries."""
    sums: dict[UUID, Decimal] = {}
    for line in shipment.lines:
        if line.purpose is not None:
            sums[line.purpose] = sums.get(line.purpose, ZERO) + line.picked
    return sums

"""Positions held and watched: what every movement of goods goes through."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from dougong.apps.inventory.entities import (
    AlertState,
    MoveKind,
    Place,
    StockAlert,
    StockMove,
    StockPosition,
)
from dougong.apps.inventory.events import StockAlertClosed, StockAlertRaised
from dougong.kernel.operations import Touch, lock
from dougong.kernel.work import Work

PLACE = ("product", "warehouse")


def positions_at(places: Iterable[Place]) -> list[Touch]:
    """Hold the positions of products in warehouses; one that isn't there is made, empty."""
    return [lock(StockPosition, places, by=PLACE, ensure=True)]


def open_alerts_at(places: Iterable[Place]) -> list[Touch]:
    """Hold the alerts that more stock may close."""
    return [lock(StockAlert, places, by=PLACE, only={"state": [AlertState.OPEN]})]


def position_at(work: Work, place: Place) -> StockPosition:
    """Give a held position."""
    found = work.at(StockPosition, PLACE, place)
    assert found is not None, f"the position {place} was not touched"
    return found


def watch(work: Work, places: Iterable[Place]) -> None:
    """Raise the alert where too little is free now, and close it where enough is free again."""
    for place in dict.fromkeys(places):
        position = position_at(work, place)
        if position.is_short and position.alert is None:
            raise_alert(work, position)
        elif position.alert is not None and not position.is_short:
            close_alert(work, position)


def raise_alert(work: Work, position: StockPosition) -> None:
    """Note that less is free than the reorder point wants."""
    alert = work.add(
        StockAlert(
            product=position.product,
            warehouse=position.warehouse,
            available=position.free,
            reorder_point=position.reorder_point,
        )
    )
    position.alert = alert.id  # type: ignore[assignment]  # an alert's id
    work.emit(
        StockAlertRaised(
            id=alert.id,
            product=position.product,
            warehouse=position.warehouse,
            available=position.free,
            reorder_point=position.reorder_point,
        )
    )


def close_alert(work: Work, position: StockPosition) -> None:
    """Note that enough is free again, if the alert is held here."""
    alert = work.maybe(StockAlert, position.alert)
    if alert is None:
        return
    alert.state = AlertState.CLOSED
    position.alert = None
    work.emit(
        StockAlertClosed(
            id=alert.id,
            product=position.product,
            warehouse=position.warehouse,
            available=position.free,
        )
    )


def note_move(
    work: Work,
    place: Place,
    quantity: Decimal,
    value: Decimal,
    kind: MoveKind,
    *,
    day: date,
    document: str,
    line: UUID | None = None,
    purpose: UUID | None = None,
    reason: str = "",
) -> StockMove:
    """Write down, for good, that goods came (positive) or went (negative)."""
    product, warehouse = place
    return work.add(
        StockMove(
            product=product,
            warehouse=warehouse,  # type: ignore[arg-type]  # a warehouse's id
            quantity=quantity,
            value=value,
            kind=kind,
            day=day,
            document=document,
            line=line,
            purpose=purpose,
            reason=reason,
        )
    )

"""Who waits: the documents that still lack goods of a place, the most urgent first."""

from collections.abc import Iterable, Iterator

from dougong.apps.inventory.entities import (
    ExpectedMovement,
    MovementKind,
    Place,
    Reservation,
    StockPosition,
)
from dougong.apps.inventory.stock import PLACE
from dougong.kernel.operations import Touch, read
from dougong.kernel.values import ZERO
from dougong.kernel.work import Work

DEMAND = {"kind": [MovementKind.DEMAND]}
MOST_WAITING = 100
"""So many documents are named at most; the others are when more comes in."""


def who_waits(places: Iterable[Place], work: Work) -> Iterator[Touch]:
    """Look at who wants the goods of places, once nobody else can take them."""
    if work.all(StockPosition):
        there = list(places)
        yield read(ExpectedMovement, there, by=PLACE, only=DEMAND)
        yield read(Reservation, there, by=PLACE)


def waiting_for(work: Work, places: Iterable[Place]) -> tuple[str, ...]:
    """Name the documents that lack some of the goods of places, the most urgent first."""
    there = set(places)
    kept = {one.purpose: one.quantity for one in work.all(Reservation)}
    lacking = [
        one
        for one in work.all(ExpectedMovement)
        if one.kind is MovementKind.DEMAND
        and (one.product, one.warehouse) in there
        and -one.quantity > kept.get(one.purpose, ZERO)
    ]
    lacking.sort(key=lambda one: (one.due, one.id))
    return tuple(dict.fromkeys(one.document for one in lacking if one.document))[:MOST_WAITING]

"""A house with all of the kernel's parts in it: rules, approvals, own fields, numbers, search."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from dougong.kernel.approvals.release import release_approved, releasing
from dougong.kernel.approvals.rules import CompanyRules
from dougong.kernel.catalogue import Catalogue
from dougong.kernel.changes.building import Builder
from dougong.kernel.changes.overlay import complete, number_patterns
from dougong.kernel.house import House, utc_now
from dougong.kernel.rollups.rolling import Rolling
from dougong.kernel.search.projection import search_projection
from dougong.kernel.store.database import Database
from dougong.kernel.store.setup import prepare_database


def furnished(
    dsn: str,
    catalogue: Catalogue,
    *,
    size: int = 10,
    clock: Callable[[], datetime] = utc_now,
) -> House:
    """Put a house together on a database; nothing runs yet."""
    prepare_database(dsn)
    house = House(Database(dsn, size=size), catalogue, clock=clock, agreement=CompanyRules())
    house.complete = complete
    house.overlays.append(number_patterns)
    builder = Builder(house)
    house.listeners.append(lambda committed: release_approved(house, committed))
    house.listeners.append(builder.hear)
    house.chores.append(builder.build)
    house.chores.append(Rolling(house).roll)
    house.followers.append(releasing(house))
    house.projections.append(search_projection(house))
    return house

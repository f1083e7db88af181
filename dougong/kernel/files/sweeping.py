"""Sweeping: what was uploaded for nothing, or belonged to what is gone, goes after a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from dougong.kernel.access.together import leads
from dougong.kernel.catalogue import Catalogue
from dougong.kernel.refusals import Refused
from dougong.kernel.store.database import Transaction, quoted
from dougong.kernel.verbs import Delete

if TYPE_CHECKING:
    from dougong.kernel.house import House

KEPT_FOR = timedelta(days=1)
AT_ONCE = 1000
"""So many files are swept at a time; the rest goes the next day."""


def sweep_files(house: House, company: str) -> int:
    """Delete the files that nobody needs; gives how many."""
    catalogue = house.catalogue_of(company)
    if "file" not in catalogue.entities:
        return 0
    with house.database.transaction(company) as transaction:
        needless = find_needless(transaction, catalogue, house.clock() - KEPT_FOR)
    swept = 0
    for identity in needless:
        with suppress(Refused):  # somebody took it meanwhile
            house.perform(company, Delete(entity="file", id=identity), operation="file.delete")
            swept += 1
    return swept


def find_needless(transaction: Transaction, catalogue: Catalogue, before: datetime) -> list[UUID]:
    """Find files, untouched for long enough, that belong to nothing and stand in no field."""
    gone = " OR ".join(["f.record IS NULL", *gone_with(transaction, catalogue)])
    unused = "".join(f" AND NOT EXISTS ({used})" for used in uses(catalogue))
    rows = transaction.rows(
        f"SELECT f.id FROM file f WHERE f.updated_at < %s AND ({gone}){unused} "
        f"ORDER BY f.id LIMIT {AT_ONCE}",
        [before],
    )
    return [row[0] for row in rows]


def gone_with(transaction: Transaction, catalogue: Catalogue) -> Iterator[str]:
    """Write, for each kind of record that files belong to, the condition that it is gone."""
    kinds: Iterable[tuple[str]] = transaction.rows(
        "SELECT DISTINCT split_part(record, ':', 1) FROM file WHERE record IS NOT NULL"
    )
    for (entity,) in kinds:
        if leads(catalogue, entity) is not None:
            yield (
                f"(split_part(f.record, ':', 1) = '{entity}' AND NOT EXISTS (SELECT FROM "
                f"{quoted(entity)} t WHERE t.id = split_part(f.record, ':', 2)::uuid))"
            )


def uses(catalogue: Catalogue) -> Iterator[str]:
    """Write, for each field that holds files, the sub-select of what holds this one."""
    for description in catalogue.entities.values():
        for field in description.stored:
            if field.kind.name == "file":
                yield (
                    f"SELECT FROM {quoted(description.name)} u WHERE u.{quoted(field.name)} = f.id"
                )

"""A witness: the old state and the events must give the new state, whatever is performed.

``with told(house, company):`` reads every table whose entity keeps a history before and after, and
fails where a row came, went or changed and the log doesn't tell of it, or tells what isn't so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dougong.kernel.catalogue import Catalogue
from dougong.kernel.house import House
from dougong.kernel.log.history import kept_value
from dougong.kernel.store.database import Transaction
from dougong.kernel.store.shapes import shape_of

STAMPS = frozenset({"created_at", "created_by", "updated_at", "updated_by"})
Rows = dict[str, dict[str, Any]]


@contextmanager
def told(house: House, company: str) -> Iterator[None]:
    """Compare the company's records before and after with what the log tells meanwhile."""
    with house.database.transaction(company) as transaction:
        catalogue = house.state(transaction).catalogue
        before, last = present(transaction, catalogue), last_event(transaction)
    yield
    with house.database.transaction(company) as transaction:
        after = present(transaction, catalogue)
        events = transaction.rows(
            "SELECT id, changes FROM event WHERE seq > %s ORDER BY seq", (last,)
        )
        unlinked = transaction.rows(UNLINKED, (last,))
    assert replayed(catalogue, before, after, [changes for _, changes in events]) == after
    assert unlinked == [], "events whose changes can't be found from the record they are about"


UNLINKED = """
SELECT e.name, key FROM event e, jsonb_object_keys(e.changes) AS key
WHERE e.seq > %s AND NOT EXISTS (
    SELECT 1 FROM event_link l
    WHERE l.event = e.id AND l.recorded_at = e.recorded_at
      AND (l.record = split_part(key, ':', 2)::uuid OR l.entity <> split_part(key, ':', 1))
)
"""


def present(transaction: Transaction, catalogue: Catalogue) -> Rows:
    """Read every record that has a history, by ``entity:id``, without its stamps."""
    found: Rows = {}
    for name, description in catalogue.entities.items():
        if not description.history:
            continue
        shape = shape_of(description)
        for row in transaction.rows(shape.select):
            values = dict(zip(shape.names, row, strict=True))
            found[f"{name}:{values['id']}"] = {n: v for n, v in values.items() if n not in STAMPS}
    return found


def last_event(transaction: Transaction) -> int:
    """Tell where the log ends."""
    [(last,)] = transaction.rows("SELECT coalesce(max(seq), 0) FROM event")
    return int(last)


def replayed(
    catalogue: Catalogue, before: Rows, after: Rows, told_changes: list[Mapping[str, Any]]
) -> Rows:
    """Bring the old state up to date by the events alone; new rows are taken as they were made."""
    state = {key: dict(row) for key, row in before.items()}
    later = {key: dict(row) for key, row in after.items()}
    for changes in reversed(told_changes):
        for key, changed in changes.items():
            undo_in(catalogue, later, key, changed)
    for changes in told_changes:
        for key, changed in changes.items():
            description = catalogue.entities[key.partition(":")[0]]
            if "created" in changed:
                assert key not in state, f"{key} is made twice"
                state[key] = dict(after.get(key, {}))
            elif "deleted" in changed:
                row = changed["deleted"][0]
                kept = {f.name: kept_value(f, row.get(f.name)) for f in description.stored}
                was = state.pop(key)
                assert not was or was == {n: v for n, v in kept.items() if n not in STAMPS}, key
            else:
                for name, (was, now) in changed.items():
                    field = description.fields[name]
                    if key in before and key in after:
                        assert state[key][name] == kept_value(field, was), f"{key}.{name}"
                    state[key][name] = kept_value(field, now)
    assert {k: v for k, v in later.items() if k in before} == {
        k: v for k, v in before.items() if k in later
    }, "taken back, the events don't give the old state"
    return state


def undo_in(catalogue: Catalogue, later: Rows, key: str, changed: Mapping[str, Any]) -> None:
    """Take back one change, so that the way back is tried too."""
    description = catalogue.entities[key.partition(":")[0]]
    if "created" in changed:
        later.pop(key, None)
    elif "deleted" in changed:
        row = changed["deleted"][0]
        kept = {f.name: kept_value(f, row.get(f.name)) for f in description.stored}
        later[key] = {n: v for n, v in kept.items() if n not in STAMPS}
    elif key in later:
        for name, (was, _) in changed.items():
            later[key][name] = kept_value(description.fields[name], was)

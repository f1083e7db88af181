"""The table of an entity's roll-up, and the invariant that ties it to the facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dougong.kernel.invariants import Invariant
from dougong.kernel.store.database import quoted

if TYPE_CHECKING:
    from dougong.kernel.entities import Description

ROLLED_UP_TABLE = """
CREATE TABLE rolled_up (
    entity text PRIMARY KEY,
    until uuid NOT NULL
);
COMMENT ON TABLE rolled_up IS 'Up to which id the facts of an entity stand in its sums by month';
"""


def roll_up_laws(description: Description) -> Iterator[str]:
    """Write the table of the sums by month."""
    rolled = description.rolled_up
    if rolled is None:
        return
    name = rolled.table(description.name)
    fields = description.fields
    columns = ["month date NOT NULL"]
    columns += [f"{quoted(one)} {fields[one].kind.column}" for one in rolled.by]
    columns += [f"{quoted(one)} {fields[one].kind.column} NOT NULL" for one in rolled.sums]
    key = ", ".join(quoted(one) for one in ("month", *rolled.by))
    yield (
        f"CREATE TABLE {quoted(name)} ({', '.join(columns)}, facts bigint NOT NULL, "
        f"CONSTRAINT {quoted(f'uq_{name}')} UNIQUE NULLS NOT DISTINCT ({key}))"
    )


def ties_to_its_facts(description: Description) -> Invariant:
    """Say that the sums by month are the sums of the facts."""
    rolled = description.rolled_up
    assert rolled is not None, f"{description.name} is not rolled up"
    by = ", ".join(quoted(one) for one in rolled.by)
    summed = [*rolled.sums, "facts"]
    columns = ", ".join(quoted(one) for one in summed)
    facts = ", ".join([*(f"f.{quoted(one)}" for one in rolled.sums), "1"])
    key = ", ".join(["month", *(f"{quoted(one)}::text" for one in rolled.by)])
    sides = {
        side: ", ".join(
            f"trim_scale(coalesce(sum({quoted(one)}) FILTER (WHERE {where}), 0))" for one in summed
        )
        for side, where in (("expected", "NOT rolled"), ("actual", "rolled"))
    }
    differs = f"ROW({sides['expected']}) IS DISTINCT FROM ROW({sides['actual']})"
    return Invariant(
        name=f"{description.name}_rolled_up",
        promise="The sums by month of what was entered are the sums of what was entered.",
        sql=f"""
            SELECT concat_ws(' ', {key}), concat_ws(' ', {sides["expected"]}),
                   concat_ws(' ', {sides["actual"]})
            FROM (
                SELECT date_trunc('month', f.{quoted(rolled.day)}::timestamp)::date AS month, {by},
                       false AS rolled, {facts}
                FROM {quoted(description.name)} f
                WHERE f.id < (SELECT until FROM rolled_up WHERE entity = '{description.name}')
                UNION ALL
                SELECT month, {by}, true, {columns} FROM {quoted(rolled.table(description.name))}
            ) AS both_sides (month, {by}, rolled, {columns})
            GROUP BY month, {by}
            HAVING {differs}
        """,
    )

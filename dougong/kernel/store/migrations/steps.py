"""What must be done so that a company's tables stand as the code declares them.

Only what is ours is compared: a company's own fields (``x_…``), objects and their laws stay. Nothing
that holds data is ever dropped; a column that the code no longer knows stays, and may stay empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dougong.kernel.store.build import named
from dougong.kernel.store.database import quoted
from dougong.kernel.store.migrations.standing import Column, Law, Place, Standing

OURS = ("ck_", "fk_", "uq_", "ix_", "needed_")
"""How the names of our laws begin; whatever else stands there is somebody else's."""
NEEDED = "needed"
"""How a check is named that stands in for NOT NULL until every row was looked at."""


@dataclass(frozen=True)
class Step:
    """Statements that run together in one brief transaction, or one that runs outside of any."""

    about: str
    statements: tuple[str, ...]
    alone: bool = False


class MadeByHandError(Exception):
    """A difference that only somebody can make up who knows what the data means."""

    def __init__(self, about: str, problem: str) -> None:
        """Name the place, and what differs."""
        self.about = about
        self.problem = problem
        super().__init__(about, problem)


Fill = Callable[[str, str], str | None]
"""Gives, as SQL, what a new column holds in the rows that are there."""


def next_steps(wanted: Standing, stands: Standing, fill: Fill) -> list[Step]:
    """Give what can be done now; when it is done, ask again, until there is nothing."""
    for rule in (
        make_functions,
        make_tables,
        lambda wanted, stands: add_columns(wanted, stands, fill),
        loosen_columns,
        make_indexes,
        make_constraints,
        validate,
        tighten_columns,
        make_triggers,
        give_rights,
        drop_what_is_gone,
    ):
        steps = list(rule(wanted, stands))
        if steps:
            return steps
    return []


def place(table: str, name: str) -> str:
    """Name a part of a table to people."""
    return f"{table}.{name}"


def column_sql(name: str, column: Column) -> str:
    """Write a column's definition."""
    default = f" DEFAULT {column.default}" if column.default else ""
    return f"{quoted(name)} {column.type}{default}" + (" NOT NULL" if column.needed else "")


def add_constraint(table: str, name: str, how: str) -> str:
    """Write the statement that adds a constraint."""
    return f"ALTER TABLE {quoted(table)} ADD CONSTRAINT {quoted(name)} {how}"


def drop_constraint(table: str, name: str) -> str:
    """Write the statement that takes a constraint away."""
    return f"ALTER TABLE {quoted(table)} DROP CONSTRAINT {quoted(name)}"


def concurrently(definition: str) -> str:
    """Make an index statement that lets writers go on."""
    return definition.replace("INDEX ", "INDEX CONCURRENTLY ", 1)


# What adds


def make_functions(wanted: Standing, stands: Standing) -> Iterator[Step]:
    """Make or replace the functions that laws use."""
    for name, definition in wanted.functions.items():
        if stands.functions.get(name) != definition:
            yield Step(name, (definition,))


def make_tables(wanted: Standing, stands: Standing) -> Iterator[Step]:
    """Make each new table with all its laws but the references, which come when all tables stand."""
    for table, kind in wanted.tables.items():
        if table in stands.tables:
            if stands.tables[table] != kind:
                raise MadeByHandError(table, f"it is {stands.tables[table]} and not {kind}")
            continue
        if kind == "S":
            yield Step(table, (f"CREATE SEQUENCE {quoted(table)}",))
            continue
        if kind != "r":
            raise MadeByHandError(table, "a table in partitions is made by hand")
        columns = [
            column_sql(name, column) for (of, name), column in wanted.columns.items() if of == table
        ]
        statements = [f"CREATE TABLE {quoted(table)} ({', '.join(columns)})"]
        for (of, name), law in wanted.constraints.items():
            if of == table and law.kind != "f":
                statements.append(add_constraint(table, name, law.definition))
        statements += [law.definition for (of, _), law in wanted.indexes.items() if of == table]
        yield Step(table, tuple(statements))


def add_columns(wanted: Standing, stands: Standing, fill: Fill) -> Iterator[Step]:
    """Add each new column: no rewrite and no scan, whatever it holds in the rows that are there."""
    for (table, name), column in wanted.columns.items():
        if (table, name) in stands.columns:
            continue
        held = column.default or fill(table, name)
        known = f" DEFAULT {held}" if held else ""
        head = f"ALTER TABLE {quoted(table)}"
        statements = [f"{head} ADD COLUMN {quoted(name)} {column.type}{known}"]
        if held and column.default is None:
            statements.append(f"{head} ALTER COLUMN {quoted(name)} DROP DEFAULT")
        yield Step(place(table, name), tuple(statements))


def make_indexes(wanted: Standing, stands: Standing) -> Iterator[Step]:
    """Make the indexes; one that is not whole, or says something else, is made anew.

    A try that ran into the lock time-out leaves half an index, which the next try removes first.
    """
    for (table, name), definition in indexes_wanted(wanted, stands):
        found = stands.indexes.get((table, name))
        if found is not None and found.whole and found.definition == definition:
            continue
        if wanted.tables[table] == "p":
            raise MadeByHandError(
                place(table, name), "an index of a table in partitions is made by hand"
            )
        left_over = f"DROP INDEX CONCURRENTLY IF EXISTS {quoted(name)}"
        yield Step(name, (left_over, concurrently(definition)), alone=True)


def indexes_wanted(wanted: Standing, stands: Standing) -> Iterator[tuple[Place, str]]:
    """Give the indexes that stand alone, and those that a new unique constraint will be made of."""
    for where, law in wanted.indexes.items():
        yield where, law.definition
    for where, law in wanted.constraints.items():
        if law.index and where not in stands.constraints:
            yield where, law.index


def make_constraints(wanted: Standing, stands: Standing) -> Iterator[Step]:
    """Add the constraints, not yet for the rows that are there; a changed one takes turns."""
    for (table, name), law in wanted.constraints.items():
        found = stands.constraints.get((table, name))
        if found == law:
            continue
        away = () if found is None else (drop_constraint(table, name),)
        if law.index and found is not None:
            yield Step(place(table, name), away)
        elif law.index:
            kind = "PRIMARY KEY" if law.kind == "p" else "UNIQUE"
            how = f"{kind} USING INDEX {quoted(name)}"
            yield Step(place(table, name), (add_constraint(table, name, how),))
        else:
            how = law.definition + ("" if law.kind == "x" else " NOT VALID")
            yield Step(place(table, name), (*away, add_constraint(table, name, how)))


def validate(wanted: Standing, stands: Standing) -> Iterator[Step]:
    """Look at every row that was there before its law."""
    for (table, name), law in stands.constraints.items():
        if law.whole or not ((table, name) in wanted.constraints or stands_in(table, name, law)):
            continue
        yield Step(
            place(table, name),
            (f"ALTER TABLE {quoted(table)} VALIDATE CONSTRAINT {quoted(name)}",),
        )


def stands_in(table: str, name: str, law: Law) -> bool:
    """Tell whether a check stands in for NOT NULL."""
    return len(law.columns) == 1 and name == named(NEEDED, table, law.columns[0])


def tighten_columns(wanted: Standing, stands: Standing) -> Iterator[Step]:
    """Make columns needed, by way of a check, so that nobody waits while rows are looked at."""
    for (table, name), column in wanted.columns.items():
        found = stands.columns[table, name]
        if not column.needed or found.needed:
            continue
        check = named(NEEDED, table, name)
        if (table, check) not in stands.constraints:
            how = f"CHECK ({quoted(name)} IS NOT NULL) NOT VALID"
            yield Step(place(table, name), (add_constraint(table, check, how),))
            continue
        needed = f"ALTER TABLE {quoted(table)} ALTER COLUMN {quoted(name)} SET NOT NULL"
        yield Step(place(table, name), (needed, drop_constraint(table, check)))


def make_triggers(wanted: Standing, stands: Standing) -> Iterator[Step]:
    """Set the triggers by which the database enforces laws."""
    for (table, name), definition in wanted.triggers.items():
        found = stands.triggers.get((table, name))
        if found == definition:
            continue
        away = () if found is None else (f"DROP TRIGGER {quoted(name)} ON {quoted(table)}",)
        yield Step(place(table, name), (*away, definition))


def give_rights(wanted: Standing, stands: Standing) -> Iterator[Step]:
    """Give the company's role what it may do, and take what it may no longer."""
    for verb, toward, rights in (
        ("GRANT", "TO", wanted.rights - stands.rights),
        ("REVOKE", "FROM", stands.rights - wanted.rights),
    ):
        for table, column, right in sorted(rights):
            if table not in wanted.tables or column.startswith("x_"):
                continue
            of = f" ({quoted(column)})" if column else ""
            on = "SEQUENCE " if wanted.tables[table] == "S" else ""
            statement = f"{verb} {right}{of} ON {on}{quoted(table)} {toward} {{role}}"
            yield Step(table, (statement,))


# What takes away


def loosen_columns(wanted: Standing, stands: Standing) -> Iterator[Step]:
    """Let columns be empty that need no value, those that the code no longer knows among them."""
    for (table, name), found in stands.columns.items():
        if table not in wanted.tables or name.startswith("x_"):
            continue
        column = wanted.columns.get((table, name))
        if column is not None and column.type != found.type:
            raise MadeByHandError(
                place(table, name), f"it is {found.type} and should be {column.type}"
            )
        head = f"ALTER TABLE {quoted(table)} ALTER COLUMN {quoted(name)}"
        if found.needed and (column is None or not column.needed):
            yield Step(place(table, name), (f"{head} DROP NOT NULL",))
        if column is not None and column.default != found.default:
            how = f"SET DEFAULT {column.default}" if column.default else "DROP DEFAULT"
            yield Step(place(table, name), (f"{head} {how}",))


def drop_what_is_gone(wanted: Standing, stands: Standing) -> Iterator[Step]:
    """Drop laws of ours that the code no longer has; they would forbid what it now does."""
    for (table, name), law in stands.constraints.items():
        if is_gone(table, name, law, wanted) and (table, name) not in wanted.constraints:
            yield Step(place(table, name), (drop_constraint(table, name),))
    for (table, name), law in stands.indexes.items():
        kept = (table, name) in wanted.indexes or (table, name) in wanted.constraints
        if is_gone(table, name, law, wanted) and not kept:
            yield Step(name, (f"DROP INDEX CONCURRENTLY IF EXISTS {quoted(name)}",), alone=True)
    for table, name in stands.triggers:
        if table in wanted.tables and (table, name) not in wanted.triggers:
            yield Step(place(table, name), (f"DROP TRIGGER {quoted(name)} ON {quoted(table)}",))


def is_gone(table: str, name: str, law: Law, wanted: Standing) -> bool:
    """Tell whether a law is one of ours, of a table that the code still knows."""
    return table in wanted.tables and name.startswith(OURS) and not law.is_own

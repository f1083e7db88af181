"""Every operation, tried as every demo role, against the permission matrix that people have read.

``matrix.yaml`` says for each operation with whose records a role may do it: ``all``, its ``own``
(those of customers that one looks after, or that one's people do), ``others``; a role that isn't
named may not. ``DOUGONG_WRITE_MATRIX=1`` writes the table as it is, to be read critically.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from dougong.demo.roles import role_codes
from dougong.kernel.house import House
from tests.access.props import Props, creation, has_rights_of_its_own
from tests.access.rehearsal import PLAYED_BY, Rehearsal, Stage
from tests.demo_company import SLUG

MATRIX = Path(__file__).parent / "matrix.yaml"
WRITES = os.environ.get("DOUGONG_WRITE_MATRIX") == "1"
ANOTHER = "li.na"
HEAD = """\
# With whose records each demo role may do what. Tried, not stated: see test_matrix.py.
# all: everybody's; own: those of the customers that one, or somebody who reports to one, looks after,
# and nobody else's; others: only those that are not one's own. A role that is not named may not.
# For parked_command, "own" was asked for by the sales representative and waits for the sales manager,
# "others" was asked for by somebody else and waits for the accountant.
"""

Table = dict[str, dict[str, dict[str, str]]]


@pytest.fixture(scope="module")
def rehearsal(demo: House) -> Iterator[Rehearsal]:
    """The demo company with something of everything, on a stage where nothing is kept."""
    props = Props(demo)
    own = props.records(PLAYED_BY["sales_rep"], "20")
    other = props.records(ANOTHER, "")
    rest = props.others()
    own, other = rest | own, rest | other
    rep = props.one("SELECT id FROM person WHERE login = %s", PLAYED_BY["sales_rep"])
    somebody = props.one("SELECT id FROM person WHERE login = %s", ANOTHER)
    values = {entity: creation(entity, own) for entity in demo.catalogue.entities}
    values |= {f"{entity}/other": creation(entity, other) for entity in demo.catalogue.entities}
    values["customer"] = {"name": "新客户", "owner": rep}
    values["customer/other"] = {"name": "新客户", "owner": somebody}
    before = demo.database
    demo.database = Stage(before.dsn, size=3)
    yield Rehearsal(demo, SLUG, own, other, values)
    demo.database.close()
    demo.database = before


@pytest.fixture(scope="module")
def tried(rehearsal: Rehearsal) -> Table:
    """Try everything."""
    catalogue = rehearsal.house.catalogue
    table: Table = {}
    for entity, description in catalogue.entities.items():
        if not has_rights_of_its_own(description):
            continue
        operations = {"read": None} | {op.name: op for op in catalogue.operations_of(entity)}
        table[entity] = {}
        for verb, operation in operations.items():
            verdicts = {role: rehearsal.verdict(role, entity, operation) for role in role_codes()}
            table[entity][verb] = {role: one for role, one in verdicts.items() if one != "none"}
    return table


def written(table: Table) -> str:
    """Write a line for each operation, so that people can read it."""
    lines = []
    for entity, verbs in table.items():
        lines.append(f"{entity}:")
        for verb, roles in verbs.items():
            said = ", ".join(f"{role}: {whose}" for role, whose in roles.items())
            lines.append(f"  {verb + ':':<19}{{{said}}}")
    return "\n".join(lines) + "\n"


def test_everybody_may_what_the_matrix_says_and_nothing_else(tried: Table) -> None:
    if WRITES:
        MATRIX.write_text(HEAD + written(tried), "utf-8")
    stated: Table = yaml.safe_load(MATRIX.read_text("utf-8"))
    differences = [
        f"{entity}.{verb} by {role}: {expected} in the matrix, {found} when tried"
        for entity in {**stated, **tried}
        for verb in {**stated.get(entity, {}), **tried.get(entity, {})}
        for role in role_codes()
        for expected in [stated.get(entity, {}).get(verb, {}).get(role, "none")]
        for found in [tried.get(entity, {}).get(verb, {}).get(role, "none")]
        if expected != found
    ]
    assert differences == []


def test_every_operation_stands_in_the_matrix(rehearsal: Rehearsal) -> None:
    stated: Table = yaml.safe_load(MATRIX.read_text("utf-8"))
    catalogue = rehearsal.house.catalogue
    missing = [
        op.full_name
        for op in catalogue.operations.values()
        if has_rights_of_its_own(catalogue.entities[op.on]) and op.name not in stated.get(op.on, {})
    ]
    assert missing == []


def test_nothing_is_kept_of_a_rehearsal(tried: Table, rehearsal: Rehearsal) -> None:
    assert tried
    with rehearsal.house.database.transaction(SLUG) as transaction:
        rows = transaction.rows(
            "SELECT state FROM invoice WHERE id = %s", [rehearsal.own["invoice"]]
        )
    assert rows == [("issued",)]


def test_costs_are_seen_by_those_whose_post_it_is(rehearsal: Rehearsal) -> None:
    order = rehearsal.house.catalogue.entity("sales_order")
    position = rehearsal.house.catalogue.entity("stock_position")
    product = rehearsal.house.catalogue.entity("product")
    shown = {role: rehearsal.actor(role).rights for role in role_codes()}

    def who(entity: object, field: str) -> set[str]:
        return {role for role, rights in shown.items() if field in rights.readable(entity)}

    assert who(order, "margin") == {"sales_manager", "accountant", "admin"}
    assert who(position, "value") == {"purchaser", "accountant", "admin"}
    assert who(product, "standard_cost") == {"sales_manager", "purchaser", "accountant", "admin"}
    assert "warehouse" not in who(product, "list_price")

"""Why somebody may do something with a record, or why not: each role that speaks of it, row rule by row rule."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from starlette.responses import Response

from dougong.kernel.access.actor import Actor
from dougong.kernel.access.grants import granted
from dougong.kernel.access.rights import PersonRights, actor_of
from dougong.kernel.questions.statements import rows_of
from dougong.kernel.refusals import InvalidField, NotPermitted, Refused
from dougong.kernel.rules import TableScope, parse
from dougong.kernel.scopes import CatalogueScope, shapes_of
from dougong.kernel.values import Id
from dougong.web.answers import Json
from dougong.web.asking import Asking, Reading, as_id
from dougong.web.bodies import known_parameters
from dougong.web.records import identity_of
from dougong.web.sight import see

READ = "read"


def show_why(asking: Asking) -> Response:
    """Answer by which roles an operation on a record is allowed, for oneself or for another person."""
    given = known_parameters(asking.request, ("operation", "person"))
    entity, operation = asking.path("entity"), given.get("operation", READ)
    with asking.reading() as reading:
        description = reading.state.catalogue.entity(entity)
        if operation != READ:
            reading.state.catalogue.operation(entity, operation)
        if description.seen_with or description.is_line:
            raise Refused(InvalidField("entity", "not_a_choice", "documents, masters"))
        record = identity_of(reading, entity, asking.path("id"))
        see(reading, entity, record, asking.path("id"))
        person = somebody(reading, given.get("person", ""))
        assert isinstance(person.rights, PersonRights), "a person's rights are a person's"
        reasons = reasons_of(
            reading, person, person.rights, entity=entity, operation=operation, record=record
        )
        readable = person.rights.readable(description)
        writable = person.rights.writable(description)
    return Json(
        {
            "operation": operation,
            "person": {"id": str(person.person), "title": person.name},
            "allowed": any(one["holds"] for one in reasons),
            "reasons": reasons,
            "hidden": [name for name in description.fields if name not in readable],
            "writable": [name for name in description.fields if name in writable],
        }
    )


def somebody(reading: Reading, named: str) -> Actor:
    """Give whose rights are asked for; another's only to who may change people's roles."""
    own = reading.actor.person
    assert own is not None, "who is in a company is somebody there"
    wanted = as_id(named) if named else own
    if wanted is None or wanted not in reading.state.cached("person"):
        raise Refused(InvalidField("person", "not_an_id", "id"))
    if wanted != own and not reading.actor.rights.may("person", "edit"):
        raise Refused(NotPermitted("person", "edit"))
    return actor_of(reading.state, cast("Id[Any]", wanted))


def reasons_of(
    reading: Reading,
    person: Actor,
    rights: PersonRights,
    *,
    entity: str,
    operation: str,
    record: UUID,
) -> list[dict[str, Any]]:
    """Ask each permission's row rule of the record, all by one statement."""
    catalogue = reading.state.catalogue
    tables = TableScope(shapes_of(catalogue)(entity))
    identity = tables.column(("id",))
    allowing = list(rights.allowing(entity, operation))
    conditions: list[sa.ColumnElement[bool]] = []
    for _, permission in allowing:
        if permission.rows.strip():
            rule = parse(rights.spelled_out(permission.rows), CatalogueScope(catalogue, entity))
            conditions.append(rule.where(tables, reading.today))
        else:
            conditions.append(sa.true())
    assert person.person is not None, "rights are a person's"
    by_grant = granted(person.person, entity, identity) if operation == READ else sa.false()
    conditions.append(by_grant)
    told = [sa.func.coalesce(one, sa.false()).label(f"c{at}") for at, one in enumerate(conditions)]
    statement = sa.select(*told).select_from(tables.source).where(identity == record)
    [answers] = rows_of(reading.transaction, statement)
    *by_role, grant = answers
    reasons: list[dict[str, Any]] = [
        {"role": role.code, "name": role.name, "rows": permission.rows, "holds": holds}
        for (role, permission), holds in zip(allowing, by_role, strict=True)
    ]
    if grant:
        reasons.append({"role": None, "name": None, "rows": "record_grant", "holds": True})
    return reasons

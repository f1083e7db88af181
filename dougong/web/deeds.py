"""Deeds: records made, changed and deleted, and every other operation, one or many at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.responses import Response

from dougong.kernel.access.actor import Actor
from dougong.kernel.doors import command_for
from dougong.kernel.operations import Command, Operation
from dougong.kernel.panels import outlooks_on
from dougong.kernel.perform import Call, Done, Outcome, Waiting
from dougong.kernel.questions import one, show
from dougong.kernel.refusals import InvalidField, NoSuchOperation, NotFound, Refused, Stale
from dougong.web.answers import Json, problem, refused
from dougong.web.asking import Asking, Reading, as_id
from dougong.web.bodies import (
    idempotency_key,
    is_set,
    known_parameters,
    seen_version,
    some_rows,
)
from dougong.web.records import identity_of, tagged
from dougong.web.records import told as answered

PREVIEW = ("preview", "outlook")
AT_ONCE = 100
"""So many rows of a bulk request share a transaction, so that none is long."""
LARGEST_VERSION = 2**31


@dataclass(frozen=True)
class Deed:
    """What is to be done: the operation with its arguments, and by whom."""

    operation: Operation
    command: Command[Any]
    actor: Actor


def create_record(asking: Asking) -> Response:
    """Make a record."""
    return carry_out(asking, understood(asking, "create", None, asking.values()))


def edit_record(asking: Asking) -> Response:
    """Change some fields of a record."""
    return carry_out(asking, understood(asking, "edit", asking.path("id"), asking.values()))


def delete_record(asking: Asking) -> Response:
    """Delete a record."""
    return carry_out(asking, understood(asking, "delete", asking.path("id"), asking.values()))


def operate(asking: Asking) -> Response:
    """Perform an operation on a record."""
    return carry_out(
        asking, understood(asking, asking.path("operation"), asking.path("id"), asking.values())
    )


def operate_anew(asking: Asking) -> Response:
    """Perform an operation that makes its record."""
    return carry_out(asking, understood(asking, asking.path("operation"), None, asking.values()))


def understood(asking: Asking, verb: str, key: str | None, body: Mapping[str, Any]) -> Deed:
    """Find the operation and the record, and understand the arguments."""
    entity = asking.path("entity")
    with asking.reading() as reading:
        operation = found_operation(reading, entity, verb, about_record=key is not None)
        target = None if key is None else identity_of(reading, entity, key)
        command = command_for(reading.state.catalogue, operation, target, body)
        return Deed(operation, command, reading.actor)


def found_operation(reading: Reading, entity: str, verb: str, *, about_record: bool) -> Operation:
    """Find an operation; one that makes its record isn't about one that is there, and the reverse."""
    operation = reading.state.catalogue.operation(entity, verb)
    if operation.creates == about_record:
        raise Refused(NoSuchOperation(entity, verb))
    return operation


def carry_out(asking: Asking, deed: Deed, known: Iterable[str] = PREVIEW) -> Response:
    """Do it, or only say what would come of it."""
    given = known_parameters(asking.request, known)
    seen, key = seen_version(asking.request), idempotency_key(asking.request)
    if is_set(given, "preview"):
        return preview(asking, deed, with_outlook=is_set(given, "outlook"))
    try:
        outcome = asking.house.perform(
            asking.company,
            deed.command,
            by=deed.actor,
            operation=deed.operation.full_name,
            seen=seen,
            key=key,
        )
    except Refused as no:
        if isinstance(no.by, Stale):
            return stale(asking, deed, no)
        raise
    if isinstance(outcome, Waiting):
        return Json(waiting(asking, outcome), status_code=202, headers=parked_at(outcome))
    return done(asking, deed, outcome)


def preview(asking: Asking, deed: Deed, *, with_outlook: bool = False) -> Response:
    """Say what would happen: the record as it would be, and all that stands in the way.

    With its outlook if that is asked for: what the apps tell of the record as it would be.
    """
    looked = asking.house.preview(
        asking.company, deed.command, by=deed.actor, operation=deed.operation.full_name
    )
    record, outlook = None, {}
    if looked.record is not None:
        with asking.reading() as reading:
            record = show(
                reading.transaction,
                reading.state,
                reading.actor,
                looked.record,
                today=reading.today,
            )
            if with_outlook:
                declared = reading.state.catalogue.outlooks.get(deed.operation.on, ())
                outlook = outlooks_on(looked.record, declared, reading.sight)
    entity = deed.operation.on
    return Json(
        {
            "possible": not looked.obstacles,
            "waits_for": looked.waits_for or None,
            "obstacles": asking.reasons(looked.obstacles, entity),
            "record": record,
            **({"outlook": answered(outlook)} if with_outlook else {}),
        }
    )


def stale(asking: Asking, deed: Deed, no: Refused) -> Response:
    """Refuse what somebody else's change overtook, with the record as it is now."""
    with asking.reading() as reading:
        current = one(
            reading.transaction,
            reading.state,
            reading.actor,
            deed.operation.on,
            str(deed.command.id),
            today=reading.today,
        )
    return refused(
        no.refusals,
        asking.messages,
        asking.locale,
        deed.operation.on,
        asking.hides,
        current=current,
    )


def done(asking: Asking, deed: Deed, outcome: Done) -> Response:
    """Answer with the record as it is after the operation, as far as the asker may see it."""
    headers = told(outcome)
    if deed.operation.name == "delete":
        return Response(status_code=204, headers=headers)
    record = seen_after(asking, [outcome])[0]
    headers |= tagged(record)
    status = 200
    if deed.operation.creates:
        status = 201
        headers["Location"] = f"/api/v1/{entity_of(outcome)}/{outcome.id}"
    return Json(record, status_code=status, headers=headers)


def told(outcome: Done) -> dict[str, str]:
    """Name the event under which the deed is known, and say if it was done before."""
    headers = {}
    if outcome.event is not None:
        headers["Dougong-Event"] = str(outcome.event)
    if outcome.replayed:
        headers["Idempotency-Replayed"] = "true"
    return headers


def entity_of(outcome: Done) -> str:
    """Name the kind of record that came of it; an operation may make one of another kind."""
    name: str = outcome.entity if outcome.record is None else outcome.record.description.name
    return name


def seen_after(asking: Asking, outcomes: Sequence[Done]) -> list[dict[str, Any]]:
    """Write the records that came of operations; what may not be read is only named."""
    with asking.reading() as reading:
        return [record_after(reading, outcome) for outcome in outcomes]


def record_after(reading: Reading, outcome: Done) -> dict[str, Any]:
    """Write one record: from memory where every row may be read, else as it is asked for."""
    entity, rights = entity_of(outcome), reading.actor.rights
    named = {"id": str(outcome.id)}
    if not rights.may(entity, "read"):
        return named
    if outcome.record is not None and rights.row_rule(entity, "read") is None:
        return show(
            reading.transaction, reading.state, reading.actor, outcome.record, today=reading.today
        )
    try:
        return one(
            reading.transaction,
            reading.state,
            reading.actor,
            entity,
            outcome.id,
            today=reading.today,
        )
    except Refused as gone:
        if isinstance(gone.by, NotFound):
            return named
        raise


def waiting(asking: Asking, outcome: Waiting) -> dict[str, Any]:
    """Write that a command was kept, and whose approval it waits for."""
    return {
        "waiting": {
            "parked": str(outcome.parked),
            "role": outcome.role,
            "reasons": asking.reasons(outcome.reasons),
        }
    }


def parked_at(outcome: Waiting) -> dict[str, str]:
    """Say where the kept command is found."""
    return {"Location": f"/api/v1/parked_command/{outcome.parked}"}


# Many at a time


def operate_on_many(asking: Asking) -> Response:
    """Perform an operation with many rows of arguments; who is refused leaves the others alone."""
    given = known_parameters(asking.request, PREVIEW)
    if is_set(given, "preview"):
        raise Refused(InvalidField("preview", "unknown_parameter"))
    rows = some_rows(asking.decoded())
    key = idempotency_key(asking.request)
    results: list[dict[str, Any]] = []
    for first in range(0, len(rows), AT_ONCE):
        results += some_at_once(asking, rows[first : first + AT_ONCE], key, first)
    refusals = sum(1 for one_result in results if "problem" in one_result)
    return Json({"results": results, "refused": refusals}, status_code=200)


def some_at_once(
    asking: Asking, rows: Sequence[dict[str, Any]], key: str, first: int
) -> list[dict[str, Any]]:
    """Perform some rows in one transaction, and write what came of each."""
    entity, verb = asking.path("entity"), asking.path("operation")
    calls: list[Call | Refused] = []
    with asking.reading() as reading:
        operation = reading.state.catalogue.operation(entity, verb)
        for at, row in enumerate(rows, start=first):
            row_key = f"{key}/{at}" if key else ""
            try:
                calls.append(call_of(reading, operation, row, row_key))
            except Refused as no:
                calls.append(no)
        actor = reading.actor
    to_do = [one_call for one_call in calls if isinstance(one_call, Call)]
    came = iter(together(asking, to_do, actor))
    outcomes = [next(came) if isinstance(one_call, Call) else one_call for one_call in calls]
    return results_of(asking, operation, outcomes)


def together(asking: Asking, calls: Sequence[Call], actor: Actor) -> list[Outcome]:
    """Perform calls in one transaction; where the database itself says no to one, each in its own."""
    if not calls:
        return []
    try:
        return asking.house.perform_calls(asking.company, calls, by=actor)
    except Refused as no:
        if len(calls) == 1:
            return [no]
        return [outcome for alone in calls for outcome in together(asking, [alone], actor)]


def call_of(reading: Reading, operation: Operation, row: Mapping[str, Any], key: str) -> Call:
    """Understand a row: which record, which version of it was seen, and the arguments."""
    body = dict(row)
    target: UUID | None = None
    if not operation.creates:
        named = body.pop("id", None)
        if not isinstance(named, str):
            raise Refused(InvalidField("id", "required" if named is None else "wrong_type", "id"))
        target = as_id(named) or identity_of(reading, operation.on, named)
    seen = None if operation.creates else body.pop("version", None)
    if seen is not None and (
        isinstance(seen, bool) or not isinstance(seen, int) or not 0 < seen < LARGEST_VERSION
    ):
        raise Refused(InvalidField("version", "wrong_type", "number"))
    command = command_for(reading.state.catalogue, operation, target, body)
    return Call(operation=operation, command=command, seen=seen, key=key)


def results_of(
    asking: Asking, operation: Operation, outcomes: Sequence[Outcome]
) -> list[dict[str, Any]]:
    """Write what came of each row."""
    made = [one_outcome for one_outcome in outcomes if isinstance(one_outcome, Done)]
    gone = operation.name == "delete"
    records = iter([None] * len(made) if gone else seen_after(asking, made))
    return [result_of(asking, operation, one_outcome, records) for one_outcome in outcomes]


def result_of(
    asking: Asking, operation: Operation, outcome: Outcome, records: Any
) -> dict[str, Any]:
    """Write what came of one row."""
    if isinstance(outcome, Refused):
        said = problem(outcome.refusals, asking.messages, asking.locale, operation.on, asking.hides)
        return {"status": said["status"], "problem": said}
    if isinstance(outcome, Waiting):
        return {"status": 202, **waiting(asking, outcome)}
    event = str(outcome.event) if outcome.event else None
    record = next(records)
    if record is None:
        return {"status": 204, "event": event, "id": str(outcome.id)}
    return {"status": 201 if operation.creates else 200, "event": event, "record": record}

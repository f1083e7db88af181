"""The past: what became of a record, what it was, what it set in motion; and taking things back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from starlette.responses import Response

from dougong.kernel.log.history import Happened, as_of, family_of, history
from dougong.kernel.log.trace import Node, caused_by
from dougong.kernel.log.undo import undo
from dougong.kernel.perform import Waiting
from dougong.kernel.questions import as_json, one, show, titles_of
from dougong.kernel.questions.reading import bounded
from dougong.kernel.refusals import InvalidField, NotFound, Refused
from dougong.web.answers import Json
from dougong.web.asking import Asking, Reading, as_id
from dougong.web.bodies import an_object, known_parameters, whole_number
from dougong.web.deeds import parked_at, told, waiting
from dougong.web.records import identity_of, show_record, tagged
from dougong.web.sight import see, shown, visible

MOST = 500
DAY = len("2026-01-31")
LAST = 2**63


def show_now_or_then(asking: Asking) -> Response:
    """Answer a record, as it is or as it was."""
    if "as_of" in asking.request.query_params:
        return show_then(asking)
    return show_record(asking)


def show_then(asking: Asking) -> Response:
    """Answer a record as it was at an instant, or at the end of a day."""
    given = known_parameters(asking.request, ("as_of",))
    entity, key = asking.path("entity"), asking.path("id")
    with asking.reading() as reading:
        at = read_instant(given["as_of"], reading)
        identity = identity_of(reading, entity, key)
        see(reading, entity, identity, key)
        then = as_of(reading.transaction, reading.state.catalogue, entity, identity, at)
        if then is None:
            raise Refused(NotFound(entity, key[:100]))
        record = show(reading.transaction, reading.state, reading.actor, then, today=reading.today)
    return Json({**record, "as_of": as_json(at)})


def read_instant(text: str, reading: Reading) -> datetime:
    """Read an instant, or a day of the company's, of which the last moment is meant."""
    try:
        if len(text) == DAY:
            following = date.fromisoformat(text) + timedelta(days=1)
            midnight = datetime.combine(following, time(), reading.state.time_zone)
            return midnight - timedelta(microseconds=1)
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        expected = "YYYY-MM-DD, YYYY-MM-DDTHH:MM:SSZ"
        raise Refused(InvalidField("as_of", "not_an_instant", expected)) from None
    if at.tzinfo is None:
        raise Refused(InvalidField("as_of", "no_time_zone", "YYYY-MM-DDTHH:MM:SSZ"))
    return at


def show_history(asking: Asking) -> Response:
    """Answer what happened to a record, the newest first."""
    given = known_parameters(asking.request, ("limit", "cursor"))
    limit = bounded(whole_number(given, "limit", 50), MOST)
    before = read_cursor(given.get("cursor", ""))
    entity, key = asking.path("entity"), asking.path("id")
    with asking.reading() as reading:
        identity = identity_of(reading, entity, key)
        see(reading, entity, identity, key)
        happened = history(
            reading.transaction,
            reading.state.catalogue,
            entity,
            identity,
            before=before,
            limit=limit + 1,
            rights=reading.actor.rights,
        )
        if not happened and identity not in shown(reading, entity, [identity]):
            raise Refused(NotFound(entity, key[:100]))
        page = happened[:limit]
        seen = visible(reading, ((event.entity, event.record) for event in page))
        events = [
            happened_as_json(asking, reading, event)
            for event in page
            if (event.entity, event.record) in seen
        ]
        names = names_in(reading, page)
    more = len(happened) > limit
    return Json(
        {"events": events, "names": names, "next_cursor": str(page[-1].seq) if more else None}
    )


def names_in(reading: Reading, events: Iterable[Happened]) -> dict[str, str]:
    """Name the records that changes speak of, by their ids."""
    entities = reading.state.catalogue.entities
    wanted = {
        (field.target, identity)
        for event in events
        for changed, fields in event.changes.items()
        for name, values in fields.items()
        if (description := entities.get(changed.partition(":")[0])) is not None
        and (field := description.fields.get(name)) is not None
        and field.target in entities
        and isinstance(values, list | tuple)
        for value in values
        if isinstance(value, str) and (identity := as_id(value)) is not None
    }
    titles = titles_of(reading.transaction, reading.state, reading.actor, wanted)
    return {str(identity): title for (_, identity), title in titles.items() if title}


def read_cursor(text: str) -> int | None:
    """Read where the page before ended."""
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or int(text[:30]) >= LAST:
        raise Refused(InvalidField("cursor", "not_a_cursor"))
    return int(text)


def happened_as_json(asking: Asking, reading: Reading, event: Happened) -> dict[str, Any]:
    """Write an event with its sentence, without what may not be read."""
    verb = event.name.partition(".")[2]
    facts = readable_facts(reading, event.entity, event.facts)
    return {
        "id": str(event.id),
        "name": event.name,
        "sentence": asking.messages.event(event.entity, verb, asking.locale, **facts),
        "entity": event.entity,
        "record": str(event.record),
        "at": as_json(event.at),
        "recorded_at": as_json(event.recorded_at),
        "actor": person_as_json(reading, event.actor),
        "cause": as_json(event.cause),
        "trace": str(event.trace),
        "facts": facts,
        "changes": event.changes,
    }


def person_as_json(reading: Reading, person: UUID | None) -> dict[str, Any] | None:
    """Write who did it; nobody where the house itself did."""
    if person is None:
        return None
    known = reading.state.cached("person").get(person)
    return {"id": str(person), "title": getattr(known, "name", None)}


def readable_facts(reading: Reading, entity: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Give an event's facts without those that are named like a field that may not be read.

    A secret field's name is kept wherever it stands, unless the record has such a field to read.
    """
    rights, entities = reading.actor.rights, reading.state.catalogue.entities.values()
    readable: set[str] = set()
    hidden: set[str] = set()
    for description in family_of(reading.state.catalogue, entity).values():
        readable |= rights.readable(description)
        hidden |= set(description.fields) - rights.readable(description)
    for description in entities:
        secret = {known.name for known in description.fields.values() if known.secret}
        if secret:
            hidden |= secret - rights.readable(description) - readable
    return an_object(without(facts, hidden))


def without(value: Any, hidden: set[str]) -> Any:
    """Leave names out, however deep they stand."""
    if isinstance(value, Mapping):
        return {name: without(one, hidden) for name, one in value.items() if name not in hidden}
    if isinstance(value, list | tuple):
        return [without(each, hidden) for each in value]
    return value


# What was set in motion


def show_trace(asking: Asking) -> Response:
    """Answer what an event, a record or a request set in motion, as a tree."""
    known_parameters(asking.request, ())
    key = asking.path("id")
    identity = as_id(key)
    if identity is None:
        raise Refused(NotFound("event", key[:100]))
    with asking.reading() as reading:
        nodes = caused_by(reading.transaction, reading.state.catalogue, identity)
        seen = visible(reading, ((each.entity, each.record) for each in every(nodes)))
        written = [node_as_json(asking, reading, node, seen) for node in nodes]
    found = [tree for tree in written if tree is not None]
    if not found:
        raise Refused(NotFound("event", key[:100]))
    return Json({"caused": found})


def every(nodes: Iterable[Node]) -> Iterable[Node]:
    """Give every node of some trees."""
    for node in nodes:
        yield node
        yield from every(node.children)


def node_as_json(
    asking: Asking, reading: Reading, node: Node, seen: set[tuple[str, UUID]]
) -> dict[str, Any] | None:
    """Write a node and what it caused; of what may not be seen only that there was something."""
    written = [node_as_json(asking, reading, child, seen) for child in node.children]
    children = [child for child in written if child is not None]
    if (node.entity, node.record) not in seen:
        return {"hidden": True, "caused": children} if children else None
    description = reading.state.catalogue.entities[node.entity]
    titled = description.title_field in reading.actor.rights.readable(description)
    verb = node.name.partition(".")[2]
    return {
        "event": str(node.event),
        "name": node.name,
        "label": asking.messages.entity(node.entity, asking.locale),
        "verb": verb,
        "entity": node.entity,
        "record": str(node.record),
        "title": node.title if titled else "",
        "at": as_json(node.at),
        "actor": person_as_json(reading, node.actor),
        "waited": round(node.waited.total_seconds(), 6),
        "caused": children,
    }


# Taking back


def undo_event(asking: Asking) -> Response:
    """Take back what an event did, by the inverse of its operation."""
    known_parameters(asking.request, ())
    key = asking.path("id")
    event = as_id(key)
    with asking.reading() as reading:
        actor = reading.actor
        found = (
            reading.transaction.rows("SELECT entity, record FROM event WHERE id = %s", [event])
            if event
            else []
        )
        if not found or found[0] not in visible(reading, [found[0]]):
            raise Refused(NotFound("event", key[:100]))
    assert event is not None, "it was found"
    outcome = undo(asking.house, asking.company, event, by=actor)
    if isinstance(outcome, Waiting):
        return Json(waiting(asking, outcome), status_code=202, headers=parked_at(outcome))
    with asking.reading() as reading:
        record = what_is_left(reading, outcome.entity, outcome.id)
    return Json(record, headers=told(outcome) | tagged(record))


def what_is_left(reading: Reading, entity: str, identity: UUID) -> dict[str, Any]:
    """Write the record after the undoing; where it is gone, only its id."""
    try:
        return one(
            reading.transaction,
            reading.state,
            reading.actor,
            entity,
            identity,
            today=reading.today,
        )
    except Refused as gone:
        if isinstance(gone.by, NotFound):
            return {"id": str(identity)}
        raise

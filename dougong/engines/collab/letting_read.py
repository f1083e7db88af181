"""Whom a mention or a task reaches: they are let read that one record, and no more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from dougong.kernel.access.entities import Person, RecordGrant
from dougong.kernel.access.rights import actor_of
from dougong.kernel.access.together import leads, named
from dougong.kernel.operations import Touch, lock, read
from dougong.kernel.refusals import Refusal, Refused, UnknownReference
from dougong.kernel.work import Work


def meant_by(mentions: Iterable[str], work: Work) -> set[UUID]:
    """Give the people whom mentions call: each by themselves, or by a role that they play."""
    people = [one for one in work.state.cached("person").values() if isinstance(one, Person)]
    found: set[UUID] = set()
    for mention in mentions:
        kind, _, identity = mention.partition(":")
        found |= {
            one.id
            for one in people
            if one.active
            and (
                (kind == "person" and str(one.id) == identity)
                or (kind == "role" and any(str(line.role) == identity for line in one.roles))
            )
        }
    return found


def unknown_mentions(mentions: Iterable[str], work: Work) -> Iterator[Refusal]:
    """Refuse who isn't there to be called."""
    for mention in mentions:
        kind, _, identity = mention.partition(":")
        known = work.state.cached(kind) if kind in ("person", "role") else {}
        if not any(str(one) == identity for one in known):
            yield UnknownReference("mentions", kind[:60], identity[:60])


def record_touches(record: str, work: Work) -> Iterator[Touch]:
    """Look at the record that is spoken of, and hold the grants on it."""
    entity, identity = named(record)
    if leads(work.catalogue, entity) is not None:
        yield read(entity, [identity], lines=True)
        yield lock(RecordGrant, [record], by="record")
        found = work.fetch(entity, identity)
        if found is not None:
            yield from work.actor.rights.touches(found, entity, "read", work)


def no_such_record(record: str, work: Work) -> Iterator[Refusal]:
    """Refuse a record that isn't there for the speaker, or of which nothing can be said.

    It is asked before anybody is let read: nobody calls themselves to a record.
    """
    entity, identity = named(record)
    known = leads(work.catalogue, entity) is not None
    found = work.fetch(entity, identity) if known else None
    if found is None or not work.actor.rights.holds(found, entity, "read", work):
        yield UnknownReference("record", entity, str(identity))


def let_read(record: str, people: Iterable[UUID], work: Work, *, reason: str) -> None:
    """Grant people to read a record, as far as they may not read all of its kind anyway."""
    granted = {one.person: one for one in work.all(RecordGrant) if one.record == record}
    for person in sorted(people):
        grant: Any = granted.get(person)  # type: ignore[call-overload]  # an id of a person is an id
        if reads_all_like(record, person, work):
            continue
        if grant is None:
            work.add(RecordGrant(record=record, person=person, reason=reason))  # type: ignore[arg-type]  # likewise
        else:
            allowed = grant.allows.split(",")
            grant.allows = ",".join(dict.fromkeys([*allowed, "read"]))
            grant.until = None


def reads_all_like(record: str, person: UUID, work: Work) -> bool:
    """Tell whether somebody may read every record of the kind."""
    entity, _ = named(record)
    try:
        return actor_of(work.state, person).rights.row_rule(entity, "read") is None  # type: ignore[arg-type]  # an id of a person is an id
    except Refused:
        return False

"""The one door for changes: HTTP, job, import, rule and test all perform commands here.

In this order: who and what → lock and read → may you → is it current → can it be → do the rules
agree → decide in memory → write → events. Whatever refuses, nothing has been written.
"""

from __future__ import annotations

import hashlib
import logging
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
import psycopg

from dougong.kernel.access.actor import HOUSE, Actor
from dougong.kernel.approvals.agreement import Approval
from dougong.kernel.entities import Entity
from dougong.kernel.events import PlainEvent
from dougong.kernel.hands import Hands, OutOfOrder
from dougong.kernel.operations import Command, Mode, Operation, Touch, lock, read
from dougong.kernel.refusals import (
    InvalidField,
    KeyReused,
    NotFound,
    NotPermitted,
    NotUnique,
    Refusal,
    Refused,
    Stale,
    StillReferenced,
    UnknownReference,
)
from dougong.kernel.store.database import Transaction
from dougong.kernel.store.shapes import UNLOADED, shape_of
from dougong.kernel.values import new_id
from dougong.kernel.verbs import Edit
from dougong.kernel.work import Work

if TYPE_CHECKING:
    from dougong.kernel.house import House

ATTEMPTS = 12
NOBODY = UUID(int=0)
DETERMINISTIC = msgspec.json.Encoder(order="deterministic", decimal_format="string")
PASSING = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.LockNotAvailable,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Call:
    """One command on its way through the door."""

    operation: Operation
    command: Command[Any]
    seen: int | None = None
    """The version of the record that the asker saw."""
    key: str = ""
    """The asker's idempotency key."""
    approved: Approval | None = None
    """What was approved beforehand, for a command that had to wait."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """It was done (or would be, for a preview)."""

    entity: str
    id: UUID
    record: Any
    event: UUID | None
    replayed: bool = False


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """It was kept and waits for somebody's approval."""

    parked: UUID
    role: str
    reasons: tuple[Refusal, ...]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What would happen: the record as it would be, and all that stands in the way."""

    entity: str
    record: Any
    obstacles: tuple[Refusal, ...]
    waits_for: str = ""


Outcome = Done | Waiting | Refused


class Tainted(Exception):  # noqa: N818  a signal to start over without one call
    """A call was refused after it had changed records in memory."""

    def __init__(self, at: int, refused: Refused) -> None:
        super().__init__(at)
        self.at = at
        self.refused = refused


@dataclass
class Attempt:
    """What one try knows from the tries before it."""

    ahead: tuple[Touch, ...] = ()
    refused: dict[int, Refused] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    """The idempotency keys that were found to be used before."""


@dataclass(kw_only=True)
class Performance:
    """Some commands of one actor in one company, performed in one transaction."""

    house: House
    company: str
    calls: Sequence[Call]
    actor: Actor = HOUSE
    now: datetime
    trace: UUID
    cause: UUID | None = None

    def outcomes(self) -> list[Outcome]:
        """Perform all; a call that is refused leaves the others alone."""
        apart = list(one_at_a_time(self.calls))
        if len(apart) > 1:
            return [outcome for calls in apart for outcome in replace(self, calls=calls).each()]
        outcomes, work = self.committed()
        self.tell(work)
        return outcomes

    def each(self) -> list[Outcome]:
        """Perform all; where the database itself says no to one, each in its own transaction."""
        try:
            return self.outcomes()
        except Refused as refused:
            if len(self.calls) == 1:
                return [refused]
            alone = [replace(self, calls=[call]) for call in self.calls]
            return [outcome for one in alone for outcome in one.each()]

    def committed(self) -> tuple[list[Outcome], Work]:
        """Try until it is committed, or refused."""
        attempt = Attempt()
        tried = 0
        while True:
            try:
                return self.once(attempt)
            except Tainted as tainted:
                attempt.refused[tainted.at] = tainted.refused
                continue
            except OutOfOrder as found:
                attempt.ahead = found.args[0]
            except PASSING:
                if tried == ATTEMPTS - 1:
                    raise
                time.sleep(random.uniform(0, 0.005 * 2 ** min(tried, 6)))  # noqa: S311  only to spread
            except psycopg.errors.UniqueViolation as violation:
                if not self.met_itself(violation) and not self.met_its_twin(attempt):
                    raise Refused(self.not_unique(violation)) from None
            except psycopg.errors.ForeignKeyViolation as violation:
                raise Refused(self.reference_refusal(violation)) from None
            tried += 1
            assert tried < ATTEMPTS, "records kept changing their kind while being locked"

    def once(self, attempt: Attempt) -> tuple[list[Outcome], Work]:
        """Try once, from the first lock to the commit."""
        with self.house.database.transaction(self.company) as transaction:
            state = self.house.state(transaction)
            work = self.house.work(state, self.actor, self.now, self.trace, self.cause)
            hands = Hands(transaction, work)
            turn = Turn(self.house, transaction, work, hands, self.calls, attempt)
            try:
                outcomes = turn.take()
            except OutOfOrder:
                raise OutOfOrder((*attempt.ahead, *hands.asked)) from None
        return outcomes, work

    def tell(self, work: Work) -> None:
        """Do what follows the commit; what fails here is made up for by the readers' runner.

        The deed is done by now, so nothing here may look like a reason to do it again.
        """
        try:
            if work.events:
                self.house.number_posted(work)
                self.house.wake(self.company)
            self.house.after_commit(self.company, work)
        except Exception:
            log.exception("what follows a commit of %s failed", self.company)

    def met_its_twin(self, attempt: Attempt) -> bool:
        """Tell whether the same request, sent twice, was carried out meanwhile."""
        keys = [call.key for call in self.calls if call.key and call.key not in attempt.answered]
        if not keys:
            return False
        with self.house.database.transaction(self.company) as transaction:
            return bool(
                transaction.rows(
                    "SELECT 1 FROM idempotency WHERE actor = %s AND key = ANY(%s)",
                    (self.actor.person or NOBODY, keys),
                )
            )

    def met_itself(self, violation: psycopg.errors.UniqueViolation) -> bool:
        """Tell whether two transactions made the same thing at once, so that trying again helps."""
        table = violation.diag.table_name or ""
        if table == "idempotency":
            return True
        description = self.house.catalogue.entities.get(table)
        return description is not None and not description.operations and not description.history

    def not_unique(self, violation: psycopg.errors.UniqueViolation) -> Refusal:
        """Turn the database's no into ours."""
        table = violation.diag.table_name or ""
        detail = violation.diag.message_detail or ""
        fields, _, value = detail.removeprefix("Key (").partition(")=(")
        return NotUnique(table, fields.replace('"', ""), value.partition(") already")[0])

    def reference_refusal(self, violation: psycopg.errors.ForeignKeyViolation) -> Refusal:
        """Turn the database's no about a reference into ours."""
        table = violation.diag.table_name or ""
        detail = violation.diag.message_detail or ""
        name, _, rest = detail.removeprefix("Key (").partition(")=(")
        value, _, end = rest.partition(")")
        if "still referenced" in end:
            target = self.calls[0].operation.on
            return StillReferenced(target, UUID(value), table)
        description = self.house.catalogue.entities.get(table)
        known = description.fields.get(name.replace('"', "")) if description else None
        return UnknownReference(name.replace('"', ""), known.target if known else "", value)


@dataclass
class Turn:
    """One try of a performance, inside its transaction."""

    house: House
    transaction: Transaction
    work: Work
    hands: Hands
    calls: Sequence[Call]
    attempt: Attempt
    subjects: dict[int, Entity] = field(default_factory=dict)

    def take(self) -> list[Outcome]:
        """Go through all calls and write what they decided."""
        outcomes: dict[int, Outcome] = dict(self.attempt.refused)
        outcomes |= self.remembered(range(len(self.calls)))
        self.hands.fetch(self.attempt.ahead)
        self.hold_subjects(outcomes)
        open_calls = [at for at in range(len(self.calls)) if at not in outcomes]
        for at in open_calls:
            try:
                self.admit(self.calls[at], at)
            except Refused as refused:
                outcomes[at] = refused
        open_calls = [at for at in open_calls if at not in outcomes]
        self.fetch_touched(open_calls)
        for at in open_calls:
            outcomes[at] = self.settle_call(at)
        outcomes |= self.remembered(at for at, one in outcomes.items() if isinstance(one, Refused))
        if self.work.events:
            self.hands.write()
        self.remember(outcomes)
        return [outcomes[at] for at in range(len(self.calls))]

    # Idempotency

    def remembered(self, some: Iterable[int]) -> dict[int, Outcome]:
        """Find the calls whose keys were used before, with what came of them.

        What is refused is looked up again: its twin may have been carried out while it waited.
        """
        keys = {self.calls[at].key: at for at in some if self.calls[at].key}
        if not keys:
            return {}
        actor = self.work.actor.person or NOBODY
        found: dict[int, Outcome] = {}
        for key, request, outcome in self.transaction.rows(
            "SELECT key, request, outcome FROM idempotency WHERE actor = %s AND key = ANY(%s)",
            (actor, list(keys)),
        ):
            at = keys[key]
            self.attempt.answered.add(key)
            if request != request_hash(self.calls[at]):
                found[at] = Refused(KeyReused(key))
            else:
                found[at] = self.replay(outcome)
        return found

    def replay(self, outcome: dict[str, Any]) -> Outcome:
        """Answer again what was answered before."""
        if outcome["kind"] == "waiting":
            return Waiting(parked=UUID(outcome["parked"]), role=outcome["role"], reasons=())
        entity, identity = outcome["entity"], UUID(outcome["id"])
        self.hands.peek(read(entity, [identity], lines=True))
        return Done(
            entity=entity,
            id=identity,
            record=self.work.fetch(entity, identity),
            event=UUID(outcome["event"]) if outcome["event"] else None,
            replayed=True,
        )

    def remember(self, outcomes: dict[int, Outcome]) -> None:
        """Keep the outcomes of keyed calls, with the change itself."""
        rows = []
        for at, outcome in outcomes.items():
            call = self.calls[at]
            if not call.key or isinstance(outcome, Refused):
                continue
            if isinstance(outcome, Done) and outcome.replayed:
                continue
            kept: dict[str, Any]
            if isinstance(outcome, Waiting):
                kept = {"kind": "waiting", "parked": outcome.parked, "role": outcome.role}
            else:
                kept = {
                    "kind": "done",
                    "entity": outcome.entity,
                    "id": outcome.id,
                    "event": outcome.event,
                }
            rows.append(
                {
                    "actor": self.work.actor.person or NOBODY,
                    "key": call.key,
                    "request": request_hash(call),
                    "outcome": kept,
                }
            )
        if rows:
            self.transaction.run(
                "INSERT INTO idempotency (actor, key, request, outcome) "
                "SELECT actor, key, request, outcome FROM json_to_recordset(%s::json) "
                "AS v(actor uuid, key text, request text, outcome jsonb)",
                [msgspec.json.encode(rows).decode()],
            )

    # Lock, read, admit

    def hold_subjects(self, outcomes: dict[int, Outcome]) -> None:
        """Lock and read the records that the commands are about."""
        touches = []
        for at, call in enumerate(self.calls):
            if at in outcomes or call.operation.creates:
                continue
            if call.command.id is None:
                continue
            touch = lock(call.operation.on, [call.command.id], lines=True)
            if call.operation.peeks:
                self.hands.peek(touch)
            else:
                touches.append(touch)
        self.hands.fetch(touches)

    def admit(self, call: Call, at: int) -> None:
        """May you, and is it current? Then let the command take its first look at the record."""
        operation, command = call.operation, call.command
        record: Any = None
        if not operation.creates:
            if command.id is None:
                raise Refused(InvalidField("id", "required"))
            record = self.admit_to(operation, command.id)
            self.be_current(call, record)
        elif not self.work.actor.rights.may(operation.on, operation.name):
            raise Refused(NotPermitted(operation.on, operation.name))
        if operation.prepare is not None:
            try:
                record = operation.prepare(record, command, self.work)
            except Refused:
                if record is not None:
                    self.restore(record)
                raise
        if record is not None:
            self.subjects[at] = record

    def admit_to(self, operation: Operation, identity: UUID) -> Entity:
        """Let the actor at a record: what they may not see isn't there for them."""
        rights = self.work.actor.rights
        record = self.work.fetch(operation.on, identity)
        if record is None:
            raise Refused(NotFound(operation.on, str(identity)))
        while self.hands.fetch(rights.touches(record, operation.on, operation.name, self.work)):
            pass
        if not rights.holds(record, operation.on, "read", self.work):
            raise Refused(NotFound(operation.on, str(identity)))
        if not rights.holds(record, operation.on, operation.name, self.work):
            raise Refused(NotPermitted(operation.on, operation.name))
        return record

    def be_current(self, call: Call, record: Entity) -> None:
        """Refuse a stale write, unless nobody else changed the fields that it changes."""
        if call.seen is None or call.seen == record.version:
            return
        theirs = self.changed_since(record, call.seen)
        is_edit = isinstance(call.command, Edit)
        mine = set(call.command.values) if isinstance(call.command, Edit) else theirs or set()
        clash = tuple(sorted(mine if theirs is None else mine & theirs))
        if clash or theirs is None or not is_edit:
            entity = call.operation.on
            shown = self.work.actor.rights.readable(self.work.catalogue.entities[entity])
            told = tuple(name for name in clash if name in shown)
            raise Refused(Stale(entity, record.id, call.seen, record.version, told))

    def changed_since(self, record: Entity, version: int) -> set[str] | None:
        """Give the fields that others changed since a version; None where the log can't tell."""
        if version > record.version:
            return None
        key = f"{record.description.name}:{record.id}"
        rows = self.transaction.rows(
            "SELECT e.changes FROM event_link l JOIN event e ON e.id = l.event "
            "WHERE l.record = %s AND e.changes ? %s",
            (record.id, key),
        )
        fields: set[str] = set()
        told: set[int] = set()
        for (changes,) in rows:
            became = int(changes[key].get("version", [0, 0])[1])
            if became > version:
                told.add(became)
                fields |= set(changes[key])
                fields |= {
                    f.name
                    for f in record.description.lines
                    if any(k.startswith(f"{f.target}:") for k in changes)
                }
        return fields - {"version"} if told == set(range(version + 1, record.version + 1)) else None

    def restore(self, record: Entity) -> None:
        """Take back what a refused command changed in memory."""
        row = record.__dict__.get("_row")
        if row is None:
            return
        shape = shape_of(self.work.catalogue.entities[record.description.name])
        lines = {f.name: f.get(record) for f in shape.description.lines}
        record.__dict__.update(shape.build(row).__dict__)
        for known in shape.description.lines:
            kept = record.__dict__.get("_lines", {}).get(known.name)
            if kept is None:
                known.set(record, lines[known.name])
                continue
            known.set(record, [self.work.records[known.target][one] for one in kept])
            for line in known.get(record):
                self.restore(line)

    def fetch_touched(self, open_calls: Iterable[int]) -> None:
        """Ask everybody concerned what is touched, until nothing new is named."""
        calls = list(open_calls)
        while True:
            touches: list[Touch] = []
            for at in calls:
                touches += self.touched_by(at)
            touches += self.peeked_subjects(calls)
            if not self.hands.fetch(touches):
                return

    def peeked_subjects(self, calls: Iterable[int]) -> Iterable[Touch]:
        """Lock, in their place, the records that were only peeked at."""
        for at in calls:
            call = self.calls[at]
            if call.operation.peeks and call.command.id is not None:
                yield lock(call.operation.on, [call.command.id], lines=True)

    def touched_by(self, at: int) -> Iterable[Touch]:
        """Name what one call touches: itself, obstacles, reactions and rules."""
        call = self.calls[at]
        operation, command, record = call.operation, call.command, self.subjects.get(at)
        yield from operation.touches(record, command, self.work)
        catalogue = self.work.catalogue
        for standing in catalogue.obstacles.get(operation.full_name, ()):
            yield from standing.touches(record, command, self.work)
        for event in operation.emits:
            for reaction in catalogue.reactions.get(event.name(), ()):
                yield from reaction.touches(record, command, self.work)
        if record is not None:
            yield from self.house.agreement.touches(call, record, self.work)
            yield from self.work.actor.rights.touches(
                record, operation.on, operation.name, self.work
            )

    # Decide

    def settle_call(self, at: int) -> Outcome:
        """Refuse, park or decide one call."""
        call, record = self.calls[at], self.subjects.get(at)
        agreement = self.house.agreement
        looked = agreement.look(call, record, self.obstacles(call, record), self.work)
        if looked.refusals:
            if looked.role:
                self.hands.fetch(agreement.asked_before(call, record))
            outcome = (
                agreement.park(call, record, looked, self.work)
                if looked.role
                else Refused(looked.refusals)
            )
            if record is not None and call.operation.prepare is not None:
                self.restore(record)
            return outcome
        done = self.decide(call, record)
        self.check_after(at, call, done.record)
        return done

    def obstacles(self, call: Call, record: Entity | None) -> list[Refusal]:
        """Name everything that stands in the way, at once."""
        operation = call.operation
        found = list(operation.unless(record, call.command, self.work))
        for standing in self.work.catalogue.obstacles.get(operation.full_name, ()):
            found += standing.reasons(record, call.command, self.work)
        return found

    def decide(self, call: Call, record: Entity | None) -> Done:
        """Run the operation and what answers its events at once."""
        operation, work = call.operation, self.work
        work.begin(operation.emits[0] if operation.emits else None)
        root, first = work.root, len(work.events)
        made = operation.decide(record, call.command, work)
        subject = made if isinstance(made, Entity) else record
        if subject is not None and not operation.emits:
            work.emit(
                PlainEvent(
                    id=subject.id,
                    entity=operation.on,
                    happened=operation.happened or operation.name,
                )
            )
        self.react(first)
        identity = subject.id if subject is not None else NOBODY
        return Done(entity=operation.on, id=identity, record=subject, event=root)

    def react(self, first: int) -> None:
        """Let higher apps answer the events at once, one level deep."""
        for recorded in self.work.events[first:]:
            if isinstance(recorded.event, PlainEvent):
                continue
            for reaction in self.work.catalogue.reactions.get(recorded.event.name(), ()):
                self.work.root = recorded.id
                reaction.act(recorded.event, self.work)

    def check_after(self, at: int, call: Call, record: Entity | None) -> None:
        """A write must satisfy the row rule afterwards too."""
        if not self.stays_within_reach(call, record):
            refused = Refused(NotPermitted(call.operation.on, call.operation.name))
            raise Tainted(at, refused)

    def stays_within_reach(self, call: Call, record: Entity | None) -> bool:
        """Tell whether the row rule allows the operation on the record as it has become."""
        if record is None or call.operation.name == "delete":
            return True
        rights = self.work.actor.rights
        return rights.holds(record, call.operation.on, call.operation.name, self.work)


def one_at_a_time(calls: Sequence[Call]) -> Iterator[Sequence[Call]]:
    """Part calls so that no two of one transaction are about the same record or have one key."""
    together: list[Call] = []
    taken: set[object] = set()
    for call in calls:
        own: set[object] = {call.key} if call.key else set()
        own |= {(call.operation.on, call.command.id)} if call.command.id is not None else set()
        if taken & own:
            yield together
            together, taken = [], set()
        together.append(call)
        taken |= own
    if together:
        yield together


def request_hash(call: Call) -> str:
    """Tell one request from another, whatever its key."""
    body = DETERMINISTIC.encode(msgspec.to_builtins(call.command, str_keys=True))
    return hashlib.sha256(call.operation.full_name.encode() + b"\0" + body).hexdigest()


def preview(house: House, company: str, call: Call, actor: Actor, now: datetime) -> Preview:
    """Decide without locking and without writing: the record as it would be, and what is against it."""
    with house.database.transaction(company) as transaction:
        state = house.state(transaction)
        work = house.work(state, actor, now, new_id(), None, numbering=False)
        hands = Hands(transaction, work, holding=False)
        turn = Turn(house, transaction, work, hands, [call], Attempt())
        turn.hold_subjects({})
        turn.admit(call, 0)
        turn.fetch_touched([0])
        record = turn.subjects.get(0)
        refusals = turn.obstacles(call, record)
        agreed = house.agreement.look(call, record, refusals, work)
        keeps_record = call.operation.generic and call.operation.name != "delete"
        if not agreed.refusals or (keeps_record and record is not None):
            record = turn.decide(call, record).record
        if not turn.stays_within_reach(call, record):
            refused = NotPermitted(call.operation.on, call.operation.name)
            return Preview(entity=call.operation.on, record=None, obstacles=(refused,))
        return Preview(
            entity=call.operation.on,
            record=record,
            obstacles=tuple(agreed.refusals),
            waits_for=agreed.role,
        )


__all__ = ["UNLOADED", "Call", "Done", "Mode", "Outcome", "Performance", "Preview", "Waiting"]

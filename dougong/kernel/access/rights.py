"""What a person may do: the sum of their roles, narrowed to rows and fields, and why."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dougong.kernel.access.actor import Actor, RowRule
from dougong.kernel.access.entities import FieldAccess, Person, RecordGrant, Role, RolePermission
from dougong.kernel.access.together import WithRecord
from dougong.kernel.company import State
from dougong.kernel.entities import Description, Entity
from dougong.kernel.operations import Touch, read
from dougong.kernel.refusals import NotPermitted, Refused
from dougong.kernel.rules import Expression, parse
from dougong.kernel.scopes import CatalogueScope, Seen
from dougong.kernel.values import Id

if TYPE_CHECKING:
    from dougong.kernel.work import Work

ANY = "*"
NOBODY = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Reason:
    """Why something is allowed: the role that allows it, and on which rows."""

    role: str
    entity: str
    operation: str
    rows: str


class PersonRights:
    """The rights of one person in one version of a company."""

    def __init__(self, state: State, person: Person) -> None:
        """Gather the person's roles."""
        self.state = state
        self.person = person
        roles = state.cached("role")
        found = [roles[line.role] for line in person.roles if line.role in roles]
        self.roles: list[Role] = [role for role in found if isinstance(role, Role)]
        self.row_rule = lru_cache(maxsize=None)(self._row_rule)
        self.readable = lru_cache(maxsize=None)(self._readable)
        self.writable = lru_cache(maxsize=None)(self._writable)

    def plays(self, role: str) -> bool:
        """Tell whether the person has a role, by its code."""
        return any(one.code == role for one in self.roles)

    # Which operations

    def allowing(self, entity: str, operation: str) -> Iterator[tuple[Role, RolePermission]]:
        """Give each permission that allows an operation."""
        for role in self.roles:
            for one in role.permissions:
                if one.entity in (entity, ANY) and one.operation in (operation, ANY):
                    yield role, one

    def may(self, entity: str, operation: str) -> bool:
        """Tell whether any role allows the operation on any record at all."""
        return self.seen_with(entity) != "" or any(True for _ in self.allowing(entity, operation))

    def why(self, entity: str, operation: str) -> list[Reason]:
        """Name every role that allows the operation; none means that it is not allowed."""
        return [
            Reason(role.code, entity, operation, one.rows)
            for role, one in self.allowing(entity, operation)
        ]

    def seen_with(self, entity: str) -> str:
        """Name the field whose record's rights count for an entity instead of its own."""
        description = self.state.catalogue.entities.get(entity)
        return "" if description is None else description.seen_with

    # Which rows

    def _row_rule(self, entity: str, operation: str) -> RowRule | None:
        """Give the condition on rows, or None where every row is allowed."""
        if field := self.seen_with(entity):
            open_to_readers = self.state.catalogue.entities[entity].open_to_readers
            wanted = "read" if operation == "read" or open_to_readers else "edit"
            return WithRecord(self, self.state.catalogue, self.person.id, field, wanted)
        conditions = []
        for _, one in self.allowing(entity, operation):
            if not one.rows.strip():
                return None
            conditions.append(f"({self.spelled_out(one.rows)})")
        if not conditions:
            raise Refused(NotPermitted(entity, operation))
        return parse(
            " or ".join(dict.fromkeys(conditions)), CatalogueScope(self.state.catalogue, entity)
        )

    def spelled_out(self, rows: str) -> str:
        """Put the person's own ids in place of ``me``, ``my_unit``, ``my_units``, ``my_people``."""
        own = {
            "me": f'"{self.person.id}"',
            "my_unit": f'"{self.person.unit or NOBODY}"',
            "my_units": listed(self.units_below()),
            "my_people": listed(self.people_below()),
        }
        words = []
        before = ""
        for token in tokenize.generate_tokens(io.StringIO(rows).readline):
            is_own = token.type == tokenize.NAME and token.string in own and before != "."
            words.append((token.type, own[token.string] if is_own else token.string))
            before = token.string
        return tokenize.untokenize(words).strip()

    def units_below(self) -> list[UUID]:
        """Give the person's unit and all below it."""
        units = self.state.cached("org_unit")
        found: list[UUID] = [self.person.unit] if self.person.unit else []
        for unit in found:
            found += [u.id for u in units.values() if getattr(u, "above", None) == unit]
        return found

    def people_below(self) -> list[UUID]:
        """Give the person and everybody who reports to them, however far below."""
        below: dict[UUID, list[UUID]] = {}
        for one in self.state.cached("person").values():
            boss = getattr(one, "reports_to", None)
            if boss is not None:
                below.setdefault(boss, []).append(one.id)
        found = [self.person.id]
        seen = set(found)
        for one_id in found:
            for under in below.get(one_id, ()):
                if under not in seen:
                    seen.add(under)
                    found.append(under)
        return found

    def holds(self, record: Entity, entity: str, operation: str, work: Work) -> bool:
        """Tell whether the row rules, or a grant on the record itself, allow the operation."""
        try:
            rule = self.row_rule(entity, operation)
        except Refused:
            return self.granted(record, entity, operation, work)
        if rule is None or rule.evaluate(Seen(record, work), work.today):
            return True
        return self.granted(record, entity, operation, work)

    def granted(self, record: Entity, entity: str, operation: str, work: Work) -> bool:
        """Tell whether the person was granted the operation on this one record."""
        name = f"{entity}:{record.id}"
        for grant in work.all(RecordGrant):
            in_time = grant.until is None or grant.until > work.now  # type: ignore[operator]
            if grant.record == name and grant.person == self.person.id and in_time:
                return operation in grant.allows.split(",")
        return False

    def touches(self, record: Entity, entity: str, operation: str, work: Work) -> Iterable[Touch]:
        """Name what ``holds`` looks at: what the rules refer to, and grants where rules narrow."""
        narrowed = False
        for verb in dict.fromkeys((operation, "read")):
            try:
                rule = self.row_rule(entity, verb)
            except Refused:
                narrowed = True
                continue
            if rule is not None:
                narrowed = True
                yield from looked_at(work, record, rule)
        if narrowed:
            only = {"person": [self.person.id]}
            yield read(RecordGrant, [f"{entity}:{record.id}"], by="record", only=only)

    # Which fields

    def _readable(self, description: Description) -> frozenset[str]:
        """Give the fields that some role with leave to read the entity shows."""
        secret = {f.name for f in description.fields.values() if f.secret}
        found: set[str] = set()
        name = self.document_of(description)
        for role in self.roles:
            if description.seen_with or any(p.entity in (name, ANY) for p in role.permissions):
                rules = {f.field: f.access for f in role.fields if f.entity == description.name}
                shown = {f for f, access in rules.items() if access is not FieldAccess.HIDDEN}
                hidden = {f for f, access in rules.items() if access is FieldAccess.HIDDEN}
                found |= ((set(description.fields) - secret) | shown) - hidden
        return frozenset(found & set(description.fields))

    def _writable(self, description: Description) -> frozenset[str]:
        """Give the fields that some role with leave to edit the entity lets the person write."""
        found: set[str] = set()
        name = self.document_of(description)
        for role in self.roles:
            verbs = {p.operation for p in role.permissions if p.entity in (name, ANY)}
            if description.seen_with or verbs & {"create", "edit", ANY}:
                kept = {
                    f.field
                    for f in role.fields
                    if f.entity == description.name and f.access is not FieldAccess.SHOWN
                }
                found |= {f.name for f in description.writable} - kept
        return frozenset(found) & self.readable(description)

    def may_if_granted(self, entity: str, operation: str) -> bool:
        """Tell whether a grant on one record suffices, where no role allows the operation."""
        return "record_grant" in self.state.catalogue.entities and not self.may(entity, operation)

    def readable_if_granted(self, description: Description) -> frozenset[str]:
        """Give the fields of a record that was granted to the person, of a kind no role lets them read."""
        hidden = {
            rule.field
            for role in self.roles
            for rule in role.fields
            if rule.entity == description.name and rule.access is FieldAccess.HIDDEN
        }
        open_ones = {f.name for f in description.fields.values() if not f.secret}
        return self.readable(description) | frozenset(open_ones - hidden)

    def document_of(self, description: Description) -> str:
        """Give the entity whose permissions count: a line's are its document's."""
        return self.state.catalogue.parent_of.get(description.name, description.name)


def listed(ids: Iterable[UUID]) -> str:
    """Write ids as a list that is never empty."""
    return "(" + "".join(f'"{one}", ' for one in [*ids, NOBODY]) + ")"


def looked_at(work: Work, record: Entity, rule: RowRule) -> Iterator[Touch]:
    """Name what a rule looks at beside the record itself."""
    match rule:
        case WithRecord():
            yield from rule.touches(record, work)
        case Expression():
            yield from referred(work, record, rule)


def referred(work: Work, record: Entity, rule: Expression) -> Iterator[Touch]:
    """Name the records that an expression's paths lead to, as far as they are known by now."""
    description = work.catalogue.entities[record.description.name]
    for path in rule.names:
        yield from along(work, [record], description, path)


def along(
    work: Work, records: Iterable[Entity], description: Description, path: tuple[str, ...]
) -> Iterator[Touch]:
    """Follow a path over lines and references; what lies further is named in the next round."""
    if len(path) < 2:  # noqa: PLR2004  a path of one is a field of its own
        return
    known = description.fields[path[0]]
    target = work.catalogue.entities.get(known.target)
    if target is None:
        return
    if known.kind.name == "lines":
        reached = [line for record in records for line in known.get(record)]
    else:
        wanted = [known.get(record) for record in records]
        yield read(known.target, wanted)
        found = (work.fetch(known.target, one) for one in wanted if one is not None)
        reached = [one for one in found if one is not None]
    yield from along(work, reached, target, path[1:])


def actor_of(state: State, person_id: Id[Any]) -> Actor:
    """Give the actor for a person, made once for each version of the company."""
    actors: dict[UUID, Actor] = state.extras.setdefault("actors", {})
    found = actors.get(person_id)
    if found is None:
        person = state.cached("person").get(person_id)
        if not isinstance(person, Person) or not person.active:
            raise Refused(NotPermitted("person", "sign_in"))
        rights = PersonRights(state, person)
        found = actors[person_id] = Actor(person_id, person.name, rights, person.locale)
    return found

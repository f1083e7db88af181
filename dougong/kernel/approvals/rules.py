"""Asking the company's rules: agree, refuse, or keep the command until somebody approves it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from dougong.kernel.access.rights import referred
from dougong.kernel.approvals.agreement import Approval, Looked
from dougong.kernel.approvals.entities import ParkedCommand, ParkedState, Rule, Then
from dougong.kernel.approvals.events import CommandParked
from dougong.kernel.entities import Entity
from dougong.kernel.operations import Touch, read
from dougong.kernel.perform import Call, Waiting
from dougong.kernel.refusals import BrokenRule, Refusal
from dougong.kernel.rules import Expression, parse
from dougong.kernel.scopes import CatalogueScope, Seen
from dougong.kernel.store.shapes import UNLOADED, shape_of
from dougong.kernel.work import Work


@dataclass(frozen=True)
class Bound:
    """A rule with its condition understood."""

    rule: Rule
    condition: Expression | None

    def speaks(self, record: Entity | None, work: Work) -> bool:
        """Tell whether the rule's condition is met."""
        if self.condition is None:
            return True
        return record is not None and bool(self.condition.evaluate(Seen(record, work), work.today))


def rules_of(work: Work, call: Call) -> Sequence[Bound]:
    """Give the company's rules on an operation, understood once for each version."""
    known: dict[str, list[Bound]] | None = work.state.extras.get("rules")
    if known is None:
        known = {}
        for rule in work.state.cached("rule").values():
            assert isinstance(rule, Rule)
            if rule.active:
                scope = CatalogueScope(work.catalogue, rule.on_entity)
                condition = parse(rule.condition, scope) if rule.condition.strip() else None
                name = f"{rule.on_entity}.{rule.on_operation}"
                known.setdefault(name, []).append(Bound(rule, condition))
        work.state.extras["rules"] = known
    return known.get(call.operation.full_name, ())


class CompanyRules:
    """Speaks for the company: its rules, and who may lift which refusal."""

    def touches(self, call: Call, record: Entity, work: Work) -> Iterable[Touch]:
        """Name what the conditions look at."""
        for bound in rules_of(work, call):
            if bound.condition is not None:
                yield from referred(work, record, bound.condition)

    def look(self, call: Call, record: Any, refusals: Sequence[Refusal], work: Work) -> Looked:
        """Say what stands in the way after everything that is approved or could be lifted."""
        rules = rules_of(work, call)
        approval = standing(call.approved, record, work)
        final: list[Refusal] = []
        asked: list[tuple[str, Refusal]] = []
        for refusal in refusals:
            role = lifted_by(refusal, rules, record, work)
            if approved_within(approval, refusal):
                continue
            if role:
                asked.append((role, refusal))
            else:
                final.append(refusal)
        for bound in rules:
            rule = bound.rule
            if rule.then is Then.LIFT or not bound.speaks(record, work):
                continue
            broken = BrokenRule(rule.name, rule.message or rule.name)
            if rule.then is Then.REFUSE:
                final.append(broken)
            elif not approved_within(approval, broken):
                asked.append((rule.role, broken))
        if final:
            return Looked((*final, *(refusal for _, refusal in asked)))
        if asked:
            return Looked(tuple(refusal for _, refusal in asked), role=asked[0][0])
        return Looked(())

    def asked_before(self, call: Call, record: Entity | None) -> Iterable[Touch]:
        """Name the commands that wait on the same record."""
        if record is not None and not call.operation.creates:
            only = {"state": [ParkedState.WAITING]}
            yield read(ParkedCommand, [reference_to(call, record)], by="record", only=only)

    def park(self, call: Call, record: Any, looked: Looked, work: Work) -> Waiting:
        """Keep the command, unless the same is kept already and would be approved with this."""
        parked = waiting_already(call, record, looked, work) or park(call, record, looked, work)
        return Waiting(parked=parked.id, role=parked.role, reasons=looked.refusals)


def reference_to(call: Call, record: Entity) -> str:
    """Name the record that a command is about."""
    return f"{call.operation.on}:{record.id}"


def waiting_already(
    call: Call, record: Entity | None, looked: Looked, work: Work
) -> ParkedCommand | None:
    """Find the same command of the same person, kept for reasons that are no smaller than today's."""
    if record is None or call.operation.creates:
        return None
    command, bounds = msgspec.json.encode(call.command).decode(), digest(record, work)
    for parked in work.all(ParkedCommand):
        same = (parked.subject, parked.requester, parked.role, parked.command, parked.bounds)
        mine = (call.operation.full_name, work.actor.person, looked.role, command, bounds)
        if (
            parked.state is ParkedState.WAITING
            and parked.record == reference_to(call, record)
            and same == mine
            and all(approved_within(asked_for(parked), one) for one in looked.refusals)
        ):
            return parked
    return None


def asked_for(parked: ParkedCommand) -> Approval:
    """Read what would be approved by approving a waiting command."""
    reasons = msgspec.json.decode(parked.reasons)
    return Approval(tuple((one["code"], one["facts"]) for one in reasons), parked.bounds)


def lifted_by(refusal: Refusal, rules: Sequence[Bound], record: Entity | None, work: Work) -> str:
    """Name the role whose approval may lift a refusal; empty where nobody's may."""
    if not refusal.liftable:
        return ""
    for bound in rules:
        rule = bound.rule
        if rule.then is Then.LIFT and rule.refusal == refusal.code and bound.speaks(record, work):
            return rule.role
    return ""


def standing(approval: Approval | None, record: Entity | None, work: Work) -> Approval | None:
    """Give the approval, unless what it was given for was edited since."""
    if approval is None or not approval.bounds or record is None:
        return approval
    return approval if digest(record, work) == approval.bounds else None


def approved_within(approval: Approval | None, refusal: Refusal) -> bool:
    """Tell whether a refusal was approved, and is no worse now than it was then."""
    if approval is None:
        return False
    facts = refusal.facts()
    for code, then in approval.reasons:
        if code != refusal.code:
            continue
        if isinstance(refusal, BrokenRule):
            if then.get("rule") == refusal.rule:
                return True
            continue
        if all(
            not isinstance(value := facts[name], Decimal) or value <= Decimal(str(then[name]))
            for name in refusal.bounds
        ):
            return True
    return False


def park(call: Call, record: Entity | None, looked: Looked, work: Work) -> ParkedCommand:
    """Keep the command, with why it waits and the record's digest."""
    description = work.catalogue.entities[call.operation.on]
    title = (
        "" if record is None else str(description.fields[description.title_field].get(record) or "")
    )
    parked = ParkedCommand(
        subject=call.operation.full_name,
        record=reference_to(call, record)
        if record is not None and not call.operation.creates
        else None,
        title=title,
        requester=work.actor.person,
        role=looked.role,
        command=msgspec.json.encode(call.command).decode(),
        reasons=msgspec.json.encode(
            [{"code": one.code, "facts": one.facts()} for one in looked.refusals]
        ).decode(),
        bounds=digest(record, work) if record is not None and not call.operation.creates else "",
    )
    work.begin(CommandParked)
    work.add(parked)
    work.emit(
        CommandParked(
            id=parked.id,
            role=looked.role,
            subject=call.operation.full_name,
            record=parked.record or "",
        )
    )
    return parked


def digest(record: Entity, work: Work) -> str:
    """Tell one version of what somebody wrote from another: written fields and lines, not kept ones."""
    description = work.catalogue.entities[record.description.name]
    before = record.__dict__.get("_row")
    shape = shape_of(description)
    row = before if before is not None else shape.row(record)
    seen: list[Any] = [str(row[shape.at[f.name]]) for f in description.writable if f.stored]
    for known in description.lines:
        stored = record.__dict__.get("_lines", {}).get(known.name)
        lines = known.get(record)
        if stored is not None:
            lines = [work.records[known.target][one] for one in stored]
        if lines is not UNLOADED and not known.kept:
            seen += [digest(line, work) for line in lines]
    return hashlib.sha256(msgspec.json.encode(seen)).hexdigest()

"""What a change set does when it is published: each item checked, noted as it was, and done."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from dougong.kernel.access.entities import Role
from dougong.kernel.approvals.entities import Rule, Then
from dougong.kernel.catalogue import Catalogue
from dougong.kernel.changes.entities import (
    Action,
    ChangeItem,
    ChangeSet,
    CompanyField,
    CompanyObject,
    Liveness,
    NumberingPolicy,
    SavedView,
    What,
)
from dougong.kernel.changes.overlay import field_of, merged, moves_of
from dougong.kernel.entities import Description, Entity, Line, blank
from dougong.kernel.fields import KINDS, FieldProblem
from dougong.kernel.operations import Touch, lock
from dougong.kernel.refusals import BadExpression, InvalidField, Refusal, Refused
from dougong.kernel.rules import ExpressionError, Tag, parse
from dougong.kernel.scopes import CatalogueScope
from dougong.kernel.store.shapes import UNLOADED
from dougong.kernel.verbs import problems_filling
from dougong.kernel.work import Work

OWN_NAME = re.compile(r"x_[a-z][a-z0-9_]{0,36}")
NUMBER_PATTERN = re.compile(
    r"[A-Za-z0-9一-鿿/._-]*(?:\{(?:year|month)\}[A-Za-z0-9一-鿿/._-]*)*\{n:0\d{1,2}\}[A-Za-z0-9/._-]*"
)

KEPT_AS: Mapping[What, type[Entity]] = {
    What.OBJECT: CompanyObject,
    What.FIELD: CompanyField,
    What.RULE: Rule,
    What.ROLE: Role,
    What.NUMBERING: NumberingPolicy,
    What.VIEW: SavedView,
}

AS_JSON: Mapping[What, tuple[str, ...]] = {
    What.OBJECT: ("moves",),
    What.FIELD: ("options", "initial"),
}
"""What a record keeps as JSON; a change set says it plainly."""
ENCODER = msgspec.json.Encoder(decimal_format="number")


def keys_of(item: ChangeItem) -> dict[str, str]:
    """Take an item's key apart into the fields that it stands for."""
    match item.what:
        case What.FIELD:
            entity, _, name = item.key.partition(".")
            return {"entity": entity, "name": name}
        case What.VIEW:
            entity, _, name = item.key.partition("/")
            return {"entity": entity, "name": name}
        case What.ROLE:
            return {"code": item.key}
        case What.NUMBERING:
            return {"entity": item.key}
        case _:
            return {"name": item.key}


def given(item: ChangeItem) -> dict[str, Any]:
    """Give how it shall be, as the thing's own record keeps it: lists and first values as JSON."""
    value = dict(item.value)
    for name in AS_JSON.get(item.what, ()):
        if name in value and not is_json(value[name]):
            value[name] = ENCODER.encode(value[name]).decode()
    return value


def is_json(value: object) -> bool:
    """Tell whether a value is written as JSON already."""
    if not isinstance(value, str):
        return False
    try:
        msgspec.json.decode(value)
    except msgspec.DecodeError:
        return value == ""
    return True


def present(item: ChangeItem, work: Work) -> Entity | None:
    """Find what the item is about as it is now."""
    return among(work.all(KEPT_AS[item.what]), item)


def among(records: Iterable[Entity], item: ChangeItem) -> Entity | None:
    """Find what an item is about among the records of its kind."""
    keys = keys_of(item)
    for record in records:
        if all(getattr(record, name) == value for name, value in keys.items()):
            return record
    return None


def touched_by(items: Iterable[ChangeItem], work: Work) -> Iterator[Touch]:
    """Lock what will be changed."""
    for item in items:
        found = present(item, work)
        if found is not None:
            yield lock(KEPT_AS[item.what], [found.id], lines=True)


@dataclass(frozen=True)
class Draft:
    """One item being checked: its value understood, and where it stands in the change set."""

    item: ChangeItem
    value: Mapping[str, Any]
    work: Work
    place: str
    coming: frozenset[str]
    """The objects that the same change set adds, and the fields as ``entity.field``."""
    future: Catalogue
    """The catalogue as it will be, for expressions that speak of what is added beside them."""


def problems(changes: ChangeSet, work: Work) -> Iterator[Refusal]:
    """Name everything that is wrong with a change set's items, by its place."""
    coming = frozenset(i.key for i in changes.items if i.what in (What.OBJECT, What.FIELD))
    future = catalogue_after(changes, work)
    for at, item in enumerate(changes.items):
        place = f"items[{at}]"
        found = present(item, work)
        if item.action is Action.ADD and found is not None and not restores(found):
            yield InvalidField(f"{place}.key", "taken", item.key)
        elif item.action is not Action.ADD and found is None:
            yield InvalidField(f"{place}.key", "unknown", item.key)
        elif item.action is not Action.REMOVE:
            draft = Draft(item, given(item), work, place, coming, future)
            yield from problems_of_value(draft)
            yield from CHECKS[item.what](draft)


def catalogue_after(changes: ChangeSet, work: Work) -> Catalogue:
    """Give the catalogue as it will be: with every field and object that can be understood."""
    objects = [o for o in work.all(CompanyObject) if o.liveness is Liveness.LIVE]
    fields = [f for f in work.all(CompanyField) if f.liveness is Liveness.LIVE]
    for item in changes.items:
        cls = KEPT_AS[item.what]
        if item.action is not Action.ADD or cls not in (CompanyField, CompanyObject):
            continue
        trial = blank(work.catalogue.entities[cls.description.name])
        try:
            values = {**given(item), **keys_of(item)}
            if any(problems_filling(trial, trial.description, values, work, "")):
                continue
            if isinstance(trial, CompanyObject):
                moves_of(trial)
            elif isinstance(trial, CompanyField):
                field_of(trial)
        except (FieldProblem, KeyError, TypeError, msgspec.DecodeError):
            continue
        trial.__dict__["liveness"] = Liveness.LIVE
        if isinstance(trial, CompanyObject):
            objects.append(trial)
        elif isinstance(trial, CompanyField):
            fields.append(trial)
    try:
        return merged(work.catalogue, objects, fields, ())
    except (AssertionError, KeyError, TypeError):
        return work.catalogue


def restores(found: Entity) -> bool:
    """Tell whether a thing of that key was dropped, so that adding it brings it back."""
    return getattr(found, "liveness", None) is Liveness.DROPPED


def problems_of_value(draft: Draft) -> Iterator[Refusal]:
    """Try the value on an empty record of its kind."""
    item, work = draft.item, draft.work
    description = work.catalogue.entities[KEPT_AS[item.what].description.name]
    trial = blank(description)
    values = {**draft.value, **keys_of(item)}
    if item.action is Action.CHANGE:
        trial.__dict__["_row"] = ()
    yield from problems_filling(trial, description, values, work, f"{draft.place}.value.")


def problems_of_object(draft: Draft) -> Iterator[Refusal]:
    """An object needs a name of its own, and a lifecycle that can be read."""
    if not OWN_NAME.fullmatch(draft.item.key):
        yield InvalidField(f"{draft.place}.key", "not_an_own_name", "x_…")
    yield from problems_of_moves(draft.value, f"{draft.place}.value.moves")


def problems_of_role(draft: Draft) -> Iterator[Refusal]:
    """A role's row rules must be understood."""
    for at, one in enumerate(draft.value.get("permissions") or ()):
        place = f"{draft.place}.value.permissions[{at}]"
        yield from problems_of_permission(one, draft.future, place)


def problems_of_numbering(draft: Draft) -> Iterator[Refusal]:
    """A numbering needs an entity that is numbered, and a pattern."""
    target = draft.work.catalogue.entities.get(draft.item.key)
    if target is None or target.number_field is None:
        yield InvalidField(f"{draft.place}.key", "not_numbered", draft.item.key)
    if not NUMBER_PATTERN.fullmatch(str(draft.value.get("pattern", ""))):
        yield InvalidField(f"{draft.place}.value.pattern", "not_a_pattern", "SO-{year}-{n:05}")


def problems_of_view(draft: Draft) -> Iterator[Refusal]:
    """A view shows records of an entity that is there."""
    entity = keys_of(draft.item)["entity"]
    if entity not in draft.work.catalogue.entities:
        yield InvalidField(f"{draft.place}.key", "unknown_entity", entity)


def problems_of_moves(value: Mapping[str, Any], place: str) -> Iterator[Refusal]:
    """A lifecycle is a list of moves, each with a verb, states to come from and one to go to."""
    try:
        moves = msgspec.json.decode(value.get("moves") or "[]")
        well_made = isinstance(moves, list) and all(
            isinstance(m["verb"], str)
            and m["verb"].isidentifier()
            and m["verb"] not in ("create", "edit", "delete", "read")
            and isinstance(m["from"], list)
            and isinstance(m["to"], str)
            and all(isinstance(one, str) for one in m["from"])
            for m in moves
        )
    except (msgspec.DecodeError, KeyError, TypeError):
        well_made = False
    if not well_made:
        yield InvalidField(place, "not_moves", '[{"verb": "…", "from": ["…"], "to": "…"}]')


def problems_of_field(draft: Draft) -> Iterator[Refusal]:
    """A field needs an entity, a name of its own, a kind, and what its kind needs."""
    keys, value, place = keys_of(draft.item), draft.value, draft.place
    entity = keys["entity"]
    target = draft.work.catalogue.entities.get(entity)
    if (target is None and entity not in draft.coming) or (target and target.append_only):
        yield InvalidField(f"{place}.key", "unknown_entity", entity)
        return
    if not OWN_NAME.fullmatch(keys["name"]):
        yield InvalidField(f"{place}.key", "not_an_own_name", "x_…")
    kind = value.get("kind")
    if kind is None:
        return
    if kind not in KINDS:
        yield InvalidField(f"{place}.value.kind", "not_a_choice", ", ".join(KINDS))
        return
    yield from problems_of_kind(draft, str(kind), target)
    yield from problems_of_options(value, place)


def problems_of_kind(draft: Draft, kind: str, target: Description | None) -> Iterator[Refusal]:
    """A reference needs a target, a formula an expression, a number a pattern."""
    value, work, place = draft.value, draft.work, draft.place
    pattern = str(value.get("pattern", ""))
    points = value.get("target", "")
    if kind in ("reference", "lines") and (
        points not in work.catalogue.entities and points not in draft.coming
    ):
        yield InvalidField(f"{place}.value.target", "unknown_entity", str(points))
    if kind == "formula" and target is not None:
        where = f"{place}.value.pattern"
        yield from problems_of_expression(pattern, draft.future, target.name, where)
    if kind == "auto_number" and not NUMBER_PATTERN.fullmatch(pattern):
        yield InvalidField(f"{place}.value.pattern", "not_a_pattern", "X-{n:05}")


def problems_of_options(value: Mapping[str, Any], place: str) -> Iterator[Refusal]:
    """A choice needs options; a first value must be one that the field takes."""
    description = CompanyField.description
    trial = blank(description)
    assert isinstance(trial, CompanyField)
    trial.name, trial.kind = "x_trial", str(value["kind"])
    trial.target = str(value.get("target") or "")
    trial.options = str(value.get("options") or "[]")
    trial.initial = str(value.get("initial") or "")
    trial.label = "x"
    try:
        made = field_of(trial)
    except FieldProblem as problem:
        yield InvalidField(f"{place}.value.initial", problem.problem, problem.expected)
        return
    except (msgspec.DecodeError, TypeError):
        yield InvalidField(f"{place}.value.options", "wrong_type", '["…"]')
        return
    if made.kind.name in ("choice", "choices") and not made.options:
        yield InvalidField(f"{place}.value.options", "required")


def problems_of_rule(draft: Draft) -> Iterator[Refusal]:
    """A rule needs an operation that exists, a condition that can be understood, and a role."""
    value, place, catalogue = draft.value, f"{draft.place}.value", draft.work.catalogue
    entity, verb = str(value.get("on_entity", "")), str(value.get("on_operation", ""))
    if not entity and not verb:
        return
    if entity not in catalogue.entities:
        yield InvalidField(f"{place}.on_entity", "unknown_entity", entity)
        return
    if (entity, verb) not in catalogue.operations:
        yield InvalidField(f"{place}.on_operation", "unknown_operation", verb)
    condition = str(value.get("condition") or "")
    if condition.strip():
        where = f"{place}.condition"
        yield from problems_of_expression(condition, draft.future, entity, where, Tag.YES_NO)
    if value.get("then") in (Then.ASK, Then.LIFT) and not value.get("role"):
        yield InvalidField(f"{place}.role", "required")


def problems_of_permission(one: Any, catalogue: Catalogue, place: str) -> Iterator[Refusal]:
    """A permission's row rule must be understood for its entity."""
    if not isinstance(one, dict) or not str(one.get("rows") or "").strip():
        return
    entity = str(one.get("entity", ""))
    if entity not in catalogue.entities:
        yield InvalidField(f"{place}.entity", "unknown_entity", entity)
        return
    spelled = PLACEHOLDERS.sub(lambda found: STAND_INS[found[0]], str(one["rows"]))
    yield from problems_of_expression(spelled, catalogue, entity, f"{place}.rows", Tag.YES_NO)


NOBODY = '"00000000-0000-0000-0000-000000000000"'
STAND_INS = {
    "me": NOBODY,
    "my_unit": NOBODY,
    "my_units": f"({NOBODY},)",
    "my_people": f"({NOBODY},)",
}
PLACEHOLDERS = re.compile(r"(?<![.\w])(?:my_units|my_unit|my_people|me)(?!\w)")


def problems_of_expression(
    text: str, catalogue: Catalogue, entity: str, place: str, wanted: Tag | None = None
) -> Iterator[Refusal]:
    """Name every place of an expression that can't be understood."""
    try:
        parse(text, CatalogueScope(catalogue, entity), wanted)
    except ExpressionError as error:
        for problem in error.problems:
            yield BadExpression(place, problem.code, *problem.at)


CHECKS: Mapping[What, Callable[[Draft], Iterator[Refusal]]] = {
    What.OBJECT: problems_of_object,
    What.FIELD: problems_of_field,
    What.RULE: problems_of_rule,
    What.ROLE: problems_of_role,
    What.NUMBERING: problems_of_numbering,
    What.VIEW: problems_of_view,
}


def do(item: ChangeItem, work: Work) -> bool:
    """Make one change, noting how it was; tell whether tables have to be built."""
    found = present(item, work)
    description = work.catalogue.entities[KEPT_AS[item.what].description.name]
    item.before = noted(found, description)
    value = given(item)
    if item.action is Action.REMOVE:
        assert found is not None
        if isinstance(found, CompanyField | CompanyObject):
            found.liveness = Liveness.DROPPED
        else:
            work.remove(found)
        return False
    record = found if found is not None else blank(description)
    refused = list(problems_filling(record, description, {**value, **keys_of(item)}, work, ""))
    if refused:
        raise Refused(refused)
    if found is None:
        work.add(record)
    if not isinstance(record, CompanyField | CompanyObject):
        return False
    if found is None:
        record.liveness = Liveness.WAITING
    elif restores(found):
        record.liveness = Liveness.LIVE
    needs_index = isinstance(record, CompanyField) and (record.indexed or record.unique)
    return found is None or needs_index


def noted(record: Entity | None, description: Description) -> dict[str, Any]:
    """Write down how a thing is, so that the change can be shown and taken back."""
    if record is None:
        return {}
    found: dict[str, Any] = msgspec.to_builtins(plain(record, description))
    return found


def plain(record: Entity, description: Description) -> dict[str, Any]:
    """Give a configuration record's own fields as plain values, lines included."""
    values: dict[str, Any] = {}
    for field in description.own.values():
        if field.kind.name == "lines":
            lines: list[Line] = field.get(record)
            if lines is not UNLOADED:
                values[field.name] = [plain(line, line.description) for line in lines]
        elif not field.kept:
            values[field.name] = field.get(record)
    return values

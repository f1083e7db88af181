"""The roles of the demo company and its rules, published as any company publishes its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dougong.kernel.catalogue import Catalogue
from dougong.kernel.changes.operations.publish import PublishChangeSet
from dougong.kernel.house import House
from dougong.kernel.perform import Done
from dougong.kernel.verbs import Create

STATED = Path(__file__).parent / "roles.yaml"
EVERYTHING = "everything"
ANY = "*"


def publish_roles(house: House, company: str) -> None:
    """Give a company the roles and rules of the demo, as one change set."""
    items = [*role_items(house.catalogue), *rule_items()]
    made = house.perform(
        company,
        Create(entity="change_set", values={"purpose": "岗位、权限与审批规则", "items": items}),
    )
    assert isinstance(made, Done), made
    house.perform(company, PublishChangeSet(id=made.id))


@cache
def stated() -> Mapping[str, Any]:
    """Read what is stated about roles and rules."""
    found: Mapping[str, Any] = yaml.safe_load(STATED.read_text("utf-8"))
    return found


def role_codes() -> list[str]:
    """Name the roles."""
    return [str(role["code"]) for role in stated()["roles"]]


def role_name(code: str, locale: str = "zh") -> str:
    """Give a role's name as people say it."""
    role = next(role for role in stated()["roles"] if role["code"] == code)
    return str(role["name"] if locale == "zh" else role["name_en"])


def item(what: str, key: str, value: Mapping[str, Any]) -> dict[str, Any]:
    """Write one item of a change set."""
    return {"what": what, "action": "add", "key": key, "value": value}


def role_items(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    """Write each role with all that it may."""
    for role in stated()["roles"]:
        value = {
            "name": role["name"],
            "name_en": role["name_en"],
            "permissions": list(permissions_of(role)),
            "fields": list(fields_of(role, catalogue)),
        }
        yield item("role", role["code"], value)


def permissions_of(role: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Give what a role may do: each verb of each entity, with its condition on records."""
    if ANY not in role["may"]:
        for entity in stated()["everybody"]["read"]:
            yield {"entity": entity, "operation": "read"}
    for entity, verbs in role["may"].items():
        by_condition = {verbs: ""} if isinstance(verbs, str) else verbs
        for names, rows in by_condition.items():
            for verb in names.split():
                yield {"entity": entity, "operation": verb, "rows": rows}


def fields_of(role: Mapping[str, Any], catalogue: Catalogue) -> Iterator[dict[str, str]]:
    """Give what a role sees that is hidden from others, and what it doesn't see or write."""
    shows = role.get("shows", ())
    for name in secrets_of(catalogue) if shows == EVERYTHING else shows:
        yield field_access(name, "shown")
    for name in role.get("hides", ()):
        yield field_access(name, "hidden")
    for name in role.get("keeps", ()):
        yield field_access(name, "read_only")


def secrets_of(catalogue: Catalogue) -> Iterator[str]:
    """Name every field that nobody sees unless a role shows it."""
    for description in catalogue.entities.values():
        for field in description.fields.values():
            if field.secret:
                yield f"{description.name}.{field.name}"


def field_access(name: str, access: str) -> dict[str, str]:
    """Say what may be done with a field."""
    entity, _, field = name.partition(".")
    return {"entity": entity, "field": field, "access": access}


def rule_items() -> Iterator[dict[str, Any]]:
    """Write each rule, once for every operation that it is bound to."""
    for rule in stated()["rules"]:
        for operation in rule["of"]:
            entity, _, verb = operation.partition(".")
            value = {k: v for k, v in rule.items() if k not in ("key", "of")}
            value |= {"on_entity": entity, "on_operation": verb}
            several = len(rule["of"]) > 1
            key = f"{rule['key']}（{operation}）" if several else rule["key"]
            yield item("rule", key, value)

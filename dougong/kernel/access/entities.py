"""People, the roles that they play, where they stand in the company, and grants on one record."""

from enum import StrEnum

from dougong.kernel.entities import Entity, Line
from dougong.kernel.fields import (
    choice,
    email,
    instant,
    lines,
    long_text,
    phone,
    reference,
    reference_any,
    tags,
    text,
    yes_no,
)
from dougong.kernel.values import Id


class OrgUnit(Entity, name="org_unit", rank=3, cached=True):
    """A place in the company's tree: the house, a division, a department, a team."""

    code: str = text(longest=40, unique=True, searchable=True)
    name: str = text(searchable=True)
    above: "Id[OrgUnit] | None" = reference("org_unit", default=None)


class FieldAccess(StrEnum):
    """What a role may do with one field."""

    HIDDEN = "hidden"
    READ_ONLY = "read_only"
    SHOWN = "shown"


class RolePermission(Line, name="role_permission"):
    """One thing that a role may do: an operation of an entity (or ``*``), on some rows."""

    entity: str = text(longest=63)
    operation: str = text(longest=63)
    rows: str = text(default="", longest=2000)
    """Which records, as a condition; it may name ``me``, ``my_unit``, ``my_units``, ``my_people``."""


class RoleField(Line, name="role_field"):
    """What a role may do with one field of an entity."""

    entity: str = text(longest=63)
    field: str = text(longest=63)
    access: FieldAccess = choice(FieldAccess)


class Role(Entity, name="role", rank=4, cached=True, operations=()):
    """What somebody in a certain post may see and do. Changed only by publishing a change set."""

    code: str = text(longest=40, unique=True, searchable=True)
    name: str = text(searchable=True)
    name_en: str = text(default="")
    permissions: list[RolePermission] = lines(RolePermission)
    fields: list[RoleField] = lines(RoleField)


class PersonRole(Line, name="person_role"):
    """A role that a person plays."""

    role: Id[Role] = reference("role")


class Person(Entity, name="person", rank=5, cached=True):
    """Somebody who works in the company (or for it), whether or not they may sign in."""

    name: str = text(searchable=True)
    name_en: str = text(default="", searchable=True)
    login: str | None = text(default=None, longest=100, unique=True)
    email: str = email(default="", searchable=True)
    phone: str = phone(default="")
    unit: Id[OrgUnit] | None = reference("org_unit", default=None)
    reports_to: "Id[Person] | None" = reference("person", default=None)
    active: bool = yes_no(default=True)
    locale: str = text(default="zh", longest=10)
    roles: list[PersonRole] = lines(PersonRole)
    tags: list[str] = tags()


class RecordGrant(
    Entity,
    name="record_grant",
    rank=6,
    unique=[("record", "person")],
    operations=("create", "delete"),
):
    """Leave for one person to see (or do) something with one record and no more."""

    record: str = reference_any()
    person: Id[Person] = reference("person")
    allows: str = text(default="read", longest=200)
    """Operations, separated by commas."""
    until: object = instant(default=None)
    reason: str = long_text(default="")

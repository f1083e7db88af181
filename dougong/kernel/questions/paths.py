"""Paths: which field a name such as ``customer.region`` means, for somebody who may read it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dougong.kernel.entities import Description
from dougong.kernel.fields import KINDS, Field
from dougong.kernel.refusals import InvalidField, Refused
from dougong.kernel.rules import FieldType, Tag
from dougong.kernel.scopes import CatalogueScope

PATH = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,4}")


@dataclass(frozen=True)
class Path:
    """A field, and the way to it from the record over references."""

    names: tuple[str, ...]
    type: FieldType
    field: Field
    owner: Description
    """The entity that has the field."""

    @property
    def target(self) -> str:
        """The entity that the field points at; empty where it points at none."""
        if self.type.tag is not Tag.RECORD or not isinstance(self.type.scope, CatalogueScope):
            return ""
        return self.type.scope.description.name

    @property
    def is_identity(self) -> bool:
        """Whether it is a record's own id, which has no title but the record's."""
        return self.names[-1] == "id"


def path_to(scope: CatalogueScope, text: object, place: str) -> Path:
    """Find a field by its path; what isn't there and what may not be read are refused alike."""
    if not isinstance(text, str) or not PATH.fullmatch(text):
        raise Refused(InvalidField(place, "not_a_path", "field.field"))
    *through, last = text.split(".")
    here = scope
    for at, name in enumerate(through):
        found = here.field(name)
        if found is not None and found.tag is Tag.PARTS and at == len(through) - 1:
            return part_of(here, (*through, last), found, place)
        if found is None or found.tag is not Tag.RECORD:
            raise Refused(InvalidField(place, "unknown_field", text))
        assert isinstance(found.scope, CatalogueScope), "scopes of the catalogue lead to their like"
        here = found.scope
    type_ = here.field(last)
    if type_ is None:
        raise Refused(InvalidField(place, "unknown_field", text))
    return Path((*through, last), type_, here.description.fields[last], here.description)


def part_of(here: CatalogueScope, names: tuple[str, ...], whole: FieldType, place: str) -> Path:
    """Find a part of a field that is a text in several parts; it is a text itself."""
    type_ = whole.scope.field(names[-1]) if whole.scope else None
    if type_ is None:
        raise Refused(InvalidField(place, "unknown_field", ".".join(names)))
    return Path(names, type_, Field(name=names[-1], kind=KINDS["text"]), here.description)

"""Kinds that point elsewhere: references, lines, files; and addresses, formulas, numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

import msgspec

from dougong.kernel.fields.kind import FieldProblem, Kind
from dougong.kernel.fields.text import Text, clean

if TYPE_CHECKING:
    from dougong.kernel.fields.field import Field

LARGEST_STRUCTURE = 200_000
ADDRESS_PARTS = ("country", "province", "city", "district", "street", "postcode", "recipient")


def parse_id(raw: object) -> UUID:
    """Read an identity; raises FieldProblem."""
    if isinstance(raw, UUID):
        return raw
    if not isinstance(raw, str):
        raise FieldProblem("wrong_type", "id")
    try:
        return UUID(raw)
    except ValueError:
        raise FieldProblem("not_an_id", "id") from None


class Reference(Kind):
    name = "reference"
    column = "uuid"
    compares_as = "record"
    json_schema: ClassVar[dict[str, object]] = {"type": "string", "format": "uuid"}

    def parse(self, raw: object, field: Field) -> object:  # noqa: ARG002  every id is like the other
        return parse_id(raw)

    def schema(self, field: Field) -> dict[str, object]:
        return {**self.json_schema, "x-entity": field.target}


class ReferenceAny(Kind):
    """A reference to a record of any entity, written ``entity:id``."""

    name = "reference_any"
    column = "text"
    compares_as = "text"
    json_schema: ClassVar[dict[str, object]] = {"type": "string", "pattern": "^[a-z_0-9]+:"}

    def parse(self, raw: object, field: Field) -> object:  # noqa: ARG002  every id is like the other
        if not isinstance(raw, str):
            raise FieldProblem("wrong_type", "entity:id")
        entity, colon, identity = raw.partition(":")
        if not colon or not entity.isidentifier():
            raise FieldProblem("not_an_id", "entity:id")
        return f"{entity}:{parse_id(identity)}"


class File(Reference):
    name = "file"


class Lines(Kind):
    name = "lines"
    column = ""
    compares_as = "lines"
    json_schema: ClassVar[dict[str, object]] = {"type": "array"}

    def parse(self, raw: object, field: Field) -> object:  # noqa: ARG002  each line is parsed by its own fields
        if not isinstance(raw, list) or any(not isinstance(line, dict) for line in raw):
            raise FieldProblem("wrong_type", "list")
        return raw


class Address(Kind):
    name = "address"
    column = "jsonb"
    compares_as = "text"
    json_schema: ClassVar[dict[str, object]] = {
        "type": "object",
        "properties": {part: {"type": "string"} for part in ADDRESS_PARTS},
        "additionalProperties": False,
    }

    def parse(self, raw: object, field: Field) -> object:
        if isinstance(raw, str):
            return {"street": clean(raw, field.longest, one_line=True)} if raw else None
        if not isinstance(raw, dict) or set(raw) - set(ADDRESS_PARTS):
            raise FieldProblem("wrong_type", ", ".join(ADDRESS_PARTS))
        parts = {
            p: clean(raw[p], field.longest, one_line=True) for p in ADDRESS_PARTS if raw.get(p)
        }
        return parts or None


class Structure(Kind):
    """Values by name, whatever they are: what only its readers understand."""

    name = "structure"
    column = "jsonb"
    compares_as = "text"
    json_schema: ClassVar[dict[str, object]] = {"type": "object"}

    def parse(self, raw: object, field: Field) -> object:  # noqa: ARG002  each is like the other
        try:
            found = msgspec.json.decode(raw) if isinstance(raw, str) else raw
            size = len(msgspec.json.encode(found))
        except (msgspec.DecodeError, RecursionError):
            raise FieldProblem("wrong_type", "object") from None
        if not isinstance(found, dict):
            raise FieldProblem("wrong_type", "object")
        if size > LARGEST_STRUCTURE:
            raise FieldProblem("too_long", str(LARGEST_STRUCTURE))
        return found


class Formula(Kind):
    name = "formula"
    column = ""
    compares_as = "number"
    json_schema: ClassVar[dict[str, object]] = {"readOnly": True}

    def parse(self, raw: object, field: Field) -> object:  # noqa: ARG002  whatever it is, it is computed
        raise FieldProblem("computed")


class AutoNumber(Text):
    name = "auto_number"

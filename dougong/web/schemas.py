"""JSON Schemas of what travels: a record's fields as they are read and written, arguments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from dougong.kernel.entities import Description
from dougong.kernel.fields import Field
from dougong.kernel.operations import Operation

Schema = dict[str, Any]
OWN_ARGUMENTS = ("id", "entity", "verb")
"""What the address says, so that the body doesn't."""
NUMBER: Schema = {"type": ["string", "number"], "format": "decimal"}
EXACT: Schema = {"type": "string", "format": "decimal"}
UUID: Schema = {"type": "string", "format": "uuid"}
FIXED: dict[str, Schema] = {
    "id": UUID,
    "version": {"type": "integer"},
    "position": {"type": "integer"},
}
"""What every record, or every line, has."""
POINTER = "#/components/schemas/"


def field_schema(field: Field) -> Schema:
    """Describe a value of a field as it is written."""
    schema = dict(field.kind.schema(field))
    if field.name in ("version", "position"):
        return {"type": "integer"}
    if field.kind.compares_as == "number" and field.stored:
        bounds = {"minimum": field.least, "maximum": field.most}
        schema |= {name: float(bound) for name, bound in bounds.items() if bound is not None}
        schema["x-digits"] = field.digits
    return schema


def written_schema(description: Description, fields: Iterable[Field], *, creating: bool) -> Schema:
    """Describe the values that create or edit take."""
    taken = [f for f in fields if not f.kept and (creating or not f.once)]
    properties = {f.name: lines_or(f, field_schema(f), written=True) for f in taken}
    schema: Schema = {
        "type": "object",
        "title": description.name,
        "properties": properties,
        "additionalProperties": False,
    }
    if description.is_line:
        properties["id"] = UUID
    needed = [f.name for f in taken if f.required]
    if needed and creating:
        schema["required"] = needed
    return schema


def read_schema(description: Description, fields: Iterable[Field]) -> Schema:
    """Describe a record as it is answered."""
    known = [f for f in fields if f.name != "parent"]
    return {
        "type": "object",
        "title": description.name,
        "description": description.doc,
        "properties": {f.name: lines_or(f, answered_schema(f), written=False) for f in known},
    }


def answered_schema(field: Field) -> Schema:
    """Describe a value as it is answered: numbers as text, references with their title."""
    if field.name in FIXED:
        return FIXED[field.name]
    if field.kind.name == "formula":
        return {"readOnly": True}
    if field.kind.name == "reference_any":
        return may_miss(reference_schema(entity=True))
    if field.kind.name in ("reference", "file"):
        return may_miss(reference_schema()) | {"x-entity": field.target}
    schema = dict(EXACT) if field.kind.compares_as == "number" else field_schema(field)
    if not field.custom and (field.required or field.default is not None):
        return schema
    enum = schema.pop("enum", None)
    return may_miss(schema) | ({"enum": [*enum, None]} if enum else {})


def may_miss(schema: Schema) -> Schema:
    """Describe a value that may be missing."""
    kind = schema.get("type")
    kinds = [*kind, "null"] if isinstance(kind, list) else [kind, "null"]
    return {**schema, "type": kinds} if kind else schema


def reference_schema(*, entity: bool = False) -> Schema:
    """Describe a reference with the title of what it points at."""
    properties: Schema = {"id": UUID, "title": {"type": ["string", "null"]}}
    if entity:
        properties = {"entity": {"type": "string"}, **properties}
    return {"type": "object", "properties": properties}


def lines_or(field: Field, otherwise: Schema, *, written: bool) -> Schema:
    """Describe lines by their own schema, anything else as it is."""
    if field.kind.name != "lines":
        return otherwise
    name = f"{field.target}_written" if written else field.target
    return {"type": "array", "items": {"$ref": POINTER + name}}


def arguments_of(operation: Operation) -> Schema:
    """Describe an operation's arguments, with all that they are made of."""
    (schema,), parts = schemas_of([operation], "#/$defs/{name}")
    return {**schema, "$defs": parts} if parts else schema


def schemas_of(
    operations: Sequence[Operation], pointer: str = POINTER + "{name}"
) -> tuple[list[Schema], dict[str, Schema]]:
    """Describe the arguments of operations, and the parts that they share."""
    found, parts = msgspec.json.schema_components(
        [one.command for one in operations], schema_hook=hooked, ref_template=pointer
    )
    owns = [one["$ref"].rpartition("/")[2] for one in found]
    schemas = [without_own(parts[name]) for name in owns]
    return schemas, {name: one for name, one in parts.items() if name not in owns}


def without_own(schema: Schema) -> Schema:
    """Leave out what the address says."""
    properties = {
        name: one for name, one in schema.get("properties", {}).items() if name not in OWN_ARGUMENTS
    }
    required = [name for name in schema.get("required", ()) if name in properties]
    described = {**schema, "properties": properties, "additionalProperties": False}
    described.pop("required", None)
    return {**described, "required": required} if required else described


def hooked(kind: type) -> Schema:
    """Describe a type that the schema writer doesn't know."""
    return {"description": getattr(kind, "__name__", "")}

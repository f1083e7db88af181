"""What every door does with what comes in: find the operation, understand its arguments.

HTTP, command line, import and demo speak of operations by name and of arguments as plain JSON
values; here they become commands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from dougong.kernel.catalogue import Catalogue
from dougong.kernel.operations import Command, Operation
from dougong.kernel.refusals import InvalidField, NotFound, Refused
from dougong.kernel.verbs import Create, Delete, Edit

PLACE = re.compile(r" - at `\$(?P<path>.*?)`$")
UNKNOWN = re.compile(r"unknown field `(?P<name>.*?)`")
MISSING = re.compile(r"missing required field `(?P<name>.*?)`")


def identity(entity: str, text: str) -> UUID:
    """Read an id; what is none is no record."""
    try:
        return UUID(text)
    except ValueError:
        raise Refused(NotFound(entity, text[:100])) from None


def command_for(
    catalogue: Catalogue, operation: Operation, target: UUID | None, body: Mapping[str, Any]
) -> Command[Any]:
    """Understand an operation's arguments; refuses naming the field that can't be understood."""
    if operation.command is Create:
        return Create(entity=operation.on, values=body)
    if operation.command is Edit:
        return Edit(entity=operation.on, id=target, values=body)
    if operation.command is Delete:
        return Delete(entity=operation.on, id=target)
    assert operation.on in catalogue.entities
    arguments = dict(body)
    if "entity" in operation.command.__dataclass_fields__:
        arguments["entity"] = operation.on
    if "verb" in operation.command.__dataclass_fields__:
        arguments["verb"] = operation.name
    unknown = set(arguments) - set(operation.command.__dataclass_fields__)
    if "id" in body and target is not None:
        unknown.add("id")
    if unknown:
        raise Refused(InvalidField(name, "unknown_field") for name in sorted(unknown))
    if target is not None:
        arguments["id"] = target
    try:
        command: Command[Any] = msgspec.convert(arguments, operation.command, strict=True)
    except msgspec.ValidationError as error:
        raise Refused(invalid(str(error))) from None
    return command


def invalid(sentence: str) -> InvalidField:
    """Turn the decoder's complaint into a refusal that names the field."""
    place = PLACE.search(sentence)
    path = place["path"].lstrip(".") if place else ""
    problem = sentence[: place.start()] if place else sentence
    for pattern, code in ((MISSING, "required"), (UNKNOWN, "unknown_field")):
        found = pattern.search(problem)
        if found:
            return InvalidField(".".join(filter(None, (path, found["name"]))), code)
    return InvalidField(path or "body", "wrong_type", problem.removeprefix("Expected ").strip("`"))

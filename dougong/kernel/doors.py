"""What every door does with what comes in: find the operation, understand its arguments.

HTTP, command line, import and demo speak of operations by name and of arguments as plain JSON
values; here they become commands.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from dougong.kernel.catalogue import Catalogue
from dougong.kernel.operations import Command, Operation
from dougong.kernel.refusals import InvalidField, NotFound, Refused
from dougong.kernel.values import decimals_of
from dougong.kernel.verbs import Create, Delete, Edit

PLACE = re.compile(r" - at `\$(?P<path>.*?)`$")
UNKNOWN = re.compile(r"unknown field `(?P<name>.*?)`")
MOST_WHOLE_DIGITS = 18
MOST_DIGITS = 12
LONGEST_NUMBER = 60
LONGEST_TEXT = 100_000
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
    return understood(operation.command, arguments)


def understood(kind: type[Command[Any]], arguments: Mapping[str, Any]) -> Command[Any]:
    """Read plain values as a command's arguments."""
    try:
        command: Command[Any] = msgspec.convert(arguments, kind, strict=True)
    except msgspec.ValidationError as error:
        raise Refused(invalid(str(error))) from None
    if problems := list(problems_with(command)):
        raise Refused(problems)
    return command


def problems_with(value: object, path: str = "") -> Iterator[InvalidField]:
    """Name every number and text among the arguments that no field of ours could hold."""
    match value:
        case Decimal():
            yield from problems_with_number(value, path)
        case str():
            yield from problems_with_text(value, path)
        case list() | tuple():
            for at, one in enumerate(value):
                yield from problems_with(one, f"{path}[{at}]")
        case dict():
            for name, one in value.items():
                yield from problems_with(one, f"{path}.{name}".lstrip("."))
        case _ if dataclasses.is_dataclass(value):
            for known in dataclasses.fields(value):
                yield from problems_with(
                    getattr(value, known.name), f"{path}.{known.name}".lstrip(".")
                )


def problems_with_text(text: str, path: str) -> Iterator[InvalidField]:
    """Name what keeps a text from being stored and shown."""
    if len(text) > LONGEST_TEXT:
        yield InvalidField(path, "too_long", str(LONGEST_TEXT))
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t\r" for c in text):
        yield InvalidField(path, "control_characters")


def problems_with_number(number: Decimal, path: str) -> Iterator[InvalidField]:
    """Name what keeps a number from being an amount or a quantity."""
    if not number.is_finite():
        yield InvalidField(path, "wrong_type", "number")
    elif number.adjusted() >= MOST_WHOLE_DIGITS:
        yield InvalidField(path, "too_large", "10^18")
    elif decimals_of(number) > MOST_DIGITS or -int(number.as_tuple().exponent) > LONGEST_NUMBER:
        yield InvalidField(path, "too_many_digits", str(MOST_DIGITS))


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

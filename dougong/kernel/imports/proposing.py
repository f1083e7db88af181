"""Proposing a mapping for a file: the one used before for such headers, or one guessed from them."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable
from pathlib import Path

from dougong.kernel.access.actor import HOUSE, Actor, in_trust
from dougong.kernel.entities import Description
from dougong.kernel.fields import Field
from dougong.kernel.house import House
from dougong.kernel.imports.entities import RememberedMapping
from dougong.kernel.imports.files import Files
from dougong.kernel.imports.mapping import (
    ImportMapping,
    SheetMapping,
    read_mapping,
    write_mapping,
)
from dougong.kernel.imports.operations.remember import RememberMapping
from dougong.kernel.messages import Messages
from dougong.kernel.operations import Mode
from dougong.kernel.sheets import FieldNames, propose_mapping
from dougong.kernel.store.shapes import shape_of


def signature(entity: str, headers: Iterable[str]) -> str:
    """Give what tells files of one kind from others: the entity and the headers, whatever their order."""
    plain = sorted(header.strip().casefold() for header in headers)
    return hashlib.sha256("\n".join([entity, *plain]).encode()).hexdigest()


def propose(
    house: House, company: str, entity: str, place: Path, messages: Messages, *, by: Actor = HOUSE
) -> tuple[str, bool]:
    """Give a mapping for a file, and whether it was used before; a guess names what one may write."""
    headers = Files(place).header(None)
    before = remembered(house, company, entity, headers)
    if before:
        return before, True
    description = house.catalogue_of(company).entity(entity)
    return guessed(description, headers, messages, by.rights.writable(description)), False


def remembered(house: House, company: str, entity: str, headers: Iterable[str]) -> str:
    """Give the mapping that was last used for such headers; empty where none was."""
    shape = shape_of(RememberedMapping.description)
    with house.database.transaction(company) as transaction:
        rows = transaction.rows(
            shape.where(("signature",), (), Mode.READ), [[signature(entity, headers)]]
        )
    return str(rows[0][shape.at["mapping"]]) if rows else ""


def remember(
    house: House, company: str, mapping_text: str, place: Path, *, by: Actor = HOUSE
) -> None:
    """Keep the mapping of a file for the next one with the same headers; folders name their own."""
    mapping = read_mapping(mapping_text)
    if place.is_dir() or len(mapping.sheets) != 1:
        return
    headers = Files(place).header(None, mapping.sheets[0].sheet)
    entity = mapping.sheets[0].entity
    house.perform(
        company,
        RememberMapping(
            name=mapping.name or place.name,
            on_entity=entity,
            signature=signature(entity, headers),
            headers="\n".join(headers),
            mapping=mapping_text,
        ),
        by=in_trust(by),
    )


def guessed(
    description: Description, headers: tuple[str, ...], messages: Messages, writable: Container[str]
) -> str:
    """Guess a mapping from headers, by the fields' names and labels in all languages."""
    names = [
        FieldNames(known.name, labels_of(description, known, messages))
        for known in description.writable
        if known.name in writable and known.kind.name not in ("lines", "file", "formula")
    ]
    chosen = propose_mapping(headers, names)
    sheet = SheetMapping(
        entity=description.name,
        key=natural_key(description, set(chosen.values())),
        fields={name: header for header, name in chosen.items()},
    )
    return write_mapping(ImportMapping(sheets=(sheet,)))


def labels_of(description: Description, known: Field, messages: Messages) -> tuple[str, ...]:
    """Give what people call a field, in every language."""
    return tuple(
        dict.fromkeys(
            messages.label(description.name, known, locale) for locale in messages.languages
        )
    )


def natural_key(description: Description, mapped: set[str]) -> tuple[str, ...]:
    """Choose the fields that tell whether a record is there already."""
    for known in description.writable:
        if known.unique and known.required and known.name in mapped:
            return (known.name,)
    for fields in description.uniques:
        if set(fields) <= mapped:
            return fields
    unique = (known.name for known in description.writable if known.unique and known.name in mapped)
    first = next(unique, "")
    return (first,) if first else ()

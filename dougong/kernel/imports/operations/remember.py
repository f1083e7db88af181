"""Remember a mapping for the next file with the same headers."""

from dataclasses import dataclass

from dougong.kernel.imports.entities import RememberedMapping
from dougong.kernel.imports.events import MappingRemembered
from dougong.kernel.operations import Command, lock, operation
from dougong.kernel.work import Work


@dataclass(frozen=True, kw_only=True)
class RememberMapping(Command[RememberedMapping]):
    """The mapping with the headers that it is for."""

    name: str
    on_entity: str
    signature: str
    headers: str
    mapping: str


@operation(
    on=RememberedMapping,
    name="remember",
    creates=True,
    emits=[MappingRemembered],
    touches=lambda _none, command, _work: [
        lock(RememberedMapping, [command.signature], by="signature")
    ],
)
def remember_mapping(_none: None, command: RememberMapping, work: Work) -> RememberedMapping:
    """Keep the mapping in the place of an earlier one."""
    known = work.at(RememberedMapping, "signature", command.signature)
    if known is None:
        known = work.add(
            RememberedMapping(
                name=command.name,
                entity=command.on_entity,
                signature=command.signature,
                mapping=command.mapping,
                headers=command.headers,
            )
        )
    known.name, known.mapping = command.name, command.mapping
    work.emit(MappingRemembered(id=known.id))
    return known

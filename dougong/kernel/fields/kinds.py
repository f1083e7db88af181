"""The registry of kinds: the only list of them."""

from __future__ import annotations

from dougong.kernel.fields.dates import Day, Instant, YesNo
from dougong.kernel.fields.kind import Kind
from dougong.kernel.fields.numbers import Money, Number, Percent, Quantity
from dougong.kernel.fields.references import (
    Address,
    AutoNumber,
    File,
    Formula,
    Lines,
    Reference,
    ReferenceAny,
    Structure,
)
from dougong.kernel.fields.text import Choice, Choices, Email, LongText, Phone, Tags, Text, Url

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Text(),
        LongText(),
        Number(),
        Money(),
        Quantity(),
        Percent(),
        Day(),
        Instant(),
        YesNo(),
        Choice(),
        Choices(),
        Reference(),
        ReferenceAny(),
        Lines(),
        File(),
        Address(),
        Phone(),
        Email(),
        Url(),
        Tags(),
        Formula(),
        AutoNumber(),
        Structure(),
    )
}

"""A file: what it is called, what it is, and the record that it belongs to."""

from decimal import Decimal

from dougong.kernel.entities import Entity
from dougong.kernel.fields import number, reference_any, text
from dougong.kernel.files.content import LAWS


class File(
    Entity,
    name="file",
    rank=95,
    operations=("edit", "delete"),
    seen_with="record",
    laws=LAWS,
):
    """Something that came from outside and is kept as it came.

    Who may read the record that it belongs to may read it, who may edit that may attach and remove
    it. Until it belongs to one, it is its uploader's alone, and goes after a day.
    """

    name: str = text(searchable=True)
    media_type: str = text(longest=100, kept=True)
    size: Decimal = number(digits=0, kept=True)
    sha256: str = text(longest=64, kept=True, indexed=True)
    record: str | None = reference_any(default=None)

"""Keeping what another operation brings or makes: a list to be imported, an export that is ready."""

from __future__ import annotations

import hashlib
from decimal import Decimal

from dougong.kernel.files.entities import File
from dougong.kernel.files.sniffing import media_type_of
from dougong.kernel.work import Work


def keep_file(work: Work, name: str, content: bytes, *, record: str | None = None) -> File:
    """Keep bytes under a name that was looked at before; without a record they are the actor's alone."""
    sha256 = hashlib.sha256(content).hexdigest()
    work.keep(sha256, content)
    return work.add(
        File(
            name=name,
            media_type=media_type_of(name),
            size=Decimal(len(content)),
            sha256=sha256,
            record=record,
        )
    )

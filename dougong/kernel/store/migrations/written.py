"""Steps written by hand, for what can't be told from a difference: renames, values worked out.

A file is ``<package>/migrations/NNNN_what_it_does.sql``, in the company's own names. A line
``-- next`` ends a transaction, so that none is long; a part that begins with ``-- again`` is one
statement that is repeated until it changes nothing, for tables that are filled piece by piece.
"""

from __future__ import annotations

import hashlib
import importlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dougong.kernel.catalogue import Catalogue
from dougong.kernel.store.build import build_company
from dougong.kernel.store.migrations.standing import PATTERN, SOME_DAY

STORE = "dougong.kernel.store"
FOLDER = "migrations"
NAME = re.compile(r"\d{4}_[a-z0-9_]+")
NEXT = re.compile(r"^-- next$", re.MULTILINE)
AGAIN = "-- again"


@dataclass(frozen=True)
class Part:
    """One transaction of a step that is written by hand."""

    step: str
    number: int
    sql: str

    @property
    def again(self) -> bool:
        """Tell whether it is repeated until it changes nothing."""
        return self.sql.lstrip().startswith(AGAIN)


def written_parts(packages: Iterable[str]) -> tuple[Part, ...]:
    """Read the steps of some packages, and the store's own, in the order of their numbers."""
    found: dict[str, Path] = {}
    for path in step_files((STORE, *packages)):
        assert NAME.fullmatch(path.stem), path
        assert path.stem not in found, f"two steps are called {path.stem}"
        found[path.stem] = path
    return tuple(
        Part(step, number, sql)
        for step in sorted(found)
        for number, sql in enumerate(NEXT.split(found[step].read_text("utf-8")), start=1)
    )


def step_files(packages: Iterable[str]) -> Iterator[Path]:
    """Find the files of the steps."""
    for package in dict.fromkeys(packages):
        for root in getattr(importlib.import_module(package), "__path__", ()):
            yield from (Path(root) / FOLDER).glob("*.sql")


@lru_cache(maxsize=8)
def parts_of(catalogue: Catalogue) -> tuple[Part, ...]:
    """Give the steps that belong to a catalogue."""
    return written_parts(catalogue.packages)


@lru_cache(maxsize=8)
def version_of(catalogue: Catalogue) -> str:
    """Name the state of the code that a company must have followed to be served."""
    said = [*build_company(catalogue, PATTERN, SOME_DAY)]
    said += [f"{part.step} {part.number}" for part in parts_of(catalogue)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]

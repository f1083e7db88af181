"""At which version a company stands, and that it is served at no other."""

from __future__ import annotations

from collections.abc import Iterator

from dougong.kernel.catalogue import Catalogue
from dougong.kernel.refusals import Refused
from dougong.kernel.store.database import Transaction
from dougong.kernel.store.migrations.refusals import CompanyNotMigrated
from dougong.kernel.store.migrations.written import parts_of, version_of


def version_at(transaction: Transaction) -> str:
    """Read the version; companies older than versions have none."""
    [(found,)] = transaction.rows("SELECT to_jsonb(s) ->> 'schema' FROM company_state AS s")
    return found or ""


def refuse_old(transaction: Transaction, catalogue: Catalogue) -> None:
    """Refuse to work with a company that doesn't stand at the code's version."""
    if version_at(transaction) != version_of(catalogue):
        raise Refused(CompanyNotMigrated(transaction.company))


def note_version(catalogue: Catalogue) -> Iterator[str]:
    """Write the statements by which a company that was just built stands at the code's version."""
    yield f"UPDATE company_state SET schema = '{version_of(catalogue)}'"
    for part in parts_of(catalogue):
        yield f"INSERT INTO migration (step, part) VALUES ('{part.step}', {part.number})"

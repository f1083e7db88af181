"""An import in a process of its own, to be killed: ``python -m tests.kernel.imports.killed DSN COMPANY FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path

from dougong.kernel.furnishing import furnished
from dougong.kernel.imports import run_import
from tests.kernel.house import MONDAY
from tests.kernel.imports.trade import CATALOGUE, TRADE


def run(dsn: str, company: str, place: str) -> None:
    """Import, as fast as it goes."""
    house = furnished(dsn, CATALOGUE, size=2, clock=lambda: MONDAY)
    run_import(house, company, TRADE, Path(place))


if __name__ == "__main__":
    run(*sys.argv[1:])

"""An import in a process of its own, to be killed: ``python -m tests.kernel.imports.killed DSN COMPANY FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path

from dougong.kernel.approvals.rules import CompanyRules
from dougong.kernel.house import House
from dougong.kernel.imports import run_import
from dougong.kernel.store.database import Database
from tests.kernel.house import MONDAY
from tests.kernel.imports.trade import CATALOGUE, TRADE


def run(dsn: str, company: str, place: str) -> None:
    """Import, as fast as it goes."""
    house = House(Database(dsn, size=2), CATALOGUE, clock=lambda: MONDAY, agreement=CompanyRules())
    run_import(house, company, TRADE, Path(place))


if __name__ == "__main__":
    run(*sys.argv[1:])
